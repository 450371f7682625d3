import { createHash } from 'node:crypto'
import type { Seal } from '../credentials/seal.ts'
import { aad } from './aad.ts'
import { type SqlDriver, type Statement, sql } from './sql.ts'

/** A request with an idempotency key: whose it is, and what it asks. */
export interface Keyed {
  readonly environment: string
  /** The connection's uuid; empty for a request without one. */
  readonly connection: string
  readonly key: string
  /** What was asked, in full: the same key for something else is refused. */
  readonly asked: string
}
/** An answer as it was given. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
export type Claim =
  /** Nobody asked before: carry it out, then `finish` or `release`. */
  | { readonly claimed: true }
  | { readonly answer: StoredAnswer }
  /** The key was used for something else. */
  | { readonly mismatch: true }
  /** The first request is under way. */
  | { readonly busy: true }
  /** The first request was cut off: whether it was carried out is not known. */
  | { readonly unknown: true }
export interface Idempotency {
  /** `lease`: milliseconds that the request may take at most. */
  claim(keyed: Keyed, lease: number): Promise<Claim>
  /** Keeps the answer for a day. */
  finish(keyed: Keyed, answer: StoredAnswer): Promise<void>
  /** Forgets the claim: nothing was carried out, and the same request may be sent again. */
  release(keyed: Keyed): Promise<void>
}

const DAY = 86_400_000
/** Characters of one part; a sealed text is ASCII, so these are bytes. */
export const PART = 500_000

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

/** First answers over a driver. A claim is one insert that only one request can make. */
export function idempotencyOn(driver: SqlDriver, seal: Seal, now: () => number): Idempotency {
  const at = (offset = 0) => new Date(now() + offset).toISOString()
  const ids = ({ environment, connection, key }: Keyed) => [environment, connection, hash(key)] as const
  const WHERE = 'WHERE environment_id = ? AND connection = ? AND key_hash = ?'
  const forget = (keyed: Keyed, also = ''): Statement[] =>
    ['idempotent_parts', 'idempotent_answers'].map(table => sql(`DELETE FROM ${table} ${WHERE}${also}`, ...ids(keyed)))

  return {
    async claim(keyed, lease) {
      const [environment, connection, key] = ids(keyed)
      const fingerprint = hash(keyed.asked)
      const expired = ` AND expires_at < '${at()}'`
      const [, , made = [], rows = [], parts = []] = await driver.batch([
        ...forget(keyed, expired),
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
      const [row] = rows
      if (row?.fingerprint !== fingerprint) return { mismatch: true }
      if (row.answered !== 1) return (row.lease_until as string) > at() ? { busy: true } : { unknown: true }
      const text = await seal.open(parts.map(part => part.text).join(''), aad.answer(environment, connection, key))
      return { answer: JSON.parse(text) as StoredAnswer }
    },
    async finish(keyed, answer) {
      const [environment, connection, key] = ids(keyed)
      const sealed = await seal.seal(JSON.stringify(answer), aad.answer(environment, connection, key))
      const parts = Array.from({ length: Math.ceil(sealed.length / PART) }, (_, i) =>
        sealed.slice(i * PART, (i + 1) * PART),
      )
      await driver.batch([
        sql(`UPDATE idempotent_answers SET answered = 1 ${WHERE}`, environment, connection, key),
        ...parts.map((text, i) =>
          // Only beside its claim: a connection that was deleted meanwhile leaves nothing behind.
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
