import type { Seal } from './aad.ts'
import { hashOf, lastFour } from './api-keys.ts'
import type { AskedKey, Cache, CacheWriter } from './cache.ts'
import { readJson, readNumber, readText, readTextOrNull } from './columns.ts'
import { DEFAULT_EVENTS } from './environments.ts'
import { openConnection, selectConnection } from './opened-connection.ts'
import type { Access, Scope } from './scopes.ts'
import { type Row, type SqlDriver, sql } from './sql.ts'

/** What the request is going to look up next, so that a cold process reads it in the same batch. */
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

const keyOf = (row: Row) => ({
  hash: readText(row, 'hash'),
  isFromSetting: readNumber(row, 'from_setting') === 1,
  isRevoked: readTextOrNull(row, 'revoked_at') !== null,
  access: {
    environment: readText(row, 'environment_id'),
    environmentName: readText(row, 'environment_name'),
    key: readText(row, 'id'),
    scopes: new Set(readJson<string[]>(row, 'scopes')),
    allowedOrigins: readJson<string[]>(row, 'allowed_origins'),
    allowsKeysFromBrowsers: readNumber(row, 'allow_keys_from_browsers') === 1,
  } satisfies Access,
})

/** Bytes that a text takes in memory beside two for each character, about. */
const TEXT_BYTES = 64
/** What an access takes in memory beside what every entry does: an environment may have a hundred long origins. */
const bytesOf = ({ allowedOrigins }: Access): number =>
  allowedOrigins.reduce((sum, origin) => sum + 2 * origin.length + TEXT_BYTES, 0)

const SELECT = `SELECT k.id, k.environment_id, k.hash, k.scopes, k.from_setting, k.revoked_at,
  e.name AS environment_name, e.allowed_origins, e.allow_keys_from_browsers
  FROM api_keys k JOIN environments e ON e.id = k.environment_id`

/** Makes `store.access` and `store.makeFirstKey`. */
export function accessOn({ driver, seal, cache, now, secretKey }: Options) {
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

  // A key of the setting holds exactly as long as the setting names it: another deployment over the same storage, with
  // another setting, may have written to its row.
  const isInForce = ({ hash, isFromSetting, isRevoked }: ReturnType<typeof keyOf>): boolean =>
    isFromSetting ? hash === first : !isRevoked

  async function read(
    writer: CacheWriter,
    asked: AskedKey,
    { connection, integration }: Hint,
  ): Promise<Access | undefined> {
    const isByHash = 'hash' in asked
    const statements = [
      isByHash ? sql(`${SELECT} WHERE k.hash = ?`, asked.hash) : sql(`${SELECT} WHERE k.id = ?`, asked.id),
    ]
    if (connection !== undefined) {
      const where = isByHash ? { keyHash: asked.hash } : { keyId: asked.id }
      statements.push(selectConnection(where, connection, integration))
    }
    let [keys, rows = []] = await driver.batch(statements)
    if (isByHash && asked.hash === first && (!keys?.[0] || keys[0].revoked_at !== null)) {
      await makeFirstKey()
      ;[keys, rows = []] = await driver.batch(statements)
    }
    const key = keys?.[0] && keyOf(keys[0])
    if (!key || !isInForce(key)) return undefined
    const { access } = key
    writer.access(asked, access, bytesOf(access))
    const [row, ...others] = rows
    if (connection !== undefined && row && others.length === 0) {
      // Whether its secrets open does not concern the key; `lookup` tells whoever needs the connection.
      const lookup = await openConnection(row, seal).catch(() => undefined)
      // One that is to be noted in the log is left to `lookup`, too.
      if (lookup && !lookup.isUnsealed)
        writer.connection(
          { environment: access.environment, connectionId: connection, integrationKey: integration },
          lookup,
        )
    }
    return access
  }

  const find = (asked: AskedKey, hint: Hint): Access | undefined | Promise<Access | undefined> => {
    const known = cache.access(asked)
    if (known) return known
    const name = 'hash' in asked ? `hash\0${asked.hash}` : `id\0${asked.id}`
    return cache.read(
      `access\0${name}\0${hint.connection ?? ''}\0${hint.integration ?? ''}`,
      writer => read(writer, asked, hint),
      older => older.access(asked),
    )
  }
  return {
    makeFirstKey,
    access: (bearer: string, hint: Hint = {}) => find({ hash: hashOf(bearer) }, hint),
    accessOf: (id: string, hint: Hint = {}) => find({ id }, hint),
  }
}
