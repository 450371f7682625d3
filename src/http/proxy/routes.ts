import type { StatusCode } from 'hono/utils/http-status'
import {
  backendOf,
  beginCall,
  type CallContext,
  createCallLog,
  hostsOf,
  logCall,
  nameOf,
  type ResolvedConnection,
} from '../../backends/index.ts'
import { ProblemError, unwrap } from '../../problem/index.ts'
import { climbs, overrideOf } from '../../provider/destination.ts'
import { methods } from '../../provider/provider-request.ts'
import { withoutTrailing } from '../../provider/trailing.ts'
import { lookupProblem } from '../../records/resolve.ts'
import type { App, HttpContext, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { problemResponse } from '../problem-response.ts'
import { spanOf } from '../traceparent.ts'
import { forwarded, POLICY, passedOn, readHeaders } from './headers.ts'

/** Headers of our own answer. A provider's header of such a name is answered as `provider-<name>`. */
const OURS = /^(x-request-id|ratelimit-(limit|remaining|reset))$/
/** Bytes of a body, at most, that are held so that it can be sent again. */
const HELD = 1_048_576

const badParameter = (pointer: string, detail: string, rule: string): ProblemError =>
  new ProblemError('bad-parameter', { detail, errors: [{ pointer, detail: rule }] })

/**
 * The path below `/proxy` with its query, as it was sent.
 * @throws ProblemError `bad-parameter`, for a path that leads upwards when it is decoded
 */
const endpointOf = (c: HttpContext): string => {
  const { pathname, search } = new URL(c.req.url)
  // The router also matches `/pr%6Fxy/…`, which has another length than what is cut off here.
  if (!pathname.startsWith('/proxy/')) throw new ProblemError('not-found')
  if (climbs(pathname))
    throw badParameter('/path', 'The path has an encoded `..` in it.', 'Name the path itself, without `..`.')
  return pathname.slice('/proxy'.length) + search
}

interface ProxyBody {
  /** Gives the body for one attempt; missing where there is none. */
  readonly body?: (() => ReadableStream<Uint8Array>) | undefined
  readonly isReplayable: boolean
}

/** The caller's body: held where it is small and may have to be sent again, else streamed, which can be done once. */
async function bodyOf(c: HttpContext, mayRepeat: boolean): Promise<ProxyBody> {
  const { body } = c.req.raw
  if (!body || c.req.method === 'GET' || c.req.method === 'HEAD') return { isReplayable: true }
  const length = Number(c.req.header('content-length') ?? Number.POSITIVE_INFINITY)
  if (!mayRepeat || length > HELD) return { body: () => body, isReplayable: false }
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  return { body: () => new Blob([bytes]).stream() as ReadableStream<Uint8Array>, isReplayable: true }
}

/**
 * The base that a caller's `base-url-override` names; undefined where there is none.
 * @throws ProblemError `bad-parameter`, for one that the connection may not be taken to
 */
function baseOf(resolved: ResolvedConnection, override: string | undefined, allowPrivate: boolean): string | undefined {
  if (override === undefined) return undefined
  const { base_url } = resolved.connection.integration.config
  const checked = overrideOf(override, { hosts: hostsOf(resolved), baseUrl: base_url, allowPrivate })
  if ('url' in checked) return withoutTrailing(checked.url.href, '/')
  const rule = 'Name one of the provider’s own hosts, or an address below the integration’s `base_url`.'
  throw badParameter('/header/base-url-override', `base-url-override ${checked.refused}.`, rule)
}

/**
 * `/proxy/*`: a request of the caller's own to the provider, signed as the connection and streamed both ways. The
 * provider's status and body are answered as they are, but for the credentials of the connection.
 */
export function proxyRoutes(app: App, services: HttpServices): void {
  // HEAD comes as GET. Nothing else: TRACE would show the credentials, and OPTIONS asks about another origin than ours.
  app.on([...methods], '/proxy/*', requireKey(services, 'proxy'), async c => {
    const { store, catalogue, config, now } = services
    const asked = readHeaders(c)
    const { environment } = c.get('access')
    const lookup = await store.lookup(environment, asked.connection, asked.integration)
    if (!('found' in lookup)) return unwrap(lookupProblem(lookup))
    const connection = lookup.found
    const id = connection.integration.provider
    const provider = await catalogue.provider(id)
    const backend = backendOf(connection)
    const resolved = { connection, provider }
    const base = baseOf(resolved, asked.base, config.KOINE_ALLOW_PRIVATE_HOSTS)
    const located = backend.locate(resolved, endpointOf(c), base)
    const isDirect = connection.integration.backend.type === 'direct'
    const begun = beginCall(now())
    const log = createCallLog()
    log.connection = connection
    const context: CallContext = {
      environment,
      connection,
      provider,
      signal: c.req.raw.signal,
      traceparent: spanOf(c.req.header('traceparent')),
      log,
    }
    const body = await bodyOf(c, asked.retries > 0)
    const headers = { ...forwarded(c, !isDirect), ...located.headers }
    // A length is right only for a body that is sent whole, as it was received.
    if (!body.body || !body.isReplayable) delete headers['content-length']
    const sent = await backend.stream(
      services,
      context,
      { method: c.req.method, url: located.url, headers, ...body },
      { repeatable: asked.retries > 0, attempts: asked.retries + 1, retryOn: asked.retryOn },
    )
    logCall(store.logs, now(), begun, {
      environment,
      requestId: c.get('requestId'),
      kind: 'proxy',
      name: nameOf(c.req.method, log.attempts.at(-1)?.request.url ?? located.url),
      failure: 'failure' in sent ? sent.failure : undefined,
      log,
    })
    const { attempts } = log
    c.set('call', { provider: id, ms: attempts.reduce((sum, one) => sum + one.ms, 0), calls: attempts.length })
    if ('failure' in sent) return problemResponse(c, sent.failure)
    const { response } = sent
    for (const [name, value] of passedOn(response.headers))
      c.header(OURS.test(name) ? `provider-${name}` : name, value, { append: true })
    for (const [name, value] of Object.entries(POLICY)) c.header(name, value)
    return c.newResponse(response.body, response.status as StatusCode)
  })
}
