import { keysOf, parsePath } from '../../../src/mapping/path.ts'
import { type FieldRow, kindOf, type ValueRow } from '../../../src/mapping/schema/index.ts'
import type { Model, RowsField, Scalar } from '../../../src/models/index.ts'

/** One value of theirs that a row reads. */
export interface Leaf {
  /** Its keys, without indices: `emails.value`. */
  readonly keys: string
  readonly type: Scalar | 'list' | 'map'
  /** What the model gives as an example. */
  readonly example: unknown
  readonly row: Row
}
export type Row = string | ValueRow
export type Members = Readonly<Record<string, Row>>

/** The paths that a value row reads. */
export const readPaths = (row: Row): string[] =>
  typeof row === 'string' ? [row] : (row.join ?? [row.read ?? row.at ?? []].flat())
/** The constant of a member that is only one. */
export const constOf = (row: Row): string | undefined => (typeof row === 'object' ? row.const : undefined)

const keysIn = (...paths: readonly string[]): string => paths.flatMap(path => keysOf(parsePath(path) ?? [])).join('.')

function leavesOfRow(model: Model, name: string, given: FieldRow): Leaf[] {
  const field = model.fields[name]!
  const kind = kindOf(given)
  const members = (all: Members, under: string): Leaf[] =>
    Object.entries(all).flatMap(([member, row]) => {
      const { type, example } = (field as RowsField).members[member]!
      return readPaths(row).map(path => ({ keys: keysIn(under, path), type, example, row }))
    })
  switch (kind.type) {
    case 'value': {
      const type = field.type === 'rows' ? 'list' : field.type
      return readPaths(kind.row).map(path => ({ keys: keysIn(path), type, example: field.example, row: kind.row }))
    }
    case 'positions':
      return kind.row.positions.flatMap(position => members(position, ''))
    case 'each': {
      const { each, row, item = '' } = kind.row
      if (row) return members(row, each)
      const [example] = [field.example].flat()
      return [{ keys: keysIn(each, readPaths(item)[0] ?? ''), type: 'text', example, row: item }]
    }
    case 'map':
      return [{ keys: keysIn(kind.row.map), type: 'map', example: field.example, row: kind.row.map }]
  }
}

/** The one path that a filter or sort of a field compares, `member` of it where the field is a list. */
export function comparedPath(given: FieldRow, member: string): string | undefined {
  const kind = kindOf(given)
  const first = (row: Row | undefined): string | undefined =>
    row === undefined || (typeof row === 'object' && row.join) ? undefined : readPaths(row)[0]
  switch (kind.type) {
    case 'value':
      return first(kind.row)
    case 'positions':
      return first(kind.row.positions[0]?.[member])
    case 'each': {
      const inner = first(kind.row.row?.[member] ?? kind.row.item)
      return inner === undefined ? undefined : [kind.row.each, inner].filter(Boolean).join('.')
    }
    case 'map':
      return undefined
  }
}

/** Every value that a field table reads. */
export const leavesOf = (model: Model, fields: Readonly<Record<string, FieldRow>>): Leaf[] =>
  Object.entries(fields).flatMap(([name, row]) => leavesOfRow(model, name, row))
