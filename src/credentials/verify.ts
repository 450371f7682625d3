// Whether credentials work, by one cheap call. Only what `provider.json` declares to be a no is one: a provider that is
// down, slow or strange says nothing of a key.
import { baseFor, fillAnswers, fillBase } from '../mapping/base-address.ts'
import { compileErrors, matcher } from '../mapping/errors.ts'
import { compileHeaders } from '../mapping/provider-headers.ts'
import { splitBase } from '../mapping/request.ts'
import type { ProviderFile } from '../mapping/schema/index.ts'
import type { Upstream } from '../problem/index.ts'
import type { ProviderAccount, ProviderClient } from '../provider/client.ts'
import { type ProviderResponse, readJson } from '../provider/json-response.ts'
import { withoutTrailing } from '../provider/trailing.ts'
import type { Clock } from '../services.ts'
import { type Credentials, type OpenedConnection, tokenOf, withToken } from '../store/index.ts'
import { authorize, querySignature } from './authorize.ts'
import { askToken } from './token-endpoint.ts'

/** Milliseconds that trying credentials may take: a person waits for it. */
const TIMEOUT_MS = 10_000
/** Statuses that refuse credentials where a provider's file does not say which. */
const REFUSED: readonly number[] = [401, 403]

export interface VerifyServices {
  readonly client: ProviderClient
  readonly now: Clock
  readonly config: { readonly KOINE_PROVIDER_TIMEOUT: number }
}
/** Credentials that are to be tried, and where. */
export interface Trial {
  /** Id of the environment. */
  readonly environment: string
  readonly provider: ProviderFile
  /** As it was opened: its row was not altered, or the credentials would be sent elsewhere. */
  readonly integration: OpenedConnection['integration']
  /** Answers to the provider's questions, checked. */
  readonly config: Readonly<Record<string, unknown>>
  readonly credentials: Credentials
  /** The connection's uuid, where there is one already. */
  readonly connection?: string | undefined
}
/** What came of it. `unknown`: nothing was declared to be a yes or a no. */
export type Verdict =
  | 'ok'
  | { readonly refused: string; readonly upstream?: Upstream | undefined }
  | { readonly unknown: string }
/** The same, with the credentials as they are to be kept: with their first token, where one was asked for. */
export interface Tried {
  readonly verdict: Verdict
  readonly credentials: Credentials
  /** What is kept of the answer with the token (`capture`), for the connection's answers. */
  readonly captured: Readonly<Record<string, string>>
}

/** The account of a trial: as that of the connection, but with a circuit of its own, as nothing is known of it yet. */
function accountOf({ config: settings }: VerifyServices, trial: Trial, uuid: string): ProviderAccount {
  const { environment, provider, integration, config, credentials } = trial
  return {
    provider: integration.provider,
    hosts: fillBase(provider, credentials.type, config).hosts,
    baseUrl: integration.config.base_url,
    headers: compileHeaders(provider)(config),
    limits: provider.limits,
    timeout: Math.min(TIMEOUT_MS, (provider.timeout ?? settings.KOINE_PROVIDER_TIMEOUT) * 1000),
    environment,
    connection: uuid,
    integration: integration.unique_key,
    circuit: 'verify',
    signedQuery: querySignature(provider, trial),
    authorize: () => authorize(provider, trial),
  }
}

/** The address of the call: the provider's own, or the same below `base_url`; undefined where an answer is missing. */
function addressOf({ provider, integration, config, credentials }: Trial, path: string): string | undefined {
  const whole = path.startsWith('/') ? baseFor(provider, credentials.type) + path : path
  const template = splitBase(whole)
  const { base_url } = integration.config
  const origin = base_url === undefined ? fillAnswers(template.origin, config) : withoutTrailing(base_url, '/')
  const rest = fillAnswers(template.path, config)
  return origin === undefined || rest === undefined ? undefined : origin + rest
}

/** Judges the answer to the call. */
function judge(trial: Trial, response: ProviderResponse, now: Clock): Verdict {
  const { provider, integration } = trial
  const { success, valid = [], refused = REFUSED } = provider.verify ?? {}
  const { status, body } = response
  if (valid.includes(status)) return 'ok'
  const failure = compileErrors(integration.provider, provider, now)(response, 'get')
  const upstream = failure?.upstream ?? { status }
  // What a row says of an answer is more than its status: a 403 may mean "slower", or "this key has fewer rights".
  if (failure?.code === 'provider-rate-limited') return { unknown: `The provider wants fewer calls (${status}).` }
  if (failure?.code === 'provider-failed') return { unknown: `The provider is not well (${status}).` }
  if (failure?.code === 'scope-missing')
    return {
      unknown: `The provider knows the credentials, but they have fewer rights than the test asks for (${status}).`,
    }
  if (refused.includes(status) || failure?.code === 'connection-needs-reconnect')
    return { refused: `The provider refuses the credentials (${status}).`, upstream }
  if (status < 200 || status > 299) return { unknown: `The provider answered ${status}.` }
  if (!success || matcher(success)(body)) return 'ok'
  // A page of somebody's proxy, or nothing at all, is no word of the provider.
  if (body === undefined) return { unknown: 'The provider answered nothing.' }
  return { refused: 'The provider’s answer does not show a valid account.', upstream }
}

/** Makes the call that `verify` of the provider's file declares. */
async function call(services: VerifyServices, trial: Trial, uuid: string): Promise<Verdict> {
  const { verify, sends } = trial.provider
  const path = verify?.get ?? verify?.post
  if (!verify || path === undefined) return 'ok'
  const url = addressOf(trial, path)
  if (url === undefined) return { unknown: 'An answer is missing without which there is nobody to ask.' }
  const isForm = sends === 'form'
  const text = verify.body && (isForm ? new URLSearchParams(verify.body).toString() : JSON.stringify(verify.body))
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
  const sent = await services.client.send(
    {
      method: verify.get === undefined ? 'POST' : 'GET',
      url,
      headers: { ...verify.headers, ...(text !== undefined && { 'content-type': type }) },
      ...(text !== undefined && { body: text }),
    },
    accountOf(services, trial, uuid),
    { repeatable: true, attempts: 1, noted: () => {} },
  )
  const read = 'failure' in sent ? sent : readJson(sent, trial.integration.provider)
  if ('response' in read) return judge(trial, read.response, services.now)
  const { code, detail = '' } = read.failure
  // The credentials themselves cannot be sent: they are empty, or hold what no header may.
  return code === 'connection-needs-reconnect' ? { refused: detail } : { unknown: detail || code }
}

/** Why there is no token where it is not the provider that says so: codes of `askToken`. */
const NOT_ASKED: Readonly<Record<string, string>> = {
  unusable_key:
    'The key cannot sign. What is needed is the whole private key, in PEM (PKCS#8 or PKCS#1), or for HS256 at least 32 bytes in hexadecimal.',
  unusable_field: 'What was filled in holds characters that no header may have, such as the end of a line.',
}

/** Whether a token of these is signed here, so that having one proves nothing. */
const isSignedHere = ({ auth }: ProviderFile, { type }: Credentials): boolean =>
  type === 'JWT' && auth.jwt?.post === undefined

/**
 * Tries credentials: those that a token is asked for with by asking for the first, all others by the call that
 * `verify` declares. It is made once. A provider without `verify` has nothing to be tried by, which is `ok`.
 */
export async function tryCredentials(services: VerifyServices, trial: Trial): Promise<Tried> {
  const uuid = trial.connection ?? crypto.randomUUID()
  const known = tokenOf(trial.credentials)
  if (!known || known.token !== undefined)
    return { verdict: await call(services, trial, uuid), credentials: trial.credentials, captured: {} }
  const { integration, config, credentials } = trial
  const answer = await askToken(
    { environment: trial.environment, connection: { uuid, integration, config, credentials } },
    trial.provider,
    { client: services.client, now: services.now, timeout: TIMEOUT_MS },
  )
  if ('refused' in answer)
    return {
      verdict: {
        refused: NOT_ASKED[answer.refused] ?? `The provider gives no token for the credentials (${answer.refused}).`,
        ...(!(answer.refused in NOT_ASKED) && { upstream: { code: answer.refused } }),
      },
      credentials,
      captured: {},
    }
  if ('failed' in answer)
    return {
      verdict: { unknown: `The provider’s token endpoint did not answer (${answer.failed}).` },
      credentials,
      captured: {},
    }
  const { captured, ...token } = answer.token
  const kept = withToken(credentials, { ...token, renewed_at: new Date(services.now()).toISOString() })
  const isProved = !isSignedHere(trial.provider, credentials)
  const verdict = isProved ? 'ok' : await call(services, { ...trial, credentials: kept }, uuid)
  return { verdict, credentials: kept, captured }
}

/**
 * Whether a provider accepts credentials. It never throws for what a provider does.
 *
 * @example
 * const verdict = await verifyCredentials(services, { environment, provider, integration, config, credentials })
 * if (verdict !== 'ok' && 'refused' in verdict) return fail('connection-test-failed', { detail: verdict.refused })
 */
export const verifyCredentials = async (services: VerifyServices, trial: Trial): Promise<Verdict> =>
  (await tryCredentials(services, trial)).verdict
