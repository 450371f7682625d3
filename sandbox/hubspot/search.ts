import { Hono } from 'hono'
import { answer, asked } from './answers.ts'
import { invalid, isObject, type Json, readObject } from './errors.ts'
import { comparable, readFilter } from './filters.ts'
import { readLimit } from './paging.ts'
import { findProperty } from './property-table.ts'
import type { Records, Stored } from './records.ts'
import { type ObjectType, readType } from './types.ts'

/** specs/hubspot/crm-contacts.v3.json#/components/schemas/PublicObjectSearchRequest: 200 a page, 6 groups */
const PAGE = { standard: 10, max: 200 }
const GROUPS_MAX = 6
/** A search reaches no further than this many records into its result. */
const REACH = 10_000

/** What `query` looks into. */
const SEARCHED: Record<ObjectType, readonly string[]> = {
  contacts: ['firstname', 'lastname', 'email', 'phone', 'company'],
  companies: ['name', 'domain', 'website', 'phone'],
  deals: ['dealname', 'pipeline', 'dealstage', 'description'],
}

type Test = (record: Stored) => boolean

const listOf = (value: unknown, name: string): unknown[] => {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : invalid(`Invalid input JSON: ${name} must be a list`)
}

/** Groups are alternatives, the filters of one group all hold. */
function readGroups(records: Records, type: ObjectType, body: Json): Test {
  const groups = listOf(body.filterGroups, 'filterGroups').map(group => {
    if (!isObject(group)) return invalid('Invalid input JSON: a filter group must be an object')
    return listOf(group.filters, 'filters').map(filter => readFilter(records, type, filter))
  })
  if (groups.length > GROUPS_MAX) invalid(`There are more than ${GROUPS_MAX} filterGroups`)
  return record => groups.length === 0 || groups.some(tests => tests.every(test => test(record)))
}

/** Every word of `query` begins some searched value of the record. */
function readQuery(records: Records, type: ObjectType, body: Json): Test {
  const words = typeof body.query === 'string' ? body.query.toLowerCase().split(/\s+/).filter(Boolean) : []
  return record => {
    const values = SEARCHED[type].map(name => records.value(type, record, name)?.toLowerCase() ?? '')
    return words.every(word => values.some(value => ` ${value}`.includes(` ${word}`)))
  }
}

/** An object in practice, a bare name (with `-` before it for descending) in the specification: both are taken. */
function readSort(sort: unknown): { name: string; descending: boolean } {
  if (typeof sort === 'string') return { name: sort.replace(/^-/, ''), descending: sort.startsWith('-') }
  if (!isObject(sort)) return invalid('Invalid input JSON: a sort must be an object')
  const { propertyName, direction = 'ASCENDING' } = sort
  if (direction !== 'ASCENDING' && direction !== 'DESCENDING') return invalid(`unknown sort direction ${direction}`)
  return { name: String(propertyName), descending: direction === 'DESCENDING' }
}

/** One sort at most; records without a value come last, and the id settles what is equal. */
function sortRecords(records: Records, type: ObjectType, body: Json, found: Stored[]): Stored[] {
  const sorts = listOf(body.sorts, 'sorts').map(readSort)
  if (sorts.length > 1) return invalid('There can be one sort only')
  const [sort] = sorts
  if (sort === undefined) return found
  const property = findProperty(type, sort.name) ?? invalid(`There is no property ${sort.name} to sort by`)
  const keys = new Map(found.map(record => [record, keyOf(records.value(type, record, sort.name))]))
  function keyOf(value: string | null | undefined) {
    return typeof value === 'string' ? comparable(property.type, value) : undefined
  }
  const sign = sort.descending ? -1 : 1
  return found.toSorted((a, b) => {
    const [left, right] = [keys.get(a), keys.get(b)]
    if (left === right) return 0
    if (left === undefined || right === undefined) return left === undefined ? 1 : -1
    return left < right ? -sign : sign
  })
}

function readOffset(value: unknown, limit: number): number {
  const text = String(value ?? '') || '0'
  if (!/^\d+$/.test(text)) return invalid('after is not a paging cursor')
  const offset = Number(text)
  return offset + limit > REACH ? invalid(`The requested page is beyond the limit of ${REACH}`) : offset
}

/** `POST /crm/v3/objects/{type}/search`: specs/hubspot/crm-contacts.v3.json#/paths/~1crm~1v3~1objects~1contacts~1search */
export function search(records: Records, pageMax: number): Hono {
  return new Hono().post('/:type/search', async c => {
    const type = readType(c.req.param('type'))
    const body = await readObject(c)
    const limit = Math.min(readLimit(body.limit ?? undefined, PAGE.standard, PAGE.max), pageMax)
    const offset = readOffset(body.after, limit)
    const names = listOf(body.properties, 'properties').map(String)
    const [inGroups, inQuery] = [readGroups(records, type, body), readQuery(records, type, body)]
    const matching = records.all(type).filter(record => inGroups(record) && inQuery(record))
    const found = sortRecords(records, type, body, matching)
    const end = offset + limit
    return c.json({
      total: found.length,
      results: found.slice(offset, end).map(record => answer(type, record, asked(records, type, record, names))),
      ...(end < found.length && { paging: { next: { after: String(end) } } }),
    })
  })
}
