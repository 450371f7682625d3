import { Hono } from 'hono'
import { answer } from './answers.ts'
import { invalid, readObject } from './errors.ts'
import { readFilter } from './filters.ts'
import { readObjectSlug } from './object-table.ts'
import type { Records } from './records.ts'
import { sortRecords } from './sorts.ts'

/**
 * specs/attio/openapi.json#/paths/~1v2~1objects~1{object}~1records~1query: 500 unless asked. A maximum is not
 * published; what is above the default is refused here, so that nothing comes to rely on it.
 */
const LIMIT = { standard: 500, max: 500 }

function readCount(value: unknown, name: string, standard: number, least: number, most: number): number {
  if (value === undefined) return standard
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value)
  return invalid(`Body payload validation error: ${name} must be a whole number from ${least} to ${most}.`)
}

/** `POST /v2/objects/{object}/records/query`: pages by offset, no total; a page that is not full is the last. */
export function query(records: Records): Hono {
  return new Hono().post('/:object/records/query', async c => {
    const object = readObjectSlug(c.req.param('object'))
    const body = await readObject(c)
    const limit = readCount(body.limit, 'limit', LIMIT.standard, 1, LIMIT.max)
    const offset = readCount(body.offset, 'offset', 0, 0, Number.MAX_SAFE_INTEGER)
    const matches = readFilter(records, object, body.filter === undefined ? {} : body.filter)
    const found = sortRecords(records, object, body.sorts, records.all(object).filter(matches))
    return c.json({ data: found.slice(offset, offset + limit).map(record => answer(records, record)) })
  })
}
