// An imitation of a server that speaks the documented action API, in front of real addresses: its headers, envelopes
// and statuses, as the vendor's server sends them, or as its documentation has them where the two differ.
import { type Context, Hono } from 'hono'
import { listen } from './gateway.ts'

type Json = Record<string, unknown>

/** A named action of the server; what it returns is its output. */
export type NangoAction = (input: never, connection: string) => unknown
/** An error that an action ends with on purpose. */
export class Thrown extends Error {
  readonly payload: unknown
  constructor(payload: unknown) {
    super('thrown')
    this.payload = payload
  }
}
/** A provider's failure that escapes an action. */
export class Escaped extends Error {
  readonly upstream: { status: number; headers: Record<string, string>; body: unknown }
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super('escaped')
    this.upstream = { status, headers: { 'content-type': 'application/json', ...headers }, body }
  }
}
export interface NangoIntegration {
  readonly provider: string
  /** Where the provider listens. */
  readonly address: string
  /** Connection id → the token that its requests are signed with. */
  readonly connections: Readonly<Record<string, string>>
  readonly actions?: Readonly<Record<string, NangoAction>>
}
export interface NangoSetup {
  /** The environment's key: a UUID, as the server demands. */
  readonly key: string
  readonly integrations: Readonly<Record<string, NangoIntegration>>
  /** Hosts that a request may name instead of the provider's; none unless given. */
  readonly overrides?: readonly string[]
}
/** A request that came. */
export interface Came {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
export interface Canned {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}
export interface NangoServer {
  readonly url: string
  /** Requests since the last call. */
  came(): Came[]
  /** What every request that is let in is answered with, until it is called without one. */
  answer(canned?: Canned): void
  /** Whether failures of actions are answered as documented (400, 408, 404) rather than as the vendor's server does. */
  documented: boolean
  close(): Promise<void>
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const OUTPUT_LIMIT = 2 * 1024 * 1024
const PREFIX = 'nango-proxy-'
/** The headers of a provider's answer that the proxy hands on. */
const HANDED_ON = ['content-type', 'mcp-session-id', 'x-request-id', 'x-correlation-id']

/** A refusal in the documented envelope. */
class Refused extends Error {
  readonly status: number
  readonly error: Json
  constructor(status: number, code: string, message?: string, more: Json = {}) {
    super(code)
    this.status = status
    this.error = { code, ...(message !== undefined && { message }), ...more }
  }
}

function authenticate(c: Context, key: string): void {
  const header = c.req.header('authorization')
  if (header === undefined) throw new Refused(401, 'missing_auth_header', 'Missing auth header', { payload: {} })
  const given = /^Bearer (.+)$/.exec(header)?.[1]
  if (given === undefined) throw new Refused(401, 'malformed_auth_header', 'Malformed auth header', { payload: {} })
  if (!UUID.test(given)) throw new Refused(401, 'invalid_secret_key_format', 'Invalid secret key format')
  if (given !== key) throw new Refused(401, 'unknown_account', 'Unknown account', { payload: {} })
}

/** `Connection-Id` and `Provider-Config-Key`, both required. */
function named(c: Context): { connection: string; integration: string } {
  const [connection, integration] = [c.req.header('connection-id'), c.req.header('provider-config-key')]
  const missing = { 'connection-id': connection, 'provider-config-key': integration }
  const errors = Object.entries(missing).flatMap(([name, value]) =>
    value ? [] : [{ code: 'invalid_type', message: 'Required', path: [name] }],
  )
  if (!connection || !integration) throw new Refused(400, 'invalid_headers', undefined, { errors })
  return { connection, integration }
}

/** How an action's failure is answered. */
function ended(error: unknown, documented: boolean): Refused {
  if (error instanceof Refused) return error
  if (error instanceof Escaped) {
    const { upstream } = error
    return new Refused(424, 'script_http_error', undefined, { payload: upstream.body, upstream })
  }
  if (error instanceof Thrown) {
    const payload = typeof error.payload === 'object' ? error.payload : { message: error.payload }
    const said = (payload as { message?: string }).message ?? 'The action failed.'
    return documented
      ? new Refused(400, 'action_script_runtime_error', said, { payload })
      : new Refused(500, 'action_script_runtime_error', 'The action script failed with a runtime error', { payload })
  }
  const { name, message } = error as Error
  const payload = { name, code: 'unknown', message, stacktrace: ['at secret-file.js:1'] }
  return documented
    ? new Refused(400, 'script_internal_error', message)
    : new Refused(500, 'script_internal_error', undefined, { payload })
}

/** Serves it on 127.0.0.1, on any free port. */
export async function startNango(setup: NangoSetup): Promise<NangoServer> {
  const came: Came[] = []
  let canned: Canned | undefined
  const state = { documented: false }
  const app = new Hono()
  app.onError((error, c) => {
    if (error instanceof Refused) return c.json({ error: error.error }, error.status as 400)
    throw error
  })
  app.use(async (c, next) => {
    const { pathname, search } = new URL(c.req.url)
    const body = await c.req.text()
    came.push({ method: c.req.method, path: pathname + search, headers: Object.fromEntries(c.req.raw.headers), body })
    authenticate(c, setup.key)
    const type = c.req.header('content-type')
    if (!pathname.startsWith('/proxy/') && type !== undefined && !type.startsWith('application/json'))
      throw new Refused(415, 'invalid_content_type', 'Content-Type must be application/json')
    await next()
    c.header('x-ratelimit-limit', '1000')
    c.header('x-ratelimit-remaining', '999')
    c.header('x-ratelimit-reset', '1767225600')
  })
  const reply = ({ status, body, headers }: Canned) =>
    new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    })

  app.post('/action/trigger', async c => {
    const { connection, integration } = named(c)
    if (new URL(c.req.url).search !== '') throw new Refused(400, 'invalid_query_params', undefined, { errors: [] })
    let body: { action_name?: unknown; input?: unknown }
    try {
      body = JSON.parse(await c.req.text())
    } catch {
      throw new Refused(400, 'invalid_json', 'Invalid JSON')
    }
    if (typeof body.action_name !== 'string')
      throw new Refused(400, 'invalid_body', undefined, {
        errors: [{ code: 'invalid_type', message: 'Required', path: ['action_name'] }],
      })
    const found = setup.integrations[integration]
    const missing = state.documented ? 404 : 400
    if (found?.connections[connection] === undefined)
      throw new Refused(missing, 'unknown_connection', 'Failed to find connection')
    const action = found.actions?.[body.action_name]
    if (!action) throw new Refused(404, 'not_found', 'Action not found')
    if (canned) return reply(canned)
    try {
      // What is falsy becomes nothing, on the way in and on the way out.
      const output = (await action((body.input || {}) as never, connection)) || null
      const text = JSON.stringify(output)
      if (text.length > OUTPUT_LIMIT)
        throw new Error(
          `Output size is too large: ${text.length} bytes. Maximum allowed size is ${OUTPUT_LIMIT} bytes (2MB)`,
        )
      if (output === null && state.documented) return c.body(null, 200)
      return c.json(output as never)
    } catch (error) {
      throw ended(error, state.documented)
    }
  })

  app.all('/proxy/*', async c => {
    const { connection, integration } = named(c)
    const found = setup.integrations[integration]
    if (!found) throw new Refused(404, 'unknown_provider_config', `There is no Provider Configuration ${integration}`)
    const token = found.connections[connection]
    if (token === undefined) throw new Refused(400, 'server_error', 'Failed to get connection')
    const override = c.req.header('base-url-override')
    if (override && !setup.overrides) throw new Refused(400, 'base_url_override_disabled', 'Overrides are disabled')
    if (override && !setup.overrides?.includes(override))
      throw new Refused(400, 'base_url_override_not_allowed', 'The host is not allowed')
    if (canned) return reply(canned)
    const headers: Record<string, string> = {}
    for (const [name, value] of c.req.raw.headers)
      if (name.startsWith(PREFIX)) headers[name.slice(PREFIX.length)] = value
    const { pathname, search } = new URL(c.req.url)
    const text = await c.req.text()
    const answer = await fetch((override || found.address) + pathname.slice('/proxy'.length) + search, {
      method: c.req.method,
      headers: { ...headers, authorization: `Bearer ${token}` },
      ...(text !== '' && { body: text }),
    })
    const handed = new Headers()
    for (const name of HANDED_ON) if (answer.headers.has(name)) handed.set(name, answer.headers.get(name)!)
    const content = answer.status === 204 ? null : await answer.arrayBuffer()
    return new Response(content, { status: answer.status, headers: handed })
  })
  // Whatever else is asked for is the dashboard's page.
  app.notFound(c =>
    c.req.method === 'GET' ? c.html('<!doctype html>') : c.json({ error: { code: 'not_found' } }, 404),
  )

  const { url, close } = await listen(app.fetch)
  return Object.assign(state, {
    url,
    close,
    came: () => came.splice(0),
    answer(given?: Canned) {
      canned = given
    },
  })
}
