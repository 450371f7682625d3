import { type Context, Hono } from 'hono'
import { type Json, refuse } from './errors.ts'
import { execute } from './execution.ts'
import type { Locators } from './locators.ts'
import type { Records } from './records.ts'

/** Sizes of a batch, which `Sforce-Query-Options: batchSize=200` asks for: what lies outside is brought inside. */
const BATCH = { min: 200, max: 2000 }

export const rootOf = (c: Context): string => `/services/data/${c.req.param('version')}`

function readBatch(c: Context): number {
  const asked = /\bbatchSize\s*=\s*(\d+)/i.exec(c.req.header('sforce-query-options') ?? '')?.[1]
  return asked === undefined ? BATCH.max : Math.min(BATCH.max, Math.max(BATCH.min, Number(asked)))
}

/** One batch: specs/salesforce/platform-rest.json#/components/schemas/QueryAll, and where the next one is. */
function answer(c: Context, rows: readonly Json[], from: number, size: number, locator: (at: number) => string) {
  const end = from + size
  const done = end >= rows.length
  const next = done ? {} : { nextRecordsUrl: `${rootOf(c)}/query/${locator(end)}` }
  return c.json({ totalSize: rows.length, done, ...next, records: rows.slice(from, end) })
}

/** `GET /query?q=` and `GET /query/{locator}`: specs/salesforce/platform-rest.json#/paths/~1data~1v64.0~1query */
export function queries(records: Records, locators: Locators): Hono {
  return new Hono({ strict: false })
    .get('/query', c => {
      const soql = c.req.query('q') ?? refuse(400, 'MALFORMED_QUERY', 'A query string has to be specified')
      const rows = execute(records, soql, rootOf(c))
      const size = readBatch(c)
      const cursor = rows.length > size ? locators.open(rows, size) : ''
      return answer(c, rows, 0, size, at => `${cursor}-${at}`)
    })
    .get('/query/:locator', c => {
      const { id, rows, size, from } = locators.find(c.req.param('locator'))
      return answer(c, rows, from, size, at => `${id}-${at}`)
    })
}
