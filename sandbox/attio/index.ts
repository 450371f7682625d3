import { Hono } from 'hono'
import { attributes } from './attributes.ts'
import { describe, Refusal, refuse } from './errors.ts'
import { members } from './members.ts'
import { objects } from './objects.ts'
import { query } from './query.ts'
import { Records } from './records.ts'
import { instant } from './times.ts'

export interface AttioOptions {
  /** The one token that is let in, `sandbox-attio-token` unless given. */
  token?: string
  /** The clock, in epoch milliseconds. */
  now?: () => number
}

/**
 * Attio's API in small, over the records of sandbox/people.ts: people, companies and deals, their attributes, and the
 * workspace members. Attio announces no budget in its headers, and the imitation never refuses for haste.
 *
 * @example
 * const { app, reset } = createAttio({ token: 'secret' })
 * await app.request('/v2/objects', { headers: { authorization: 'Bearer secret' } })
 */
export function createAttio(options: AttioOptions = {}): { app: Hono; reset(): void } {
  const { token = 'sandbox-attio-token', now = Date.now } = options
  const records = new Records(now)
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('x-attio-execution-id', crypto.randomUUID())
    c.header('x-accurate-at', instant(now()))
  })
  app.use(async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${token}`)
      refuse(401, 'unauthorized', 'The access token is missing or not valid.')
    await next()
  })
  app.route('/v2/objects', query(records))
  app.route('/v2/objects', attributes())
  app.route('/v2/objects', objects(records))
  app.route('/v2/workspace_members', members())
  app.notFound(c => refuse(404, 'not_found', `Could not find endpoint "${c.req.method} ${c.req.path}".`))
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.json(describe(error), error.status)
    throw error
  })
  return { app, reset: () => records.reset() }
}
