import { ActionError, type NangoAction, type ProxyConfiguration } from 'nango'
import type { CallContext } from '../../backends/index.ts'
import { type Fault, fail } from '../../problem/index.ts'
import { faultsOfFieldMappings } from '../../records/field-mappings.ts'
import type { RecordServices } from '../../records/resolve.ts'
import type { Credentials, OpenedConnection, Store } from '../../store/index.ts'
import { ActionEnded } from './ended.ts'
import { paginate } from './paginate.ts'
import { proxy } from './proxy.ts'

/** What an action's context is made of. */
export interface Given {
  /** Missing for an action without a connection. */
  readonly context: CallContext | undefined
  /** Id of the environment, and its name. */
  readonly environment: string
  readonly environmentName: string
  readonly integration: { readonly unique_key: string; readonly provider: string }
  /** The invocation's id, under which it is logged. */
  readonly id: string
  /** Runs another action of this environment, logged under this one. */
  readonly trigger: (given: {
    readonly integration: string
    readonly connection: string
    readonly name: string
    readonly input: unknown
  }) => Promise<unknown>
}

/** Credentials as functions read them, without what renews them; `raw` is what came from the provider. */
function shown(credentials: Credentials): Record<string, unknown> & { type: string } {
  if (credentials.type !== 'OAUTH2') return { ...credentials }
  const { type, refresh_token: _, ...visible } = credentials
  return { type, ...visible, raw: visible }
}

/** The problem of metadata that cannot be saved. */
function refused(faults: readonly Fault[]): ActionEnded {
  return new ActionEnded(
    fail('action-failed', { detail: faults[0]?.detail ?? 'The metadata cannot be saved.', errors: faults }).failure,
  )
}

/** What an action function is given as its first argument. */
export function nangoContext(services: RecordServices & { readonly store: Store }, given: Given): NangoAction {
  const { store } = services
  const { context, environment, integration } = given
  const need = (): CallContext => {
    if (context) return context
    throw new ActionEnded(
      fail('action-failed', { detail: 'The action runs without a connection and cannot reach the provider.' }).failure,
    )
  }
  /** The connection as it is now: this action may have changed its metadata. */
  const current = async (): Promise<OpenedConnection> => {
    const lookup = await store.lookup(environment, need().connection.connection_id, integration.unique_key)
    return 'found' in lookup ? lookup.found : need().connection
  }
  const send = (config: ProxyConfiguration) => proxy(services, need(), config)
  const by = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE') => (config: Omit<ProxyConfiguration, 'method'>) =>
    send({ ...config, method }) as never
  const save = (how: 'replace' | 'merge') => async (metadata: Record<string, unknown>) => {
    const { connection } = need()
    const faults = await faultsOfFieldMappings(services, integration.provider, metadata)
    if (faults.length > 0) throw refused(faults)
    const saved = await store.connections.setMetadata(environment, integration.unique_key, {
      ids: [connection.connection_id],
      metadata,
      how,
    })
    if (!('set' in saved)) throw refused([{ pointer: '/metadata', detail: 'The metadata could not be saved.' }])
  }
  return {
    connectionId: context?.connection.connection_id ?? '',
    providerConfigKey: integration.unique_key,
    provider: integration.provider,
    environmentName: given.environmentName,
    activityLogId: given.id,
    ActionError,
    proxy: send as NangoAction['proxy'],
    get: by('GET'),
    post: by('POST'),
    put: by('PUT'),
    patch: by('PATCH'),
    delete: by('DELETE'),
    paginate: config => paginate(config, send) as never,
    async getConnection() {
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
    },
    async getToken() {
      const { credentials } = await current()
      return credentials.type === 'OAUTH2' ? credentials.access_token : shown(credentials)
    },
    getMetadata: async () => ({ ...(await current()).metadata }) as never,
    setMetadata: save('replace'),
    updateMetadata: save('merge'),
    // What was found holds secrets of the integration too.
    getIntegration: async () => ({ unique_key: integration.unique_key, provider: integration.provider }),
    getEnvironmentVariables: () => store.variables.list(environment),
    triggerAction: (key, connection, name, input) =>
      given.trigger({ integration: key, connection, name, input }) as never,
    // What an author writes here may hold anything: it is not kept.
    log: async () => {},
    async zodValidateInput({ zodSchema, input }) {
      const parsed = zodSchema.safeParse(input)
      if (parsed.success) return { data: parsed.data as never }
      throw new ActionError({
        message: 'The input is not valid.',
        errors: parsed.error.issues.map(({ path, message }) => ({ path, message })),
      })
    },
  }
}
