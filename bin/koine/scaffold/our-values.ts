// What a caller of ours sends and asks for: the examples of the model, as far as a row has a place for them.
import { type FieldRow, kindOf, type ValueRow } from '../../../src/mapping/schema/index.ts'
import type { Model, RowsField } from '../../../src/models/index.ts'
import { constOf, type Members, type Row } from './row-leaves.ts'
import type { Json } from './specification.ts'

/** The customer’s own fields in a fixture. */
export const OWN_FIELDS = { a_field: 'a value' }

/** A value as the row can write it: of a closed list one that it knows, a number where an id is one. */
function spelled(row: Row, example: unknown): unknown {
  if (typeof row === 'string') return example
  if (row.enum) return Object.hasOwn(row.enum, String(example)) ? example : Object.keys(row.enum)[0]
  return row.format === 'number-id' && !/^\d+$/.test(String(example)) ? '1001' : example
}

/** What a caller sends for a field. */
export function sentFor(model: Model, name: string, given: FieldRow): unknown {
  const field = model.fields[name]!
  const kind = kindOf(given)
  const element = (members: Members): Json =>
    Object.fromEntries(
      Object.entries(members)
        .filter(([member]) => member !== 'id')
        .map(([member, row]) => [member, constOf(row) ?? spelled(row, (field as RowsField).members[member]!.example)]),
    )
  switch (kind.type) {
    case 'value':
      return spelled(kind.row, field.example)
    case 'positions':
      return kind.row.positions.slice(0, 1).map(element)
    case 'each':
      return kind.row.row ? [element(kind.row.row)] : field.example
    case 'map':
      return OWN_FIELDS
  }
}

/** What a caller asks a filter for; `options` are the filter's own words for ours. */
export function askedFor(model: Model, filter: string, row: FieldRow, options: ValueRow['enum']): string {
  const [top = '', member = ''] = model.filters[filter]!.split('.')
  const field = model.fields[top]!
  if (filter.endsWith('_after')) return field.type === 'date' ? '2026-01-01' : '2026-01-01T00:00:00Z'
  if (field.type === 'rows') return String(field.members[member]?.example)
  const kind = kindOf(row)
  const own: Row = kind.type === 'value' ? kind.row : ''
  return String(spelled(options ? { enum: options } : own, field.example))
}
