import type { Draft } from '../mapping/request.ts'
import { done, fail } from '../problem/index.ts'
import { carry } from '../provider/client.ts'
import { isOwnHost } from '../provider/destination.ts'
import type { LiveConnection } from '../store/index.ts'
import type { Backend, Reach } from './backend.ts'
import { actionFailure, ownFailure, parsed } from './nango-failure.ts'
import { originOf } from './origin.ts'
import { sendingOf } from './provider-call.ts'

type Settings = Extract<LiveConnection['integration']['backend'], { type: 'nango' }>

const settingsOf = ({ integration }: LiveConnection): Settings => {
  if (integration.backend.type !== 'nango') throw new Error('The integration has another backend.')
  return integration.backend
}
const hostOf = ({ host }: Settings): string => host.replace(/\/+$/, '')
const whereOf = (settings: Settings) => ({ hosts: [new URL(settings.host).hostname], baseUrl: hostOf(settings) })

/** The documented headers: whose key, on behalf of which connection of which integration there. */
const signatureOf = (connection: LiveConnection): Record<string, string> => {
  const { api_key, provider_config_key } = settingsOf(connection)
  return {
    authorization: `Bearer ${api_key}`,
    'connection-id': connection.connection_id,
    'provider-config-key': provider_config_key ?? connection.integration.unique_key,
  }
}

/** Whether the backend may be told to call another host: one of the provider's, or the integration's `base_url`. */
function mayCall({ provider, connection }: Reach, base: string): boolean {
  const own = connection.integration.config.base_url
  if (own !== undefined && new URL(own).origin === new URL(base).origin) return true
  return isOwnHost(new URL(base).hostname, provider.hosts)
}

/** Headers that describe a body to whoever reads it on the way, and so go without the prefix, too. */
const PLAIN: ReadonlySet<string> = new Set(['content-type', 'accept'])

/** What `/proxy` asks of a draft: path and query of the provider's address, and its own headers under a prefix. */
function throughProxy(draft: Draft, settings: Settings, other: string | undefined): Draft {
  const { pathname, search } = new URL(draft.url)
  const headers: Record<string, string> = other === undefined ? {} : { 'base-url-override': other }
  for (const [name, value] of Object.entries(draft.headers)) {
    headers[`nango-proxy-${name}`] = value
    if (PLAIN.has(name)) headers[name] = value
  }
  return { ...draft, url: `${hostOf(settings)}/proxy${pathname}${search}`, headers }
}

/** The origin to call instead of the one that the backend knows: the integration's `base_url`, or a function's own. */
function otherOrigin(reach: Reach, settings: Settings, url: string): string | undefined {
  const { origin } = new URL(url)
  if (origin === new URL(settings.host).origin) return undefined
  const usual = originOf(reach)
  const isUsual = usual !== undefined && new URL(usual).origin === origin
  return isUsual && reach.connection.integration.config.base_url === undefined ? undefined : origin
}

/**
 * A server that speaks the documented action API and holds the credentials: requests go through its proxy, and its
 * named actions can be triggered. The free self-hosted edition is enough for the first.
 */
export const nango: Backend = {
  async send(gateway, reach, draft, trace, how) {
    const { connection } = reach
    const settings = settingsOf(connection)
    const provider = connection.integration.provider
    const other = otherOrigin(reach, settings, draft.url)
    // The backend would send the credentials to whatever host it is told.
    if (other !== undefined && !mayCall(reach, other))
      return fail('provider-unreachable', {
        provider,
        detail: 'The address to call is not on one of the provider’s hosts; the gateway does not call it.',
        unsent: true,
      })
    const carried = await carry(
      throughProxy(draft, settings, other),
      sendingOf(gateway, reach, trace, how, whereOf(settings), {
        ...signatureOf(connection),
        // The backend may pass on only what has the prefix.
        ...(how.traceparent !== undefined && { 'nango-proxy-traceparent': how.traceparent }),
      }),
    )
    if ('failure' in carried) return carried
    const failure = ownFailure(provider, carried.answer, gateway.now())
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
    const carried = await carry(draft, {
      ...sendingOf(gateway, reach, trace, how, whereOf(settings), signatureOf(connection)),
      // That an action of its own keeps failing says nothing about the backend's proxy, or its other actions.
      integration: `${how.environment}/${connection.integration.unique_key}/${name}`,
    })
    if ('failure' in carried) return { ok: false, failure: carried.failure }
    const { answer } = carried
    if (answer.status >= 300) return { ok: false, failure: actionFailure(gateway, provider, answer) }
    if (answer.text === '') return done(undefined)
    const output = parsed(answer.text)
    return output === undefined
      ? fail('provider-answer-unreadable', { provider, detail: 'The action’s output is no JSON.' })
      : done(output)
  },
  through(reach, endpoint, base) {
    const settings = settingsOf(reach.connection)
    const pointer = '/header/base-url-override'
    if (base !== undefined && !mayCall(reach, base))
      return fail('bad-parameter', {
        detail: 'base-url-override is not on one of the provider’s hosts.',
        errors: [{ pointer, detail: 'Name one of the provider’s own hosts.' }],
      })
    const other = base ?? reach.connection.integration.config.base_url
    return {
      url: `${hostOf(settings)}/proxy${endpoint}`,
      headers: { ...signatureOf(reach.connection), ...(other !== undefined && { 'base-url-override': other }) },
      hosts: [new URL(settings.host).hostname],
    }
  },
}
