import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { Cache } from './cache.ts'
import type { Scope } from './scopes.ts'
import { type Row, type SqlDriver, type Statement, sql } from './sql.ts'

export interface Key {
  readonly id: string
  readonly name: string
  /** The last characters of the key; empty for a short key of the operator's own. */
  readonly last_four: string
  readonly scopes: readonly Scope[]
  readonly created_at: string
}
/** A key as it is shown once, when it is made. */
export type NewKey = Key & { readonly key: string }

export interface Keys {
  /** The keys in force. */
  list(environment: string): Promise<Key[]>
  create(environment: string, name: string, scopes: readonly Scope[]): Promise<NewKey>
  /** `setting`: the key is KOINE_SECRET_KEY, which only that setting revokes. */
  revoke(environment: string, id: string): Promise<'revoked' | 'missing' | 'setting'>
}

/** What is kept of a key. Keys are 32 random bytes, so a plain hash cannot be searched. */
export const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')

/** Characters under which four of them would say too much. */
const SHOWN_FROM = 16
export const lastFour = (key: string): string => (key.length >= SHOWN_FROM ? key.slice(-4) : '')

/** A new key and the statement that keeps its hash, provided that the environment exists when it is carried out. */
export function mint(
  environment: string,
  name: string,
  scopes: readonly Scope[],
  at: string,
): { key: NewKey; statement: Statement } {
  const secret = `koine_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')}`
  const key = { id: crypto.randomUUID(), name, last_four: lastFour(secret), scopes, created_at: at, key: secret }
  const statement = sql(
    `INSERT INTO api_keys (id, environment_id, name, hash, last_four, scopes, created_at)
     SELECT ?, id, ?, ?, ?, ?, ? FROM environments WHERE id = ?`,
    key.id,
    name,
    hashOf(secret),
    key.last_four,
    JSON.stringify(scopes),
    at,
    environment,
  )
  return { key, statement }
}

const keyOf = (row: Row): Key => ({
  id: row.id as string,
  name: row.name as string,
  last_four: row.last_four as string,
  scopes: JSON.parse(row.scopes as string),
  created_at: row.created_at as string,
})

/** Keys over a driver. */
export function keysOn(driver: SqlDriver, cache: Cache, now: () => number): Keys {
  return {
    async list(environment) {
      const [rows = []] = await driver.batch([
        sql(
          `SELECT id, name, last_four, scopes, created_at FROM api_keys
           WHERE environment_id = ? AND revoked_at IS NULL ORDER BY created_at, rowid`,
          environment,
        ),
      ])
      return rows.map(keyOf)
    },
    async create(environment, name, scopes) {
      const { key, statement } = mint(environment, name, scopes, new Date(now()).toISOString())
      await driver.batch([statement])
      return key
    },
    async revoke(environment, id) {
      const at = new Date(now()).toISOString()
      const [changed = [], rest = []] = await driver.batch([
        sql(
          `UPDATE api_keys SET revoked_at = ?
           WHERE environment_id = ? AND id = ? AND revoked_at IS NULL AND from_setting = 0 RETURNING hash`,
          at,
          environment,
          id,
        ),
        sql(
          'SELECT 1 FROM api_keys WHERE environment_id = ? AND id = ? AND revoked_at IS NULL AND from_setting = 1',
          environment,
          id,
        ),
      ])
      for (const { hash } of changed) cache.forgetKey(hash as string)
      return changed.length > 0 ? 'revoked' : rest.length > 0 ? 'setting' : 'missing'
    },
  }
}
