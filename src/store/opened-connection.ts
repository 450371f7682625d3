import { aad, isBound, type Seal } from './aad.ts'
import { boundConnectionOf, boundIntegrationOf, checkIntegration, openCredentials } from './bound-row.ts'
import { readJson, readNumber, readText, readTextOrNull } from './columns.ts'
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
  /** Read anew each time, as parsed JSON takes up to 28 times its text in memory, which is kept for long. */
  readonly metadata: Readonly<Record<string, unknown>> | null
  /** Changes whenever the connection or its integration changes. */
  readonly version: string
}

/** The one connection of an id. */
export interface FoundConnection {
  readonly found: OpenedConnection
  /** What it takes in memory, about. */
  readonly bytes: number
  /** Set where the row, or that of its integration, was written before addresses were bound to secrets. */
  readonly isUnsealed?: true
}
/** What a connection's id led to: several integrations may have a connection of the same id. */
export type ConnectionLookup =
  | Pick<FoundConnection, 'found'>
  | { readonly missing: 'connection' | 'integration' }
  | { readonly ambiguous: true }
  /** What is stored of it does not open, or was altered by somebody without the master key. The log says which row. */
  | { readonly refused: true }

const SELECT = `SELECT c.id, c.uuid, c.connection_id, c.environment_id, c.integration_id, c.credentials,
  c.connection_config, c.metadata, c.revision, c.auth_fault, i.unique_key, i.provider, i.integration_config,
  i.credentials AS integration_credentials, i.backend, i.mac, i.revision AS integration_revision
  FROM connections c JOIN integrations i ON i.id = c.integration_id`

/** Selects a connection by its uuid. */
export const selectByUuid = (uuid: string): Statement => sql(`${SELECT} WHERE c.uuid = ?`, uuid)

/** The environment that a connection is looked for in: by its id, or by the hash or the id of one of its keys. */
export type InEnvironment = { readonly environment: string } | { readonly keyHash: string } | { readonly keyId: string }

/** Selects the connections of an id: one, none, or two where the id is ambiguous. */
export function selectConnection(where: InEnvironment, connectionId: string, integrationKey?: string): Statement {
  const [environment, argument] =
    'keyHash' in where
      ? ['(SELECT environment_id FROM api_keys WHERE hash = ?)', where.keyHash]
      : 'keyId' in where
        ? ['(SELECT environment_id FROM api_keys WHERE id = ?)', where.keyId]
        : ['?', where.environment]
  const text = `${SELECT} WHERE c.environment_id = ${environment} AND c.connection_id = ?`
  return integrationKey === undefined
    ? sql(`${text} LIMIT 2`, argument, connectionId)
    : sql(`${text} AND i.unique_key = ? LIMIT 2`, argument, connectionId, integrationKey)
}

/** Bytes of memory for a character of a text, and of JSON that is parsed (measured: up to 28 for nested arrays). */
const TEXT_BYTES = 2
const JSON_BYTES = 28
/** What a row takes in memory once it is opened, about. */
const bytesOf = (row: Row): number => {
  const lengthOf = (column: string) => readTextOrNull(row, column)?.length ?? 0
  // Metadata is kept as text, and the field mappings in it may be kept once more.
  const texts = lengthOf('credentials') + lengthOf('integration_credentials') + 2 * lengthOf('metadata')
  const parsed = lengthOf('connection_config') + lengthOf('integration_config') + lengthOf('backend')
  return TEXT_BYTES * texts + JSON_BYTES * parsed
}

/**
 * Opens the secrets of a row of `selectConnection`. Rejects with a `SealError` where one does not open, or where what
 * decides where they are sent is not as the gateway wrote it.
 */
export async function openConnection(row: Row, seal: Seal): Promise<FoundConnection> {
  const bound = boundConnectionOf(row)
  const { environment_id: environment, integration_id: integrationId, uuid } = bound
  const sealed = readText(row, 'credentials')
  const sealedIntegration = readTextOrNull(row, 'integration_credentials')
  const isSealed = await checkIntegration(seal, boundIntegrationOf(row, 'integration_id'), readTextOrNull(row, 'mac'), [
    sealed,
    sealedIntegration,
  ])
  const [credentials, ofIntegration, backend] = await Promise.all([
    openCredentials(seal, bound, sealed),
    sealedIntegration === null ? undefined : seal.open(sealedIntegration, aad.integration(environment, integrationId)),
    openBackend(seal, environment, integrationId, readTextOrNull(row, 'backend')),
  ])
  const metadata = readTextOrNull(row, 'metadata')
  return {
    found: {
      id: readNumber(row, 'id'),
      uuid,
      connection_id: bound.connection_id,
      integration: {
        unique_key: readText(row, 'unique_key'),
        provider: readText(row, 'provider'),
        config: readJson(row, 'integration_config'),
        ...(ofIntegration !== undefined && { credentials: JSON.parse(ofIntegration) }),
        backend,
      },
      credentials: JSON.parse(credentials),
      config: readJson(row, 'connection_config'),
      get metadata() {
        return metadata === null ? null : JSON.parse(metadata)
      },
      version: `${uuid}.${readNumber(row, 'revision')}.${readNumber(row, 'integration_revision')}`,
    },
    bytes: bytesOf(row),
    ...(!(isSealed && isBound(sealed)) && { isUnsealed: true }),
  }
}

/** Selects an integration, for `openBackendConnection`. */
export const selectIntegration = (environment: string, key: string): Statement =>
  sql(
    `SELECT id, environment_id, unique_key, provider, integration_config, backend, mac, revision FROM integrations
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
  const bound = boundIntegrationOf(row)
  const isSealed = await checkIntegration(seal, bound, readTextOrNull(row, 'mac'), [])
  const { id } = bound
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
    bytes: JSON_BYTES * (bound.integration_config.length + column.length),
    ...(!isSealed && { isUnsealed: true }),
  }
}
