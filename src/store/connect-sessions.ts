import { Buffer } from 'node:buffer'
import { aad, type Seal, SealError } from './aad.ts'
import { hashOf } from './api-keys.ts'
import { readText } from './columns.ts'
import type { ConnectSession, ConnectSessions, NewConnectSession } from './connect-session.ts'
import type { SealLog } from './seal-log.ts'
import { type Row, type SqlDriver, type Statement, sql } from './sql.ts'

/** Milliseconds that a session lasts: the documented 30 minutes. */
const LASTS = 1_800_000
const PREFIX = 'nango_connect_session_'
const TOKEN = /^nango_connect_session_[0-9a-f]{64}$/

/** Whether a text has the form of a session's token, with which no key of the gateway begins. */
export const isConnectToken = (text: string): boolean => TOKEN.test(text)
/** Whether a text says that it is a session's token, whole or not. */
export const isLikeConnectToken = (text: string): boolean => text.startsWith(PREFIX)

/** Where what a session holds is sealed: with its hash and its end, so that nobody gives it another token or more time. */
export const placeOfSession = (row: Row): string =>
  aad.session(readText(row, 'environment_id'), readText(row, 'id'), readText(row, 'hash'), readText(row, 'expires_at'))

interface Options {
  readonly driver: SqlDriver
  readonly seal: Seal
  readonly sealLog: SealLog
  /** In milliseconds since 1970. */
  readonly now: () => number
}

/** Makes `store.connectSessions` over a driver. */
export function connectSessionsOn({ driver, seal, sealLog, now }: Options): ConnectSessions {
  const at = (offset = 0) => new Date(now() + offset).toISOString()
  // A session to sign a connection in again is over once the connection is gone.
  const select = (hash: string): Statement =>
    sql(
      `SELECT id, environment_id, hash, held, expires_at FROM connect_sessions s WHERE hash = ? AND expires_at > ?
         AND (connection IS NULL OR EXISTS (SELECT 1 FROM connections WHERE uuid = s.connection))`,
      hash,
      at(),
    )
  async function read(hash: string): Promise<Row | undefined> {
    const [rows = []] = await driver.batch([select(hash)])
    if (rows[0] || !driver.bound) return rows[0]
    // At the edge this asked a replica, which may not know a session of just now. A batch that writes asks the primary.
    const [, current = []] = await driver.batch([
      sql('DELETE FROM connect_sessions WHERE hash = ? AND expires_at <= ?', hash, at()),
      select(hash),
    ])
    return current[0]
  }

  return {
    async create(environment, session) {
      const token = `${PREFIX}${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')}`
      const row = { id: crypto.randomUUID(), environment_id: environment, hash: hashOf(token), expires_at: at(LASTS) }
      const connection = session.reconnect?.uuid ?? null
      await driver.batch([
        sql(
          `INSERT INTO connect_sessions (id, environment_id, hash, connection, held, expires_at)
           SELECT ?, id, ?, ?, ?, ? FROM environments WHERE id = ?
             AND (? IS NULL OR EXISTS (SELECT 1 FROM connections WHERE uuid = ? AND environment_id = environments.id))`,
          row.id,
          row.hash,
          connection,
          await seal.seal(JSON.stringify(session), placeOfSession(row)),
          row.expires_at,
          environment,
          connection,
          connection,
        ),
      ])
      return { token, expires_at: row.expires_at }
    },
    async find(token) {
      if (!isConnectToken(token)) return undefined
      const row = await read(hashOf(token))
      if (!row) return undefined
      try {
        const held: NewConnectSession = JSON.parse(await seal.open(readText(row, 'held'), placeOfSession(row)))
        const session: ConnectSession = {
          ...held,
          id: readText(row, 'id'),
          environment: readText(row, 'environment_id'),
          expires_at: readText(row, 'expires_at'),
        }
        return session
      } catch (error) {
        if (!(error instanceof SealError)) throw error
        sealLog.refused({ id: readText(row, 'id'), environment_id: readText(row, 'environment_id') }, error)
        return undefined
      }
    },
    async end(token) {
      if (!isConnectToken(token)) return false
      const [rows = []] = await driver.batch([
        sql('DELETE FROM connect_sessions WHERE hash = ? RETURNING expires_at', hashOf(token)),
      ])
      return rows[0] !== undefined && readText(rows[0], 'expires_at') > at()
    },
  }
}
