import type { StatusCode } from 'hono/utils/http-status'
import { backendOf, beginCall, type CallContext, createCallLog, logCall, nameOf } from '../../backends/index.ts'
import { type Failure, fail, ProblemError, unwrap } from '../../problem/index.ts'
import { destinationOf } from '../../provider/destination.ts'
import { lookupProblem } from '../../records/resolve.ts'
import type { OpenedConnection } from '../../store/index.ts'
import type { App, HttpContext, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { problemResponse } from '../problem-response.ts'
import { spanOf } from '../traceparent.ts'
import { forwarded, passedOn, readHeaders } from './headers.ts'

/** Headers of our own answer. A provider's header of such a name is answered as `provider-<name>`. */
const OURS = /^(x-request-id|ratelimit-(limit|remaining|reset))$/
/** Bytes of a body, at most, that are held so that it can be sent again. */
const HELD = 1_048_576

/** The path below `/proxy` with its query, as it was sent. */
const endpointOf = (c: HttpContext): string => {
  const { pathname, search } = new URL(c.req.url)
  // The router also matches `/pr%6Fxy/…`, which has another length than what is cut off here.
  if (!pathname.startsWith('/proxy/')) throw new ProblemError('not-found')
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

/** The address beside the provider's own hosts that a caller's `base-url-override` may name. */
const baseOf = ({ integration: { backend, config } }: OpenedConnection): string | undefined =>
  backend.type === 'direct' ? config.base_url : backend.host

const overrideFailure = (why: string): Failure =>
  fail('bad-parameter', {
    detail: `base-url-override ${why}.`,
    errors: [{ pointer: '/header/base-url-override', detail: 'Name one of the provider’s own hosts.' }],
  }).failure

/**
 * `/proxy/*`: a request of the caller's own to the provider, with any method, signed as the connection and streamed both
 * ways. The provider's status and body are answered as they are.
 */
export function proxyRoutes(app: App, services: HttpServices): void {
  app.all('/proxy/*', requireKey(services, 'proxy'), async c => {
    const { store, catalogue, config, now } = services
    const asked = readHeaders(c)
    const { environment } = c.get('access')
    const lookup = await store.lookup(environment, asked.connection, asked.integration)
    if (!('found' in lookup)) return unwrap(lookupProblem(lookup))
    const connection = lookup.found
    const id = connection.integration.provider
    const provider = await catalogue.provider(id)
    const backend = backendOf(connection)
    const located = backend.locate({ connection, provider }, endpointOf(c), asked.base?.replace(/\/+$/, ''))
    if ('failure' in located) return problemResponse(c, located.failure)
    const isDirect = connection.integration.backend.type === 'direct'
    if (asked.base !== undefined) {
      const hosts = isDirect ? provider.hosts : [new URL(located.url).hostname]
      const checked = destinationOf(located.url, {
        hosts,
        baseUrl: baseOf(connection),
        allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS,
      })
      if ('refused' in checked) return problemResponse(c, overrideFailure(checked.refused))
    }
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
    return c.newResponse(response.body, response.status as StatusCode)
  })
}
