import type { Field, Model } from '../models/index.ts'
import { unsoundInProviders } from '../models/unsound.ts'
import { down } from '../problem/pointer.ts'
import { codecs } from './codecs.ts'
import { compileEach } from './each-row.ts'
import type { ExpandedFile } from './expand.ts'
import { compileMap } from './map-row.ts'
import { entry, getter, isNothing, isObject, type Path, parsePath } from './path.ts'
import { compilePositions } from './positions-row.ts'
import { nearest, type Report } from './report.ts'
import type { Compiling, Row } from './row.ts'
import { type FieldRow, kindOf, type ValueRow } from './schema/index.ts'
import { compileRow } from './value-row.ts'

/** Rows that a connection lays over a mapping's own: `custom_fields.tier` or a field of the model → row. */
export type FieldOverrides = Readonly<Record<string, string | ValueRow>>

/** A row of the table with the field it fills. */
export interface TableRow extends Row {
  /** `title`, or `custom_fields.tier`. */
  readonly field: string
  /** The key below `custom_fields`, for a row that fills one. */
  readonly custom: string | undefined
  /** Fields of ours that are joined when this one is not sent. */
  readonly composeFrom: readonly string[]
  /** The row as the file has it. */
  readonly spec: FieldRow
  /** JSON pointer of the row in its file. */
  readonly pointer: string
}

/** A field table, compiled once for both directions. */
export interface Table {
  readonly model: Model
  readonly rows: readonly TableRow[]
  readonly byField: ReadonlyMap<string, TableRow>
  /** Containers that the provider overwrites as a whole. */
  readonly containers: readonly { readonly path: Path; readonly how: 'whole' | 'mapped' }[]
  /** Why a field has no row. */
  readonly absent: Readonly<Record<string, string>>
}

const CUSTOM = 'custom_fields.'
// What may not be a name in an object that is filled key by key.
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** Compiles a row by its kind; one that does not suit the field is told, and reads nothing. */
function compileField(name: string, spec: FieldRow, field: Field, at: Compiling): Row {
  const misfit = (wants: string): Row => {
    at.report(at.pointer, `"${name}" is ${wants} in the model; the row does not suit it`)
    return compileRow(name, { read: '', write: false }, 'text', at)
  }
  const kind = kindOf(spec)
  switch (kind.type) {
    case 'positions':
      return field.type === 'rows' ? compilePositions(name, kind.row, field, at) : misfit('no list of elements')
    case 'each':
      if (field.type === 'rows') return compileEach(name, kind.row, field, at)
      return field.type === 'list' ? compileEach(name, kind.row, undefined, at) : misfit('no list')
    case 'map':
      return field.type === 'map' ? compileMap(name, kind.row, at) : misfit('no map')
    case 'value':
      if (field.type === 'rows') return misfit('a list of elements')
      return field.type === 'map' ? misfit('a map') : compileRow(name, kind.row, field.type, at)
  }
}

/** A customer's own field: the value as it is, or as its format says. */
function compileCustom(key: string, given: FieldRow, at: Compiling): Row {
  const kind = kindOf(given)
  if (kind.type !== 'value') at.report(at.pointer, 'a field of the customer is one value: write a path, or a value row')
  const spec = kind.type === 'value' ? kind.row : ''
  const format = isObject(spec) ? spec.format : undefined
  if (typeof format === 'string') {
    const type = (Object.keys(codecs) as (keyof typeof codecs)[]).find(t => Object.hasOwn(codecs[t], format))
    const names = Object.values(codecs).flatMap(s => Object.keys(s).filter(Boolean))
    if (!type) at.report(down(at.pointer, 'format'), `no format "${format}"; ${nearest(format, names)}`)
    return compileRow(key, spec, type ?? 'text', at)
  }
  const { plain: _, ...row } = compileRow(key, spec, 'text', at)
  if (isObject(spec) && (spec.enum || spec.join || format)) return row
  const gets = row.reads.map(getter)
  return {
    ...row,
    into(source, out, bad) {
      const value = gets.map(get => get(source)).find(found => !isNothing(found))
      if (value === undefined) return
      if (unsoundInProviders(value)) bad(key, value)
      else out[key] = value
    },
  }
}

/**
 * Compiles the field table of a mapping, with a connection's own rows laid over it. Faults go to `report` with a
 * pointer in the mapping file (or `/field_mappings/…` for the connection's rows).
 */
export function compileTable(model: Model, file: ExpandedFile, overrides: FieldOverrides, report: Report): Table {
  const rows: TableRow[] = []
  const entries = new Map<string, { spec: FieldRow; pointer: string }>()
  for (const [name, spec] of Object.entries(file.fields)) entries.set(name, { spec, pointer: down('/fields', name) })
  for (const [name, spec] of Object.entries(overrides))
    entries.set(name, { spec, pointer: down('/field_mappings', name) })
  for (const [name, { spec, pointer }] of entries) {
    const custom = name.startsWith(CUSTOM) ? name.slice(CUSTOM.length) : undefined
    const field = entry(model.fields, name)
    const at: Compiling = { pointer, report }
    if (custom !== undefined ? custom === '' || FORBIDDEN.has(custom) : !field) {
      report(pointer, `no field "${name}" in the model; ${nearest(name, Object.keys(model.fields))}`)
      continue
    }
    const row = custom !== undefined ? compileCustom(custom, spec, at) : compileField(name, spec, field!, at)
    const isFixed = field !== undefined && 'readOnly' in field && field.readOnly === true
    const kind = kindOf(spec)
    const composeFrom = kind.type === 'value' && typeof kind.row === 'object' ? (kind.row.compose_from ?? []) : []
    for (const other of composeFrom)
      if (!entry(model.fields, other))
        report(down(pointer, 'compose_from'), `no field "${other}"; ${nearest(other, Object.keys(model.fields))}`)
    rows.push({
      ...row,
      field: name,
      custom,
      composeFrom,
      spec,
      pointer,
      can: verb => !isFixed && row.can(verb),
    })
  }
  const containers = Object.entries(file.update?.overwrites ?? {}).map(([text, how]) => {
    const path = parsePath(text)
    if (!path) report(down('/update/overwrites', text), `not a path: ${text}`)
    return { path: path ?? [], how }
  })
  return { model, rows, byField: new Map(rows.map(row => [row.field, row])), containers, absent: file.absent ?? {} }
}

/** Whether any verb of the file writes a field. */
export const canWriteAny = (row: TableRow, file: ExpandedFile): boolean =>
  (['create', 'update'] as const).some(verb => file[verb] !== undefined && row.can(verb))
