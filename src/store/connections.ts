import { aad, type Seal } from './aad.ts'
import type { Cache } from './cache.ts'
import {
  type Connection,
  type ConnectionChange,
  type ConnectionRow,
  type Credentials,
  connectionRowOf,
  type NewConnection,
} from './connection.ts'
import { type ConnectionFilter, selectList } from './connection-filter.ts'
import { erase } from './erase.ts'
import { type MetadataChange, metadataOn } from './metadata.ts'
import { assign, type SqlDriver, sql } from './sql.ts'

/** There is no connection of that id, no such integration, or there are several connections of that id. */
export type Unfound = { readonly missing: 'connection' | 'integration' } | { readonly ambiguous: true }

export interface Connections {
  list(environment: string, filter: ConnectionFilter): Promise<Connection[]>
  find(environment: string, id: string, integration?: string): Promise<{ found: Connection } | Unfound>
  /** The connection with its secrets, for a caller who asked for them; `last_fetched_at` becomes the time of it. */
  reveal(
    environment: string,
    id: string,
    integration?: string,
  ): Promise<{ found: Connection; credentials: Credentials } | Unfound>
  create(
    environment: string,
    integration: string,
    connection: NewConnection,
  ): Promise<{ made: Connection } | { taken: true } | { missing: 'integration' }>
  change(
    environment: string,
    id: string,
    integration: string | undefined,
    change: ConnectionChange,
  ): Promise<{ changed: true } | Unfound>
  /** Sets (`replace`) or merges the metadata of all of these connections, or of none. */
  setMetadata(
    environment: string,
    integration: string,
    change: MetadataChange,
  ): ReturnType<ReturnType<typeof metadataOn>>
  /** Erases a connection and everything that belongs to it. */
  remove(environment: string, id: string, integration?: string): Promise<{ removed: true } | Unfound>
}

/** Columns of a connection `c` with its integration `i`. */
const SELECT = `SELECT c.*, i.unique_key, i.provider FROM connections c JOIN integrations i ON i.id = c.integration_id`
/** Milliseconds for which `last_fetched_at` stays as it is, so that not every read of the secrets also writes. */
const FETCHED_AGAIN = 60_000

/** Makes `store.connections` over a driver; `now` is in milliseconds since 1970. */
export function connectionsOn(driver: SqlDriver, seal: Seal, cache: Cache, now: () => number): Connections {
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
    async list(environment, filter) {
      const [rows = []] = await driver.batch([selectList(SELECT, environment, filter)])
      return rows.map(row => connectionRowOf(row).connection)
    },
    async find(environment, id, integration) {
      const answer = await find(environment, id, integration)
      return 'row' in answer ? { found: answer.row.connection } : answer
    },
    async reveal(environment, id, integration) {
      const answer = await find(environment, id, integration)
      if (!('row' in answer)) return answer
      const { connection: found, credentials: sealed } = answer.row
      const text = await seal.open(sealed, aad.connection(environment, found.uuid))
      const credentials: Credentials = JSON.parse(text)
      if (found.last_fetched_at !== null && now() - Date.parse(found.last_fetched_at) < FETCHED_AGAIN)
        return { found, credentials }
      const last_fetched_at = time()
      await driver.batch([sql('UPDATE connections SET last_fetched_at = ? WHERE id = ?', last_fetched_at, found.id)])
      return { found: { ...found, last_fetched_at }, credentials }
    },
    async create(environment, integration, connection) {
      const uuid = crypto.randomUUID()
      const at = time()
      const sealed = await seal.seal(JSON.stringify(connection.credentials), aad.connection(environment, uuid))
      try {
        const [, rows = [], integrations = []] = await driver.batch([
          sql(
            `INSERT INTO connections (uuid, environment_id, integration_id, connection_id, credentials,
               connection_config, metadata, tags, end_user, webhook_url_override, created_at, updated_at)
             SELECT ?, environment_id, id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM integrations
             WHERE environment_id = ? AND unique_key = ?
             ON CONFLICT (integration_id, connection_id) DO NOTHING`,
            uuid,
            connection.connection_id,
            sealed,
            JSON.stringify(connection.connection_config),
            connection.metadata && JSON.stringify(connection.metadata),
            JSON.stringify(connection.tags),
            connection.end_user && JSON.stringify(connection.end_user),
            connection.webhook_url_override,
            at,
            at,
            environment,
            integration,
          ),
          sql(`${SELECT} WHERE c.uuid = ?`, uuid),
          sql('SELECT 1 FROM integrations WHERE environment_id = ? AND unique_key = ?', environment, integration),
        ])
        if (rows[0]) return { made: connectionRowOf(rows[0]).connection }
        return integrations.length > 0 ? { taken: true } : { missing: 'integration' }
      } finally {
        cache.forgetConnection(environment, connection.connection_id, integration)
      }
    },
    async change(environment, id, integration, { tags, end_user, webhook_url_override }) {
      const answer = await find(environment, id, integration)
      if (!('row' in answer)) return answer
      const { connection } = answer.row
      const { text, args } = assign({
        tags: tags && JSON.stringify(tags),
        end_user: end_user && JSON.stringify(end_user),
        webhook_url_override,
        updated_at: time(),
      })
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
    setMetadata: metadataOn(driver, cache, time),
    async remove(environment, id, integration) {
      const answer = await find(environment, id, integration)
      if (!('row' in answer)) return answer
      const { connection } = answer.row
      try {
        const answers = await driver.batch(erase('connection', connection.uuid))
        return answers.at(-1)?.length ? { removed: true } : { missing: 'connection' }
      } finally {
        forget(environment, connection)
      }
    },
  }
}
