import { ProblemError } from '../../problem/index.ts'
import { isOfConnection } from '../../provider/request-headers.ts'
import type { HttpContext } from '../context.ts'

/** Prefix of the headers that a caller wants to be sent to the provider. */
export const PREFIX = 'nango-proxy-'
/** Headers that go on without the prefix: they describe the body, or what is wanted back. */
const PLAIN = new Set(['accept', 'content-type', 'content-length', 'range', 'if-none-match', 'if-match'])
/**
 * Headers that are not sent on even with the prefix: those of one network connection, the host among them, and those that
 * say how a body is framed or compressed, which is between us and the provider.
 */
const isNever = (name: string): boolean =>
  name === 'content-length' || name === 'accept-encoding' || isOfConnection(name)
/** Repetitions of a request, at most. */
const MOST_RETRIES = 5
const badHeader = (name: string, detail: string): ProblemError =>
  new ProblemError('bad-parameter', { detail: `${name}: ${detail}`, errors: [{ pointer: `/header/${name}`, detail }] })

/**
 * The documented headers of a proxied request. The documented client sends those that it does not use empty, so an empty
 * one counts as missing.
 * @throws ProblemError `bad-parameter`, for a value that cannot be read, or without `Connection-Id`
 */
export function readHeaders(c: HttpContext) {
  const text = (name: string) => c.req.header(name) || undefined
  const retries = text('retries')
  if (retries !== undefined && !/^\d{1,2}$/.test(retries)) throw badHeader('retries', 'Send a whole number.')
  const retryOn = text('retry-on')
  if (retryOn !== undefined && !/^\d+(,\d+)*$/.test(retryOn))
    throw badHeader('retry-on', 'Send statuses, separated by commas.')
  const base = text('base-url-override')
  const connection = text('connection-id')
  if (connection === undefined) throw badHeader('connection-id', 'Name the customer’s connection.')
  return {
    connection,
    integration: text('provider-config-key'),
    base,
    retries: Math.min(MOST_RETRIES, Number(retries ?? 0)),
    retryOn: retryOn === undefined ? [] : retryOn.split(',').map(Number),
  }
}

/**
 * Headers of one network connection (RFC 9110, 7.6.1), those that a browser would take as the policy of our own origin
 * or would act on, and those of caches: what is proxied is somebody's own data.
 */
const NOT_PASSED = new RegExp(
  `^(${[
    'connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|http2-settings|alt-svc|alt-used',
    'access-control-.*|cross-origin-.*|content-security-policy.*|permissions-policy.*|feature-policy|document-policy.*',
    'strict-transport-security|public-key-pins.*|expect-ct|origin-agent-cluster|referrer-policy|x-frame-options',
    'x-content-type-options|x-xss-protection|x-permitted-cross-domain-policies|x-dns-prefetch-control|timing-allow-origin',
    'set-cookie2?|clear-site-data|refresh|service-worker.*|sourcemap|x-sourcemap|speculation-rules|accept-ch|critical-ch',
    'set-login|login|activate-storage-access|supports-loading-mode|use-as-dictionary|nel|report-to|reporting-endpoints',
    'cache-control|cdn-cache-control|surrogate-.*|expires|pragma|age',
  ].join('|')})$`,
)

/** What a browser is told of a proxied answer: it is no page, no script and no frame of ours, and is not kept. */
export const POLICY: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
}

/** The headers of a provider's response that are passed on: not those either that its `Connection` names. */
export function passedOn(headers: Headers): Headers {
  const named = new Set((headers.get('connection') ?? '').split(',').map(name => name.trim().toLowerCase()))
  const out = new Headers()
  for (const [name, value] of headers) if (!NOT_PASSED.test(name) && !named.has(name)) out.append(name, value)
  return out
}

/**
 * The caller's headers that are sent on. `prefixed` keeps the prefix on them, for a backend's own proxy, which takes it
 * off itself.
 */
export function forwarded(c: HttpContext, prefixed: boolean): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of c.req.raw.headers) {
    const bare = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : ''
    if (PLAIN.has(name)) out[name] = value
    else if (bare !== '' && !isNever(bare)) out[prefixed ? name : bare] = value
  }
  return out
}
