import { ActionError, type NangoAction, type ProxyConfiguration } from 'nango'
import { z } from 'zod'
import type { CallContext } from '../../backends/index.ts'
import { type Fault, fail } from '../../problem/index.ts'
import type { Method } from '../../provider/provider-request.ts'
import { faultsOfFieldMappings } from '../../records/field-mappings.ts'
import type { Pending } from '../../records/pending.ts'
import type { Credentials, OpenedConnection } from '../../store/index.ts'
import type { ActionServices } from './action-services.ts'
import { ActionEnded } from './ended.ts'
import { paginate } from './paginate.ts'
import { proxy } from './proxy.ts'

/** What the context of an action function is made of. */
export interface ContextOptions {
  /** Undefined for an action without a connection. */
  readonly call: CallContext | undefined
  /** Id of the environment, and its name. */
  readonly environment: string
  readonly environmentName: string
  readonly integration: { readonly unique_key: string; readonly provider: string }
  /** The id of the invocation's log entry. */
  readonly id: string
  /** What the function has under way. */
  readonly pending: Pending
  /** Runs another action of this environment; answers its output. Throws `ActionEnded` where it fails. */
  readonly trigger: (given: {
    readonly integration: string
    readonly connection: string
    readonly name: string
    readonly input: unknown
  }) => Promise<unknown>
}

/** Credentials as action functions read them: without the refresh token; `raw` holds the members as the provider sent them. */
function shown(credentials: Credentials): Record<string, unknown> & { type: string } {
  if (credentials.type !== 'OAUTH2') return { ...credentials }
  const { type, refresh_token: _, ...visible } = credentials
  return { type, ...visible, raw: visible }
}

/** What an action ends with whose metadata cannot be saved. */
function metadataRefused(faults: readonly Fault[]): ActionEnded {
  return new ActionEnded(
    fail('action-failed', { detail: faults[0]?.detail ?? 'The metadata cannot be saved.', errors: faults }).failure,
  )
}

/** Makes the first argument of an action function. Its functions throw what ends the action. */
export function nangoContext(services: ActionServices, options: ContextOptions): NangoAction {
  const { store } = services
  const { call, environment, integration } = options
  const needCall = (): CallContext => {
    if (call) return call
    throw new ActionEnded(
      fail('action-failed', { detail: 'The action runs without a connection and cannot reach the provider.' }).failure,
    )
  }
  /** The connection as it is now, as this action may have changed its metadata. */
  const current = async (): Promise<OpenedConnection> => {
    const lookup = await store.lookup(environment, needCall().connection.connection_id, integration.unique_key)
    return 'found' in lookup ? lookup.found : needCall().connection
  }
  const { begin } = options.pending
  const send = <T>(config: ProxyConfiguration) => begin(async () => proxy<T>(services, needCall(), config))
  const by =
    (method: Method) =>
    <T>(config: Omit<ProxyConfiguration, 'method'>) =>
      send<T>({ ...config, method })
  const save = (how: 'replace' | 'merge') => (metadata: Record<string, unknown>) =>
    begin(() => saveMetadata(how, metadata))
  const saveMetadata = async (how: 'replace' | 'merge', metadata: Record<string, unknown>) => {
    const { connection } = needCall()
    const faults = await faultsOfFieldMappings(services, integration.provider, metadata)
    if (faults.length > 0) throw metadataRefused(faults)
    const saved = await store.connections.setMetadata(environment, integration.unique_key, {
      ids: [connection.connection_id],
      metadata,
      how,
    })
    if (!('set' in saved)) throw metadataRefused([{ pointer: '/metadata', detail: 'The metadata could not be saved.' }])
  }
  return {
    connectionId: call?.connection.connection_id ?? '',
    providerConfigKey: integration.unique_key,
    provider: integration.provider,
    environmentName: options.environmentName,
    activityLogId: options.id,
    ActionError,
    proxy: send,
    get: by('GET'),
    post: by('POST'),
    put: by('PUT'),
    patch: by('PATCH'),
    delete: by('DELETE'),
    paginate: config => paginate(config, send),
    getConnection: () =>
      begin(async () => {
        const { id, connection_id, config, metadata, credentials } = await current()
        return {
          id,
          connection_id,
          provider_config_key: integration.unique_key,
          provider: integration.provider,
          connection_config: { ...config },
          metadata: metadata && { ...metadata },
          credentials: shown(credentials),
        }
      }),
    getToken: () =>
      begin(async () => {
        const { credentials } = await current()
        return credentials.type === 'OAUTH2' ? credentials.access_token : shown(credentials)
      }),
    // The type of metadata, and of an action's output, is what the function's author says.
    getMetadata: <T>() => begin(async () => ({ ...(await current()).metadata }) as T),
    setMetadata: save('replace'),
    updateMetadata: save('merge'),
    // Not the integration as it was found, which holds its secrets.
    getIntegration: async () => ({ unique_key: integration.unique_key, provider: integration.provider }),
    getEnvironmentVariables: () => begin(async () => store.variables.list(environment)),
    triggerAction: <T>(key: string, connection: string, name: string, input?: unknown) =>
      begin(async () => (await options.trigger({ integration: key, connection, name, input })) as T),
    // A text of the author's may hold personal data or secrets, so it is not stored.
    log: async () => {},
    zodValidateInput: ({ zodSchema, input }) =>
      begin(async () => {
        const parsed = z.safeParse(zodSchema, input)
        if (parsed.success) return { data: parsed.data }
        throw new ActionError({
          message: 'The input is not valid.',
          errors: parsed.error.issues.map(({ path, message }) => ({ path, message })),
        })
      }),
  }
}
