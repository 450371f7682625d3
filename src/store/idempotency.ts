import { createHash } from 'node:crypto'
import { aad, type Seal } from './aad.ts'
import { readNumber, readText } from './columns.ts'
import type { Quota } from './quota.ts'
import { type Row, type SqlDriver, type Statement, sql } from './sql.ts'

/** A request with an idempotency key. */
export interface Keyed {
  readonly environment: string
  /** The connection's uuid; empty for a request without one. */
  readonly connection: string
  readonly key: string
  /** Method, path and body as one text: the same key with another text is a mismatch. */
  readonly asked: string
}
/** An answer as it was sent to the caller. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
/** What is to be done with a request. */
export type Claim =
  /** It is the first one with its key: run it, then `finish` or `release`. */
  | { readonly claimed: true }
  /** It was answered before. */
  | { readonly answer: StoredAnswer }
  /** The key belongs to another request. */
  | { readonly mismatch: true }
  /** The first request with the key is still running. */
  | { readonly busy: true }
  /** The first request did not end in its time. Whether it reached the provider is not known. */
  | { readonly unknown: true }
export interface Idempotency {
  /** Claims the key for a request; `lease` is the most milliseconds that the request can take. */
  claim(keyed: Keyed, lease: number): Promise<Claim>
  /** Stores the answer for a day. */
  finish(keyed: Keyed, answer: StoredAnswer): Promise<void>
  /** Gives the key free: the request did nothing, so the next one with the key is run. */
  release(keyed: Keyed): Promise<void>
}

const DAY = 86_400_000
/** Characters of a sealed answer that go into one row. They are ASCII and so bytes; D1 takes values below 1 MB. */
const PART = 500_000
/** A sealed answer as its rows hold it. */
export const partsOf = (sealed: string): string[] =>
  Array.from({ length: Math.ceil(sealed.length / PART) }, (_, i) => sealed.slice(i * PART, (i + 1) * PART))

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What the database knows of a key. */
const claimOf = (row: Row) => ({
  fingerprint: readText(row, 'fingerprint'),
  isAnswered: readNumber(row, 'answered') === 1,
  leaseUntil: readText(row, 'lease_until'),
})

/**
 * Makes `store.idempotency` over a driver: of all requests with a key, one inserts the row. `now` is in milliseconds
 * since 1970.
 */
export function idempotencyOn(
  driver: SqlDriver,
  seal: Seal,
  quota: Pick<Quota, 'stored'>,
  now: () => number,
): Idempotency {
  const at = (offset = 0) => new Date(now() + offset).toISOString()
  const ids = ({ environment, connection, key }: Keyed) => [environment, connection, hash(key)] as const
  const WHERE = 'WHERE environment_id = ? AND connection = ? AND key_hash = ?'
  // The time is an argument: a driver remembers every text of a statement.
  const forget = (keyed: Keyed, expiredBy?: string): Statement[] =>
    ['idempotent_parts', 'idempotent_answers'].map(table =>
      expiredBy === undefined
        ? sql(`DELETE FROM ${table} ${WHERE}`, ...ids(keyed))
        : sql(`DELETE FROM ${table} ${WHERE} AND expires_at < ?`, ...ids(keyed), expiredBy),
    )

  return {
    async claim(keyed, lease) {
      const [environment, connection, key] = ids(keyed)
      const fingerprint = hash(keyed.asked)
      const [, , made = [], rows = [], parts = []] = await driver.batch([
        ...forget(keyed, at()),
        sql(
          `INSERT INTO idempotent_answers (environment_id, connection, key_hash, fingerprint, lease_until, expires_at)
           VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1`,
          environment,
          connection,
          key,
          fingerprint,
          at(lease),
          at(DAY),
        ),
        sql(`SELECT fingerprint, answered, lease_until FROM idempotent_answers ${WHERE}`, environment, connection, key),
        sql(`SELECT text FROM idempotent_parts ${WHERE} ORDER BY part`, environment, connection, key),
      ])
      if (made.length > 0) return { claimed: true }
      const first = rows[0] && claimOf(rows[0])
      if (first?.fingerprint !== fingerprint) return { mismatch: true }
      if (!first.isAnswered) return first.leaseUntil > at() ? { busy: true } : { unknown: true }
      const sealed = parts.map(part => readText(part, 'text')).join('')
      const answer: StoredAnswer = JSON.parse(await seal.open(sealed, aad.answer(environment, connection, key)))
      return { answer }
    },
    async finish(keyed, answer) {
      const [environment, connection, key] = ids(keyed)
      const sealed = await seal.seal(JSON.stringify(answer), aad.answer(environment, connection, key))
      const parts = partsOf(sealed)
      quota.stored(environment, sealed.length)
      await driver.batch([
        sql(`UPDATE idempotent_answers SET answered = 1 ${WHERE}`, environment, connection, key),
        ...parts.map((text, i) =>
          // SELECT, so that nothing is stored where the connection, and the row with it, was deleted in the meantime.
          sql(
            `INSERT INTO idempotent_parts (environment_id, connection, key_hash, part, text, expires_at)
             SELECT environment_id, connection, key_hash, ?, ?, expires_at FROM idempotent_answers ${WHERE}`,
            i,
            text,
            environment,
            connection,
            key,
          ),
        ),
      ])
    },
    async release(keyed) {
      await driver.batch(forget(keyed))
    },
  }
}
