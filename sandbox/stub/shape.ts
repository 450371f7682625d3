import { recordsIn } from '../../src/mapping/check/fixture-rules.ts'
import type { Mapping } from '../../src/mapping/compile.ts'
import { matcher } from '../../src/mapping/errors.ts'
import { clone, getter, isNothing, isObject, type Path, put, startsWith } from '../../src/mapping/path.ts'
import type { Unified } from '../../src/mapping/read.ts'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import type { TableRow } from '../../src/mapping/table.ts'

type Json = Record<string, unknown>
const COPIES = 12
const DAY = 86_400_000

/** What the fixtures of a model show of its records. */
export interface Shape {
  /** A record as a create answers it: what no request can write is filled, all else is empty. */
  fresh(): Json
  /** The record of the fixtures that holds most, without these fields of ours. */
  full(without: readonly string[]): Json
  /** The first id in the fixtures, as it stands in its record. */
  readonly id: unknown
  /** Values that the fixtures have in a field of ours, each once. */
  samples(field: string): readonly unknown[]
  /** Times of ours, a day apart: as many records are made where no more is known of a model. */
  copies(now: number): Unified[]
  /** Places that no request writes, but for those of these fields of ours. */
  fixed(without: readonly string[]): readonly Path[]
}

/** Empties a place: a list as a whole, another value alone. */
function empty(record: Json, path: Path): void {
  const inside = path.findIndex((step, i) => i > 0 && (step.pick !== undefined || typeof step.key === 'number'))
  if (inside > 0 && Array.isArray(getter(path.slice(0, inside))(record))) put(record, path.slice(0, inside), [])
  else if (getter(path)(record) !== undefined) put(record, path, isObject(getter(path)(record)) ? {} : null)
}
const isWritten = (row: TableRow, { verbs }: Mapping): boolean =>
  (verbs.create !== undefined && row.can('create')) || (verbs.update !== undefined && row.can('update'))

/** Reads the shape of a model's records from its fixtures; of several the answer to a create, which is whole and bare. */
export function shapeOf(mapping: Mapping, fixtures: readonly Fixture[]): Shape {
  const own = fixtures.filter(fixture => fixture.model === mapping.model.name)
  const isExcluded = mapping.file.exclude ? matcher(mapping.file.exclude) : () => false
  const read = mapping.reader(undefined)
  const shown = own.flatMap(fixture =>
    recordsIn(mapping, fixture).flatMap(record => {
      if (!isObject(record) || isExcluded(record)) return []
      return [{ record, unified: read(record, []), isMade: fixture.call.method === 'POST' }]
    }),
  )
  // An answer that holds an id alone says nothing of the shape.
  const whole = shown.filter(({ unified }) => Object.keys(unified).length > 1)
  const longest = (of: typeof whole): Json | undefined =>
    of.toSorted((a, b) => JSON.stringify(b.record).length - JSON.stringify(a.record).length)[0]?.record
  const full = longest(whole) ?? {}
  const made = longest(whole.filter(({ isMade }) => isMade)) ?? full
  const written = mapping.table.rows.filter(row => isWritten(row, mapping))
  const emptied = (record: Json, rows: readonly TableRow[]): Json => {
    const out = clone(record)
    for (const row of rows) for (const path of row.reads) empty(out, path)
    return out
  }
  const idAt = mapping.table.byField.get('id')?.reads[0] ?? []
  const inWritten = (path: Path) => written.some(row => row.reads.some(other => startsWith(other, path)))
  return {
    fresh: () => emptied(made, written),
    full: without =>
      emptied(
        full,
        mapping.table.rows.filter(row => without.includes(row.custom === undefined ? row.field : 'custom_fields')),
      ),
    id: shown.map(one => getter(idAt)(one.record)).find(id => !isNothing(id)),
    copies: now =>
      Array.from({ length: COPIES }, (_, i) => {
        const time = new Date(now - (COPIES - i) * DAY).toISOString()
        return { created_at: time, updated_at: time }
      }),
    samples: field => [...new Set(shown.flatMap(({ unified }) => unified[field] ?? []))],
    fixed: without =>
      mapping.table.rows.flatMap(row =>
        isWritten(row, mapping) || without.includes(row.field) ? [] : row.reads.filter(path => !inWritten(path)),
      ),
  }
}

/** An id as the provider writes them, with a number of its own: `cus_00000000001001` after `cus_NffrFeUfNV2Hib`. */
export const idLike = (sample: unknown, number: number): string =>
  sample === undefined || /^\d+$/.test(String(sample))
    ? String(number)
    : String(sample).replace(/[0-9A-Za-z]+(?=[^0-9A-Za-z]*$)/, run => String(number).padStart(run.length, '0'))
