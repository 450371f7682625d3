import { isBound, type Seal } from './aad.ts'
import { type BoundConnection, boundConnectionOf, placeOf } from './bound-row.ts'
import type { Cache } from './cache.ts'
import { readJsonOrNull, readText } from './columns.ts'
import { type GivenToken, withToken } from './connection.ts'
import { type OpenedConnection, openConnection, selectByUuid } from './opened-connection.ts'
import { type Row, type SqlDriver, sql } from './sql.ts'

/** Why a connection's token was not refreshed: shown with the connection, and the answer until its rest is over. */
export interface AuthFault {
  /** `refused`: the provider said no. `failed`: it did not answer, or not with a token. */
  readonly kind: 'refused' | 'failed'
  /** The provider's code, or why there was no answer. */
  readonly code: string
  /** How often in a row. */
  readonly attempts: number
  /** Milliseconds since 1970: of the last attempt, and until when no other is made. */
  readonly at: number
  readonly until: number
  /** The request's entry in the log. */
  readonly log_id: string
  /** Whether the provider has said no since there was a token, be it before this fault: whoever gets webhooks was told. */
  readonly refused?: boolean | undefined
}

/** A connection as it is stored just now, whatever the cache knows. */
export interface StoredToken {
  readonly connection: OpenedConnection
  /** What its secrets are bound to. */
  readonly bound: BoundConnection
  readonly fault: AuthFault | undefined
  /** The sealed credentials, by which one sees whether they are still those. */
  readonly sealed: string
}
export interface TokenStore {
  read(uuid: string): Promise<StoredToken | undefined>
  /**
   * Claims the refreshing of a connection's token for some milliseconds; one holder has it at a time. Answers the
   * connection as it is then, since another holder may have stored a token just before; undefined where another has it.
   */
  claim(uuid: string, holder: string, lease: number): Promise<StoredToken | undefined>
  /**
   * Stores a new token in place of the one that was read, forgets what went wrong before, and gives the claim back. Where
   * the credentials were replaced meanwhile those stay.
   */
  save(before: StoredToken, holder: string, token: GivenToken): Promise<void>
  /**
   * Notes why there is no new token, and gives the claim back. Where the claim is gone the credentials were replaced, or
   * somebody else refreshes them, and nothing is noted.
   */
  fail(uuid: string, holder: string, fault: AuthFault): Promise<void>
  release(uuid: string, holder: string): Promise<void>
  /** Makes this process read a connection anew: its token was stored elsewhere. */
  forget(environment: string, connectionId: string, integrationKey: string): void
}

/** Makes `store.tokens` over a driver; `now` is in milliseconds since 1970. */
export function tokensOn(driver: SqlDriver, seal: Seal, cache: Cache, now: () => number): TokenStore {
  const at = (offset = 0) => new Date(now() + offset).toISOString()
  const giveBack = (uuid: string, holder: string) =>
    sql('DELETE FROM refresh_claims WHERE connection = ? AND holder = ?', uuid, holder)

  const storedOf = async (row: Row): Promise<StoredToken> => ({
    connection: (await openConnection(row, seal)).found,
    bound: boundConnectionOf(row),
    fault: readJsonOrNull(row, 'auth_fault') ?? undefined,
    sealed: readText(row, 'credentials'),
  })

  return {
    async read(uuid) {
      const [rows = []] = await driver.batch([selectByUuid(uuid)])
      return rows[0] && storedOf(rows[0])
    },
    async claim(uuid, holder, lease) {
      const [claimed = [], rows = []] = await driver.batch([
        sql(
          `INSERT INTO refresh_claims (connection, environment_id, holder, until)
           SELECT uuid, environment_id, ?, ? FROM connections WHERE uuid = ?
           ON CONFLICT (connection) DO UPDATE SET holder = excluded.holder, until = excluded.until
           WHERE refresh_claims.until <= ? RETURNING 1`,
          holder,
          at(lease),
          uuid,
          at(),
        ),
        selectByUuid(uuid),
      ])
      return claimed.length > 0 && rows[0] ? storedOf(rows[0]) : undefined
    },
    async save({ connection, bound, sealed: before }, holder, token) {
      const { uuid, credentials } = connection
      const place = placeOf(bound, isBound(before) ? 'v2' : 'v1')
      const text = JSON.stringify(withToken(credentials, token))
      const sealed = await seal.seal(text, place, isBound(before) ? 'v2' : 'v1')
      try {
        await driver.batch([
          sql(
            `UPDATE connections SET credentials = ?, auth_fault = NULL, revision = revision + 1, updated_at = ?
             WHERE uuid = ? AND credentials = ?`,
            sealed,
            at(),
            uuid,
            before,
          ),
          giveBack(uuid, holder),
        ])
      } finally {
        cache.forgetConnection(bound.environment_id, connection.connection_id, connection.integration.unique_key)
      }
    },
    async fail(uuid, holder, fault) {
      await driver.batch([
        sql(
          `UPDATE connections SET auth_fault = ? WHERE uuid = ?
             AND EXISTS (SELECT 1 FROM refresh_claims WHERE connection = connections.uuid AND holder = ?)`,
          JSON.stringify(fault),
          uuid,
          holder,
        ),
        giveBack(uuid, holder),
      ])
    },
    forget: cache.forgetConnection,
    async release(uuid, holder) {
      await driver.batch([giveBack(uuid, holder)])
    },
  }
}
