import { malformed } from './place.ts'
import { type Token, tokenize } from './tokens.ts'
import type { Path } from './tree.ts'

const RESERVED = new Set(
  'AND ASC DESC EXCLUDES FIRST FROM GROUP HAVING IN INCLUDES LAST LIKE LIMIT NOT NULL NULLS OR SELECT USING WHERE WITH'.split(
    ' ',
  ),
)

/** Walks through the tokens of a query; a token that does not fit ends the walk as Salesforce does. */
export class Reader {
  readonly #tokens: readonly Token[]
  #position = 0

  constructor(soql: string) {
    this.#tokens = tokenize(soql)
  }

  get token(): Token {
    return this.#tokens[this.#position]!
  }

  next(): Token {
    const token = this.token
    if (token.kind !== 'end') this.#position++
    return token
  }

  unexpected(): never {
    return malformed(`unexpected token: '${this.token.source}'`)
  }

  /** Whether a keyword, in any case, or a symbol stands here. */
  sees(source: string): boolean {
    const { kind } = this.token
    return (kind === 'word' || kind === 'symbol') && this.token.source.toUpperCase() === source
  }

  takes(source: string): boolean {
    const seen = this.sees(source)
    if (seen) this.next()
    return seen
  }

  expect(source: string): void {
    if (!this.takes(source)) this.unexpected()
  }

  name(): { name: string; at: number } {
    const { kind, source, at } = this.token
    if (kind !== 'word' || RESERVED.has(source.toUpperCase())) this.unexpected()
    this.next()
    return { name: source, at }
  }

  path(): Path {
    const { name, at } = this.name()
    const names = [name]
    while (this.takes('.')) names.push(this.name().name)
    return { names, at }
  }

  /** A whole number without a sign. */
  count(): number {
    const { kind, source } = this.token
    if (kind !== 'number' || !/^\d+$/.test(source)) this.unexpected()
    this.next()
    return Number(source)
  }

  end(): void {
    if (this.token.kind !== 'end') this.unexpected()
  }
}
