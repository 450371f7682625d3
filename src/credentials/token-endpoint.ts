// How a connection gets its next token, whichever way it was signed in.
import type { ProviderFile } from '../mapping/schema/index.ts'
import type { ProviderClient } from '../provider/client.ts'
import { withoutTrailing } from '../provider/trailing.ts'
import type { IntegrationCredentials, OpenedConnection } from '../store/index.ts'
import { fieldValues, fillAll } from './fill.ts'
import { atTokenHost, fillAddress } from './sign-in-address.ts'
import { signJwt } from './signed-jwt.ts'
import { readTokenAnswer, type TokenAnswer, type TokenAnswerSpec } from './token-answer.ts'
import { type Grant, type OAuthClient, postForToken, requestToken, type TokenAddress } from './token-request.ts'

/** Whom a token is for; its connection may not be stored yet. */
export interface TokenHolder {
  readonly connection: Pick<OpenedConnection, 'uuid' | 'integration' | 'credentials' | 'config'>
  /** Id of the environment. */
  readonly environment: string
}

export interface AskOptions {
  readonly client: ProviderClient
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds that the request may take. */
  readonly timeout: number
}

type Endpoint = Pick<
  NonNullable<ProviderFile['auth']['client_credentials']>,
  'client' | 'token_body' | 'token_params' | 'scopes' | 'scope_separator'
> &
  TokenAnswerSpec

const refused = (code: string): TokenAnswer => ({ refused: code })

/** Scopes as the provider wants them. */
export const joinScopes = (
  scopes: readonly string[] | undefined,
  { scope_separator = ' ' }: { readonly scope_separator?: string | undefined },
): string => (scopes ?? []).join(scope_separator)

/** Whether a connection's token can be replaced without its customer. */
export function canRenew({ credentials }: Pick<OpenedConnection, 'credentials'>, { auth }: ProviderFile): boolean {
  switch (credentials.type) {
    case 'OAUTH2':
      return auth.oauth2 !== undefined && auth.oauth2.refresh !== false && !!credentials.refresh_token
    case 'OAUTH2_CC':
      return auth.client_credentials !== undefined
    case 'TWO_STEP':
      return auth.two_step !== undefined
    case 'JWT':
      return auth.jwt !== undefined
    case 'APP':
    case 'CUSTOM':
      return auth.app !== undefined
    default:
      return false
  }
}

/** The OAuth client of an integration. */
export const clientOf = (credentials: IntegrationCredentials | undefined): OAuthClient | undefined =>
  credentials && 'client_id' in credentials
    ? { id: credentials.client_id, secret: credentials.client_secret }
    : undefined

/** For whom an address is asked. */
const addressFor = ({ connection: { integration, uuid }, environment }: TokenHolder, timeout: number) => ({
  provider: integration.provider,
  timeout,
  environment,
  connection: uuid,
})

/** Where a token is asked for: the address that the operator set, else that of the provider, filled. */
export function addressOf(row: TokenHolder, address: string, timeout: number): TokenAddress | undefined {
  const { integration, config } = row.connection
  const own = integration.config.token_url
  const url = own ?? fillAddress(address, config)
  if (url === undefined || !URL.canParse(url)) return undefined
  return { ...addressFor(row, timeout), url, isOverridden: own !== undefined }
}

/**
 * Where something of an app's installation is asked: below the `base_url` of an integration that has one, as at a
 * provider that somebody hosts. `token_url` stands for it where there is no OAuth client, whose endpoint it is otherwise.
 */
export function installationAddress(
  row: TokenHolder,
  address: string,
  { installation_id, timeout, isToken }: { installation_id: string; timeout: number; isToken: boolean },
): TokenAddress | undefined {
  const { integration, config } = row.connection
  const { base_url, token_url } = integration.config
  // An installation is a number, as the schema of connections has it, so it adds nothing to the path.
  const named = (text: string) => text.replaceAll('{installation_id}', encodeURIComponent(installation_id))
  const own =
    isToken && integration.credentials?.type === 'APP' && token_url !== undefined ? named(token_url) : undefined
  const filled = fillAddress(named(address), config)
  if (filled === undefined) return undefined
  const { pathname, search } = new URL(filled)
  const url = own ?? (base_url === undefined ? filled : withoutTrailing(base_url, '/') + pathname + search)
  return URL.canParse(url) ? { ...addressFor(row, timeout), url, isOverridden: url !== filled } : undefined
}

/** Asks for the next token of a connection, as it signs in. */
export async function askToken(row: TokenHolder, { auth }: ProviderFile, options: AskOptions): Promise<TokenAnswer> {
  const { client, now, timeout } = options
  const { credentials, integration, config } = row.connection

  async function byGrant(spec: Endpoint, where: string, oauthClient: OAuthClient | undefined, grant: Grant) {
    if (!oauthClient) return refused('no_client')
    const address = addressOf(row, where, timeout)
    if (!address) return refused('no_token_endpoint')
    const endpoint = { ...address, authentication: spec.client, body: spec.token_body ?? 'form' } as const
    const sent = await requestToken(client, endpoint, oauthClient, grant)
    return 'failure' in sent ? { failed: sent.failure.code } : readTokenAnswer(sent.response, spec, now())
  }
  async function byPost(
    spec: TokenAnswerSpec,
    address: TokenAddress | undefined,
    post: { headers: Record<string, string>; body: Record<string, string> | undefined; json: boolean },
  ) {
    if (!address) return refused('no_token_endpoint')
    const sent = await postForToken(client, address, post)
    if ('response' in sent) return readTokenAnswer(sent.response, spec, now())
    // What was filled in cannot stand in a header, and never will.
    return sent.failure.code === 'bad-parameter' ? refused('unusable_field') : { failed: sent.failure.code }
  }

  switch (credentials.type) {
    case 'OAUTH2': {
      const spec = auth.oauth2
      const { refresh_token, config_override: own } = credentials
      if (!spec || spec.refresh === false || !refresh_token) return refused('no_refresh_token')
      const { refresh, token_params, token, token_host } = spec
      const where = atTokenHost(refresh?.token ?? token, token_host, config)
      const client = own ? { id: own.client_id, secret: own.client_secret } : clientOf(integration.credentials)
      return byGrant(spec, where ?? '', client, {
        type: 'refresh_token',
        params: { ...token_params, ...refresh?.params, refresh_token },
      })
    }
    case 'OAUTH2_CC': {
      const spec = auth.client_credentials
      if (!spec) return refused('no_client')
      const scope = joinScopes(spec.scopes, spec)
      return byGrant(
        spec,
        spec.token,
        { id: credentials.client_id, secret: credentials.client_secret },
        { type: 'client_credentials', params: { ...spec.token_params, ...(scope && { scope }) } },
      )
    }
    case 'TWO_STEP': {
      const spec = auth.two_step
      if (!spec) return refused('no_client')
      const values = fieldValues(credentials.fields)
      return byPost(spec, addressOf(row, spec.post, timeout), {
        headers: fillAll(spec.headers, values),
        body: spec.body && fillAll(spec.body, values),
        json: spec.token_body !== 'form',
      })
    }
    case 'JWT': {
      const spec = auth.jwt
      if (!spec) return refused('no_client')
      const values = { ...fieldValues(credentials.fields), scopes: joinScopes(spec.scopes, {}) }
      const signed = await signJwt(spec, credentials.fields[spec.key] ?? '', values, now())
      if (!signed) return refused('unusable_key')
      if (spec.post === undefined)
        return {
          token: { access_token: signed.token, expires_at: new Date(signed.ends).toISOString(), captured: {} },
        }
      return byPost(spec, addressOf(row, spec.post, timeout), {
        headers: {},
        body: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: signed.token },
        json: false,
      })
    }
    case 'APP':
    case 'CUSTOM': {
      const spec = auth.app
      const app = integration.credentials
      if (!spec || !app || !('private_key' in app)) return refused('no_client')
      const values = { app_id: app.app_id, app_link: app.app_link, installation_id: credentials.installation_id }
      const signed = await signJwt(spec, app.private_key, values, now())
      if (!signed) return refused('unusable_key')
      const { installation_id } = credentials
      return byPost(spec, installationAddress(row, spec.token, { installation_id, timeout, isToken: true }), {
        headers: { ...fillAll(spec.headers, values), authorization: `Bearer ${signed.token}` },
        body: undefined,
        json: true,
      })
    }
    default:
      return refused('no_refresh_token')
  }
}
