import type { Context as HonoContext } from 'hono'
import { headersOf } from '../../actions/context/proxy.ts'
import type { App, Context, Gateway } from '../../app.ts'
import { begin, nameOf, note } from '../../backends/call-log.ts'
import { backendOf } from '../../backends/index.ts'
import { type Code, type Failure, fail, ProblemError } from '../../problem/index.ts'
import type { Exchange } from '../../provider/client.ts'
import { type Destinations, destinationOf } from '../../provider/destination.ts'
import { pauseBefore } from '../../provider/retry.ts'
import { passedOn, type StreamAnswer, type StreamRequest } from '../../provider/stream.ts'
import type { WireFault } from '../../provider/wire.ts'
import type { LiveConnection } from '../../store/index.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { refuse } from '../problem-response.ts'
import { spanOf } from '../traceparent.ts'
import { forwarded, PREFIX, readHeaders } from './headers.ts'

type Handling = HonoContext<Context>

/** Headers of our own answer; the provider's of that name are answered beside them. */
const OURS = /^(x-request-id|ratelimit-(limit|remaining|reset))$/
/** Bytes of a body that are held so that it can be sent again. */
const HELD = 1_048_576

const FAULTS: Readonly<Record<WireFault, Code>> = {
  unreachable: 'provider-unreachable',
  reset: 'provider-unreachable',
  'private-address': 'provider-unreachable',
  timeout: 'provider-timeout',
  'cut-short': 'provider-answer-unreadable',
  'too-large': 'provider-answer-unreadable',
}

/** The path below `/proxy` with its query, as it was sent. */
const endpointOf = (c: Handling): string => {
  const { pathname, search } = new URL(c.req.url)
  // A route fits percent-encoded letters of its name too; what follows would not begin where it seems to.
  if (!pathname.startsWith('/proxy/')) throw new ProblemError('not-found')
  return pathname.slice('/proxy'.length) + search
}

/** A body that can be sent again: held when it is small, else only once. */
async function bodyOf(
  c: Handling,
  mayRepeat: boolean,
): Promise<{ next(): ReadableStream<Uint8Array> | null; sent: boolean; repeatable: boolean }> {
  const { body } = c.req.raw
  if (!body || c.req.method === 'GET' || c.req.method === 'HEAD')
    return { next: () => null, sent: false, repeatable: true }
  const length = Number(c.req.header('content-length') ?? Number.POSITIVE_INFINITY)
  if (!mayRepeat || length > HELD) return { next: () => body, sent: true, repeatable: false }
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  return { next: () => new Blob([bytes]).stream() as ReadableStream<Uint8Array>, sent: true, repeatable: true }
}

/** `/proxy/*`: any verb, signed as the connection, streamed both ways; the provider's status and body as they are. */
export function proxyRoutes(app: App, parts: Gateway): void {
  app.all('/proxy/*', requireKey(parts, 'proxy'), async c => {
    const { store, catalogue, config } = parts
    const asked = readHeaders(c)
    const live = await store.live(c.get('access').environment, asked.connection, asked.integration)
    if (!('found' in live)) {
      const code: Code =
        'ambiguous' in live
          ? 'connection-ambiguous'
          : live.missing === 'connection'
            ? 'connection-not-found'
            : 'integration-not-found'
      return refuse(c, { code })
    }
    const connection = live.found
    const id = connection.integration.provider
    const provider = await catalogue.provider(id)
    const through = backendOf(connection).through(
      { connection, provider },
      endpointOf(c),
      asked.base?.replace(/\/+$/, ''),
    )
    if ('failure' in through) return refuse(c, through.failure)
    const destinations: Destinations = {
      hosts: through.hosts,
      baseUrl: baseOf(connection),
      allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS,
    }
    const destination = destinationOf(through.url, destinations)
    if ('refused' in destination)
      return refuse(
        c,
        asked.base === undefined
          ? fail('provider-unreachable', { provider: id, detail: `The address ${destination.refused}.` }).failure
          : overrideRefused(destination.refused),
      )
    const begun = begin(parts.now())
    const body = await bodyOf(c, asked.retries > 0)
    // The head must come in time; the body may take as long as it comes.
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), (provider.timeout ?? config.KOINE_PROVIDER_TIMEOUT) * 1000)
    const signal = AbortSignal.any([late.signal, c.req.raw.signal])
    const exchanges: Exchange[] = []
    const isDirect = connection.integration.backend.type === 'direct'
    const own = isDirect ? headersOf({ connection, provider }) : {}
    const span = spanOf(c.req.header('traceparent'))
    const traced: Record<string, string> =
      span === undefined ? {} : { traceparent: span, ...(!isDirect && { [`${PREFIX}traceparent`]: span }) }
    const headers = { ...own, ...forwarded(c, !isDirect), ...traced, ...through.headers }
    // The length of a body that is none, or that goes on as a stream, is not ours to promise.
    if (!body.sent || !body.repeatable) delete headers['content-length']
    const answer = await passThrough(
      parts,
      { method: c.req.method, url: destination.url.href, headers, signal },
      body,
      asked,
      exchanges,
    )
    clearTimeout(timer)
    note(store.logs, parts.now(), begun, {
      environment: c.get('access').environment,
      requestId: c.get('requestId'),
      kind: 'proxy',
      name: nameOf(c.req.method, destination.url.href),
      connection,
      failure: 'fault' in answer ? fail(FAULTS[answer.fault]).failure : undefined,
      exchanges,
    })
    c.set('call', { provider: id, ms: exchanges.reduce((sum, e) => sum + e.ms, 0), calls: exchanges.length })
    if ('fault' in answer) return refuse(c, fail(FAULTS[answer.fault], { provider: id }).failure)
    for (const [name, value] of passedOn(answer.headers))
      c.header(OURS.test(name) ? `provider-${name}` : name, value, { append: true })
    return c.body(answer.body as never, answer.status as 200)
  })
}

/** What stands for the provider's own hosts: the integration's `base_url`, or its backend. */
const baseOf = ({ integration: { backend, config } }: LiveConnection): string | undefined =>
  backend.type === 'direct' ? config.base_url : backend.host

const overrideRefused = (why: string): Failure =>
  fail('bad-parameter', {
    detail: `base-url-override ${why}.`,
    errors: [{ pointer: '/header/base-url-override', detail: 'Name one of the provider’s own hosts.' }],
  }).failure

async function passThrough(
  { carrier, stream, config }: Gateway,
  request: Omit<StreamRequest, 'body'>,
  body: Awaited<ReturnType<typeof bodyOf>>,
  { retries, retryOn }: { retries: number; retryOn: readonly number[] },
  exchanges: Exchange[],
): Promise<StreamAnswer | { fault: WireFault }> {
  const ends = carrier.now() + config.KOINE_PROVIDER_TIMEOUT * 1000
  for (let tries = 1; ; tries++) {
    const started = carrier.now()
    const result = await stream({ ...request, body: body.next() })
    const now = carrier.now()
    const status = 'answer' in result ? result.answer.status : undefined
    exchanges.push({
      draft: { method: request.method as 'GET', url: request.url, headers: {} },
      status,
      ms: now - started,
      started,
      attempt: tries,
    })
    const ended =
      'answer' in result ? { status: result.answer.status, headers: result.answer.headers, reset: undefined } : result
    const pause = body.repeatable
      ? pauseBefore(ended, {
          tries,
          repeatable: true,
          left: ends - now,
          now,
          random: carrier.random,
          most: retries + 1,
          statuses: retryOn,
        })
      : undefined
    if (pause === undefined || request.signal.aborted) return 'answer' in result ? result.answer : result
    if ('answer' in result) await result.answer.body?.cancel()
    await carrier.sleep(pause, request.signal)
  }
}
