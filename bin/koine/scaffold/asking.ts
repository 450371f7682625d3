// What a list may be asked for: which of its parameters are filters and sorts of ours.
import { keysOf, parsePath } from '../../../src/mapping/path.ts'
import type { FieldRow, Filter, Sort } from '../../../src/mapping/schema/index.ts'
import type { Model } from '../../../src/models/index.ts'
import { findFilter } from './filters.ts'
import { type Input, inputsOf } from './inputs.ts'
import { LISTS } from './list-words.ts'
import { comparedPath } from './row-leaves.ts'
import { findSorts } from './sorts.ts'
import type { Operation } from './specification.ts'
import { fieldWords, plain } from './words.ts'

/** A filter, written out. */
export type Written = Exclude<Filter, string>
export interface Directions {
  readonly asc: string
  readonly desc: string
}
export interface Asking {
  readonly filters: Readonly<Record<string, Written>>
  readonly sorts: Readonly<Record<string, Sort>>
  readonly directions: Directions | undefined
  /** What the specification leaves open, for a person. */
  readonly open: readonly string[]
}

/** What filters and sorts are found among. */
export interface Asked {
  readonly model: Model
  readonly fields: Readonly<Record<string, FieldRow>>
  readonly inputs: readonly Input[]
  /** How the provider's other records are referred to, by field. */
  readonly references: Readonly<Record<string, readonly string[]>>
}

/** Where a field stands, as the dialect names it: `emails.value` for `emails.email`. */
export function askedPath(fields: Readonly<Record<string, FieldRow>>, field: string): string | undefined {
  const [top = '', member = ''] = field.split('.')
  const row = fields[top]
  return row === undefined ? undefined : comparedPath(row, member)
}

/** The words that a parameter may have for a field: those of its path first, then those of the field. */
export function askedWords({ model, fields, references }: Asked, field: string): string[] {
  const [top = '', member] = field.split('.')
  const path = askedPath(fields, field)
  const own = path === undefined ? [] : [plain(path), plain(keysOf(parsePath(path) ?? []).at(-1) ?? '')]
  const list = member === undefined ? undefined : LISTS[top]
  const listed = list && [...Object.keys(list.values ?? {}), list.members[member!] ?? ''].join(' ').split(' ')
  const words = [...own, ...(references[top] ?? []), ...(listed ?? fieldWords(model.name, top))]
  // A parameter may name what its field only refers to: `assignee` for `assignee_id`.
  const referred = top.endsWith('_id') ? [plain(top.slice(0, -3)), `${plain(top)}s`] : []
  return [...words.filter(word => !listed || (word !== 'value' && word !== 'address')), ...referred]
}

/** The filters and sorts of a list, written out. */
export function findAsking(operation: Operation, asked: Omit<Asked, 'inputs'>): Asking {
  const all: Asked = { ...asked, inputs: operation.method === 'get' ? inputsOf(operation) : [] }
  const { model, fields } = asked
  const filters: Record<string, Written> = {}
  for (const name of Object.keys(model.filters)) {
    const found = findFilter(name, all)
    if (found) filters[name] = found
  }
  const since = operation.parameters.some(one => one.in === 'header' && plain(one.name) === 'ifmodifiedsince')
  if (since && fields.updated_at !== undefined && 'updated_after' in model.filters && !filters.updated_after)
    filters.updated_after = { headers: { 'if-modified-since': '{value}' } }
  return { filters, ...findSorts(all) }
}
