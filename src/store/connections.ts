import { aad, type Seal, SealError } from './aad.ts'
import { openCredentials, placeOfConnection } from './bound-row.ts'
import type { Cache } from './cache.ts'
import { readText } from './columns.ts'
import {
  type Connection,
  type ConnectionChange,
  type ConnectionRow,
  type Credentials,
  columnsOf,
  connectionRowOf,
  keptAnswers,
  type NewConnection,
} from './connection.ts'
import type { ConnectionFilter } from './connection-filter.ts'
import { type ConnectionList, listOn } from './connection-list.ts'
import type { Erasures } from './erase.ts'
import { type MetadataChange, type MetadataOutcome, metadataOn } from './metadata.ts'
import type { Quota } from './quota.ts'
import { type ReplaceCredentials, replaceOn } from './replace-credentials.ts'
import type { SealLog } from './seal-log.ts'
import { assign, type SqlDriver, sql } from './sql.ts'
import { StorageError } from './storage-error.ts'

/** There is no connection of that id, no such integration, or there are several connections of that id. */
export type Unfound = { readonly missing: 'connection' | 'integration' } | { readonly ambiguous: true }

export interface Connections extends ReplaceCredentials {
  list(environment: string, filter: ConnectionFilter): Promise<ConnectionList>
  find(environment: string, id: string, integration?: string): Promise<{ found: Connection } | Unfound>
  /**
   * The connection with its secrets, for a caller who asked for them; `last_fetched_at` becomes the time of it.
   * `refused`: they do not open, or the row was altered by somebody without the master key.
   */
  reveal(
    environment: string,
    id: string,
    integration?: string,
  ): Promise<{ found: Connection; credentials: Credentials } | Unfound | { refused: true }>
  create(
    environment: string,
    integration: string,
    connection: NewConnection,
  ): Promise<{ made: Connection } | { taken: true } | { missing: 'integration' }>
  /** Connections of an integration to one installation of its app, some of them where there are many. */
  ofInstallation(environment: string, integration: string, installation: string): Promise<Connection[]>
  change(
    environment: string,
    id: string,
    integration: string | undefined,
    change: ConnectionChange,
  ): Promise<{ changed: true } | Unfound>
  /** Sets (`replace`) or merges the metadata of all of these connections, or of none. */
  setMetadata(environment: string, integration: string, change: MetadataChange): Promise<MetadataOutcome>
  /** Erases a connection and everything that belongs to it. */
  remove(environment: string, id: string, integration?: string): Promise<{ removed: true } | Unfound>
}

/** Columns of a connection `c` with its integration `i`. */
const SELECT = `SELECT c.*, i.unique_key, i.provider FROM connections c JOIN integrations i ON i.id = c.integration_id`
/** Connections to one installation that are looked at: one or two in life. */
const MANY = 100
/** Milliseconds for which `last_fetched_at` stays as it is, so that not every read of the secrets also writes. */
const FETCHED_AGAIN = 60_000

interface Options {
  readonly driver: SqlDriver
  readonly seal: Seal
  readonly cache: Cache
  readonly quota: Quota
  readonly sealLog: SealLog
  readonly erase: Erasures['erase']
  /** In milliseconds since 1970. */
  readonly now: () => number
}

/** Makes `store.connections` over a driver. */
export function connectionsOn({ driver, seal, cache, quota, sealLog, erase, now }: Options): Connections {
  const time = () => new Date(now()).toISOString()

  async function find(
    environment: string,
    id: string,
    integration?: string,
  ): Promise<{ row: ConnectionRow } | Unfound> {
    const named = integration === undefined ? [] : [integration]
    const [rows = [], integrations = []] = await driver.batch([
      sql(
        `${SELECT} WHERE c.environment_id = ? AND c.connection_id = ?${named.map(() => ' AND i.unique_key = ?').join('')} LIMIT 2`,
        environment,
        id,
        ...named,
      ),
      ...named.map(key =>
        sql('SELECT 1 FROM integrations WHERE environment_id = ? AND unique_key = ?', environment, key),
      ),
    ])
    if (rows.length > 1) return { ambiguous: true }
    if (rows[0]) return { row: connectionRowOf(rows[0]) }
    return { missing: named.length > 0 && integrations.length === 0 ? 'integration' : 'connection' }
  }
  const forget = (environment: string, { connection_id, provider_config_key }: Connection) =>
    cache.forgetConnection(environment, connection_id, provider_config_key)

  return {
    ...replaceOn({ driver, seal, cache, sealLog, time }),
    list: listOn(driver),
    async find(environment, id, integration) {
      const answer = await find(environment, id, integration)
      return 'row' in answer ? { found: answer.row.connection } : answer
    },
    async ofInstallation(environment, integration, installation) {
      const [rows = []] = await driver.batch([
        sql(
          `${SELECT} WHERE c.environment_id = ? AND i.unique_key = ?
             AND json_extract(c.connection_config, '$.installation_id') = ? LIMIT ?`,
          environment,
          integration,
          installation,
          MANY,
        ),
      ])
      return rows.map(row => connectionRowOf(row).connection)
    },
    async reveal(environment, id, integration) {
      const answer = await find(environment, id, integration)
      if (!('row' in answer)) return answer
      const { connection: found, bound, credentials: sealed } = answer.row
      const text = await openCredentials(seal, bound, sealed).catch((error: unknown) => {
        if (error instanceof SealError) sealLog.refused({ ...bound }, error)
        else throw error
      })
      if (text === undefined) return { refused: true }
      const credentials: Credentials = JSON.parse(text)
      if (found.last_fetched_at !== null && now() - Date.parse(found.last_fetched_at) < FETCHED_AGAIN)
        return { found, credentials }
      const last_fetched_at = time()
      const noted = driver
        .change([sql('UPDATE connections SET last_fetched_at = ? WHERE id = ?', last_fetched_at, found.id)])
        .catch(error => {
          if (!(error instanceof StorageError)) throw error
        })
      // Who reads needs no write: on Node nobody waits where the database is locked. At the edge a request ends with
      // what it waits for.
      if (driver.bound) await noted
      return { found: { ...found, last_fetched_at }, credentials }
    },
    async create(environment, integration, connection) {
      const uuid = crypto.randomUUID()
      const at = time()
      const [[parent] = []] = await driver.batch([
        sql('SELECT id, mac FROM integrations WHERE environment_id = ? AND unique_key = ?', environment, integration),
      ])
      if (!parent) return { missing: 'integration' }
      const bound = {
        uuid,
        environment_id: environment,
        integration_id: readText(parent, 'id'),
        connection_id: connection.connection_id,
        connection_config: JSON.stringify(keptAnswers(connection.credentials, connection.connection_config)),
      }
      const secrets = JSON.stringify(connection.credentials)
      // Secrets that are bound open beside an integration with a MAC only.
      const sealed =
        parent.mac === null
          ? await seal.seal(secrets, aad.connection(environment, uuid))
          : await seal.seal(secrets, placeOfConnection(bound), 'v2')
      const metadata = connection.metadata && JSON.stringify(connection.metadata)
      try {
        const [, rows = [], integrations = []] = await driver.batch([
          sql(
            `INSERT INTO connections (uuid, environment_id, integration_id, connection_id, credentials,
               connection_config, metadata, tags, end_user, webhook_url_override, created_at, updated_at)
             SELECT ?, environment_id, id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM integrations
             WHERE id = ? AND environment_id = ? AND unique_key = ?
             ON CONFLICT (integration_id, connection_id) DO NOTHING`,
            uuid,
            connection.connection_id,
            sealed,
            bound.connection_config,
            metadata,
            JSON.stringify(connection.tags),
            connection.end_user && JSON.stringify(connection.end_user),
            connection.webhook_url_override,
            at,
            at,
            bound.integration_id,
            environment,
            integration,
          ),
          sql(`${SELECT} WHERE c.uuid = ?`, uuid),
          sql('SELECT 1 FROM integrations WHERE environment_id = ? AND unique_key = ?', environment, integration),
        ])
        if (rows[0]) {
          quota.stored(environment, sealed.length + bound.connection_config.length + (metadata?.length ?? 0))
          return { made: connectionRowOf(rows[0]).connection }
        }
        return integrations.length > 0 ? { taken: true } : { missing: 'integration' }
      } finally {
        cache.forgetConnection(environment, connection.connection_id, integration)
      }
    },
    async change(environment, id, integration, change) {
      const answer = await find(environment, id, integration)
      if (!('row' in answer)) return answer
      const { connection } = answer.row
      const { text, args } = assign({ ...columnsOf(change), updated_at: time() })
      try {
        const [rows = []] = await driver.batch([
          sql(
            `UPDATE connections SET ${text}, revision = revision + 1 WHERE id = ? RETURNING 1`,
            ...args,
            connection.id,
          ),
        ])
        return rows.length > 0 ? { changed: true } : { missing: 'connection' }
      } finally {
        forget(environment, connection)
      }
    },
    setMetadata: metadataOn({ driver, cache, quota, time }),
    async remove(environment, id, integration) {
      const answer = await find(environment, id, integration)
      if (!('row' in answer)) return answer
      const { connection } = answer.row
      try {
        const isErased = await erase({ owner: 'connection', id: connection.uuid, environment })
        return isErased ? { removed: true } : { missing: 'connection' }
      } finally {
        forget(environment, connection)
      }
    },
  }
}
