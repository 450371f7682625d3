import { type Context, Hono } from 'hono'
import { collections } from './collections.ts'
import { describes } from './describe.ts'
import { notFound, Refusal, refuse } from './errors.ts'
import { Locators } from './locators.ts'
import { queries } from './queries.ts'
import { Records } from './records.ts'
import { sobjects } from './sobjects.ts'

export interface SalesforceOptions {
  /** The one token that is let in, `sandbox-salesforce-token` unless given. */
  token?: string
  /** The clock, in epoch milliseconds. */
  now?: () => number
}

const ROOT = '/services/data/:version{v[0-9]+\\.0}'

/** Paths that exist and their methods, to tell a wrong method (405) from a wrong path (404). */
const PATHS: Record<string, string> = {
  '/query': 'GET',
  '/query/:locator': 'GET',
  '/composite/sobjects': 'DELETE,PATCH,POST',
  '/sobjects': 'GET',
  '/sobjects/:type': 'GET,POST',
  '/sobjects/:type/describe': 'GET',
  '/sobjects/:type/:id': 'DELETE,GET,PATCH',
}

/** As recorded, and the same for every answer: the imitation never refuses for haste. */
const USAGE = 'api-usage=101/15000'

function refuseMethod(c: Context, allowed: string): never {
  c.header('allow', allowed)
  return refuse(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${c.req.method}' not allowed. Allowed are ${allowed}`)
}

/**
 * Salesforce's REST API in small, over the records of sandbox/people.ts: SOQL queries, records, descriptions.
 *
 * @example
 * const { app, reset } = createSalesforce({ token: 'secret' })
 * const path = '/services/data/v64.0/query?q=SELECT+Id,Name+FROM+Contact'
 * await app.request(path, { headers: { authorization: 'Bearer secret' } })
 */
export function createSalesforce(options: SalesforceOptions = {}): { app: Hono; reset(): void } {
  const { token = 'sandbox-salesforce-token', now = Date.now } = options
  const records = new Records(now)
  const locators = new Locators()
  const app = new Hono({ strict: false })
  app.use(async (c, next) => {
    await next()
    if (c.res.headers.has('content-type')) c.header('content-type', 'application/json;charset=UTF-8')
    if (c.res.status !== 401) c.header('sforce-limit-info', USAGE)
  })
  app.use(async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${token}`)
      refuse(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
    await next()
  })
  app.route(ROOT, queries(records, locators))
  app.route(ROOT, describes())
  app.route(ROOT, collections(records))
  app.route(ROOT, sobjects(records))
  for (const [path, allowed] of Object.entries(PATHS)) app.all(ROOT + path, c => refuseMethod(c, allowed))
  app.notFound(() => notFound())
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.json(error.body, error.status)
    throw error
  })
  const reset = () => {
    records.reset()
    locators.reset()
  }
  return { app, reset }
}
