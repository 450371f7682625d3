import * as oauth from 'oauth4webapi'
import { done, type Failure } from '../problem/index.ts'
import type { ProviderAccount, ProviderClient } from '../provider/client.ts'
import type { HttpResponse } from '../services.ts'
import { base64 } from './fill.ts'

/** An OAuth client: the integration's, or a connection's own. */
export interface OAuthClient {
  readonly id: string
  /** Empty where the provider knows public clients. */
  readonly secret: string
}

/** Where a token is asked for, and for whom. */
export interface TokenAddress {
  /** The provider's id, for problems. */
  readonly provider: string
  /** Its address, with all placeholders filled. */
  readonly url: string
  /** Whether the operator set the address, which may then be on another port. */
  readonly isOverridden: boolean
  /** Milliseconds that the request may take. */
  readonly timeout: number
  /** Ids of the environment and the connection that the token is for. */
  readonly environment: string
  readonly connection: string
}
/** A token endpoint and how it is spoken to. */
export interface TokenEndpoint extends TokenAddress {
  readonly authentication: 'body' | 'basic' | 'basic_raw' | 'none'
  readonly body: 'form' | 'json'
}

/** A grant: its type and its own parameters. */
export interface Grant {
  readonly type: string
  readonly params: Readonly<Record<string, string>>
}

/** How the client authenticates itself. */
function authenticationOf({ authentication }: TokenEndpoint, { id, secret }: OAuthClient): oauth.ClientAuth {
  if (authentication === 'none' || secret === '') return oauth.None()
  if (authentication === 'body') return oauth.ClientSecretPost(secret)
  if (authentication === 'basic') return oauth.ClientSecretBasic(secret)
  // Some providers do not decode what RFC 6749 has percent-encoded, and so refuse secrets with other characters.
  return (_server, _client, _body, headers) => headers.set('authorization', `Basic ${base64(`${id}:${secret}`)}`)
}

/** The token endpoint as an account of the provider client: nothing signs its requests but what is in them. */
const accountOf = ({
  provider,
  url,
  isOverridden,
  timeout,
  environment,
  connection,
}: TokenAddress): ProviderAccount => ({
  provider,
  hosts: [new URL(url).hostname],
  baseUrl: isOverridden ? new URL(url).origin : undefined,
  headers: {},
  limits: undefined,
  timeout,
  environment,
  connection,
  circuit: 'token',
  authorize: () => done({}),
})

const CONTENT_TYPES = { form: 'application/x-www-form-urlencoded', json: 'application/json' } as const

/** Posts what a provider wants for a token; once, as `requestToken` does. Without a body none is sent. */
export async function postForToken(
  provider: ProviderClient,
  address: TokenAddress,
  { headers, body, json }: { headers: Record<string, string>; body: Record<string, string> | undefined; json: boolean },
): Promise<{ response: HttpResponse } | { failure: Failure }> {
  const text = body && (json ? JSON.stringify(body) : new URLSearchParams(body).toString())
  const sent = await provider.send(
    {
      method: 'POST',
      url: address.url,
      headers: { ...headers, ...(body && { 'content-type': CONTENT_TYPES[json ? 'json' : 'form'] }) },
      ...(text !== undefined && { body: text }),
    },
    accountOf(address),
    { repeatable: false, noted: () => {} },
  )
  return 'failure' in sent ? sent : { response: sent.response }
}

/** Asks a provider something by a GET whose headers are signed already. */
export async function getSigned(
  provider: ProviderClient,
  address: TokenAddress,
  headers: Readonly<Record<string, string>>,
): Promise<{ response: HttpResponse } | { failure: Failure }> {
  const sent = await provider.send(
    { method: 'GET', url: address.url, headers: {} },
    { ...accountOf(address), authorize: () => done(headers) },
    { repeatable: true, noted: () => {} },
  )
  return 'failure' in sent ? sent : { response: sent.response }
}

/**
 * Asks a token endpoint for a token. It is asked once: a refresh token may work only once, so a request that may have
 * arrived is not repeated. Answers its response whatever the status; fails where there was none.
 */
export async function requestToken(
  provider: ProviderClient,
  endpoint: TokenEndpoint,
  client: OAuthClient,
  { type, params, signal }: Grant & { readonly signal?: AbortSignal | undefined },
): Promise<{ response: HttpResponse } | { failure: Failure }> {
  let ended: { response: HttpResponse } | { failure: Failure } | undefined
  // The library builds the request; the one client sends it, and its answer is read by `readTokenAnswer`.
  const send = async (url: string, given: oauth.CustomFetchOptions<'POST', URLSearchParams>): Promise<Response> => {
    const { 'content-type': _, ...headers } = given.headers
    const sent = await provider.send(
      {
        method: 'POST',
        url,
        headers: { ...headers, 'content-type': CONTENT_TYPES[endpoint.body] },
        body: endpoint.body === 'json' ? JSON.stringify(Object.fromEntries(given.body)) : given.body.toString(),
      },
      accountOf(endpoint),
      { repeatable: false, signal, noted: () => {} },
    )
    ended = 'failure' in sent ? sent : { response: sent.response }
    return new Response(null)
  }
  await oauth.genericTokenEndpointRequest(
    { issuer: new URL(endpoint.url).origin, token_endpoint: endpoint.url },
    { client_id: client.id },
    authenticationOf(endpoint, client),
    type,
    params,
    {
      [oauth.customFetch]: send,
      // Whether http may be called is the client's to say, by the same rule as for every other address.
      [oauth.allowInsecureRequests]: true,
    },
  )
  return ended ?? { response: { status: 502, headers: new Headers(), text: '' } }
}
