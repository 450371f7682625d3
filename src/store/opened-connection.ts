import { aad, type Seal } from './aad.ts'
import { readJson, readJsonOrNull, readNumber, readText, readTextOrNull } from './columns.ts'
import type { Credentials } from './connection.ts'
import type { IntegrationCredentials } from './integration.ts'
import { type Backend, openBackend } from './integration-backend.ts'
import { type Row, type Statement, sql } from './sql.ts'

/** A connection with its integration, ready for a call: its secrets are open. */
export interface OpenedConnection {
  readonly id: number
  readonly uuid: string
  readonly connection_id: string
  readonly integration: {
    readonly unique_key: string
    readonly provider: string
    /** `integration_config`: `base_url`, `authorize_url`, `token_url` and what else was set. */
    readonly config: Readonly<Record<string, string>>
    readonly credentials?: IntegrationCredentials
    readonly backend: Backend
  }
  readonly credentials: Credentials
  /** `connection_config`: the answers to the provider's questions. */
  readonly config: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>> | null
  /** Changes whenever the connection or its integration changes. */
  readonly version: string
}

/** The one connection of an id. */
export interface FoundConnection {
  readonly found: OpenedConnection
}
/** What a connection's id led to: several integrations may have a connection of the same id. */
export type ConnectionLookup =
  | FoundConnection
  | { readonly missing: 'connection' | 'integration' }
  | { readonly ambiguous: true }

const SELECT = `SELECT c.id, c.uuid, c.connection_id, c.environment_id, c.integration_id, c.credentials,
  c.connection_config, c.metadata, c.revision, i.unique_key, i.provider, i.integration_config,
  i.credentials AS integration_credentials, i.backend, i.revision AS integration_revision
  FROM connections c JOIN integrations i ON i.id = c.integration_id`

/** The environment that a connection is looked for in: by its id, or by the hash of one of its keys. */
export type InEnvironment = { readonly environment: string } | { readonly keyHash: string }

/** Selects the connections of an id: one, none, or two where the id is ambiguous. */
export function selectConnection(where: InEnvironment, connectionId: string, integrationKey?: string): Statement {
  const [environment, argument] =
    'keyHash' in where
      ? ['(SELECT environment_id FROM api_keys WHERE hash = ?)', where.keyHash]
      : ['?', where.environment]
  const text = `${SELECT} WHERE c.environment_id = ${environment} AND c.connection_id = ?`
  return integrationKey === undefined
    ? sql(`${text} LIMIT 2`, argument, connectionId)
    : sql(`${text} AND i.unique_key = ? LIMIT 2`, argument, connectionId, integrationKey)
}

/** Opens the secrets of a row of `selectConnection`. Rejects where one does not open. */
export async function openConnection(row: Row, seal: Seal): Promise<OpenedConnection> {
  const environment = readText(row, 'environment_id')
  const integrationId = readText(row, 'integration_id')
  const uuid = readText(row, 'uuid')
  const sealedIntegration = readTextOrNull(row, 'integration_credentials')
  const [credentials, ofIntegration, backend] = await Promise.all([
    seal.open(readText(row, 'credentials'), aad.connection(environment, uuid)),
    sealedIntegration === null ? undefined : seal.open(sealedIntegration, aad.integration(environment, integrationId)),
    openBackend(seal, environment, integrationId, readTextOrNull(row, 'backend')),
  ])
  return {
    id: readNumber(row, 'id'),
    uuid,
    connection_id: readText(row, 'connection_id'),
    integration: {
      unique_key: readText(row, 'unique_key'),
      provider: readText(row, 'provider'),
      config: readJson(row, 'integration_config'),
      ...(ofIntegration !== undefined && { credentials: JSON.parse(ofIntegration) }),
      backend,
    },
    credentials: JSON.parse(credentials),
    config: readJson(row, 'connection_config'),
    metadata: readJsonOrNull(row, 'metadata'),
    version: `${uuid}.${readNumber(row, 'revision')}.${readNumber(row, 'integration_revision')}`,
  }
}

/** Selects an integration, for `openBackendConnection`. */
export const selectIntegration = (environment: string, key: string): Statement =>
  sql(
    `SELECT id, environment_id, unique_key, provider, integration_config, backend, revision FROM integrations
     WHERE environment_id = ? AND unique_key = ?`,
    environment,
    key,
  )

/**
 * A connection that is not stored here but at the backend of its integration (a row of `selectIntegration`). Whether
 * the backend knows that id shows only when it is called. Undefined where the integration has no such backend.
 */
export async function openBackendConnection(
  row: Row,
  connectionId: string,
  seal: Seal,
): Promise<FoundConnection | undefined> {
  const column = readTextOrNull(row, 'backend')
  if (column === null) return undefined
  const id = readText(row, 'id')
  return {
    found: {
      id: 0,
      uuid: `${id}/${connectionId}`,
      connection_id: connectionId,
      integration: {
        unique_key: readText(row, 'unique_key'),
        provider: readText(row, 'provider'),
        config: readJson(row, 'integration_config'),
        backend: await openBackend(seal, readText(row, 'environment_id'), id, column),
      },
      credentials: { type: 'NONE' },
      config: {},
      metadata: null,
      version: `${id}.${connectionId}.${readNumber(row, 'revision')}`,
    },
  }
}
