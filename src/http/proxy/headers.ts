import { ProblemError } from '../../problem/index.ts'
import type { HttpContext } from '../context.ts'

/** Prefix of the headers that a caller wants to be sent to the provider. */
export const PREFIX = 'nango-proxy-'
/** Headers that go on without the prefix: they describe the body, or what is wanted back. */
const PLAIN = new Set(['accept', 'content-type', 'content-length', 'range', 'if-none-match', 'if-match'])
/**
 * Headers that are not sent on even with the prefix: those of one network connection (RFC 9110, 7.6.1), and the host,
 * since another host name at the provider's address may be another customer's server, which must not get credentials.
 */
const NEVER = /^(host|connection|content-length|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/
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
  if (base !== undefined && !URL.canParse(base)) throw badHeader('base-url-override', 'Send an absolute URL.')
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

/** Headers of one network connection (RFC 9110, 7.6.1), and those that would be read as our own origin's policy. */
const NOT_PASSED =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|access-control-.*|set-cookie|alt-svc|nel|report-to|strict-transport-security)$/

/** The headers of a provider's response that are passed on. */
export function passedOn(headers: Headers): Headers {
  const out = new Headers()
  for (const [name, value] of headers) if (!NOT_PASSED.test(name)) out.append(name, value)
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
    else if (bare !== '' && !NEVER.test(bare)) out[prefixed ? name : bare] = value
  }
  return out
}
