import { isObject } from '../mapping/path.ts'
import { type Code, done, type Failure, fail, problems } from '../problem/index.ts'
import type { LiveConnection } from '../store/index.ts'
import { carry } from '../transport/carry.ts'
import { retryAfter } from '../transport/refuse.ts'
import type { Draft } from '../transport/request.ts'
import type { HeaderBag, WireAnswer } from '../transport/wire.ts'
import type { Backend } from './backend.ts'
import { sendingOf } from './sending.ts'

type Settings = Extract<LiveConnection['integration']['backend'], { type: 'nango' }>

const settingsOf = ({ integration }: LiveConnection): Settings => {
  if (integration.backend.type !== 'nango') throw new Error('The integration has another backend.')
  return integration.backend
}
const hostOf = ({ host }: Settings): string => host.replace(/\/+$/, '')

/** The documented headers: whose key, on behalf of which connection of which integration there. */
const signatureOf = (connection: LiveConnection): Record<string, string> => {
  const { api_key, provider_config_key } = settingsOf(connection)
  return {
    authorization: `Bearer ${api_key}`,
    'connection-id': connection.connection_id,
    'provider-config-key': provider_config_key ?? connection.integration.unique_key,
  }
}

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
  too_many_request: 'provider-rate-limited',
  missing_api_url: 'provider-unreachable',
  unsupported_provider: 'provider-unreachable',
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
const errorOf = (body: unknown): { code: string; message: string } | undefined => {
  const error = isObject(body) ? body.error : undefined
  return isObject(error) && typeof error.code === 'string'
    ? { code: error.code, message: typeof error.message === 'string' ? error.message.slice(0, 500) : '' }
    : undefined
}

/** A problem of another gateway like this one, as our own: nothing of it is lost on the way. */
function relayed(body: unknown): Failure | undefined {
  if (!isObject(body) || typeof body.code !== 'string' || typeof body.type !== 'string') return undefined
  if (!body.type.startsWith('/problems/') || !Object.hasOwn(problems, body.code)) return undefined
  const { code, detail, errors, provider, upstream, retry_after, error } = body as never as Failure & {
    error?: { payload?: unknown }
  }
  const payload = error?.payload
  return {
    code,
    ...(detail !== undefined && { detail }),
    ...(errors && { errors }),
    ...(provider !== undefined && { provider }),
    ...(upstream && { upstream }),
    ...(retry_after !== undefined && { retry_after }),
    ...(payload !== undefined && { payload }),
  }
}

/** A failure that the backend answers for itself, where it is one: unknown names, its credentials, its own limits. */
function ownFailure(
  provider: string,
  { status, headers, text }: { status: number; headers: HeaderBag; text: string },
  now: number,
): Failure | undefined {
  if (status < 400) return undefined
  const body = parsed(text)
  const relay = relayed(body)
  if (relay) return relay
  const error = errorOf(body)
  if (!error) return undefined
  const upstream = { status, code: error.code, ...(error.message && { message: error.message }) }
  // The one code that stands for many things; what it says tells which.
  if (error.code === 'server_error' && status === 400 && /^Failed to get connection$/.test(error.message))
    return fail('connection-not-found').failure
  if (error.code === 'server_error' && /^Failed to get connection credentials/.test(error.message))
    return fail('connection-needs-reconnect', { provider, upstream }).failure
  const code = Object.hasOwn(OWN, error.code) ? OWN[error.code] : undefined
  if (!code) return undefined
  const after = code === 'provider-rate-limited' ? retryAfter(headers, now) : undefined
  return fail(code, { provider, upstream, ...(after !== undefined && { retry_after: after }) }).failure
}

/** What `/proxy` asks of a draft: the path and query of the provider's address, and its own headers under a prefix. */
function throughProxy(draft: Draft, settings: Settings): Draft {
  const { pathname, search } = new URL(draft.url)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(draft.headers))
    headers[name === 'content-type' || name === 'accept' ? name : `nango-proxy-${name}`] = value
  return { ...draft, url: `${hostOf(settings)}/proxy${pathname}${search}`, headers }
}

/** What an action that failed there means here. The documented statuses, and those that the vendor's server sends. */
function actionFailure(provider: string, { status, text, headers }: WireAnswer, now: number): Failure {
  const own = ownFailure(provider, { status, text, headers }, now)
  if (own) return own
  const body = parsed(text)
  const error = errorOf(body)
  const inner = isObject(body) && isObject(body.error) ? body.error : {}
  const upstream = isObject(inner.upstream)
    ? { status: Number(inner.upstream.status) || status, body: inner.upstream.body }
    : { status }
  const more = {
    provider,
    ...(error?.message && { detail: error.message }),
    ...(inner.payload !== undefined && { payload: inner.payload }),
  }
  if (status === 404) return fail('action-not-found', more).failure
  if (status === 408) return fail('action-timeout', more).failure
  if (status === 413) return fail('output-too-large', more).failure
  if (status === 424) return fail('provider-rejected', { ...more, upstream }).failure
  if (status === 429) return fail('provider-rate-limited', more).failure
  return fail(status >= 502 ? 'provider-failed' : 'action-failed', more).failure
}

/**
 * A server that speaks the documented action API and holds the credentials: requests go through its proxy, and its
 * named actions can be triggered. The free self-hosted edition is enough for the first.
 */
export const nango: Backend = {
  async send(gateway, reach, draft, trace, how) {
    const { connection } = reach
    const settings = settingsOf(connection)
    const host = new URL(settings.host).hostname
    const where = { hosts: [host], baseUrl: hostOf(settings) }
    const carried = await carry(
      throughProxy(draft, settings),
      sendingOf(gateway, reach, trace, how, where, signatureOf(connection)),
    )
    if ('failure' in carried) return carried
    const failure = ownFailure(connection.integration.provider, carried.answer, gateway.now())
    return failure ? { failure } : carried
  },
  async run(gateway, reach, name, input, trace, how) {
    const { connection } = reach
    const settings = settingsOf(connection)
    const provider = connection.integration.provider
    const draft: Draft = {
      method: 'POST',
      url: `${hostOf(settings)}/action/trigger`,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ action_name: name, input }),
    }
    const where = { hosts: [new URL(settings.host).hostname], baseUrl: hostOf(settings) }
    const carried = await carry(draft, sendingOf(gateway, reach, trace, how, where, signatureOf(connection)))
    if ('failure' in carried) return { ok: false, failure: carried.failure }
    const { answer } = carried
    if (answer.status >= 300) return { ok: false, failure: actionFailure(provider, answer, gateway.now()) }
    if (answer.text === '') return done(undefined)
    const output = parsed(answer.text)
    return output === undefined
      ? fail('provider-answer-unreadable', { provider, detail: 'The action’s output is no JSON.' })
      : done(output)
  },
  through({ connection }, endpoint, base) {
    const settings = settingsOf(connection)
    return {
      url: `${hostOf(settings)}/proxy${endpoint}`,
      headers: { ...signatureOf(connection), ...(base !== undefined && { 'base-url-override': base }) },
      hosts: [new URL(settings.host).hostname],
    }
  },
}
