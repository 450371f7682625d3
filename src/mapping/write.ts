import { clone, getter, isNothing, put, startsWith } from './path.ts'
import { readerOf, type Unified, type Warning } from './read.ts'
import { currencyFirst, type WritePlace, type WriteVerb, type Writing } from './row.ts'
import type { Table, TableRow } from './table.ts'
import { note } from './warnings.ts'

/** A field that cannot be written so. */
export interface Refusal {
  readonly pointer: string
  readonly code: string
  readonly detail: string
}
/** What a table made of a caller's record. */
export interface Written {
  readonly body: Record<string, unknown>
  readonly refused: readonly Refusal[]
  readonly warnings: readonly Warning[]
  /** The provider's record must be fetched first, and handed in as `current`. */
  readonly needsCurrent: boolean
  /** A field was sent that only the hook can write. */
  readonly byHook: boolean
}

/** What is written, and how. */
export interface WriteGiven {
  readonly input: Unified
  readonly verb: WriteVerb
  /** What the provider wants for "nothing". */
  readonly emptyValue: unknown
  /** The provider's record, where it was fetched first. */
  readonly current?: unknown
}

/** Joined from the caller's parts, and from the current record where one is missing. */
function joined(row: TableRow, input: Unified, before: Unified | undefined): unknown {
  const parts = row.composeFrom
    .map(field => (field in input ? input[field] : before?.[field]))
    .filter(v => !isNothing(v))
  return parts.join(' ') || null
}

/**
 * Writes a unified record as the provider's. `input` has passed the model's schema; missing fields stay untouched,
 * null, `""` and `[]` clear on update. Nothing is dropped in silence: what cannot be written is refused by pointer,
 * what is kept otherwise is a warning.
 */
export function writeRecord(table: Table, given: WriteGiven): Written {
  const { emptyValue, input, verb, current } = given
  const body: Record<string, unknown> = {}
  const refused: Refusal[] = []
  const warnings: Warning[] = []
  const writing: Writing = {
    verb,
    emptyValue,
    current,
    refuse: (pointer, code, detail) => refused.push({ pointer, code, detail }),
    warn: (pointer, code, detail) => note(warnings, { field: pointer.slice(1).replaceAll('/', '.'), code, detail }),
  }
  const before = current === undefined ? undefined : readerOf(table)(current, [])
  const wanted: Unified = { ...input }
  let needsCurrent = false

  for (const row of table.rows) {
    if (row.composeFrom.length === 0 || !row.can(verb)) continue
    if (!row.composeFrom.some(field => input[field] !== undefined)) continue
    if (wanted[row.field] !== undefined) {
      for (const field of row.composeFrom)
        if (!isNothing(input[field]) && !table.byField.get(field)?.can(verb))
          writing.warn(`/${field}`, 'not-kept', `The provider keeps only "${row.field}", which was sent beside it.`)
      continue
    }
    if (verb === 'update' && row.composeFrom.some(field => input[field] === undefined)) {
      needsCurrent = true
      if (!before) continue
    }
    wanted[row.field] = joined(row, input, before)
    for (const field of row.composeFrom)
      if (!isNothing(input[field]) && !table.byField.get(field)?.can(verb))
        writing.warn(`/${field}`, 'kept-as', `The provider keeps it in "${row.field}".`)
  }

  for (const { path, how } of verb === 'update' ? table.containers : []) {
    const inside = table.rows.filter(row => row.writes.some(write => startsWith(write, path)) && row.can(verb))
    if (!inside.some(row => isSent(row, wanted))) continue
    needsCurrent = true
    if (!before) continue
    const was = getter(path)(current)
    if (how === 'whole') {
      if (was != null) put(body, path, clone(was))
    } else
      for (const row of inside)
        if (row.custom === undefined && wanted[row.field] === undefined && before[row.field] !== undefined)
          wanted[row.field] = before[row.field]
  }

  const consumed = new Set(table.rows.flatMap(row => row.composeFrom))
  for (const field of Object.keys(wanted)) {
    const row = table.byField.get(field)
    if (wanted[field] === undefined || field.endsWith('_raw') || field === 'custom_fields') continue
    if (!row?.can(verb) && !consumed.has(field)) refuseField(writing, field, row, table)
  }

  for (const row of currencyFirst(table.rows)) {
    // In the table's order, so that a body never depends on the caller's.
    if (row.custom !== undefined || row.field === 'custom_fields' || wanted[row.field] === undefined) continue
    if (verb === 'update' && !before && row.currency && isNothing(getter(row.currency)(body))) {
      needsCurrent = true
      continue
    }
    if (row.can(verb) && !row.byHook(verb))
      setOrClear(row, body, wanted[row.field], { writing, at: `/${row.field}`, siblings: wanted })
  }
  writeCustom(table, body, wanted.custom_fields, writing)
  const byHook = table.rows.some(row => row.byHook(verb) && isSent(row, wanted))
  return { body, refused, warnings, needsCurrent: needsCurrent && current === undefined, byHook }
}

const isSent = (row: TableRow, wanted: Unified): boolean =>
  row.custom === undefined
    ? wanted[row.field] !== undefined
    : (wanted.custom_fields as Unified | undefined)?.[row.custom] !== undefined

function setOrClear(row: TableRow, body: Record<string, unknown>, value: unknown, place: WritePlace): void {
  if (isNothing(value)) row.clear(body, place.writing)
  else row.set(body, value, place)
}

function refuseField(writing: Writing, field: string, row: TableRow | undefined, table: Table): void {
  if (!row) {
    const why = table.absent[field] ?? 'the mapping has no row for it'
    writing.refuse(`/${field}`, 'not-supported', `The provider cannot hold it: ${why}.`)
    return
  }
  const only = row.can('create')
    ? 'It can only be set on create.'
    : row.can('update')
      ? 'It can only be set on update.'
      : 'The provider sets it.'
  writing.refuse(`/${field}`, 'read-only', only)
}

function writeCustom(table: Table, body: Record<string, unknown>, given: unknown, writing: Writing): void {
  if (given === undefined) return
  if (given === null) return writing.refuse('/custom_fields', 'invalid', 'Name the keys to clear, each with null.')
  const left = { ...(given as Unified) }
  for (const row of table.rows) {
    if (row.custom === undefined || !(row.custom in left)) continue
    const at = `/custom_fields/${row.custom}`
    if (row.can(writing.verb)) setOrClear(row, body, left[row.custom], { writing, at, siblings: left })
    else writing.refuse(at, 'read-only', 'The provider sets it.')
    delete left[row.custom]
  }
  const rest = table.byField.get('custom_fields')
  if (rest?.can(writing.verb)) rest.set(body, left, { writing, at: '/custom_fields', siblings: left })
  else
    for (const key of Object.keys(left))
      writing.refuse(`/custom_fields/${key}`, 'not-supported', 'No field mapping names it.')
}
