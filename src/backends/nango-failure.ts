import { isObject } from '../mapping/path.ts'
import { type Code, type Failure, type Fault, fail, problems } from '../problem/index.ts'
import { retryAfter } from '../provider/retry.ts'
import type { ResponseHeaders } from '../services.ts'
import type { BackendServices } from './call-context.ts'

/** An answer of the backend, or of the provider behind it: nothing tells them apart but what they say. */
export interface Answered {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly text: string
}
type Context = Pick<BackendServices, 'catalogue' | 'now'>

/** Failures of the backend's own, by the codes it documents; a provider's body is not taken for one. */
const OWN: Readonly<Record<string, Code>> = {
  unknown_connection: 'connection-not-found',
  unknown_provider_config: 'integration-not-found',
  unknown_provider: 'integration-not-found',
  connection_refresh_backoff: 'connection-needs-reconnect',
  connection_refresh_exhausted: 'connection-needs-reconnect',
  refresh_token_external_error: 'connection-needs-reconnect',
  invalid_credentials: 'connection-needs-reconnect',
  missing_auth_header: 'provider-forbidden',
  malformed_auth_header: 'provider-forbidden',
  unknown_account: 'provider-forbidden',
  invalid_secret_key_format: 'provider-forbidden',
  plan_limit: 'provider-forbidden',
  base_url_override_disabled: 'provider-forbidden',
  base_url_override_not_allowed: 'provider-forbidden',
  too_many_request: 'provider-rate-limited',
  missing_api_url: 'provider-unreachable',
  unsupported_provider: 'provider-unreachable',
  generic_error_support: 'provider-failed',
}
/** Failures of running an action there, by their codes. */
const RUN: Readonly<Record<string, Code>> = {
  disabled_resource: 'action-not-found',
  forbidden: 'provider-forbidden',
  script_api_rate_limit_error: 'provider-rate-limited',
  script_network_error: 'provider-unreachable',
  script_output_too_large: 'output-too-large',
  function_runtime_timed_out: 'action-timeout',
  execution_timeout: 'action-timeout',
  internal_server_error: 'provider-failed',
  server_error: 'provider-failed',
  action_failure: 'provider-failed',
}
/** Statuses that the documentation gives an action's failures. */
const BY_STATUS: Readonly<Record<number, Code>> = {
  404: 'action-not-found',
  408: 'action-timeout',
  413: 'output-too-large',
  424: 'provider-rejected',
  429: 'provider-rate-limited',
}
/** Problems of a gateway behind that speak of our key or requests there, which our caller can do nothing about. */
const THERE: Readonly<Partial<Record<Code, Code>>> = {
  unauthenticated: 'provider-forbidden',
  forbidden: 'provider-forbidden',
  'rate-limited': 'provider-rate-limited',
  'not-found': 'provider-failed',
  'method-not-allowed': 'provider-failed',
  'unsupported-media-type': 'provider-failed',
  'malformed-json': 'provider-failed',
  internal: 'provider-failed',
  unavailable: 'provider-failed',
}
/** Characters of a sentence, and of a payload or body as JSON, that a problem repeats. */
const SENTENCE = 500
const TOLD = 100_000

/** JSON, or undefined for what is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
const own = <T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
const sentence = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, SENTENCE) : undefined
const bounded = (value: unknown): boolean => (JSON.stringify(value)?.length ?? Number.POSITIVE_INFINITY) <= TOLD

interface ErrorMember extends Readonly<Record<string, unknown>> {
  readonly code: string
  readonly text: string | undefined
}
/** The `error` of the documented envelope. */
function errorOf(body: unknown): ErrorMember | undefined {
  const error = isObject(body) ? body.error : undefined
  return isObject(error) && typeof error.code === 'string'
    ? { ...error, code: error.code, text: sentence(error.message) }
    : undefined
}

const faultsOf = (errors: unknown): Fault[] =>
  Array.isArray(errors)
    ? errors.filter((e): e is Fault => isObject(e) && typeof e.pointer === 'string' && typeof e.detail === 'string')
    : []

/** A problem of another gateway like this one, as our own: nothing of it is lost on the way. */
function relayed(body: unknown, mine: string): Failure | undefined {
  if (!isObject(body) || typeof body.code !== 'string' || body.type !== `/problems/${body.code}`) return undefined
  if (!Object.hasOwn(problems, body.code)) return undefined
  const code = body.code as Code
  const detail = sentence(body.detail)
  const after = typeof body.retry_after === 'number' ? { retry_after: body.retry_after } : {}
  const instead = THERE[code]
  if (instead)
    return fail(instead, {
      provider: mine,
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

/** A call of the backend's to the provider that got no answer: the error of its client, as it stands. */
function unanswered(body: unknown, status: number, provider: string): Failure | undefined {
  if (status !== 500 || !isObject(body) || body.error !== undefined || typeof body.method !== 'string') return undefined
  if (typeof body.code !== 'string' || !/^E[A-Z_]+$/.test(body.code)) return undefined
  const late = body.code === 'ECONNABORTED' || body.code === 'ETIMEDOUT'
  return fail(late ? 'provider-timeout' : 'provider-unreachable', { provider, upstream: { status, code: body.code } })
    .failure
}

/** A failure that the backend answers for itself, where it is one: unknown names, its credentials, its own limits. */
export function ownFailure(provider: string, answer: Answered, now: number): Failure | undefined {
  const { status, headers, text } = answer
  if (status < 400) return undefined
  const body = parsed(text)
  const other = relayed(body, provider) ?? unanswered(body, status, provider)
  if (other) return other
  const error = errorOf(body)
  if (!error) return undefined
  const upstream = { status, code: error.code, ...(error.text !== undefined && { message: error.text }) }
  // The one code that stands for many things; what it says tells which.
  if (error.code === 'server_error' && status === 400 && error.text === 'Failed to get connection')
    return fail('connection-not-found').failure
  if (error.code === 'server_error' && error.text?.startsWith('Failed to get connection credentials'))
    return fail('connection-needs-reconnect', { provider, upstream }).failure
  const code = own(OWN, error.code)
  if (!code) return undefined
  // A name that the caller gave: the answer is that of a name unknown here.
  if (code === 'connection-not-found' || code === 'integration-not-found') return fail(code).failure
  const after = code === 'provider-rate-limited' ? retryAfter(headers, now) : undefined
  return fail(code, { provider, upstream, ...(after !== undefined && { retry_after: after }) }).failure
}

const bag = (headers: unknown): ResponseHeaders => {
  const all = isObject(headers) ? Object.entries(headers).filter(([, value]) => typeof value === 'string') : []
  return new Headers(all as [string, string][])
}

/** The provider's own failure that escaped the action there, judged as if we had called the provider. */
function escaped({ catalogue }: Context, provider: string, { upstream, text }: ErrorMember): Failure | undefined {
  if (!isObject(upstream) || typeof upstream.status !== 'number') return undefined
  const { status, headers, body } = upstream
  const known = catalogue.classifyError(provider)?.({ status: status as number, headers: bag(headers), body }, 'get')
  const base = known ?? fail('provider-rejected', { provider, ...(text !== undefined && { detail: text }) }).failure
  return {
    ...base,
    upstream: { ...base.upstream, status: status as number, ...(bounded(body) && { body }) },
  }
}

/** Whether the task's end was one of time: it never started, or took too long. */
const isLate = (payload: unknown): boolean => /expired|timeout|timed out/i.test(JSON.stringify(payload) ?? '')

/**
 * What an action that failed there means here. Both the documented statuses, and those that the vendor's server sends:
 * 500 for an error on purpose, 424 for a failure of the provider that escaped.
 */
export function actionFailure(context: Context, provider: string, answer: Answered): Failure {
  const { status, headers, text } = answer
  const known = ownFailure(provider, answer, context.now())
  if (known) return known
  const error = errorOf(parsed(text))
  if (!error)
    return fail(own(BY_STATUS, String(status)) ?? fallback(status), { provider, upstream: { status } }).failure
  const { code, payload } = error
  const from = escaped(context, provider, error)
  if (from) return from
  const said = isObject(payload) ? payload : {}
  // The envelope's message says that something failed; what failed stands in the payload.
  const detail = sentence(said.message) ?? error.text
  const upstream = { status, code, ...(error.text !== undefined && { message: error.text }) }
  const more = { provider, ...(detail !== undefined && { detail }) }
  if (code === 'script_internal_error')
    // A bug there: its stack is nobody's here.
    return fail(detail?.startsWith('Output size is too large') ? 'output-too-large' : 'action-failed', more).failure
  if (code === 'action_script_failure') return fail(isLate(payload) ? 'action-timeout' : 'action-failed', more).failure
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
