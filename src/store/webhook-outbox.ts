import { createHash } from 'node:crypto'
import { aad, type Seal, SealError } from './aad.ts'
import { readNumber, readText, readTextOrNull } from './columns.ts'
import type { SealLog } from './seal-log.ts'
import { type Row, type SqlDriver, sql } from './sql.ts'

/** A webhook that is to be kept until it is delivered. */
export interface NewDelivery {
  readonly id: string
  readonly environment: string
  /** The connection's uuid that it is about; empty for none. */
  readonly connection: string
  /** One of the environment's `webhook_events`. */
  readonly type: string
  /** The body, as it is sent in every attempt. */
  readonly body: string
  /** The connection's own address, in place of the environment's. */
  readonly url: string | undefined
}
/** Where a delivery goes: receivers are waited for apart from each other. */
export interface Lane {
  readonly environment: string
  readonly receiver: string
}
export interface DueDelivery extends Lane {
  readonly id: string
}
/** A delivery that was claimed for one attempt. */
export interface Delivery extends Omit<NewDelivery, 'body' | 'url'>, Lane {
  /** What is sent, and where; undefined where it does not open. */
  readonly message?: { readonly body: string; readonly url: string | undefined }
  /** Attempts that were made. */
  readonly attempts: number
  /** Milliseconds since 1970, after which it is not kept. */
  readonly expires: number
  /** Of the connection, for the log; undefined where it is about none. */
  readonly connection_id: string | undefined
  readonly integration: string | undefined
  readonly provider: string | undefined
}
/** Lanes that have as much under way as they may. */
export interface BusyLanes {
  /** Ids of environments. */
  readonly environments: readonly string[]
  /** `laneOf` each. */
  readonly lanes: readonly string[]
}
export interface WebhookOutbox {
  /**
   * Keeps a webhook until it is delivered, for 5 days at most; the first attempt is due at once. `unwanted`: the
   * environment has no address, or does not want that type. `full`: too many of the environment wait already.
   */
  add(delivery: NewDelivery): Promise<'kept' | 'unwanted' | 'full'>
  /**
   * What is due in lanes that are not busy: of each environment some of the oldest, beginning with the environment
   * behind `after`. And when the next one is due that is not yet, in milliseconds since 1970.
   */
  due(busy: BusyLanes, after: string): Promise<{ due: DueDelivery[]; next: number | undefined }>
  /** Claims due deliveries for the milliseconds of one attempt, in which nobody else gets them; leaves out what somebody else has. */
  claim(ids: readonly string[], lease: number): Promise<Delivery[]>
  /** Forgets one: it was delivered, or will not be. */
  remove(id: string): Promise<void>
  /** Puts off the next attempt to a time, in milliseconds since 1970. */
  postpone(id: string, attempts: number, next: number): Promise<void>
  /** When the next attempt of any is due, in milliseconds since 1970; undefined where nothing waits. */
  nextDue(): Promise<number | undefined>
}

/** Milliseconds for which a delivery is kept. */
const KEPT = 5 * 86_400_000
/** Deliveries of one environment that wait at most: those of a receiver that is down must not fill the storage. */
const WAITING = 10_000
/** Deliveries of one environment, and of all, that are looked at together. */
const LOOKED_AT = { each: 16, all: 256 } as const

/** The name of a lane. */
export const laneOf = ({ environment, receiver }: Lane): string => `${environment}/${receiver}`

/** Tells the addresses of connections apart by their hosts, without keeping them in plain. */
const receiverOf = (url: string | undefined): string =>
  url === undefined
    ? ''
    : createHash('sha256')
        .update(URL.canParse(url) ? new URL(url).origin : url)
        .digest('base64url')
        .slice(0, 16)

interface Options {
  readonly driver: SqlDriver
  readonly seal: Seal
  readonly sealLog: SealLog
  /** In milliseconds since 1970. */
  readonly now: () => number
}

/** Makes `store.outbox` over a driver. */
export function outboxOn({ driver, seal, sealLog, now }: Options): WebhookOutbox {
  const at = (offset = 0) => new Date(now() + offset).toISOString()
  const timeIn = (row: Row | undefined): number | undefined => {
    const time = row && readTextOrNull(row, 'next_at')
    return time ? Date.parse(time) : undefined
  }

  async function opened(row: Row): Promise<Delivery> {
    const [id, environment] = [readText(row, 'id'), readText(row, 'environment_id')]
    const text = await seal.open(readText(row, 'sealed'), aad.delivery(environment, id)).catch((error: unknown) => {
      if (!(error instanceof SealError)) throw error
      // One that does not open must not keep the others from being delivered.
      sealLog.refused({ id, environment_id: environment }, error)
    })
    const kept: { body: string; url?: string } | undefined = text === undefined ? undefined : JSON.parse(text)
    const ownUrl = readTextOrNull(row, 'webhook_url') ?? undefined
    return {
      id,
      environment,
      connection: readText(row, 'connection'),
      type: readText(row, 'type'),
      receiver: readText(row, 'receiver'),
      attempts: readNumber(row, 'attempts'),
      expires: Date.parse(readText(row, 'expires_at')),
      connection_id: readTextOrNull(row, 'connection_id') ?? undefined,
      integration: readTextOrNull(row, 'unique_key') ?? undefined,
      provider: readTextOrNull(row, 'provider') ?? undefined,
      ...(kept && { message: { body: kept.body, url: kept.url ?? ownUrl } }),
    }
  }

  return {
    async add({ id, environment, connection, type, body, url }) {
      const sealed = await seal.seal(JSON.stringify({ body, url }), aad.delivery(environment, id))
      const waiting = '(SELECT count(*) FROM webhook_deliveries WHERE environment_id = e.id)'
      const wanted = `e.id = ? AND (e.webhook_url IS NOT NULL OR ?)
        AND EXISTS (SELECT 1 FROM json_each(e.webhook_events) WHERE value = ?)`
      const isOverridden = url === undefined ? 0 : 1
      const [rows = [], full = []] = await driver.batch([
        sql(
          `INSERT OR IGNORE INTO webhook_deliveries (id, environment_id, connection, type, receiver, sealed, next_at, expires_at)
           SELECT ?, e.id, ?, ?, ?, ?, ?, ? FROM environments e WHERE ${wanted} AND ${waiting} < ?
             AND NOT EXISTS (SELECT 1 FROM erasures WHERE owner IN (?, ?)) RETURNING 1`,
          id,
          connection,
          type,
          receiverOf(url),
          sealed,
          at(),
          at(KEPT),
          environment,
          isOverridden,
          type,
          WAITING,
          environment,
          connection,
        ),
        sql(
          `SELECT 1 FROM environments e WHERE ${wanted} AND ${waiting} >= ?`,
          environment,
          isOverridden,
          type,
          WAITING,
        ),
      ])
      return rows.length > 0 ? 'kept' : full.length > 0 ? 'full' : 'unwanted'
    },
    async due({ environments, lanes }, after) {
      const [rows = [], next = []] = await driver.batch([
        sql(
          `WITH RECURSIVE waiting (id) AS (
             SELECT min(environment_id) FROM webhook_deliveries
             UNION ALL
             SELECT (SELECT min(environment_id) FROM webhook_deliveries WHERE environment_id > waiting.id)
             FROM waiting WHERE waiting.id IS NOT NULL
           )
           SELECT d.id, d.environment_id, d.receiver FROM waiting JOIN webhook_deliveries d ON d.rowid IN (
             SELECT rowid FROM webhook_deliveries
             WHERE environment_id = waiting.id AND next_at <= ? AND expires_at > ?
               AND environment_id || '/' || receiver NOT IN (SELECT value FROM json_each(?))
             ORDER BY next_at LIMIT ?)
           WHERE waiting.id IS NOT NULL AND waiting.id NOT IN (SELECT value FROM json_each(?))
           ORDER BY waiting.id <= ?, waiting.id, d.next_at LIMIT ?`,
          at(),
          at(),
          JSON.stringify(lanes),
          LOOKED_AT.each,
          JSON.stringify(environments),
          after,
          LOOKED_AT.all,
        ),
        sql('SELECT min(next_at) AS next_at FROM webhook_deliveries WHERE next_at > ?', at()),
      ])
      const due = rows.map(row => ({
        id: readText(row, 'id'),
        environment: readText(row, 'environment_id'),
        receiver: readText(row, 'receiver'),
      }))
      return { due, next: timeIn(next[0]) }
    },
    async claim(ids, lease) {
      const ofConnection = (column: string) =>
        `(SELECT ${column} FROM connections c JOIN integrations i ON i.id = c.integration_id
          WHERE c.uuid = webhook_deliveries.connection)`
      const [rows = []] = await driver.batch([
        sql(
          `UPDATE webhook_deliveries SET next_at = ? WHERE id IN (SELECT value FROM json_each(?)) AND next_at <= ?
           RETURNING *, (SELECT webhook_url FROM environments e WHERE e.id = environment_id) AS webhook_url,
             ${ofConnection('c.connection_id')} AS connection_id, ${ofConnection('i.unique_key')} AS unique_key,
             ${ofConnection('i.provider')} AS provider`,
          at(lease),
          JSON.stringify(ids),
          at(),
        ),
      ])
      return Promise.all(rows.map(opened))
    },
    async remove(id) {
      await driver.change([sql('DELETE FROM webhook_deliveries WHERE id = ?', id)])
    },
    async postpone(id, attempts, next) {
      const time = new Date(next).toISOString()
      await driver.change([
        sql('UPDATE webhook_deliveries SET attempts = ?, next_at = ? WHERE id = ?', attempts, time, id),
      ])
    },
    async nextDue() {
      const [rows = []] = await driver.batch([sql('SELECT min(next_at) AS next_at FROM webhook_deliveries')])
      return timeIn(rows[0])
    },
  }
}
