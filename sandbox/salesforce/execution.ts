import { type Column, columnValue, readColumn, shape } from './columns.ts'
import { comparable, readTest } from './comparisons.ts'
import { type Json, refuse } from './errors.ts'
import { findObject, type ObjectName } from './objects.ts'
import type { Records, Stored } from './records.ts'
import { parse } from './soql/parser.ts'
import { placed } from './soql/place.ts'
import type { Ordering, Query } from './soql/tree.ts'

function readFrom(soql: string, { name, at }: Query['from']): ObjectName {
  const message = `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`
  return findObject(name) ?? refuse(400, 'INVALID_TYPE', placed(soql, at, message))
}

function readSelect(soql: string, type: ObjectName, select: Query['select']): Column[] {
  const columns = select.map(path => readColumn(soql, type, path))
  const names = columns.map(({ field, through }) => `${through ? `${through.relationship}.` : ''}${field.name}`)
  const again = names.find((name, i) => names.indexOf(name) !== i)
  return again ? refuse(400, 'INVALID_FIELD', `duplicate field selected: ${again}`) : columns
}

/** Picklists sort in the order of their options, which is not that of the alphabet; other values come after them. */
function sortKey(records: Records, record: Stored, column: Column) {
  const value = columnValue(records, record, column)
  const { field } = column
  if (field.type !== 'picklist' || value === null) return comparable(field, value)
  const place = field.options.indexOf(String(value))
  return place < 0 ? field.options.length : place
}

type Order = (a: Stored, b: Stored) => number

/** Records without a value come first in both directions, unless NULLS LAST is asked for. */
function readOrder(records: Records, soql: string, type: ObjectName, ordering: Ordering): Order {
  const column = readColumn(soql, type, ordering.path)
  const { name, sortable } = column.field
  const message = `field '${name}' can not be sorted in a query call`
  if (!sortable) refuse(400, 'INVALID_FIELD', placed(soql, ordering.path.at, message))
  return (a, b) => {
    const [left, right] = [sortKey(records, a, column), sortKey(records, b, column)]
    if (left === right) return 0
    if (left === null || right === null) return (left === null) === ordering.nullsLast ? 1 : -1
    return left < right === ordering.descending ? 1 : -1
  }
}

/** What a query finds, in its order and within its limit, each record in the shape asked for. */
export function execute(records: Records, soql: string, root: string): Json[] {
  const query = parse(soql)
  const type = readFrom(soql, query.from)
  const columns = readSelect(soql, type, query.select)
  const test = query.where ? readTest(records, soql, type, query.where) : () => true
  const orders = query.orderBy.map(ordering => readOrder(records, soql, type, ordering))
  const found = records.all(type).filter(test)
  // The shelves are in order of id, which settles what is equal: sorting keeps it.
  found.sort((a, b) => orders.reduce((sign, order) => sign || order(a, b), 0))
  return found.slice(query.offset, query.offset + query.limit).map(record => shape(records, record, columns, root))
}
