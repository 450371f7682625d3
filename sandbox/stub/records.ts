import type { Mapping } from '../../src/mapping/compile.ts'
import { clone, getter, lay, put, show } from '../../src/mapping/path.ts'
import type { Unified } from '../../src/mapping/read.ts'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import { type RecordWriter, recordWriter } from './record.ts'
import { layOver, type Merges } from './sent.ts'
import { keepFixed, settle } from './settle.ts'
import { idLike, type Shape, shapeOf } from './shape.ts'

type Json = Record<string, unknown>

/** The records of one model at the stub. */
export interface Records {
  readonly mapping: Mapping
  readonly shape: Shape
  /** In the provider's own order: the oldest first. */
  all(): readonly Json[]
  find(id: string): Json | undefined
  idOf(record: Json): string
  /** The id of the record with that number: seeds point to one another by it. */
  idAt(number: number): string
  create(sent: Json): Json
  /** Undefined where there is no such record. */
  update(id: string, sent: Json): Json | undefined
  /** Takes a record away; with a change it stays, changed so: what delete does at some providers. */
  remove(id: string, change?: Json): Json | undefined
  reset(): void
}
export interface RecordsOptions {
  readonly mapping: Mapping
  readonly fixtures: readonly Fixture[]
  readonly merges: Merges | undefined
  /** The number before that of the first record. */
  readonly from: number
  readonly now: () => number
}

/** A name is read from its parts, or the parts from the name, where a provider keeps one and answers both. */
function deriveName(record: Json, { table, reader }: Mapping, write: RecordWriter): void {
  const [name, first, last] = ['name', 'first_name', 'last_name'].map(field => table.byField.get(field))
  if (!name || !first || !last) return
  // A name that is joined from its parts where it is read needs no help.
  const parts = [...first.reads, ...last.reads].map(show)
  if (name.reads.some(path => parts.includes(show(path)))) return
  const value = reader(['name', 'first_name', 'last_name'])(record, [])
  if (!name.can('create') && first.can('create'))
    write(record, { name: [value.first_name, value.last_name].filter(Boolean).join(' ') })
  if (name.can('create') && !first.can('create')) {
    const [one, ...others] = String(value.name ?? '').split(' ')
    write(record, { first_name: others.length > 0 ? one : '', last_name: others.join(' ') || one })
  }
}

/** Opens the records of one model, with none in it. */
export function openRecords(
  { mapping, fixtures, merges, from, now }: RecordsOptions,
  seed: (records: Records) => readonly Unified[],
): Records {
  const { table, file } = mapping
  const shape = shapeOf(mapping, fixtures)
  const write = recordWriter(mapping.model, file)
  const idAt = table.byField.get('id')?.reads[0] ?? []
  const getId = getter(idAt)
  const byId = new Map<string, Json>()
  let number = from

  const idOf = (record: Json): string => String(getId(record))
  const numbered = (at: number): string => idLike(shape.id, at)
  const touch = (record: Json, values: Unified) =>
    write(record, { ...values, updated_at: new Date(now()).toISOString() })
  function add(record: Json): Json {
    const id = numbered(++number)
    put(record, idAt, typeof shape.id === 'number' ? Number(id) : id)
    byId.set(id, record)
    return record
  }
  function changed(before: Json, sent: Json, verb: 'create' | 'update'): Json {
    const record = layOver(before, clone(sent), merges)
    settle(record, sent, file, verb)
    for (const source of [before, shape.full([])]) keepFixed(record, source, shape.fixed([]))
    deriveName(record, mapping, write)
    touch(record, {})
    return record
  }
  const records: Records = {
    mapping,
    shape,
    all: () => [...byId.values()],
    find: id => byId.get(id),
    idOf,
    idAt: at => numbered(from + at),
    create(sent) {
      const record = shape.fresh()
      touch(record, { created_at: new Date(now()).toISOString() })
      return add(changed(record, sent, 'create'))
    },
    update(id, sent) {
      const before = byId.get(id)
      if (!before) return undefined
      const record = changed(before, sent, 'update')
      // A caller may send an id in the record; it stays what it was.
      put(record, idAt, getId(before))
      byId.set(id, record)
      return record
    },
    remove(id, change) {
      const record = byId.get(id)
      if (!record) return undefined
      if (!change) byId.delete(id)
      else {
        const left = lay(record, change) as Json
        touch(left, {})
        byId.set(id, left)
        return left
      }
      return record
    },
    reset() {
      byId.clear()
      number = from
      for (const values of seed(records)) {
        const record = shape.full(Object.keys(values))
        write(record, values)
        keepFixed(record, shape.full([]), shape.fixed(Object.keys(values)))
        add(record)
      }
    },
  }
  return records
}
