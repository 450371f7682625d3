import { isObject, type Path, parsePath, put, show } from '../../src/mapping/path.ts'
import type { Unified } from '../../src/mapping/read.ts'
import { currencyFirst, type Writing } from '../../src/mapping/row.ts'
import type { FieldRow, ModelFile, ValueRow } from '../../src/mapping/schema/index.ts'
import { compileTable } from '../../src/mapping/table.ts'
import type { Model } from '../../src/models/index.ts'

type Json = Record<string, unknown>
const pathOf = (text: string): Path => parsePath(text) ?? []
type Members = Readonly<Record<string, string | ValueRow>>

/** Where a value is read: of several places the first, of joined ones too. */
function mirrored(given: string | ValueRow): string | ValueRow | undefined {
  if (typeof given === 'string' || given.const !== undefined) return given
  const [at] = given.join ?? [given.read ?? given.at ?? []].flat()
  if (at === undefined) return undefined
  const { format, line } = given
  return { at, ...(format !== undefined && { format }), ...(given.enum && { enum: given.enum }), ...(line && { line }) }
}
const members = (specs: Members): Members =>
  Object.fromEntries(
    Object.entries(specs).flatMap(([name, spec]) =>
      [[name, mirrored(spec)] as const].filter(([, row]) => row !== undefined),
    ),
  ) as Members

function mirroredRow(spec: FieldRow): FieldRow | undefined {
  if (!isObject(spec)) return spec
  if ('positions' in spec) return { positions: (spec.positions as Members[]).map(members) } as FieldRow
  if ('map' in spec) return { map: spec.map } as FieldRow
  if (!('each' in spec)) return mirrored(spec as ValueRow)
  const { each, row, item, primary } = spec as {
    each: string
    row?: Members
    item?: string | ValueRow
    primary?: string
  }
  return {
    each,
    ...(row && { row: members(row) }),
    ...(item !== undefined && { item: mirrored(item) }),
    ...(primary !== undefined && { primary }),
  } as FieldRow
}

/** What cannot be said at a provider is left out: a value that its list of choices has not. */
const writing: Writing = { verb: 'create', emptyValue: null, refuse: () => {}, warn: () => {} }

/** Writes unified values to where a mapping reads them, also those that no request can write. */
export type RecordWriter = (record: Json, values: Unified) => void

/**
 * Compiles the field table of a mapping into its inverse: a record written by it reads as the values that it was
 * written from. A row that reads a place of another row, such as a name joined from its parts, stays out.
 */
export function recordWriter(model: Model, file: ModelFile): RecordWriter {
  const fields = Object.entries(file.fields).flatMap(([name, spec]) => {
    const row = mirroredRow(spec)
    return row === undefined ? [] : [[name, row] as const]
  })
  const { update: _, ...rest } = file
  // What is wrong in the file is told where it is compiled for the gateway.
  const table = compileTable(model, { ...rest, fields: Object.fromEntries(fields) }, {}, () => {})
  const made = (field: string): number => Number(isObject(file.fields[field]) && 'join' in file.fields[field])
  const rows = [...currencyFirst(table.rows)]
    .sort((a, b) => made(a.field) - made(b.field))
    .map(row => ({ row, places: row.currency ? [] : row.reads.map(show) }))
  const joined = Object.entries(file.fields).flatMap(([field, spec]) => {
    const row = isObject(spec) && 'join' in spec ? (spec as ValueRow) : undefined
    return row?.join && row.enum ? [{ field, paths: row.join.map(pathOf), by: row.with ?? ' ', words: row.enum }] : []
  })
  return (record, values) => {
    const taken = new Set<string>()
    for (const { row, places } of rows) {
      const from = row.custom === undefined ? values : ((values.custom_fields ?? {}) as Unified)
      const value = from[row.custom ?? row.field]
      if (value === undefined || value === null || places.some(place => taken.has(place))) continue
      row.set(record, value, writing, `/${row.field}`, values)
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
