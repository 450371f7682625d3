import type { StringToken } from './text.ts'

/** A field, by its own name or through one relationship: `['Email']`, `['Account', 'Name']`. */
export interface Path {
  names: string[]
  /** Where it stands in the query, counted in characters from 0, as is every `at`. */
  at: number
}

export type Literal =
  | ({ kind: 'string' } & StringToken)
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }
  /** Milliseconds since 1970. */
  | { kind: 'date' | 'datetime'; value: number }

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'IN' | 'NOT IN'

export interface Comparison {
  kind: 'comparison'
  path: Path
  operator: Operator
  /** One, but for `IN` and `NOT IN`. */
  operands: Literal[]
  at: number
}

export type Condition = { kind: 'and' | 'or'; parts: Condition[] } | { kind: 'not'; part: Condition } | Comparison

export interface Ordering {
  path: Path
  descending: boolean
  nullsLast: boolean
}

export interface Query {
  select: Path[]
  from: { name: string; at: number }
  where?: Condition
  orderBy: Ordering[]
  limit: number
  offset: number
}
