import type { Seal } from '../credentials/seal.ts'
import { hashOf, lastFour } from './api-keys.ts'
import type { Cache, CacheWriter } from './cache.ts'
import { DEFAULT_EVENTS } from './environments.ts'
import { openLive, selectLive } from './resolved-connection.ts'
import type { Scope } from './scopes.ts'
import { type Row, type SqlDriver, sql } from './sql.ts'

/** Who calls. */
export interface Access {
  /** Id of the environment. */
  readonly environment: string
  readonly environmentName: string
  /** Id of the key. */
  readonly key: string
  readonly scopes: ReadonlySet<string>
}
/** What the request is going to ask next, so that a cold process reads it in the same batch. */
export interface Hint {
  readonly connection?: string
  readonly integration?: string
}

/** Scopes of KOINE_SECRET_KEY. */
const FIRST_SCOPES: readonly Scope[] = ['*', 'environments:manage']

interface Options {
  readonly driver: SqlDriver
  readonly seal: Seal
  readonly cache: Cache
  readonly now: () => number
  readonly secretKey: string
}

/** `store.access` and `store.makeFirstKey`. */
export function accessFrom({ driver, seal, cache, now, secretKey }: Options) {
  const first = hashOf(secretKey)

  /** Makes the environment `dev` and its first key, KOINE_SECRET_KEY; revokes the key that the setting held before. */
  async function makeFirstKey(): Promise<void> {
    const at = new Date(now()).toISOString()
    await driver.batch([
      sql(
        `INSERT INTO environments (id, name, webhook_events, created_at, updated_at) VALUES (?, 'dev', ?, ?, ?)
         ON CONFLICT DO NOTHING`,
        crypto.randomUUID(),
        JSON.stringify(DEFAULT_EVENTS),
        at,
        at,
      ),
      sql('UPDATE api_keys SET revoked_at = ? WHERE from_setting = 1 AND hash <> ? AND revoked_at IS NULL', at, first),
      sql(
        `INSERT INTO api_keys (id, environment_id, name, hash, last_four, scopes, from_setting, created_at)
         SELECT ?, id, 'KOINE_SECRET_KEY', ?, ?, ?, 1, ? FROM environments WHERE name = 'dev'
         ON CONFLICT (hash) DO UPDATE SET revoked_at = NULL WHERE from_setting = 1`,
        crypto.randomUUID(),
        first,
        lastFour(secretKey),
        JSON.stringify(FIRST_SCOPES),
        at,
      ),
    ])
  }

  // A key of the setting is in force exactly while the setting holds it, whatever another deployment wrote beside it.
  const inForce = (row: Row | undefined): row is Row =>
    row !== undefined && (row.from_setting === 1 ? row.hash === first : row.revoked_at === null)

  async function read(keep: CacheWriter, hash: string, { connection, integration }: Hint): Promise<Access | undefined> {
    const statements = [
      sql(
        `SELECT k.id, k.environment_id, k.hash, k.scopes, k.from_setting, k.revoked_at, e.name AS environment_name
         FROM api_keys k JOIN environments e ON e.id = k.environment_id WHERE k.hash = ?`,
        hash,
      ),
    ]
    if (connection !== undefined) statements.push(selectLive({ hash }, connection, integration))
    let [keys, rows] = await driver.batch(statements)
    if (hash === first && (!keys?.[0] || keys[0].revoked_at !== null)) {
      await makeFirstKey()
      ;[keys, rows] = await driver.batch(statements)
    }
    const key = keys?.[0]
    if (!inForce(key)) return undefined
    const access: Access = {
      environment: key.environment_id as string,
      environmentName: key.environment_name as string,
      key: key.id as string,
      scopes: new Set(JSON.parse(key.scopes as string) as string[]),
    }
    keep.access(hash, access)
    if (connection !== undefined && rows?.length === 1) {
      // A secret that does not open is no matter of the key; `live` will say so to whoever needs the connection.
      const found = await openLive(rows[0]!, seal).catch(() => undefined)
      if (found) keep.live(access.environment, connection, integration, { found })
    }
    return access
  }

  return {
    makeFirstKey,
    access(bearer: string, hint: Hint = {}): Access | undefined | Promise<Access | undefined> {
      const hash = hashOf(bearer)
      return (
        cache.access(hash) ??
        cache.read(`access\0${hash}\0${hint.connection ?? ''}\0${hint.integration ?? ''}`, keep =>
          read(keep, hash, hint),
        )
      )
    },
  }
}
