import { Hono } from 'hono'
import { describe, Refusal, refuse } from './errors.ts'
import { fields } from './fields.ts'
import { limits } from './limits.ts'
import { objects } from './objects.ts'
import { pipelinesAndStages } from './pipelines.ts'
import { Records } from './records.ts'
import { searches } from './search.ts'
import { usersV1 } from './users.ts'

export interface PipedriveOptions {
  /** The one token that is let in, `sandbox-pipedrive-token` unless given. */
  token?: string
  /** The clock, in epoch milliseconds. */
  now?: () => number
}

/** What exists in v2 and needs a scope other than the token's, which are contacts:full, deals:full and users:read. */
const ELSEWHERE =
  /^\/api\/v2\/(activities|activityFields|products|productFields|leads|itemSearch|projects|projectFields|projectTemplates|tasks|boards|phases)(\/|$)/
/** Read with the token's scopes; written by administrators only. */
const SETTINGS = /^\/api\/v2\/(personFields|organizationFields|dealFields|stages|pipelines)(\/|$)/

/**
 * Pipedrive's API v2 in small, over the records of sandbox/people.ts: persons, organizations and deals, their search,
 * their fields, pipelines and stages, and the users, who are in v1 alone.
 *
 * @example
 * const { app, reset } = createPipedrive({ token: 'secret' })
 * await app.request('/api/v2/persons', { headers: { authorization: 'Bearer secret' } })
 */
export function createPipedrive(options: PipedriveOptions = {}): { app: Hono; reset(): void } {
  const { token = 'sandbox-pipedrive-token', now = Date.now } = options
  const records = new Records(now)
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('x-correlation-id', crypto.randomUUID())
  })
  app.use(limits(now))
  app.use(async (c, next) => {
    const known = c.req.header('authorization') === `Bearer ${token}` || c.req.header('x-api-token') === token
    if (!known) refuse(401, 'unauthorized access', { errorCode: 401 })
    await next()
  })
  app.route('/api/v2', searches(records))
  app.route('/api/v2', objects(records))
  app.route('/api/v2', fields())
  app.route('/api/v2', pipelinesAndStages())
  for (const base of ['/v1', '/api/v1']) app.route(base, usersV1())
  app.notFound(c => {
    const beyond = ELSEWHERE.test(c.req.path) || (c.req.method !== 'GET' && SETTINGS.test(c.req.path))
    return beyond ? refuse(403, 'Scope and URL mismatch') : refuse(404, 'Unknown method')
  })
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.json(describe(error), error.status)
    throw error
  })
  return { app, reset: () => records.reset() }
}
