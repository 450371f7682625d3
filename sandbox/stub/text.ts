import { PLACEHOLDER } from '../../src/mapping/placeholder.ts'

/** What the placeholders of a template stood for in a request: `{ limit: 50, 'last.Id': '7' }`. */
export type Found = Readonly<Record<string, unknown>>

/** A placeholder of which more is known than its name: the filters of a list, its two words for the directions. */
export interface Word {
  /** How it may read inside a text: a regular expression without groups of its own. */
  readonly source: string
  /** What it says; undefined where it is none of those that it may be. */
  read(actual: unknown): Found | undefined
}
export type Words = Readonly<Record<string, Word>>

const back = (text: string): string => text.replace(/\\(.)/gs, '$1')
/** How a value reads behind each escape of the format, and how it is read back. */
const escaped: Readonly<Record<string, { source: string; read(text: string): string }>> = {
  single: { source: String.raw`'(?:[^'\\]|\\[\s\S])*'`, read: text => back(text.slice(1, -1)) },
  double: { source: String.raw`"(?:[^"\\]|\\[\s\S])*"`, read: text => back(text.slice(1, -1)) },
  doubled: { source: "'(?:[^']|'')*'", read: text => text.slice(1, -1).replaceAll("''", "'") },
  criteria: { source: String.raw`(?:[^\\(),]|\\[\s\S])*`, read: back },
  word: { source: '[A-Za-z0-9_-]+', read: text => text },
  number: { source: String.raw`-?\d+(?:\.\d+)?`, read: text => text },
  instant: { source: '[0-9TZ:.+-]+', read: text => text },
}
/** A text as a regular expression. */
export const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
const bare = (root: string): string =>
  root === 'select' ? '\\S+' : /^(limit|offset|page)$/.test(root) ? '\\d+' : '[^\\s\'"(),]+'

const regexes = new Map<string, RegExp>()
/** A regular expression, made once for each source. */
export function regexOf(source: string, flags = ''): RegExp {
  const key = `${flags}/${source}`
  const known = regexes.get(key) ?? new RegExp(source, flags)
  regexes.set(key, known)
  return known
}

interface Placed {
  readonly name: string
  readonly root: string
  readonly escaping: string | undefined
}
/** The parts of a text template: a part that holds a placeholder may be missing. */
const partsOf = (template: string | readonly unknown[]): string[] =>
  typeof template === 'string' ? [template] : template.map(String)

function sourceOfPart(part: string, words: Words, group: string, placed: Placed[]): string {
  let out = ''
  let at = 0
  for (const match of part.matchAll(PLACEHOLDER)) {
    const [whole, root = '', path = '', escaping] = match
    placed.push({ name: root + path, root, escaping })
    // Nothing beside it: the whole text is its value.
    const alone = part === whole ? '[\\s\\S]+' : bare(root)
    const own = escaped[escaping ?? '']?.source
    // Several of theirs for one of ours: each is escaped, and a comma stands between them.
    const source = own === undefined ? (words[root]?.source ?? alone) : `${own}(?:,${own})*`
    out += `${literal(part.slice(at, match.index))}${group}${source})`
    at = match.index + whole.length
  }
  return out + literal(part.slice(at))
}

interface Compiled {
  readonly source: string
  readonly placed: readonly Placed[]
}
/** Compiled templates by what their placeholders stand for: a list is asked for page by page. */
const remembered = new WeakMap<Words, Map<unknown, Compiled>>()

function compiled(template: string | readonly unknown[], words: Words): Compiled {
  const own = remembered.get(words) ?? new Map<unknown, Compiled>()
  remembered.set(words, own)
  const known = own.get(template) ?? compile(template, words, '(')
  own.set(template, known)
  return known
}

function compile(template: string | readonly unknown[], words: Words, group: string): Compiled {
  const parts = partsOf(template)
  const placed: Placed[] = []
  const sources = parts.map(part => {
    const before = placed.length
    const source = sourceOfPart(parts.length === 1 ? part : part.trim(), words, group, placed)
    if (parts.length === 1) return source
    return placed.length > before ? `(?:\\s*${source})?` : `\\s*${source}`
  })
  return { source: sources.join(''), placed }
}

/** How a text template reads inside a longer text, as a regular expression without groups. */
export const sourceOf = (template: string | readonly unknown[], words: Words): string =>
  compile(template, words, '(?:').source

/** All of it together; undefined where one is missing, or where two say different things of one placeholder. */
export function together(all: readonly (Found | undefined)[]): Found | undefined {
  const out: Record<string, unknown> = {}
  for (const found of all) {
    if (!found) return undefined
    for (const [name, value] of Object.entries(found)) {
      if (name in out && JSON.stringify(out[name]) !== JSON.stringify(value)) return undefined
      out[name] = value
    }
  }
  return out
}

/** Reads a text by the template that it was made from: the whole of it, or undefined. */
export function readText(template: string | readonly unknown[], text: string, words: Words): Found | undefined {
  const { source, placed } = compiled(template, words)
  const match = regexOf(`^\\s*${source}\\s*$`).exec(text)
  if (!match) return undefined
  return together(
    placed.map(({ name, root, escaping }, i) => {
      if (match[i + 1] === undefined) return {}
      const value = asGiven(match[i + 1]!, escaping)
      return words[root] ? words[root].read(value) : { [name]: value }
    }),
  )
}

/** A value as it was before its escape; a list of several. */
export function asGiven(value: string, escaping: string | undefined): string | readonly string[] {
  const quoting = escaped[escaping ?? '']
  if (!quoting) return value
  const one = regexOf(`(${quoting.source})(?:,|$)`, 'y')
  const all: string[] = []
  for (one.lastIndex = 0; one.lastIndex < value.length; ) {
    const found = one.exec(value)
    if (!found) return quoting.read(value)
    all.push(quoting.read(found[1]!))
  }
  return all.length > 1 ? all : quoting.read(value)
}

/** A placeholder that is one of a few values, as an enum is. */
export function oneOf(name: string, values: readonly unknown[]): Word {
  return {
    source: `(?:${values.map(value => literal(String(value))).join('|')})`,
    read(actual) {
      const value = values.find(one => same(one, actual))
      return value === undefined ? undefined : { [name]: value }
    },
  }
}
/** A form and a query know texts only. */
export const same = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((one, i) => same(one, b[i]))
    : typeof a === 'object' || typeof b === 'object'
      ? JSON.stringify(a) === JSON.stringify(b)
      : String(a) === String(b)
