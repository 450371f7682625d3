// TypeScript cut into tokens. TypeScript 7 has no compiler interface, and the checks beside this file need no tree: they
// need to know what is a name, what is a text, and what only stands in a comment.

/** A piece of source text. `template` is the text of a template literal that has `${…}` in it, between the holes. */
export interface Token {
  readonly type: 'word' | 'number' | 'text' | 'template' | 'pattern' | 'mark'
  /** A word, number or mark as written; of a text its content, without quotes, escapes as they stand. */
  readonly text: string
  /** From 1. */
  readonly line: number
  /** Characters before it in the file. */
  readonly at: number
}

/** What a `/` begins a regular expression after: an operator, an opening bracket, or one of these words. */
const BEFORE_PATTERN = new Set(
  'return typeof instanceof in of new delete void throw case do else yield await extends default'.split(' '),
)
const WORD = /[#\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy
const NUMBER = /(?:0[xob][\da-f_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:e[+-]?\d+)?)n?/iy
const PATTERN = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y
const MARK = /=>|\.\.\.|\?\?=?|\?\.(?!\d)|[=!]==?|&&=?|\|\|=?|[\s\S]/y

const matchAt = (pattern: RegExp, source: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

function beginsPattern(before: Token | undefined): boolean {
  if (!before) return true
  if (before.type === 'word') return BEFORE_PATTERN.has(before.text)
  return before.type === 'mark' && !/^[)\]}]$/.test(before.text)
}

/** The tokens of a source text, without comments. `>` always stands alone, as the end of type arguments does. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  /** Open braces: those of a template's hole end the hole. */
  const braces: ('block' | 'hole')[] = []
  let at = 0
  let line = 1
  const take = (type: Token['type'], text: string, length = text.length) => {
    tokens.push({ type, text, line, at })
    skip(length)
  }
  const skip = (length: number) => {
    for (let i = at; i < at + length; i++) if (source[i] === '\n') line++
    at += length
  }
  /** A quoted text, from its quote on; of a template, up to its end or the next hole. */
  const takeQuoted = (quote: string, isRest: boolean) => {
    let end = at + 1
    while (end < source.length && source[end] !== quote && !(quote === '`' && source.startsWith('${', end)))
      end += source[end] === '\\' ? 2 : 1
    const hasHole = quote === '`' && source[end] === '$'
    take(isRest || hasHole ? 'template' : 'text', source.slice(at + 1, end), end - at + (hasHole ? 2 : 1))
    if (hasHole) braces.push('hole')
  }
  while (at < source.length) {
    const char = source[at] ?? ''
    if (/\s/.test(char)) skip(1)
    else if (source.startsWith('//', at)) skip((source.indexOf('\n', at) + 1 || source.length + 1) - 1 - at)
    else if (source.startsWith('/*', at)) skip((source.indexOf('*/', at) + 2 || source.length + 2) - at)
    else if (char === "'" || char === '"' || char === '`') takeQuoted(char, false)
    else if (char === '}' && braces.at(-1) === 'hole') {
      braces.pop()
      takeQuoted('`', true)
    } else {
      const word = matchAt(WORD, source, at)
      const number = /[\d.]/.test(char) ? matchAt(NUMBER, source, at) : undefined
      const pattern = char === '/' && beginsPattern(tokens.at(-1)) ? matchAt(PATTERN, source, at) : undefined
      if (word) take('word', word)
      else if (number) take('number', number)
      else if (pattern) take('pattern', pattern)
      else {
        if (char === '{') braces.push('block')
        if (char === '}') braces.pop()
        take('mark', matchAt(MARK, source, at) ?? char)
      }
    }
  }
  return tokens
}

const OPENS = '([{'
const CLOSES = ')]}'

/** The place of the bracket that closes the one at `open`, or the number of tokens where nothing does. */
export function closingOf(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let i = open; i < tokens.length; i++) {
    const { type, text } = tokens[i]!
    if (type !== 'mark') continue
    if (OPENS.includes(text)) depth++
    else if (CLOSES.includes(text) && --depth === 0) return i
  }
  return tokens.length
}

/** The place of the bracket that is closed by the one at `close`, or -1. */
export function openingOf(tokens: readonly Token[], close: number): number {
  let depth = 0
  for (let i = close; i >= 0; i--) {
    const { type, text } = tokens[i]!
    if (type !== 'mark') continue
    if (CLOSES.includes(text)) depth++
    else if (OPENS.includes(text) && --depth === 0) return i
  }
  return -1
}
