import type { Connection, ConnectSession, Credentials } from '../../store/index.ts'
import type { ConnectStep } from '../connect/flow.ts'
import { faultsOfAnswers } from '../connections/connection-config.ts'
import type { HttpServices } from '../context.ts'
import type { OpenedIntegration } from './unstored-account.ts'

/** An account that was signed in, and what a session says of the connection that it becomes. */
export interface SignedIn {
  readonly credentials: Credentials
  readonly config: Readonly<Record<string, unknown>>
  /** Set where the credentials could not be tried. */
  readonly warning?: string | undefined
  /** The connection's id where the caller names one. */
  readonly connectionId?: string | undefined
}

/**
 * What is wrong with answers that sign-in itself brought: a provider's answer must be one that a person could give, since
 * hosts are built from it.
 */
export async function faultOfBrought(
  { catalogue, config: settings }: HttpServices,
  { integration }: OpenedIntegration,
  { credentials: { type }, config }: Pick<SignedIn, 'credentials' | 'config'>,
): Promise<string | undefined> {
  const summary = await catalogue.summary(integration.provider)
  const [fault] = faultsOfAnswers(summary?.questions ?? {}, config, {
    hosts: summary?.hosts ?? [],
    hasBaseUrl: integration.config.base_url !== undefined,
    allowPrivate: settings.KOINE_ALLOW_PRIVATE_HOSTS,
    type,
  })
  return fault && `The account cannot be reached: ${fault.pointer.slice('/connection_config/'.length)}: ${fault.detail}`
}

/** How often a replacement is tried where the connection changes meanwhile. */
const ATTEMPTS = 5
const taken: ConnectStep = {
  failed: {
    code: 'installation_taken',
    detail: 'Somebody else has connected this installation already. Ask them, or the app that sent you here.',
  },
}

/** Whether two are the same person, or of one organization, as far as the app says who they are. */
function isSame(one: Pick<ConnectSession, 'end_user' | 'tags'>, other: Pick<Connection, 'end_user' | 'tags'>): boolean {
  const names = ({ end_user, tags }: typeof one) => [
    end_user?.id ?? tags.end_user_id,
    end_user?.organization?.id ?? tags.organization_id,
  ]
  const [person, organization] = names(one)
  const [otherPerson, otherOrganization] = names(other)
  return (
    (person !== undefined && person === otherPerson) ||
    (organization !== undefined && organization === otherOrganization)
  )
}

/**
 * Whether an installation is somebody else's already. Its number comes by the browser, and without a person's token
 * nothing proves whose it is: nobody is given the account of another customer.
 */
async function isOthersInstallation(
  { store }: HttpServices,
  session: ConnectSession,
  key: string,
  credentials: Credentials,
): Promise<boolean> {
  if (credentials.type !== 'APP') return false
  const all = await store.connections.ofInstallation(session.environment, key, credentials.installation_id)
  return all.some(each => each.uuid !== session.reconnect?.uuid && !isSame(session, each))
}

/** Makes the connection, or signs the session's own in again. Its metadata and field mappings stay as they are. */
export async function saveConnection(
  services: HttpServices,
  session: ConnectSession,
  opened: OpenedIntegration,
  { credentials, config, warning, connectionId }: SignedIn,
): Promise<ConnectStep> {
  const { store } = services
  const { environment, reconnect } = session
  const { unique_key } = opened.integration
  const gone: ConnectStep = {
    failed: { code: 'unknown_connection', detail: 'What was to be signed in again is not there any more.' },
  }
  if (await store.isFull(environment))
    return { failed: { code: 'resource_capped', detail: 'The app that sent you here can keep no more accounts.' } }
  const done = (connection_id: string): ConnectStep => ({
    connected: { connection_id, provider_config_key: unique_key, ...(warning !== undefined && { warning }) },
  })
  const told = (connection: Connection, operation: 'creation' | 'override') =>
    services.webhooks.auth({ environment, connection, authMode: credentials.type, operation, success: true })
  if (await isOthersInstallation(services, session, unique_key, credentials)) return taken
  if (reconnect) {
    const { connection_id } = reconnect
    // The former token may be refreshed just now, or somebody may change the answers: the new grant is not lost for it.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await store.connections.open(environment, connection_id, unique_key)
      if (!('connection' in before) || before.connection.uuid !== reconnect.uuid) return gone
      const isReplaced = await store.connections.replace(before, {
        credentials,
        connection_config: { ...before.connection.config, ...config },
        change: {
          ...(session.end_user && { end_user: session.end_user }),
          ...(Object.keys(session.tags).length > 0 && { tags: session.tags }),
        },
      })
      if (!isReplaced) continue
      const found = await store.connections.find(environment, connection_id, unique_key)
      if (!('found' in found)) return gone
      await told(found.found, 'override')
      return done(connection_id)
    }
    return gone
  }
  const answer = await store.connections.create(environment, unique_key, {
    connection_id: connectionId ?? crypto.randomUUID(),
    credentials,
    connection_config: config,
    metadata: null,
    tags: session.tags,
    end_user: session.end_user,
    webhook_url_override: session.webhook_url_override,
  })
  if (!('made' in answer)) return gone
  await told(answer.made, 'creation')
  return done(answer.made.connection_id)
}
