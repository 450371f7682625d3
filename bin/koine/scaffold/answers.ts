import { getter, isNothing, isObject, parsePath } from '../../../src/mapping/path.ts'
import { type FieldRow, kindOf } from '../../../src/mapping/schema/index.ts'
import { TODO } from '../../check/unwritten.ts'
import { constOf, type Members, readPaths } from './row-leaves.ts'
import type { Json } from './specification.ts'

const at = (source: unknown, path: string): unknown => getter(parsePath(path) ?? [])(source)

/** One element of a list of ours, as far as theirs has something for it. */
function elementFor(members: Members, source: unknown): Json | undefined {
  const names = Object.keys(members)
  const there = names.filter(name => readPaths(members[name]!).some(path => !isNothing(at(source, path))))
  if (there.length === 0) return undefined
  const constants = names.filter(name => constOf(members[name]!) !== undefined)
  return Object.fromEntries([...there, ...constants].map(name => [name, TODO]))
}

function valueFor(row: FieldRow, record: Json): unknown {
  const kind = kindOf(row)
  switch (kind.type) {
    case 'value':
      return readPaths(kind.row).some(path => !isNothing(at(record, path))) ? TODO : undefined
    case 'positions': {
      const elements = kind.row.positions.flatMap(position => elementFor(position, record) ?? [])
      return elements.length > 0 ? elements : undefined
    }
    case 'each': {
      const list = at(record, kind.row.each)
      const { row: members } = kind.row
      if (!Array.isArray(list) || list.length === 0) return undefined
      return list.map(element => (members ? elementFor(members, element) : TODO))
    }
    case 'map': {
      const map = at(record, kind.row.map)
      const keys = isObject(map) ? Object.keys(map) : []
      return keys.length > 0 ? Object.fromEntries(keys.map(key => [key, TODO])) : undefined
    }
  }
}

/** Our answer for a record of theirs: which fields it has, and each value of it left to a person. */
export const answerFor = (fields: Readonly<Record<string, FieldRow>>, record: Json): Json =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, row]) => {
      const value = valueFor(row, record)
      return value === undefined ? [] : [[name, value]]
    }),
  )
