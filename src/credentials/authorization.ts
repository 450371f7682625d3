// The first half of a sign-in at the provider's own page: the address that a person is sent to.
import * as oauth from 'oauth4webapi'
import type { ProviderFile } from '../mapping/schema/index.ts'
import type { OpenedConnection } from '../store/index.ts'
import { fill } from './fill.ts'
import { fillAddress } from './sign-in-address.ts'
import { joinScopes } from './token-endpoint.ts'

type Integration = OpenedConnection['integration']

/** What a sign-in asks for. */
export interface AuthorizationRequest {
  readonly integration: Integration
  readonly provider: ProviderFile
  readonly type: 'OAUTH2' | 'APP' | 'CUSTOM'
  /** The answers to the provider's questions, checked. */
  readonly config: Readonly<Record<string, unknown>>
  /** The code verifier (RFC 7636). */
  readonly verifier: string
  /** Scopes in place of the integration's and the provider's. */
  readonly scopes?: readonly string[] | undefined
  /** Further parameters; those that sign-in itself sets stay as they are. */
  readonly params?: Readonly<Record<string, string>> | undefined
  /** The id of an OAuth client in place of the integration's. */
  readonly clientId?: string | undefined
}

/** Parameters that nobody else may set: they decide who gets the code, and how it is bound to this sign-in. */
const OWN = new Set([
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'response_mode',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
])
/** Whether sign-in itself sets a parameter of its requests: another value would undo what it protects. */
export const isOwnParameter = (name: string): boolean => OWN.has(name.toLowerCase())

/** A code verifier, for one sign-in. */
export const makeVerifier = (): string => oauth.generateRandomCodeVerifier()

/** Scopes that the integration's OAuth client is set to ask for: a text with commas, as documented. */
const ownScopes = ({ credentials }: Integration): readonly string[] | undefined => {
  if (!credentials || !('scopes' in credentials) || !credentials.scopes) return undefined
  return credentials.scopes.split(',').flatMap(scope => scope.trim() || [])
}

/**
 * Makes the address that a person is sent to, without `state` and `redirect_uri`, which are set for each visit. Undefined where the
 * integration lacks what it takes: its OAuth client, its app, or an answer that the address needs.
 */
export async function authorizationAddress(request: AuthorizationRequest): Promise<URL | undefined> {
  const { integration, provider, type, config, verifier, params = {} } = request
  const { oauth2, app } = provider.auth
  if (type !== 'OAUTH2') {
    const own = integration.credentials
    if (!app || !own || !('app_link' in own)) return undefined
    const address = fill(app.install, { app_id: own.app_id, app_link: own.app_link })
    return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol) ? new URL(address) : undefined
  }
  const clientId =
    request.clientId ??
    (integration.credentials && 'client_id' in integration.credentials ? integration.credentials.client_id : undefined)
  const address = oauth2 && (integration.config.authorize_url ?? fillAddress(oauth2.authorize, config))
  if (!oauth2 || clientId === undefined || address === undefined || !URL.canParse(address)) return undefined
  const url = new URL(address)
  const set = (name: string, value: string) => url.searchParams.set(name, value)
  for (const [name, value] of Object.entries({ ...oauth2.params, ...params }))
    if (!isOwnParameter(name)) set(name, value)
  set('response_type', 'code')
  set('client_id', clientId)
  const scope = joinScopes(request.scopes ?? ownScopes(integration) ?? oauth2.scopes, oauth2)
  if (scope) set(oauth2.scope_param ?? 'scope', scope)
  if (oauth2.pkce !== false) {
    set('code_challenge', await oauth.calculatePKCECodeChallenge(verifier))
    set('code_challenge_method', 'S256')
  }
  return url
}
