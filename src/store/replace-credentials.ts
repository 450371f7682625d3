import { isBound, type Seal, SealError } from './aad.ts'
import { type BoundConnection, boundConnectionOf, placeOf } from './bound-row.ts'
import type { Cache } from './cache.ts'
import { readText } from './columns.ts'
import { type ConnectionChange, type Credentials, columnsOf, keptAnswers } from './connection.ts'
import { type OpenedConnection, openConnection, selectConnection } from './opened-connection.ts'
import type { SealLog } from './seal-log.ts'
import { assign, type SqlDriver, sql } from './sql.ts'

/** A connection as it is stored just now, opened, to be changed as a whole. */
export interface StoredConnection {
  readonly connection: OpenedConnection
  /** What its secrets are bound to. */
  readonly bound: BoundConnection
  /** Its sealed secrets, by which one sees whether they are still those. */
  readonly sealed: string
}
/** What a connection signs in with from now on, and the rest that is changed together with it. */
export interface Replacement {
  readonly credentials: Credentials
  readonly connection_config: Readonly<Record<string, unknown>>
  readonly change: ConnectionChange
}

export interface ReplaceCredentials {
  /** Reads and opens a connection past the cache. `refused`: it was altered by somebody without the master key. */
  open(
    environment: string,
    id: string,
    integration?: string,
  ): Promise<StoredConnection | { missing: 'connection' } | { ambiguous: true } | { refused: true }>
  /**
   * Puts other credentials and answers in place of those that were read, sealed together. What is known of the former
   * (why they were not refreshed, who refreshes them just now) is forgotten. False where the row changed meanwhile.
   */
  replace(before: StoredConnection, replacement: Replacement): Promise<boolean>
}

interface Options {
  readonly driver: SqlDriver
  readonly seal: Seal
  readonly cache: Cache
  readonly sealLog: SealLog
  readonly time: () => string
}

/** Makes the part of `store.connections` that replaces credentials. */
export function replaceOn({ driver, seal, cache, sealLog, time }: Options): ReplaceCredentials {
  return {
    async open(environment, id, integration) {
      const [rows = []] = await driver.batch([selectConnection({ environment }, id, integration)])
      const [row] = rows
      if (!row) return { missing: 'connection' }
      if (rows.length > 1) return { ambiguous: true }
      try {
        const { found } = await openConnection(row, seal)
        return { connection: found, bound: boundConnectionOf(row), sealed: readText(row, 'credentials') }
      } catch (error) {
        if (!(error instanceof SealError)) throw error
        sealLog.refused(row, error)
        return { refused: true }
      }
    },
    async replace({ connection, bound, sealed }, { credentials, connection_config, change }) {
      const after: BoundConnection = {
        ...bound,
        connection_config: JSON.stringify(keptAnswers(credentials, connection_config)),
      }
      const version = isBound(sealed) ? 'v2' : 'v1'
      const made = await seal.seal(JSON.stringify(credentials), placeOf(after, version), version)
      const { text, args } = assign({
        ...columnsOf(change),
        credentials: made,
        connection_config: after.connection_config,
        updated_at: time(),
      })
      const { uuid } = connection
      try {
        const [changed = []] = await driver.batch([
          sql(
            `UPDATE connections SET ${text}, auth_fault = NULL, revision = revision + 1
             WHERE uuid = ? AND credentials = ? AND connection_config = ? RETURNING 1`,
            ...args,
            uuid,
            sealed,
            bound.connection_config,
          ),
          // Whoever refreshes the former token has no claim any more, and so notes nothing of it here.
          sql(
            `DELETE FROM refresh_claims WHERE connection = ?
               AND EXISTS (SELECT 1 FROM connections WHERE uuid = refresh_claims.connection AND credentials = ?)`,
            uuid,
            made,
          ),
        ])
        return changed.length > 0
      } finally {
        const { unique_key } = connection.integration
        cache.forgetConnection(bound.environment_id, connection.connection_id, unique_key)
      }
    },
  }
}
