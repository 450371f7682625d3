import { type FieldRow, kindOf, type ValueRow } from '../../src/mapping/schema/index.ts'

/** The members of one element of a list. */
export type Members = Readonly<Record<string, string | ValueRow>>
/** A list of ours over a list of theirs. */
export interface Each {
  readonly each: string
  readonly row?: Members | undefined
  readonly item?: string | ValueRow | undefined
  readonly primary?: string | undefined
}

/** The kinds of row, each undefined for a row of another. */
export const positionsOf = (spec: FieldRow): readonly Members[] | undefined => {
  const kind = kindOf(spec)
  return kind.type === 'positions' ? kind.row.positions : undefined
}
export const eachOf = (spec: FieldRow): Each | undefined => {
  const kind = kindOf(spec)
  return kind.type === 'each' ? kind.row : undefined
}
export const mapOf = (spec: FieldRow): string | undefined => {
  const kind = kindOf(spec)
  return kind.type === 'map' ? kind.row.map : undefined
}
/** The row of one value. */
export const singleOf = (spec: FieldRow): ValueRow | undefined => {
  const kind = kindOf(spec)
  return kind.type === 'value' ? asRow(kind.row) : undefined
}
export const asRow = (spec: string | ValueRow): ValueRow => (typeof spec === 'string' ? { at: spec } : spec)
