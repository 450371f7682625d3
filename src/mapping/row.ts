import { type Path, parsePath } from './path.ts'
import type { Report } from './report.ts'

export type WriteVerb = 'create' | 'update'

/** What a write tells its rows, and what they tell it. */
export interface Writing {
  readonly verb: WriteVerb
  /** What the provider wants for "nothing". */
  readonly emptyValue: unknown
  /** The provider's own record, where it was fetched first. */
  readonly current?: unknown
  /** The write cannot be made so: which field, which rule, what would be accepted. */
  refuse(pointer: string, code: string, detail: string): void
  /** The write is made, but something is kept otherwise than sent. */
  warn(pointer: string, code: string, detail: string): void
}
/** Where a value stands in what the caller sent. */
export interface WritePlace {
  readonly writing: Writing
  /** Its JSON pointer. */
  readonly at: string
  /** The values beside it. */
  readonly siblings: Readonly<Record<string, unknown>>
}
/** Says that a value is there and cannot be read, or not whole; `why` where it is something else than its kind. */
export type Bad = (field: string, raw: unknown, why?: { readonly code: string; readonly detail: string }) => void
/** Elements of a list, or members of a map, that are read at most of one field of one record. */
export const MOST = 10_000
/** Why only the first of them were read. */
export const cutTo = (count: number): { code: string; detail: string } => ({
  code: 'cut',
  detail: `Only the first ${MOST} of ${count} are read.`,
})
export type Into = (source: unknown, out: Record<string, unknown>, bad: Bad) => void

/** A row of the field table, compiled for both directions. */
export interface Row {
  readonly name: string
  readonly reads: readonly Path[]
  readonly writes: readonly Path[]
  readonly into: Into
  /** Writes a value of ours into the provider's record. */
  set(body: Record<string, unknown>, value: unknown, place: WritePlace): void
  clear(body: Record<string, unknown>, writing: Writing): void
  can(verb: WriteVerb): boolean
  /** Whether a call that holds this field goes to the hook. */
  byHook(verb: WriteVerb): boolean
  /** Set on a text that stands one or two keys deep: read in groups, without a call for each. */
  readonly plain?: readonly string[]
  /** The constant, for a row that is only one. */
  readonly const?: string
  /** Where the currency stands that an amount in minor units needs: such a row is written after it. */
  readonly currency?: Path
}

export interface Compiling {
  readonly pointer: string
  readonly report: Report
}

export const pathAt = (text: string, pointer: string, report: Report): Path => {
  const path = parsePath(text)
  if (!path) report(pointer, `not a path: ${text}`)
  return path ?? []
}

/** Rows as they are written: amounts in minor units after the currency that they need. */
export const currencyFirst = <T extends Row>(rows: readonly T[]): T[] => [
  ...rows.filter(row => !row.currency),
  ...rows.filter(row => row.currency),
]
