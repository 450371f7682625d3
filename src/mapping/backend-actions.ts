import type { Model } from '../models/index.ts'
import { down } from '../problem/pointer.ts'
import type { ExpandedFile } from './expand.ts'
import { getter, isNothing, isObject, lay, type Path, parsePath } from './path.ts'
import type { Fields, Reader, Unified } from './read.ts'
import { readerOf } from './read.ts'
import { nearest, type Report } from './report.ts'
import type { WriteVerb } from './row.ts'
import type { BackendActionSpec } from './schema/index.ts'
import { compileTable, type Table } from './table.ts'
import { compileFill, OMIT, type Placeholders } from './template.ts'
import { type Refusal, type Written, writeRecord } from './write.ts'

/** A verb that is one of a backend's own actions. */
export interface BackendAction {
  readonly action: string
  /** Whether the action can carry these filters; a sort it never can. */
  carries(filters: readonly string[], sorted: boolean): boolean
  input(values: Placeholders, filters: Readonly<Record<string, string>>): unknown
  write(input: Unified, verb: WriteVerb): Written
  reader(fields: Fields): Reader
  /** The records of a list's output; undefined where there is no list. */
  records(output: unknown): readonly unknown[] | undefined
  cursor(output: unknown): unknown
  record(output: unknown): Unified | undefined
  id(output: unknown): string | undefined
}
type BackendVerb = 'list' | 'get' | 'create' | 'update' | 'delete'
export type BackendActions = Readonly<Record<string, Readonly<Partial<Record<BackendVerb, BackendAction>>>>>

/** What a single run of an action cannot write: what needs a function of ours, or the record as it is now. */
function beyond(rows: Table, written: Written, record: Unified, verb: WriteVerb): Refusal[] {
  const code = 'not-supported'
  if (written.needsCurrent)
    return [{ pointer: '', code, detail: 'The backend’s action cannot merge this change with the record as it is.' }]
  return rows.rows
    .filter(row => row.byHook(verb) && record[row.field] !== undefined)
    .map(row => ({ pointer: `/${row.field}`, code, detail: 'The backend’s action cannot write this field.' }))
}

/** What the actions of a model are compiled from. */
interface Compiling {
  readonly model: Model
  readonly file: ExpandedFile
  readonly table: Table
  readonly report: Report
}

function compileOne(
  spec: BackendActionSpec,
  verb: BackendVerb,
  pointer: string,
  { model, file, table, report }: Compiling,
): BackendAction {
  const at = (text: string | undefined, key: string): Path | undefined => {
    if (text === undefined) return undefined
    const path = parsePath(text)
    if (!path) report(down(pointer, key), `not a path: ${text}`)
    return path ?? []
  }
  const fill = (node: unknown, key: string) => compileFill(node, down(pointer, key), { place: 'body', report })
  const input = spec.input === undefined ? undefined : fill(spec.input, 'input')
  const places = JSON.stringify(spec.input ?? '')
  const isPlaced = places.includes('"{record}"')
  if (verb !== 'list' && verb !== 'create' && !places.includes('{id}'))
    report(down(pointer, 'input'), 'the id of the record has no place: "{id}"')
  const filters = new Map(
    Object.entries(spec.filters ?? {}).map(([name, node]) => {
      if (!Object.hasOwn(model.filters, name))
        report(
          down(down(pointer, 'filters'), name),
          `no filter "${name}"; ${nearest(name, Object.keys(model.filters))}`,
        )
      return [name, fill(node, `filters/${name}`)] as const
    }),
  )
  // The rows of an action's own words stand in the file below the action, and say what it cannot hold by leaving it out.
  const own =
    spec.fields &&
    compileTable(model, { ...file, fields: spec.fields, update: undefined }, {}, (at, message) =>
      report(at.replace(/^\/fields/, `${pointer}/fields`), message),
    )
  const rows = own ?? table
  const records = getter(at(spec.records, 'records') ?? [])
  const recordAt = getter(at(spec.record, 'record') ?? [])
  const cursorAt = at(spec.cursor, 'cursor')
  const idAt = at(spec.id, 'id')
  const cursor = cursorAt && getter(cursorAt)
  const id = idAt && getter(idAt)
  return {
    action: spec.action,
    carries: (names, sorted) => !sorted && names.every(name => filters.has(name)),
    input(values, filterValues) {
      let made = input?.(values)
      if (made === OMIT) made = undefined
      // The template comes last: no field of a caller's may overrule an id.
      if (!isPlaced && values.record !== undefined) made = lay(values.record, made ?? {})
      for (const [name, value] of Object.entries(filterValues)) {
        const part = filters.get(name)!({ ...values, value })
        if (part !== OMIT) made = lay(made ?? {}, part)
      }
      return made
    },
    // The action clears in its own way: null says so to it.
    write: (record, verb) => {
      const written = writeRecord(rows, { emptyValue: null, input: record, verb })
      return { ...written, refused: [...written.refused, ...beyond(rows, written, record, verb)] }
    },
    reader: fields => readerOf(rows, fields),
    records: output => {
      const list = records(output)
      return Array.isArray(list) ? list : undefined
    },
    cursor: output => cursor?.(output),
    record: output => {
      const record = recordAt(output)
      return isObject(record) ? record : undefined
    },
    id: output => {
      const value = id?.(output)
      return isNothing(value) || typeof value === 'object' ? undefined : String(value)
    },
  }
}

/** Compiles which verbs are a backend's own actions. */
export function compileBackendActions(compiling: Compiling): BackendActions {
  return Object.fromEntries(
    Object.entries(compiling.file.backend_actions ?? {}).map(([backend, verbs]) => [
      backend,
      Object.fromEntries(
        Object.entries(verbs ?? {}).flatMap(([verb, spec]) =>
          spec ? [[verb, compileOne(spec, verb as BackendVerb, `/backend_actions/${backend}/${verb}`, compiling)]] : [],
        ),
      ),
    ]),
  )
}
