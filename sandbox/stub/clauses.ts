import { match, textParts } from './match.ts'
import { type Found, literal, regexOf, sourceOf, together, type Word, type Words } from './text.ts'

/** One thing that a list request may hold, such as a filter: how it is written, and what it then says. */
export interface Clause {
  readonly template: unknown
  readonly words: Words
  /** How it reads inside a text; nothing where it is JSON. */
  readonly source: string | undefined
  say(found: Found): Found
}
export function clauseOf(template: unknown, words: Words, say: Clause['say']): Clause {
  const parts = typeof template === 'string' ? template : textParts(template)
  return { template, words, say, source: parts === undefined ? undefined : sourceOf(parts, words) }
}
const sourcesOf = (clauses: readonly Clause[]): string => clauses.flatMap(({ source }) => source ?? []).join('|')

/** The first clause that it is; what is none of them is no request of the mapping. */
function readOne(clauses: readonly Clause[], actual: unknown): Found | undefined {
  for (const { template, words, say } of clauses) {
    const found = match(template, actual, words)
    if (found) return say(found)
  }
  return undefined
}
/** Clauses one after the other, joined by a word: the longest that fits is taken each time. */
function readJoined(clauses: readonly Clause[], text: string, and: string): Found | undefined {
  const found: (Found | undefined)[] = []
  for (let at = 0; ; at += and.length) {
    const fitting = clauses.flatMap(clause => {
      const regex = regexOf(clause.source ?? '(?!)', 'y')
      regex.lastIndex = at
      const length = regex.exec(text)?.[0].length
      return length ? [{ clause, length }] : []
    })
    const [best] = fitting.sort((a, b) => b.length - a.length)
    if (!best) return undefined
    found.push(readOne([best.clause], text.slice(at, at + best.length)))
    at += best.length
    if (at === text.length) return together(found)
    if (!text.startsWith(and, at)) return undefined
  }
}

/** `{filters}`: a list of clauses, or a text in which they are joined. */
export function filtersWord(clauses: readonly Clause[], and: string): Word {
  const source = sourcesOf(clauses)
  return {
    source: `(?:${source})(?:${literal(and)}(?:${source}))*`,
    read(actual) {
      if (Array.isArray(actual)) return together(actual.map(one => readOne(clauses, one)))
      return typeof actual === 'string' ? readJoined(clauses, actual, and) : undefined
    },
  }
}
/** `{sort}`: one clause. */
export const sortWord = (clauses: readonly Clause[]): Word => ({
  source: `(?:${sourcesOf(clauses)})`,
  read: actual => readOne(clauses, actual),
})
