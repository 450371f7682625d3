import { readText } from './codecs.ts'
import type { Path } from './path.ts'
import type { Bad } from './row.ts'
import type { Table, TableRow } from './table.ts'
import { note, type Warning } from './warnings.ts'

/** A unified record: fields of the model, in the order of the table. */
export type Unified = Record<string, unknown>

export type { Warning } from './warnings.ts'
export type Reader = (record: unknown, warnings: Warning[]) => Unified

/** Fields that were asked for by name: `title`, or `emails.email` for one member. Undefined asks for all. */
export type Fields = readonly string[] | undefined

const top = (name: string): string => {
  const dot = name.indexOf('.')
  return dot < 0 ? name : name.slice(0, dot)
}

/** The rows that fill what was asked for; `id` always does. */
export function rowsFor(table: Table, fields: Fields): readonly TableRow[] {
  if (!fields) return table.rows
  return table.rows.filter(
    row =>
      row.field === 'id' ||
      fields.some(name =>
        row.custom === undefined ? top(name) === row.field : name === 'custom_fields' || name === row.field,
      ),
  )
}

const short = (raw: unknown): boolean =>
  typeof raw === 'number' || typeof raw === 'boolean' || (typeof raw === 'string' && raw.length <= 200)

const UNREADABLE = {
  code: 'unreadable',
  detail: 'The provider’s value is not of the kind that this field has.',
}

function badInto(warnings: Warning[], out: Unified): Bad {
  return (field, raw, { code, detail } = UNREADABLE) =>
    note(warnings, {
      ...(typeof out.id === 'string' && { record: out.id }),
      field,
      code,
      detail,
      // JSON has no such number: `1e400` would be null.
      ...(short(raw) && { raw: typeof raw === 'number' && !Number.isFinite(raw) ? String(raw) : raw }),
    })
}

/** Plain texts below one parent, read together: one look-up of the parent for all of its keys. */
interface Group {
  readonly parent: string | undefined
  readonly keys: readonly string[]
  readonly names: readonly string[]
}
function group(rows: readonly TableRow[]): Group[] {
  const byParent = Map.groupBy(rows, row => (row.plain!.length === 2 ? row.plain![0] : undefined))
  return [...byParent].map(([parent, members]) => ({
    parent,
    keys: members.map(row => row.plain!.at(-1)!),
    names: members.map(row => row.field),
  }))
}

/** Makes the function that reads records: every row, or those that fill the fields asked for. It never throws. */
export function readerOf(table: Table, fields?: Fields): Reader {
  const rows = rowsFor(table, fields)
  const groups = group(rows.filter(row => row.plain && row.custom === undefined))
  const others = rows.filter(row => !row.plain && row.custom === undefined)
  const customs = rows.filter(row => row.custom !== undefined)
  const cut = fields?.some(name => name.includes('.')) ? cutter(fields) : undefined
  return (record, warnings) => {
    const out: Unified = {}
    const bad = badInto(warnings, out)
    for (const { parent, keys, names } of groups) {
      const from = (parent === undefined ? record : (record as Unified | null)?.[parent]) as Unified | null | undefined
      if (from == null || typeof from !== 'object') continue
      for (let i = 0; i < keys.length; i++) {
        const value = from[keys[i]!]
        if (typeof value === 'string') {
          if (value !== '') out[names[i]!] = value
        } else if (value != null) {
          const text = readText(value)
          if (typeof text === 'string') out[names[i]!] = text
          else bad(names[i]!, value)
        }
      }
    }
    for (let i = 0; i < others.length; i++) others[i]!.into(record, out, bad)
    if (customs.length > 0) readCustom(customs, record, out, bad)
    cut?.(out)
    return out
  }
}

function readCustom(rows: readonly TableRow[], record: unknown, out: Unified, bad: Bad): void {
  const found: Unified = {}
  for (const row of rows) row.into(record, found, (field, raw, why) => bad(`custom_fields.${field}`, raw, why))
  for (const _ in found) {
    out.custom_fields = { ...(out.custom_fields as object | undefined), ...found }
    return
  }
}

/** Cuts elements and custom fields down to the members that were named. */
function cutter(fields: readonly string[]): (out: Unified) => void {
  const members = new Map<string, Set<string>>()
  for (const name of fields) {
    const field = top(name)
    if (field !== name && !fields.includes(field))
      members.set(field, (members.get(field) ?? new Set()).add(name.slice(field.length + 1)))
  }
  const keep = (value: unknown, names: Set<string>): unknown =>
    Array.isArray(value)
      ? value.map(element => keep(element, names))
      : Object.fromEntries(Object.entries(value as object).filter(([key]) => names.has(key)))
  return out => {
    for (const [field, names] of members) if (typeof out[field] === 'object') out[field] = keep(out[field], names)
  }
}

/** The provider's paths that are read for what was asked. */
export const pathsFor = (table: Table, fields: Fields): readonly Path[] =>
  rowsFor(table, fields).flatMap(row => row.reads)
