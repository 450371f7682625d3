import { refuse } from '../errors.ts'
import { readCondition } from './conditions.ts'
import { Reader } from './reader.ts'
import type { Ordering, Path, Query } from './tree.ts'

const OFFSET_MAX = 2000

function readPaths(reader: Reader): Path[] {
  const paths = [reader.path()]
  while (reader.takes(',')) paths.push(reader.path())
  return paths
}

function readOrdering(reader: Reader): Ordering {
  const path = reader.path()
  const descending = !reader.takes('ASC') && reader.takes('DESC')
  if (!reader.takes('NULLS')) return { path, descending, nullsLast: false }
  const nullsLast = !reader.takes('FIRST')
  if (nullsLast) reader.expect('LAST')
  return { path, descending, nullsLast }
}

function readOrderBy(reader: Reader): Ordering[] {
  if (!reader.takes('ORDER')) return []
  reader.expect('BY')
  const orderings = [readOrdering(reader)]
  while (reader.takes(',')) orderings.push(readOrdering(reader))
  return orderings
}

function readOffset(reader: Reader): number {
  const offset = reader.takes('OFFSET') ? reader.count() : 0
  if (offset > OFFSET_MAX) refuse(400, 'NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${OFFSET_MAX}`)
  return offset
}

/**
 * A query by the grammar of the SOQL reference, as far as it is kept here: no aggregates, subqueries, date literals or
 * `FIELDS()`, which are refused as malformed.
 *
 * @example
 * parse("SELECT Id, Account.Name FROM Contact WHERE Email = 'ada@example.com' ORDER BY Id LIMIT 10")
 */
export function parse(soql: string): Query {
  const reader = new Reader(soql)
  reader.expect('SELECT')
  const select = readPaths(reader)
  reader.expect('FROM')
  const from = reader.name()
  const where = reader.takes('WHERE') ? readCondition(reader) : undefined
  const orderBy = readOrderBy(reader)
  const limit = reader.takes('LIMIT') ? reader.count() : Number.POSITIVE_INFINITY
  const offset = readOffset(reader)
  reader.end()
  return { select, from, ...(where && { where }), orderBy, limit, offset }
}
