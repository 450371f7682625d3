import { type Context, Hono } from 'hono'
import { associations } from './associations.ts'
import { batches } from './batch.ts'
import { describe, Refusal, refuse } from './errors.ts'
import { limits } from './limits.ts'
import { objects } from './objects.ts'
import { owners } from './owners.ts'
import { pipelines } from './pipelines.ts'
import { properties } from './properties.ts'
import { Records } from './records.ts'
import { search } from './search.ts'

export interface HubspotOptions {
  /** The one token that is let in, `sandbox-hubspot-token` unless given. */
  token?: string
  /** The clock, in epoch milliseconds. */
  now?: () => number
  /** Holds every page below this many records, so that a small account has many pages. */
  pageMax?: number
}

const correlations = new WeakMap<Request, string>()

function correlationOf(c: Context): string {
  const id = correlations.get(c.req.raw) ?? crypto.randomUUID()
  correlations.set(c.req.raw, id)
  return id
}

/** Paths that exist, to tell a wrong method (405) from a wrong path (404). */
const PATHS = [
  '/crm/v3/objects/:type',
  '/crm/v3/objects/:type/:id',
  '/crm/v3/objects/:type/batch/:act',
  '/crm/v3/properties/:type',
  '/crm/v3/properties/:type/:name',
  '/crm/v3/pipelines/:type',
  '/crm/v3/owners',
  '/crm/v3/owners/:id',
  '/crm/v4/objects/:from/:fromId/associations/:to',
  '/crm/v4/objects/:from/:fromId/associations/:to/:toId',
]

/**
 * HubSpot's CRM API in small, over the records of sandbox/people.ts: objects, search, associations, properties,
 * pipelines and owners.
 *
 * @example
 * const { app, reset } = createHubspot({ token: 'secret' })
 * await app.request('/crm/v3/objects/contacts', { headers: { authorization: 'Bearer secret' } })
 */
export function createHubspot(options: HubspotOptions = {}): { app: Hono; reset(): void } {
  const { token = 'sandbox-hubspot-token', now = Date.now, pageMax = Number.POSITIVE_INFINITY } = options
  const records = new Records(now)
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('x-hubspot-correlation-id', correlationOf(c))
  })
  app.use(limits(now))
  app.use(async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${token}`)
      refuse(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found or not valid')
    await next()
  })
  app.route('/crm/v3/objects', search(records, pageMax))
  app.route('/crm/v3/objects', batches(records, now))
  app.route('/crm/v3/objects', objects(records, pageMax))
  app.route('/crm/v4/objects', associations(records, pageMax, now))
  app.route('/crm/v3/properties', properties())
  app.route('/crm/v3/pipelines', pipelines())
  app.route('/crm/v3/owners', owners(pageMax))
  for (const path of PATHS) app.all(path, c => refuse(405, 'METHOD_NOT_ALLOWED', `${c.req.method} is not allowed here`))
  app.notFound(() => refuse(404, 'OBJECT_NOT_FOUND', 'no such path'))
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.json(describe(error, correlationOf(c)), error.status)
    throw error
  })
  return { app, reset: () => records.reset() }
}
