// Patterns of what people fill in: regular expressions that a mapping file holds, and that a page shows to a browser.

/** Characters of the longest text that is held against a pattern: what each step of one costs grows with it. */
export const LONGEST_PATTERNED = 4096
/** Characters of the longest pattern, and parts of one that may repeat without an end. */
const LONGEST = 200
const MOST_OPEN = 2

/** Tokens of a pattern: an escape, a class, a group's ends, a quantifier, or one character. */
const TOKEN = /\\.|\[(?:\\.|[^\]\\])*\]?|\((?:\?[:=!<][=!]?)?|\)|[*+?]|\{\d+(?:,\d*)?\}|./gsu

const compiled = new Map<string, RegExp>()

/** A pattern as an expression that the whole text must match, as in HTML; throws for one that is none. */
function compile(pattern: string): RegExp {
  const known = compiled.get(pattern)
  if (known) return known
  const made = new RegExp(`^(?:${pattern})$`, 'v')
  compiled.set(pattern, made)
  return made
}

/** Whether the whole text matches a pattern of a mapping file. A text that is too long does not. */
export const matchesPattern = (pattern: string, text: string): boolean =>
  text.length <= LONGEST_PATTERNED && compile(pattern).test(text)

/**
 * Whether a group repeats in which something repeats, may be left out, or is one of several: then there may be two ways
 * to read each character, and the time doubles with each.
 */
function isNested(tokens: readonly string[]): boolean {
  const open: { repeats: boolean }[] = [{ repeats: false }]
  for (const [i, token] of tokens.entries()) {
    const isRepeated = /^(?:[*+]|\{)/.test(tokens[i + 1] ?? '')
    if (token.startsWith('(')) open.push({ repeats: false })
    else if (token === ')') {
      const group = open.pop()
      if (group?.repeats && isRepeated) return true
      if (group?.repeats || isRepeated) open.at(-1)!.repeats = true
    } else if (/^(?:[*+?|]$|\{\d)/.test(token)) open.at(-1)!.repeats = true
  }
  return false
}

/**
 * What is wrong with a pattern, as the end of a sentence; undefined where it may be used. It must take no more than a
 * moment whatever the text: a group that repeats is plain, nothing looks around or back, and at most two parts repeat
 * without an end.
 */
export function faultOfPattern(pattern: string): string | undefined {
  if (pattern.length > LONGEST) return `is longer than ${LONGEST} characters`
  try {
    compile(pattern)
  } catch {
    return 'is no regular expression in the notation of an HTML `pattern` (flag `v`: a "-" in a class needs a "\\")'
  }
  const tokens = pattern.match(TOKEN) ?? []
  if (tokens.some(token => /^\(\?[=!<]/.test(token))) return 'looks around, or names a group'
  if (tokens.some(token => /^\\[1-9k]/.test(token))) return 'refers back to a group'
  if (isNested(tokens)) return 'repeats a group in which something repeats, may be left out or is one of several'
  const endless = tokens.filter(token => /^(?:[*+]|\{\d+,\})$/.test(token)).length
  return endless > MOST_OPEN ? `has ${endless} parts that repeat without an end; ${MOST_OPEN} at most` : undefined
}
