import { type Fault, ProblemError } from '../../problem/index.ts'
import { pointerTo } from '../../problem/pointer.ts'
import type { EndUser, NewConnectSession } from '../../store/index.ts'
import { endUserOf, faultsOfWebhook, lower } from '../connections/connection-answer.ts'
import type { HttpServices } from '../context.ts'
import { faultAt } from '../request-faults.ts'
import { throwBodyFaults } from './invalid-body.ts'
import type { ReconnectInput, SessionInput } from './schemas.ts'

const NO_INTEGRATION = 'There is no such integration.'

/** What is wrong with where the page would lead back to: anywhere else, and the gateway would send people to strangers. */
function faultsOfReturn(url: string | undefined, allowed: readonly string[]): Fault[] {
  if (url === undefined) return []
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const fits = parsed !== undefined && allowed.includes(parsed.origin) && parsed.username + parsed.password === ''
  return fits
    ? []
    : [faultAt('/return_url', 'An address on one of the `allowed_origins` of the environment is needed.')]
}

/** The person of a session, with their organization. */
function personOf({ end_user, organization }: Pick<SessionInput, 'end_user' | 'organization'>): EndUser | null {
  const person = endUserOf(end_user)
  if (!person || !organization) return person
  return { ...person, organization: { id: organization.id, display_name: organization.display_name ?? null } }
}

type Common = Omit<SessionInput, 'allowed_integrations'>

/**
 * What the body of a request makes a session hold, but for whom it is for.
 * @throws ProblemError `invalid-body`
 */
export async function sessionOf(
  { store, config }: Pick<HttpServices, 'store' | 'config'>,
  environment: string,
  { allowed_integrations, ...input }: Common & Pick<SessionInput, 'allowed_integrations'>,
): Promise<Omit<NewConnectSession, 'reconnect'>> {
  const { integrations_config_defaults = {}, overrides = {}, webhook_url_override, return_url } = input
  const [own, integrations] = await Promise.all([
    store.environments.find(environment),
    store.integrations.list(environment),
  ])
  const known = new Set(integrations.map(({ unique_key }) => unique_key))
  const named = [
    ...(allowed_integrations ?? []).map((key, index) => ({ key, path: ['allowed_integrations', index] })),
    ...Object.keys(integrations_config_defaults).map(key => ({ key, path: ['integrations_config_defaults', key] })),
    ...Object.keys(overrides).map(key => ({ key, path: ['overrides', key] })),
  ]
  throwBodyFaults([
    ...named.filter(({ key }) => !known.has(key)).map(({ path }) => faultAt(pointerTo(path), NO_INTEGRATION)),
    ...(input.organization && !input.end_user
      ? [faultAt('/organization', 'An organization needs a person of it, `end_user`.')]
      : []),
    ...faultsOfWebhook(webhook_url_override, config.KOINE_ALLOW_PRIVATE_HOSTS),
    ...faultsOfReturn(return_url, own?.allowed_origins ?? []),
  ])
  return {
    end_user: personOf(input),
    tags: lower(input.tags),
    allowed_integrations: allowed_integrations ?? null,
    integrations_config_defaults,
    overrides,
    webhook_url_override: webhook_url_override || null,
    return_url: return_url ?? null,
  }
}

/**
 * What the body of a request makes a session hold in which an account is signed in again.
 * @throws ProblemError `invalid-body`
 */
export async function reconnectOf(
  services: Pick<HttpServices, 'store' | 'config'>,
  environment: string,
  { connection_id, integration_id, ...input }: ReconnectInput,
): Promise<NewConnectSession> {
  const answer = await services.store.connections.find(environment, connection_id, integration_id)
  if (!('found' in answer)) {
    const isUnknown = 'missing' in answer && answer.missing === 'integration'
    const fault = isUnknown
      ? faultAt('/integration_id', NO_INTEGRATION)
      : faultAt('/connection_id', 'The integration has no such connection.')
    throwBodyFaults([fault])
    throw new ProblemError('connection-not-found')
  }
  const { uuid, end_user, tags } = answer.found
  const session = await sessionOf(services, environment, { ...input, allowed_integrations: [integration_id] })
  return {
    ...session,
    // What the body does not say stays as the connection has it.
    end_user: session.end_user ?? end_user,
    tags: input.tags ? session.tags : tags,
    reconnect: { uuid, connection_id, provider_config_key: integration_id },
  }
}
