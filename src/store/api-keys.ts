import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { Cache } from './cache.ts'
import { readJson, readText } from './columns.ts'
import type { Scope } from './scopes.ts'
import { type Row, type SqlDriver, type Statement, sql } from './sql.ts'

export interface Key {
  readonly id: string
  readonly name: string
  /** The last characters of the key; empty for a short one, which only an operator's own can be. */
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

/** The SHA-256 of a key, in hex: all that is stored of it. Keys are 32 random bytes, so nobody finds one by guessing. */
export const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')

/** Characters of the shortest key whose last four are shown: of a shorter one they would be too much of it. */
const SHOWN_FROM = 16
/** The last four characters of a key, to tell keys apart on a screen; empty for a short one. */
export const lastFour = (key: string): string => (key.length >= SHOWN_FROM ? key.slice(-4) : '')

/**
 * Makes a key of an environment, and the statement that stores its hash. The statement stores nothing where the
 * environment does not exist when it is run.
 */
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
  id: readText(row, 'id'),
  name: readText(row, 'name'),
  last_four: readText(row, 'last_four'),
  scopes: readJson(row, 'scopes'),
  created_at: readText(row, 'created_at'),
})

/** Makes `store.keys` over a driver; `now` is in milliseconds since 1970. */
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
           WHERE environment_id = ? AND id = ? AND revoked_at IS NULL AND from_setting = 0 RETURNING id, hash`,
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
      for (const row of changed) cache.forgetKey({ id: readText(row, 'id'), hash: readText(row, 'hash') })
      return changed.length > 0 ? 'revoked' : rest.length > 0 ? 'setting' : 'missing'
    },
  }
}
