import type { Seal } from '../credentials/seal.ts'
import { aad } from './aad.ts'
import type { Cache, CacheWriter } from './cache.ts'
import type { Credentials } from './connection.ts'
import { type Backend, openBackend } from './integration-backend.ts'
import type { IntegrationCredentials } from './integrations.ts'
import { type Row, type SqlDriver, type Statement, sql } from './sql.ts'

/** A connection with its integration, ready for a call: secrets are open. */
export interface LiveConnection {
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
export type ConnectionLookup =
  | { found: LiveConnection }
  | { missing: 'connection' | 'integration' }
  | { ambiguous: true }

const SELECT = `SELECT c.id, c.uuid, c.connection_id, c.environment_id, c.integration_id, c.credentials,
  c.connection_config, c.metadata, c.revision, i.unique_key, i.provider, i.integration_config,
  i.credentials AS integration_credentials, i.backend, i.revision AS integration_revision
  FROM connections c JOIN integrations i ON i.id = c.integration_id`

/** Who asks: an environment, or the hash of a key whose environment is not known yet. */
export type Asker = { readonly environment: string } | { readonly hash: string }

/** The connections of that id in the asker's environment: one, none, or two when the id is ambiguous. */
export function selectLive(asker: Asker, connectionId: string, integrationKey?: string): Statement {
  const [environment, argument] =
    'hash' in asker ? ['(SELECT environment_id FROM api_keys WHERE hash = ?)', asker.hash] : ['?', asker.environment]
  const text = `${SELECT} WHERE c.environment_id = ${environment} AND c.connection_id = ?`
  return integrationKey === undefined
    ? sql(`${text} LIMIT 2`, argument, connectionId)
    : sql(`${text} AND i.unique_key = ? LIMIT 2`, argument, connectionId, integrationKey)
}

/** Opens the secrets of a row of `selectLive`. */
export async function openLive(row: Row, seal: Seal): Promise<LiveConnection> {
  const environment = row.environment_id as string
  const [credentials, ofIntegration, backend] = await Promise.all([
    seal.open(row.credentials as string, aad.connection(environment, row.uuid as string)),
    row.integration_credentials === null
      ? undefined
      : seal.open(row.integration_credentials as string, aad.integration(environment, row.integration_id as string)),
    openBackend(seal, environment, row.integration_id as string, row.backend),
  ])
  return {
    id: row.id as number,
    uuid: row.uuid as string,
    connection_id: row.connection_id as string,
    integration: {
      unique_key: row.unique_key as string,
      provider: row.provider as string,
      config: JSON.parse(row.integration_config as string),
      ...(ofIntegration !== undefined && { credentials: JSON.parse(ofIntegration) }),
      backend,
    },
    credentials: JSON.parse(credentials),
    config: JSON.parse(row.connection_config as string),
    metadata: row.metadata === null ? null : JSON.parse(row.metadata as string),
    version: `${row.uuid}.${row.revision}.${row.integration_revision}`,
  }
}

const selectIntegration = (environment: string, key: string): Statement =>
  sql(
    `SELECT id, environment_id, unique_key, provider, integration_config, backend, revision FROM integrations
     WHERE environment_id = ? AND unique_key = ?`,
    environment,
    key,
  )

/** A connection that only the integration's backend knows: whether there is one, the backend says when it is called. */
async function liveElsewhere(row: Row, connectionId: string, seal: Seal): Promise<{ found: LiveConnection }> {
  const id = row.id as string
  return {
    found: {
      id: 0,
      uuid: `${id}/${connectionId}`,
      connection_id: connectionId,
      integration: {
        unique_key: row.unique_key as string,
        provider: row.provider as string,
        config: JSON.parse(row.integration_config as string),
        backend: await openBackend(seal, row.environment_id as string, id, row.backend),
      },
      credentials: { type: 'NONE' },
      config: {},
      metadata: null,
      version: `${id}.${connectionId}.${row.revision}`,
    },
  }
}

/** `store.live`: synchronous when warm, else one batch. */
export const liveFrom =
  (driver: SqlDriver, seal: Seal, cache: Cache) =>
  (
    environment: string,
    connectionId: string,
    integrationKey?: string,
  ): ConnectionLookup | Promise<ConnectionLookup> => {
    const known = cache.live(environment, connectionId, integrationKey)
    if (known) return known
    return cache.read(`live\0${environment}\0${connectionId}\0${integrationKey ?? ''}`, keep =>
      readLive(keep, environment, connectionId, integrationKey),
    )

    async function readLive(
      keep: CacheWriter,
      environment: string,
      id: string,
      key: string | undefined,
    ): Promise<ConnectionLookup> {
      const statements = [selectLive({ environment }, id, key)]
      if (key !== undefined) statements.push(selectIntegration(environment, key))
      const [rows = [], integrations] = await driver.batch(statements)
      if (rows.length > 1) return { ambiguous: true }
      const [row] = rows
      if (!row) {
        const [integration] = integrations ?? []
        const elsewhere = integration?.backend ? await liveElsewhere(integration, id, seal) : undefined
        if (!elsewhere) return { missing: integrations?.length === 0 ? 'integration' : 'connection' }
        keep.live(environment, id, key, elsewhere)
        return elsewhere
      }
      const live = { found: await openLive(row, seal) }
      keep.live(environment, id, key, live)
      return live
    }
  }
