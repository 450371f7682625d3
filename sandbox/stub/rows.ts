import { isObject } from '../../src/mapping/path.ts'
import type { FieldRow, ValueRow } from '../../src/mapping/schema/index.ts'

/** The members of one element of a list. */
export type Members = Readonly<Record<string, string | ValueRow>>
/** A list of ours over a list of theirs. */
export interface Each {
  readonly each: string
  readonly row?: Members
  readonly item?: string | ValueRow
  readonly primary?: string
}

/** The kinds of row, told apart by their key. */
export const positionsOf = (spec: FieldRow): readonly Members[] | undefined =>
  isObject(spec) && 'positions' in spec ? (spec.positions as Members[]) : undefined
export const eachOf = (spec: FieldRow): Each | undefined =>
  isObject(spec) && 'each' in spec ? (spec as unknown as Each) : undefined
export const mapOf = (spec: FieldRow): string | undefined =>
  isObject(spec) && 'map' in spec ? String(spec.map) : undefined
/** The row of one value; undefined for the other kinds. */
export const singleOf = (spec: FieldRow): ValueRow | undefined =>
  positionsOf(spec) || eachOf(spec) || mapOf(spec) !== undefined ? undefined : asRow(spec as string | ValueRow)
export const asRow = (spec: string | ValueRow): ValueRow => (typeof spec === 'string' ? { at: spec } : spec)
