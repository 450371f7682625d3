import { isObject } from '../mapping/path.ts'
import { type Code, type Failure, type Fault, fail, isCode, problems } from '../problem/index.ts'
import { retryAfter } from '../provider/retry.ts'
import type { ResponseHeaders } from '../services.ts'
import type { BackendServices } from './call-context.ts'
import { BY_STATUS, INSTEAD, OWN, RUN } from './nango-codes.ts'

/** A response that came through the backend. Whether it is the backend's own or the provider's, only its body tells. */
export interface BackendResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly text: string
}
type Context = Pick<BackendServices, 'catalogue' | 'now'>

/** Characters of a message, and of a payload or body as JSON, up to which a problem repeats them. */
const MESSAGE_LIMIT = 500
const JSON_LIMIT = 100_000

/** The value of a JSON text; undefined for a text that is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
const own = <T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
const messageOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, MESSAGE_LIMIT) : undefined
const bounded = (value: unknown): boolean => (JSON.stringify(value)?.length ?? Number.POSITIVE_INFINITY) <= JSON_LIMIT

interface ErrorMember extends Readonly<Record<string, unknown>> {
  readonly code: string
  readonly text: string | undefined
}
/** The member `error` of the documented body; undefined where it has none. */
function errorOf(body: unknown): ErrorMember | undefined {
  const error = isObject(body) ? body.error : undefined
  return isObject(error) && typeof error.code === 'string'
    ? { ...error, code: error.code, text: messageOf(error.message) }
    : undefined
}

const faultsOf = (errors: unknown): Fault[] =>
  Array.isArray(errors)
    ? errors.filter((e): e is Fault => isObject(e) && typeof e.pointer === 'string' && typeof e.detail === 'string')
    : []

/** The failure of a body that is a problem of a gateway like this one: ours is the same, with all that it says. */
function relayed(body: unknown, provider: string): Failure | undefined {
  if (!isObject(body) || !isCode(body.code) || body.type !== `/problems/${body.code}`) return undefined
  const { code } = body
  const detail = messageOf(body.detail)
  const after = typeof body.retry_after === 'number' ? { retry_after: body.retry_after } : {}
  const instead = INSTEAD[code]
  if (instead)
    return fail(instead, {
      provider,
      upstream: { status: problems[code].status, code, ...(detail !== undefined && { message: detail }) },
      ...after,
    }).failure
  const errors = faultsOf(body.errors)
  const payload = isObject(body.error) ? body.error.payload : undefined
  return fail(code, {
    ...(detail !== undefined && { detail }),
    ...(errors.length > 0 && { errors }),
    ...(typeof body.provider === 'string' && { provider: body.provider }),
    ...(isObject(body.upstream) && bounded(body.upstream) && { upstream: body.upstream }),
    ...(payload !== undefined && bounded(payload) && { payload }),
    ...after,
  }).failure
}

/** The failure of a body that is an error of the backend's HTTP client: the provider did not answer it. */
function providerUnreachable(body: unknown, status: number, provider: string): Failure | undefined {
  if (status !== 500 || !isObject(body) || body.error !== undefined || typeof body.method !== 'string') return undefined
  if (typeof body.code !== 'string' || !/^E[A-Z_]+$/.test(body.code)) return undefined
  const late = body.code === 'ECONNABORTED' || body.code === 'ETIMEDOUT'
  return fail(late ? 'provider-timeout' : 'provider-unreachable', { provider, upstream: { status, code: body.code } })
    .failure
}

/**
 * The backend's own failure, where a response is one: a name that it does not know, credentials that it cannot renew, a
 * limit of its own. Undefined for a response of the provider. `now` is in milliseconds since 1970.
 */
export function ownFailure(provider: string, response: BackendResponse, now: number): Failure | undefined {
  const { status, headers, text } = response
  if (status < 400) return undefined
  const body = parseJson(text)
  const other = relayed(body, provider) ?? providerUnreachable(body, status, provider)
  if (other) return other
  const error = errorOf(body)
  if (!error) return undefined
  const upstream = { status, code: error.code, ...(error.text !== undefined && { message: error.text }) }
  // This code stands for many failures; its message tells which.
  if (error.code === 'server_error' && status === 400 && error.text === 'Failed to get connection')
    return fail('connection-not-found').failure
  if (error.code === 'server_error' && error.text?.startsWith('Failed to get connection credentials'))
    return fail('connection-needs-reconnect', { provider, upstream }).failure
  const code = own(OWN, error.code)
  if (!code) return undefined
  // The caller gave that name, so the problem is the one of a name that is unknown here.
  if (code === 'connection-not-found' || code === 'integration-not-found') return fail(code).failure
  const after = code === 'provider-rate-limited' ? retryAfter(headers, now) : undefined
  return fail(code, { provider, upstream, ...(after !== undefined && { retry_after: after }) }).failure
}

/** The headers in a JSON object; members that are no texts are none. */
function headersIn(given: unknown): ResponseHeaders {
  const all = new Map<string, string>()
  for (const [name, value] of Object.entries(isObject(given) ? given : {}))
    if (typeof value === 'string') all.set(name.toLowerCase(), value)
  return { get: name => all.get(name.toLowerCase()), entries: () => all.entries() }
}

/** The failure of a provider's response that an action at the backend did not catch, as if we had called the provider. */
function failureBehind({ catalogue }: Context, provider: string, { upstream, text }: ErrorMember): Failure | undefined {
  if (!isObject(upstream)) return undefined
  const { status, headers, body } = upstream
  if (typeof status !== 'number') return undefined
  const known = catalogue.classifyError(provider)?.({ status, headers: headersIn(headers), body }, 'get')
  const base = known ?? fail('provider-rejected', { provider, ...(text !== undefined && { detail: text }) }).failure
  return {
    ...base,
    upstream: { ...base.upstream, status, ...(bounded(body) && { body }) },
  }
}

/** Whether a task at the backend ended because it took too long, or never started. */
const isTimeout = (payload: unknown): boolean => /expired|timeout|timed out/i.test(JSON.stringify(payload) ?? '')

/**
 * The problem of an action that failed at the backend. It knows the documented statuses and those that the vendor's
 * server really sends: 500 for an `ActionError`, 424 for a failure of the provider that the action did not catch.
 */
export function actionFailure(context: Context, provider: string, response: BackendResponse): Failure {
  const { status, headers, text } = response
  const known = ownFailure(provider, response, context.now())
  if (known) return known
  const error = errorOf(parseJson(text))
  if (!error)
    return fail(own(BY_STATUS, String(status)) ?? fallback(status), { provider, upstream: { status } }).failure
  const { code, payload } = error
  const behind = failureBehind(context, provider, error)
  if (behind) return behind
  const said = isObject(payload) ? payload : {}
  // The message beside the payload only says that something failed; the one in the payload says what.
  const detail = messageOf(said.message) ?? error.text
  const upstream = { status, code, ...(error.text !== undefined && { message: error.text }) }
  const more = { provider, ...(detail !== undefined && { detail }) }
  if (code === 'script_internal_error')
    // A bug of the action there. Its stack is not for the caller.
    return fail(detail?.startsWith('Output size is too large') ? 'output-too-large' : 'action-failed', more).failure
  if (code === 'action_script_failure')
    return fail(isTimeout(payload) ? 'action-timeout' : 'action-failed', more).failure
  const named = own(RUN, code)
  if (!named && (code === 'action_script_runtime_error' || status === 400))
    return fail('action-failed', { ...more, ...(payload !== undefined && bounded(payload) && { payload }) }).failure
  if (status === 404 && /\bconnection\b/i.test(error.text ?? '')) return fail('connection-not-found').failure
  const after = retryAfter(headers, context.now())
  return fail(named ?? own(BY_STATUS, String(status)) ?? fallback(status), {
    provider,
    upstream,
    ...(after !== undefined && { retry_after: after }),
  }).failure
}
const fallback = (status: number): Code =>
  status === 401 || status === 403 ? 'provider-forbidden' : status >= 502 ? 'provider-failed' : 'action-failed'
