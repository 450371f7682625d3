import { malformed } from './place.ts'
import { readText, type StringToken } from './text.ts'

export type Token = { at: number; source: string } & (
  | { kind: 'word' | 'symbol' | 'number' | 'date' | 'datetime' | 'end' }
  | ({ kind: 'string' } & StringToken)
)

/** In order: a time begins like a date, and a date like a number. */
const KINDS = [
  ['datetime', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)/y],
  ['date', /\d{4}-\d\d-\d\d(?!\d)/y],
  ['number', /[+-]?(\d+(\.\d*)?|\.\d+)/y],
  ['word', /[A-Za-z]\w*/y],
  ['symbol', /!=|<=|>=|[=<>(),.]/y],
] as const

function matchAt(pattern: RegExp, soql: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(soql)?.[0]
}

function readToken(soql: string, at: number): Token {
  if (soql[at] === "'") {
    const { token, end } = readText(soql, at)
    return { kind: 'string', at, source: soql.slice(at, end), ...token }
  }
  for (const [kind, pattern] of KINDS) {
    const source = matchAt(pattern, soql, at)
    if (source !== undefined) return { kind, at, source }
  }
  return malformed(`line 1:${at} no viable alternative at character '${soql[at]}'`)
}

/** A query in its parts, the last of which is its end. */
export function tokenize(soql: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    at += matchAt(/\s*/y, soql, at)?.length ?? 0
    if (at >= soql.length) return [...tokens, { kind: 'end', at, source: '<EOF>' }]
    const token = readToken(soql, at)
    tokens.push(token)
    at += token.source.length
  }
}
