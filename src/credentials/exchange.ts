// The second half of a sign-in at the provider's own page: what it gave back becomes credentials.
import type { ProviderFile } from '../mapping/schema/index.ts'
import type { Credentials, GivenToken } from '../store/index.ts'
import { firstOfInstallation, installationOf } from './installation.ts'
import { atTokenHost } from './sign-in-address.ts'
import { readTokenAnswer, type Token } from './token-answer.ts'
import { type AskOptions, addressOf, clientOf, type TokenHolder } from './token-endpoint.ts'
import { type OAuthClient, requestToken } from './token-request.ts'

/** What a redirect brought, for the sign-in that it belongs to. */
export interface Returned {
  /** The connection that is to be, with the answers given before. Its credentials are of no account yet. */
  readonly holder: TokenHolder
  readonly provider: ProviderFile
  readonly type: 'OAUTH2' | 'APP' | 'CUSTOM'
  readonly query: URLSearchParams
  /** The address that the person was sent to. */
  readonly asked: string
  readonly redirectUri: string
  readonly verifier: string
  /** An OAuth client in place of the integration's. */
  readonly client?: OAuthClient | undefined
}
/** Credentials, and what is kept of the answers; or why there are none: `code` is the provider's, `detail` for a person. */
export type Exchanged =
  | { readonly credentials: Credentials; readonly kept: Readonly<Record<string, string>> }
  | { readonly refused: { readonly code: string; readonly detail: string } }

const refuse = (code: string, detail: string): Exchanged => ({ refused: { code, detail } })
/** What a provider's code may look like that is shown. */
const CODE = /^[A-Za-z0-9_.-]{1,64}$/
/** Characters of the longest parameter that is taken from a redirect, and of the longest code. */
const LONGEST = 2048
const LONGEST_CODE = 8192

const NOT_GIVEN: Readonly<Record<string, string>> = {
  access_denied: 'The sign-in was declined at the provider.',
  invalid_scope: 'The provider does not let this app ask for these rights.',
}

/**
 * Who issued the answer must be who was asked (RFC 9207), where the answer says so: else the code is another's, and would
 * be shown to whoever was asked. An issuer is known by its host: that of the page where the person was, that of the token
 * endpoint, or one of the provider's own. A wildcard among those stands for hosts of other customers, and counts for none.
 */
function isForeign({ query, provider, holder, asked }: Returned): boolean {
  const iss = query.get('iss')
  if (iss === null) return false
  if (!URL.canParse(iss)) return true
  const { config: own } = holder.connection.integration
  const token = provider.auth.oauth2 && addressOf(holder, provider.auth.oauth2.token, 0)?.url
  const isElsewhere = own.authorize_url !== undefined || own.token_url !== undefined
  const known = [asked, token].flatMap(address => (address === undefined ? [] : [new URL(address).host]))
  return ![...known, ...(isElsewhere ? [] : provider.hosts)].includes(new URL(iss).host)
}

/** Parameters of which there is one at most (RFC 6749, 4.1.2): of two, each reader might take another. */
const ONCE = ['state', 'error', 'iss', 'installation_id', 'setup_action']
const isRepeated = (query: URLSearchParams, { auth }: ProviderFile): boolean => {
  const { code_param = 'code', redirect = {}, token_host } = auth.oauth2 ?? {}
  const names = [...ONCE, code_param, ...Object.values(redirect), ...(token_host ? [token_host.param] : [])]
  return names.some(name => query.getAll(name).length > 1)
}

/** At which of several hosts the redirect says that the token endpoint is, as the connection keeps it. */
function tokenHostOf({ auth }: ProviderFile, query: URLSearchParams): Record<string, string> {
  const param = auth.oauth2?.token_host?.param
  const named = param === undefined ? null : query.get(param)
  return param === undefined || !named ? {} : { [param]: named }
}

/** Parameters of the redirect that are kept. */
function keptOf(query: URLSearchParams, redirect: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(redirect).flatMap(([name, param]) => {
      const value = query.get(param)
      return value && value.length <= LONGEST ? [[name, value]] : []
    }),
  )
}

const givenToken = ({ captured: _, ...token }: Token, now: number): GivenToken => ({
  ...token,
  renewed_at: new Date(now).toISOString(),
})

/** Exchanges the code of an authorization (RFC 6749, 4.1.3). */
async function exchangeCode(returned: Returned, options: AskOptions): Promise<{ token: Token } | Exchanged> {
  const { holder, provider, type, query, redirectUri, verifier } = returned
  const spec = provider.auth.oauth2
  const { integration } = holder.connection
  const client = returned.client ?? clientOf(integration.credentials)
  if (!spec || !client) return refuse('no_client', 'The integration has no OAuth client.')
  const code = query.get(spec.code_param ?? 'code')
  if (!code || code.length > LONGEST_CODE) return refuse('missing_code', 'The provider gave no code back.')
  const named = tokenHostOf(provider, query)
  const where = atTokenHost(spec.token, spec.token_host, named)
  const address = where === undefined ? undefined : addressOf(holder, where, options.timeout)
  if (!address) return refuse('no_token_endpoint', 'The provider’s token endpoint cannot be told from its answer.')
  const sent = await requestToken(
    options.client,
    { ...address, authentication: spec.client, body: spec.token_body ?? 'form' },
    client,
    {
      type: 'authorization_code',
      params: {
        ...spec.token_params,
        code,
        // An installation began without either, so a server that is strict would refuse them here (RFC 9700, 4.8.2).
        ...(type === 'OAUTH2' && { redirect_uri: redirectUri }),
        ...(type === 'OAUTH2' && spec.pkce !== false && { code_verifier: verifier }),
      },
    },
  )
  if ('failure' in sent)
    return refuse('provider_unreachable', 'The provider’s token endpoint did not answer. Try again in a moment.')
  const answer = readTokenAnswer(sent.response, spec, options.now())
  if ('token' in answer) {
    const { token } = answer
    return { token: { ...token, captured: { ...token.captured, ...named } } }
  }
  const reason = 'refused' in answer ? answer.refused : answer.failed
  return refuse(reason, `The provider gave no token (${reason}).`)
}

/** Makes credentials of what the provider's page gave back. */
export async function exchange(returned: Returned, options: AskOptions): Promise<Exchanged> {
  const { query, provider, holder, type } = returned
  const error = query.get('error')
  if (error !== null) {
    const code = CODE.test(error) ? error : 'provider_refused'
    return refuse(code, NOT_GIVEN[code] ?? `The provider did not sign the account in (${code}).`)
  }
  if (isRepeated(query, provider)) return refuse('repeated_parameter', 'The provider’s answer says something twice.')
  if (isForeign(returned))
    return refuse('foreign_issuer', 'The answer names another issuer than the one that was asked.')
  const installation = type === 'OAUTH2' ? undefined : installationOf(query)
  if (installation && 'refused' in installation) return installation
  const exchanged = type === 'APP' ? undefined : await exchangeCode(returned, options)
  if (exchanged && !('token' in exchanged)) return exchanged
  const user = exchanged && givenToken(exchanged.token, options.now())
  const kept = { ...exchanged?.token.captured, ...keptOf(query, provider.auth.oauth2?.redirect) }
  if (installation) {
    const first = await firstOfInstallation(holder, provider, { ...installation, user }, options)
    return 'refused' in first ? first : { ...first, kept: { ...kept, ...first.kept } }
  }
  if (!user) return refuse('missing_code', 'The provider gave no code back.')
  const { client } = returned
  const config_override = client && { client_id: client.id, client_secret: client.secret }
  return { credentials: { type: 'OAUTH2', ...user, ...(config_override && { config_override }) }, kept }
}
