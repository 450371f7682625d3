import { authTypesOf } from '../../mapping/catalogue.ts'
import type { ConnectSession, IntegrationCredentials } from '../../store/index.ts'
import type { WayView } from '../connect/flow.ts'
import type { HttpServices } from '../context.ts'
import type { OpenedIntegration } from './unstored-account.ts'

/** Whether a session lets a person connect an integration. */
export const allows = ({ allowed_integrations, reconnect }: ConnectSession, key: string): boolean =>
  reconnect ? reconnect.provider_config_key === key : (allowed_integrations?.includes(key) ?? true)

/** An integration that a session lets a person connect, opened. A backend signs its accounts in itself. */
export async function openIntegration(
  { store, catalogue }: HttpServices,
  session: ConnectSession,
  key: string,
): Promise<OpenedIntegration | undefined> {
  if (!allows(session, key)) return undefined
  const { environment } = session
  const integration = await store.integrations.open(environment, key)
  return !integration || 'refused' in integration ? undefined : withProvider(catalogue, environment, integration)
}

/** An integration with its provider's file; undefined where a backend signs in, or the provider is not there any more. */
export async function withProvider(
  catalogue: HttpServices['catalogue'],
  environment: string,
  integration: OpenedIntegration['integration'],
): Promise<OpenedIntegration | undefined> {
  if (integration.backend.type !== 'direct' || !catalogue.providers.includes(integration.provider)) return undefined
  return { environment, integration, provider: await catalogue.provider(integration.provider) }
}

/** Whether an integration has what a way to sign in takes. */
function isConfigured(type: WayView['type'], credentials: IntegrationCredentials | undefined): boolean {
  if (type === 'OAUTH2') return credentials !== undefined && 'client_id' in credentials
  if (type === 'APP') return credentials?.type === 'APP'
  return type !== 'CUSTOM' || credentials?.type === 'CUSTOM'
}

/** The ways to sign in that an integration offers, in the order of the provider's file. */
export function waysOf({ provider, integration }: OpenedIntegration): WayView['type'][] {
  const types = authTypesOf(provider)
  if (types.length === 0) return ['NONE']
  const configured = types.filter(type => isConfigured(type, integration.credentials))
  // An app that is installed with a person's consent gives what either of its parts would.
  return configured.includes('CUSTOM') ? configured.filter(type => type !== 'OAUTH2' && type !== 'APP') : configured
}
