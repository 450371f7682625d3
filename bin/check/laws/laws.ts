import { isDeepStrictEqual } from 'node:util'
import { project } from '../../../sandbox/stub/project.ts'
import { clone, getter, isObject, keysOf, parsePath, put } from '../../../src/mapping/path.ts'
import type { Unified } from '../../../src/mapping/read.ts'
import type { WriteVerb } from '../../../src/mapping/row.ts'
import type { TableRow } from '../../../src/mapping/table.ts'
import { eachOf, isOutside, meet, positionsOf, readsOf, writesOf } from './rows.ts'
import { plain, same, sameElements, sameList } from './same.ts'
import { type Stored, write } from './store.ts'
import type { Subject } from './subject.ts'

type Json = Record<string, unknown>
/** A law that does not hold, in words; undefined where it does. */
export type Breach = string | undefined

/** What the laws are tried on: a record to create and a change to make. */
export interface Case {
  readonly created: Unified
  readonly changed: Unified
}

const show = (value: unknown): string => JSON.stringify(value)
const ROOM = new Set(['does-not-fit', 'value-not-supported', 'invalid'])
const rowsOf = ({ mapping }: Subject) => mapping.table.rows
const read = ({ mapping }: Subject, record: unknown): Unified => mapping.reader(undefined)(record, [])
const isDerived = (row: TableRow): boolean => !row.can('create') && !row.can('update')

/** A record as the provider may hold it: what was created, an id, and members that no row maps. */
export function stockOf(subject: Subject, created: Unified): Stored {
  const stored = write(subject, 'create', created)
  const record = clone(stored.stored)
  record.unmapped_by_any_row = { deep: 1 }
  const id = subject.mapping.table.byField.get('id')?.reads[0]
  if (id && getter(id)(record) == null) put(record, id, 'id-1')
  for (const { path, how } of subject.mapping.table.containers) {
    const container = getter(path)(record)
    if (how !== 'whole') continue
    for (const element of Array.isArray(container) ? container : [container])
      if (isObject(element)) element.unmapped_by_any_row = { deep: 2 }
  }
  for (const row of rowsOf(subject)) {
    const path = parsePath(eachOf(row.spec)?.each ?? '') ?? []
    const pick = path.at(-1)
    const list = pick?.pick === undefined ? undefined : getter(path.slice(0, -1))(record)
    if (Array.isArray(list)) list.push({ [pick!.pick!]: 'of another kind', unmapped_by_any_row: 3 })
  }
  return { ...stored, stored: record }
}

/** What a caller may expect to read, after the warnings. */
function expected(field: string, value: unknown, { written }: Stored): unknown {
  const out = clone(value)
  for (const { field: named, code } of written.warnings) {
    const [top, index, member] = named.split('.')
    if (top === field && code === 'not-kept' && Array.isArray(out) && member)
      delete (out[Number(index)] as Json)[member]
  }
  return out
}

/** What clearing a row leaves: nothing, or the value that the row says stands for it. */
const emptied = ({ spec }: TableRow): unknown =>
  isObject(spec) && 'empty_value' in spec ? spec.empty_value : undefined

/** PutGet: what is written reads back, but for what a warning names, the order of positions, and a type that a position adds. */
export function putGet(subject: Subject, put: Stored, verb: WriteVerb): Breach {
  const got = read(subject, put.stored)
  const { byField } = subject.mapping.table
  const foreign = rowsOf(subject).filter(row => row.field in put.input && isOutside(row, verb))
  for (const { code, detail, pointer } of put.refused)
    if (!ROOM.has(code) || detail === '') return `${pointer} was refused as ${code}: ${detail}`
  for (const field of Object.keys(put.input)) {
    if (field.endsWith('_raw') || field === 'custom_fields') continue
    const row = byField.get(field)
    const kept = put.written.warnings.some(w => w.field === field)
    if (!row?.can(verb)) {
      if (!kept && plain(put.input[field]) !== undefined) return `${field} is lost without a warning`
      continue
    }
    if (kept || isOutside(row, verb)) continue
    if (foreign.some(other => meet(writesOf(other, verb), readsOf(row)))) continue
    const wanted = plain(put.input[field]) === undefined ? emptied(row) : expected(field, put.input[field], put)
    const isSame = Array.isArray(wanted)
      ? (positionsOf(row.spec) ? sameElements : sameList)(wanted, (got[field] as unknown[] | undefined) ?? [])
      : same(wanted, got[field]) && same(put.input[`${field}_raw`], got[`${field}_raw`])
    if (!isSame) return `${field}: wrote ${show(wanted)}, read ${show(got[field])} from ${show(put.stored)}`
  }
  const own = (put.input.custom_fields ?? {}) as Json
  for (const key of Object.keys(own))
    if (!same(own[key], (got.custom_fields as Json | undefined)?.[key]))
      return `custom_fields.${key}: wrote ${show(own[key])}, read ${show(got.custom_fields)}`
  return undefined
}

/** A record without the elements that hold nothing but the tag of their place: emptied places, as providers keep them. */
function tidy({ merges }: Subject, record: Json): Json {
  const out = { ...record }
  for (const [list, tag] of Object.entries(merges))
    if (Array.isArray(out[list]))
      out[list] = (out[list] as Json[]).filter(({ [tag]: _, ...others }) => plain(others) !== undefined)
  return out
}

/** GetPut: writing what was read changes nothing, unmapped members included. */
export function getPut(subject: Subject, record: Json): Breach {
  const was = read(subject, record)
  const mine = Object.fromEntries(
    Object.entries(was).filter(([field]) => {
      const row = subject.mapping.table.byField.get(field.replace(/_raw$/, ''))
      return row?.can('update') && !row.byHook('update') && !isOutside(row, 'update')
    }),
  )
  const again = write(subject, 'update', mine, record)
  if (again.refused.length > 0) return `what was read is refused: ${show(again.refused)}`
  return same(tidy(subject, again.stored), tidy(subject, record))
    ? undefined
    : `${show(record)} became ${show(again.stored)}`
}

/** PutPut: twice is once. */
export function putPut(subject: Subject, changed: Unified, once: Stored): Breach {
  const twice = write(subject, 'update', changed, clone(once.stored))
  return same(twice.stored, once.stored) ? undefined : `${show(once.stored)} became ${show(twice.stored)}`
}

/** Rest: fields that were not sent read the same, and what no row maps stays. */
export function rest(subject: Subject, before: Json, after: Stored): Breach {
  const was = read(subject, before)
  const is = read(subject, after.stored)
  const sent = rowsOf(subject).filter(row =>
    row.custom === undefined ? row.field in after.input : row.custom in ((after.input.custom_fields ?? {}) as Json),
  )
  const foreign = sent.filter(row => isOutside(row, 'update')).flatMap(row => writesOf(row, 'update'))
  for (const row of rowsOf(subject)) {
    if (sent.includes(row) || row.field === 'custom_fields' || row.composeFrom.some(field => field in after.input))
      continue
    // A field that is only read may be made of others; one that is written stands alone.
    if (isDerived(row) && sent.some(other => meet(writesOf(other, 'update'), readsOf(row)))) continue
    if (meet(foreign, readsOf(row))) continue
    // An amount in minor units says something else once its currency is another.
    if (row.currency && sent.some(other => meet(writesOf(other, 'update'), [keysOf(row.currency!).join('.')]))) continue
    const pick = (unified: Unified) =>
      row.custom === undefined
        ? [unified[row.field], unified[`${row.field}_raw`]]
        : [(unified.custom_fields as Json | undefined)?.[row.custom]]
    if (!same(pick(was), pick(is)))
      return `${row.field} was not sent: ${show(pick(was))} became ${show(pick(is))} by ${show(after.written.body)}`
  }
  const own = (was.custom_fields ?? {}) as Json
  for (const key of Object.keys(own))
    if (!(key in ((after.input.custom_fields ?? {}) as Json)) && !same(own[key], (is.custom_fields as Json)?.[key]))
      return `custom_fields.${key} was not sent and is lost`
  return same(before.unmapped_by_any_row, after.stored.unmapped_by_any_row) ? undefined : 'an unmapped member is lost'
}

/** Null: clears. */
export function nullClears(subject: Subject, record: Json): Breach {
  const was = read(subject, record)
  for (const row of rowsOf(subject)) {
    if (!row.can('update') || row.byHook('update') || isOutside(row, 'update') || row.field === 'custom_fields')
      continue
    const change = row.custom === undefined ? { [row.field]: null } : { custom_fields: { [row.custom]: null } }
    const held = row.custom === undefined ? was[row.field] : (was.custom_fields as Json | undefined)?.[row.custom]
    if (plain(held) === undefined) continue
    const after = read(subject, write(subject, 'update', change, clone(record)).stored)
    const left = row.custom === undefined ? after[row.field] : (after.custom_fields as Json | undefined)?.[row.custom]
    if (!same(left, emptied(row))) return `${row.field} is still ${show(left)}`
  }
  return undefined
}

/** A record as the provider answers it when only the projection was asked for. */
const projected = ({ mapping }: Subject, record: Json, fields?: readonly string[]): Json =>
  project(record, mapping.file.select, mapping.select(fields))

/** Projection: a record cut to `{select}` reads the same, whole and for the fields asked. */
export function projection(subject: Subject, record: Json, fields: readonly string[]): Breach {
  const { mapping } = subject
  for (const asked of [undefined, fields]) {
    const wanted = mapping.reader(asked)(record, [])
    const got = mapping.reader(asked)(projected(subject, record, asked), [])
    if (!isDeepStrictEqual(wanted, got)) return `fields=${asked ?? 'all'}: ${show(wanted)} read as ${show(got)}`
  }
  const whole = mapping.reader(undefined)(record, [])
  const some = mapping.reader(fields)(record, [])
  for (const field of fields) if (!same(whole[field], some[field])) return `${field} reads otherwise when asked alone`
  return undefined
}

/** All laws on one case; the name of the law and what happened. */
export const laws: Readonly<Record<string, (subject: Subject, given: Case) => Breach>> = {
  'PutGet on create': (subject, { created }) => putGet(subject, stockOf(subject, created), 'create'),
  'PutGet on update': (subject, { created, changed }) =>
    putGet(subject, write(subject, 'update', changed, stockOf(subject, created).stored), 'update'),
  GetPut: (subject, { created }) => getPut(subject, stockOf(subject, created).stored),
  PutPut: (subject, { created, changed }) =>
    putPut(subject, changed, write(subject, 'update', changed, stockOf(subject, created).stored)),
  Rest: (subject, { created, changed }) => {
    const before = stockOf(subject, created).stored
    return rest(subject, before, write(subject, 'update', changed, clone(before)))
  },
  Null: (subject, { created }) => nullClears(subject, stockOf(subject, created).stored),
  Projection: (subject, { created, changed }) =>
    projection(
      subject,
      stockOf(subject, created).stored,
      Object.keys(changed).filter(f => !f.endsWith('_raw')),
    ),
}
/** The laws that a mapping can be put to, by the verbs it has. */
export const lawsFor = ({ mapping: { verbs } }: Subject): string[] =>
  Object.keys(laws).filter(
    law => verbs.create?.hasRequest && (verbs.update?.hasRequest || law === 'PutGet on create' || law === 'Projection'),
  )
