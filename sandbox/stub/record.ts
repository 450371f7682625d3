import type { ExpandedFile } from '../../src/mapping/expand.ts'
import { type Path, parsePath, put, show } from '../../src/mapping/path.ts'
import type { Unified } from '../../src/mapping/read.ts'
import { currencyFirst, type Writing } from '../../src/mapping/row.ts'
import type { FieldRow, ValueRow } from '../../src/mapping/schema/index.ts'
import { compileTable } from '../../src/mapping/table.ts'
import type { Model } from '../../src/models/index.ts'
import { asRow, eachOf, type Members, mapOf, positionsOf, singleOf } from './rows.ts'

type Json = Record<string, unknown>
const pathOf = (text: string): Path => parsePath(text) ?? []

/** What is written where every other value of theirs stands for one of ours. */
const ANY_OTHER = 'In progress'
const written = (words: NonNullable<ValueRow['enum']>): ValueRow['enum'] =>
  Object.fromEntries(
    Object.entries(words).map(([ours, theirs]) => {
      const [first, ...more] = [theirs].flat().map(one => (one === '*' ? ANY_OTHER : one))
      return [ours, more.length === 0 ? first! : [first!, ...more]]
    }),
  )

/** A row that writes where it reads: of several places the first, of joined ones too. */
function mirrored(given: string | ValueRow): string | ValueRow | undefined {
  const { const: is, join, at, read = at, format, enum: words, line } = asRow(given)
  if (is !== undefined) return { const: is }
  const [first] = join ?? [read ?? []].flat()
  return first === undefined
    ? undefined
    : {
        at: first,
        ...(format !== undefined && { format }),
        ...(words && { enum: written(words) }),
        ...(line && { line }),
      }
}
const members = (specs: Members): Record<string, string | ValueRow> =>
  Object.fromEntries(Object.entries(specs).flatMap(([name, spec]) => named(name, mirrored(spec))))
const named = <T>(name: string, row: T | undefined): [string, T][] => (row === undefined ? [] : [[name, row]])

function mirroredRow(spec: FieldRow): FieldRow | undefined {
  const positions = positionsOf(spec)
  if (positions) return { positions: positions.map(members) }
  const map = mapOf(spec)
  if (map !== undefined) return { map }
  const list = eachOf(spec)
  if (!list) return mirrored(spec as string | ValueRow)
  const { each, row, item, primary } = list
  return {
    each,
    ...(row && { row: members(row) }),
    ...(item !== undefined && { item: mirrored(item) }),
    ...(primary !== undefined && { primary }),
  }
}

/** What cannot be said at a provider is left out: a value that its list of choices has not. */
const writing: Writing = { verb: 'create', emptyValue: null, refuse: () => {}, warn: () => {} }

/** Writes unified values to where a mapping reads them, also those that no request can write. */
export type RecordWriter = (record: Json, values: Unified) => void

/**
 * Compiles the field table of a mapping into its inverse: a record written by it reads as the values that it was
 * written from. A row that reads a place of another row, such as a name joined from its parts, stays out.
 */
export function recordWriter(model: Model, file: ExpandedFile): RecordWriter {
  const fields = Object.entries(file.fields).flatMap(([name, spec]) => named(name, mirroredRow(spec)))
  const { update: _, ...rest } = file
  // What is wrong in the file is told where it is compiled for the gateway.
  const table = compileTable(model, { ...rest, fields: Object.fromEntries(fields) }, {}, () => {})
  const made = (field: string): number => Number(singleOf(file.fields[field] ?? '')?.join !== undefined)
  const rows = [...currencyFirst(table.rows)]
    .sort((a, b) => made(a.field) - made(b.field))
    .map(row => ({ row, places: row.currency ? [] : row.reads.map(show) }))
  const joined = Object.entries(file.fields).flatMap(([field, spec]) => {
    const { join, enum: words, with: by = ' ' } = singleOf(spec) ?? {}
    return join && words ? [{ field, paths: join.map(pathOf), by, words }] : []
  })
  return (record, values) => {
    const taken = new Set<string>()
    for (const { row, places } of rows) {
      const from = row.custom === undefined ? values : ((values.custom_fields ?? {}) as Unified)
      const value = from[row.custom ?? row.field]
      if (value === undefined || value === null || places.some(place => taken.has(place))) continue
      row.set(record, value, { writing, at: `/${row.field}`, siblings: values })
      for (const place of places) taken.add(place)
    }
    // One of ours over several of theirs: `true false` is two flags.
    for (const { field, paths, by, words } of joined) {
      const [word] = [words[String(values[field])] ?? []].flat()
      for (const [i, part] of word === undefined ? [] : String(word).split(by).entries())
        if (paths[i]) put(record, paths[i], part)
    }
  }
}
