import { ProblemError } from '../../problem/index.ts'
import type { HttpContext } from '../context.ts'

/** What the caller's own headers for the provider begin with. */
export const PREFIX = 'nango-proxy-'
/** Headers of the caller's that describe the body or what is wanted back; the rest needs the prefix. */
const PLAIN = new Set(['accept', 'content-type', 'content-length', 'range', 'if-none-match', 'if-match'])
/**
 * Headers that belong to one connection (RFC 9110, 7.6.1), and the host: another name at the provider's address could
 * be anybody's, and would be sent the credentials.
 */
const NEVER = /^(host|connection|content-length|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/
const MOST_RETRIES = 5
const bad = (name: string, detail: string): ProblemError =>
  new ProblemError('bad-parameter', { detail: `${name}: ${detail}`, errors: [{ pointer: `/header/${name}`, detail }] })

/** The documented headers; the client sends unused ones empty. */
export function readHeaders(c: HttpContext) {
  const text = (name: string) => c.req.header(name) || undefined
  const retries = text('retries')
  if (retries !== undefined && !/^\d{1,2}$/.test(retries)) throw bad('retries', 'Send a whole number.')
  const retryOn = text('retry-on')
  if (retryOn !== undefined && !/^\d+(,\d+)*$/.test(retryOn))
    throw bad('retry-on', 'Send statuses, separated by commas.')
  const base = text('base-url-override')
  if (base !== undefined && !URL.canParse(base)) throw bad('base-url-override', 'Send an absolute URL.')
  const connection = text('connection-id')
  if (connection === undefined) throw bad('connection-id', 'Name the customer’s connection.')
  return {
    connection,
    integration: text('provider-config-key'),
    base,
    retries: Math.min(MOST_RETRIES, Number(retries ?? 0)),
    retryOn: retryOn === undefined ? [] : retryOn.split(',').map(Number),
  }
}

/** Headers that belong to one connection and not to the message (RFC 9110, 7.6.1), and those of our own origin. */
const NOT_PASSED =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|access-control-.*|set-cookie|alt-svc|nel|report-to|strict-transport-security)$/

/** The headers of a provider's response that are passed on. */
export function passedOn(headers: Headers): Headers {
  const out = new Headers()
  for (const [name, value] of headers) if (!NOT_PASSED.test(name)) out.append(name, value)
  return out
}

/** The headers that go on; `prefixed`: to a backend's own proxy, which takes the prefix off itself. */
export function forwarded(c: HttpContext, prefixed: boolean): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of c.req.raw.headers) {
    const bare = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : ''
    if (PLAIN.has(name)) out[name] = value
    else if (bare !== '' && !NEVER.test(bare)) out[prefixed ? name : bare] = value
  }
  return out
}
