import { done, fail } from '../problem/index.ts'
import type { ProviderAccount, Signature } from '../provider/client.ts'
import { isOwnHost } from '../provider/destination.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'
import { isOfConnection } from '../provider/request-headers.ts'
import { withoutTrailing } from '../provider/trailing.ts'
import type { OpenedConnection } from '../store/index.ts'
import { accountOf, headersOf, optionsOf } from './account.ts'
import type { Backend } from './backend.ts'
import type { BackendServices, CallContext, ResolvedConnection } from './call-context.ts'
import { actionFailure, ownFailure, parseJson } from './nango-failure.ts'
import { hostsOf, isHostUnknown, originOf } from './origin.ts'

type Settings = Extract<OpenedConnection['integration']['backend'], { type: 'nango' }>

const settingsOf = ({ integration }: OpenedConnection): Settings => {
  if (integration.backend.type !== 'nango') throw new Error('The integration has another backend.')
  return integration.backend
}
const hostOf = ({ host }: Settings): string => withoutTrailing(host, '/')

/** The headers of the documented API: the key of our environment there, the connection and the integration there. */
const signatureOf = (connection: OpenedConnection): Signature => {
  const { api_key, provider_config_key } = settingsOf(connection)
  return {
    authorization: `Bearer ${api_key}`,
    'connection-id': connection.connection_id,
    'provider-config-key': provider_config_key ?? connection.integration.unique_key,
  }
}

/** Those of them that only say whose account it is. */
const OPEN: ReadonlySet<string> = new Set(['connection-id', 'provider-config-key', 'nango-proxy-traceparent'])

/**
 * Whether the backend may be told to call an origin: one of the provider's hosts by https, or the integration's
 * `base_url`. It sends the credentials to whatever it is told to call.
 */
function mayCall(resolved: ResolvedConnection, origin: string): boolean {
  const { base_url } = resolved.connection.integration.config
  const { protocol, port, hostname, origin: named } = new URL(origin)
  if (base_url !== undefined && new URL(base_url).origin === named) return true
  return protocol === 'https:' && port === '' && isOwnHost(hostname, hostsOf(resolved))
}

const JSON_TYPE = 'application/json'
/** Headers that the backend reads itself, and so are sent without the prefix, too: they describe the body. */
const PLAIN: ReadonlySet<string> = new Set(['content-type', 'accept'])

/** The backend as an account of the provider client: its host, and what signs requests to it. */
const backendAccount = (services: BackendServices, context: CallContext, more: Signature = {}): ProviderAccount => {
  const settings = settingsOf(context.connection)
  return {
    ...accountOf(services, context),
    hosts: [new URL(settings.host).hostname],
    baseUrl: hostOf(settings),
    headers: {},
    open: OPEN,
    authorize: () => done({ ...signatureOf(context.connection), ...more }),
  }
}
/** The caller's span once more under the prefix: the backend passes only headers with the prefix on to the provider. */
const prefixedTrace = ({ traceparent }: CallContext): Signature =>
  traceparent === undefined ? {} : { 'nango-proxy-traceparent': traceparent }

/**
 * The request to the backend's `/proxy`: path and query of the provider's address, and its headers under a prefix.
 * `other` is the origin that the backend is to call in place of the one that it knows.
 */
function throughProxy(
  request: ProviderRequest,
  resolved: ResolvedConnection,
  other: string | undefined,
): ProviderRequest {
  const { pathname, search } = new URL(request.url)
  const headers: Record<string, string> = other === undefined ? {} : { 'base-url-override': other }
  for (const [name, value] of Object.entries({ accept: JSON_TYPE, ...headersOf(resolved), ...request.headers })) {
    // The backend takes the prefix off, and would make connections with these.
    if (isOfConnection(name.toLowerCase())) continue
    headers[`nango-proxy-${name}`] = value
    if (PLAIN.has(name)) headers[name] = value
  }
  return { ...request, url: `${hostOf(settingsOf(resolved.connection))}/proxy${pathname}${search}`, headers }
}

/** The origin of a request where it is not the one that the backend knows: of `base_url`, or of an action function's own. */
function otherOrigin(resolved: ResolvedConnection, settings: Settings, url: string): string | undefined {
  const { origin } = new URL(url)
  if (origin === new URL(settings.host).origin) return undefined
  // The backend knows the connection's own host where we do not, and goes there unless it is told otherwise.
  if (isHostUnknown(resolved) && isOwnHost(new URL(url).hostname, resolved.provider.hosts)) return undefined
  const usual = originOf(resolved)
  const isUsual = usual !== undefined && new URL(usual).origin === origin
  return isUsual && resolved.connection.integration.config.base_url === undefined ? undefined : origin
}

/**
 * A server that speaks the documented action API and holds the credentials: requests go through its proxy, and its
 * named actions can be triggered. The free self-hosted edition is enough for the first.
 */
export const nango: Backend = {
  async send(services, context, request, how) {
    const { connection } = context
    const provider = connection.integration.provider
    const other = otherOrigin(context, settingsOf(connection), request.url)
    // The backend sends the credentials to whatever host it is told to call.
    if (other !== undefined && !mayCall(context, other))
      return fail('provider-unreachable', {
        provider,
        detail: 'The address to call is not on one of the provider’s hosts; the gateway does not call it.',
        unsent: true,
      })
    const sent = await services.client.send(
      throughProxy(request, context, other),
      backendAccount(services, context, prefixedTrace(context)),
      optionsOf(context, how),
    )
    if ('failure' in sent) return sent
    const failure = ownFailure(provider, sent.response, services.now())
    return failure ? { failure } : sent
  },
  locate(resolved, path, base) {
    const other = base ?? resolved.connection.integration.config.base_url
    return {
      url: `${hostOf(settingsOf(resolved.connection))}/proxy${path}`,
      headers: other === undefined ? {} : { 'base-url-override': other },
    }
  },
  stream: (services, context, request, how) =>
    services.client.stream(request, backendAccount(services, context, prefixedTrace(context)), optionsOf(context, how)),
  async runAction(services, context, { name, input, repeatable }) {
    const { connection } = context
    const provider = connection.integration.provider
    const account = backendAccount(services, context)
    const sent = await services.client.send(
      {
        method: 'POST',
        url: `${hostOf(settingsOf(connection))}/action/trigger`,
        headers: { 'content-type': JSON_TYPE },
        body: JSON.stringify({ action_name: name, input }),
      },
      // Each action has a circuit of its own: one that keeps failing says nothing of the others, nor of the proxy.
      { ...account, circuit: name },
      optionsOf(context, { repeatable, harmless: repeatable }),
    )
    if ('failure' in sent) return { ok: false, failure: sent.failure }
    const { response } = sent
    if (response.status >= 300) return { ok: false, failure: actionFailure(services, provider, response) }
    if (response.text === '') return done(undefined)
    const output = parseJson(response.text)
    return output === undefined
      ? fail('provider-answer-unreadable', { provider, detail: 'The action’s output is no JSON.' })
      : done(output)
  },
}
