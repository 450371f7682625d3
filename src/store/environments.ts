import { mint, type NewKey } from './api-keys.ts'
import type { Cache } from './cache.ts'
import { readJson, readNumber, readText, readTextOrNull } from './columns.ts'
import type { Erasures } from './erase.ts'
import { assign, type Row, type SqlDriver, sql } from './sql.ts'

/** The kinds of events that webhooks are sent for. */
export const webhookEvents = ['auth', 'async_action'] as const
export type WebhookEvent = (typeof webhookEvents)[number]
export const DEFAULT_EVENTS: readonly WebhookEvent[] = webhookEvents

/** What the connect page shows of whoever runs the environment. */
export interface Brand {
  readonly name: string | null
  /** `#rrggbb`. */
  readonly color: string | null
  /** An https address, or an image as a `data:` address. */
  readonly logo: string | null
}
const NO_BRAND: Brand = { name: null, color: null, logo: null }

export interface Environment {
  readonly id: string
  readonly name: string
  readonly webhook_url: string | null
  readonly webhook_events: readonly WebhookEvent[]
  readonly allowed_origins: readonly string[]
  /** Whether pages of other origins may call with a key, which is a secret, in place of a session token. */
  readonly allow_keys_from_browsers: boolean
  readonly brand: Brand
  readonly created_at: string
  readonly updated_at: string
}
export type EnvironmentChange = Partial<
  Pick<Environment, 'webhook_url' | 'webhook_events' | 'allowed_origins' | 'allow_keys_from_browsers' | 'brand'>
>

export interface Environments {
  list(): Promise<Environment[]>
  find(id: string): Promise<Environment | undefined>
  /** Makes an environment and its first key, with the scope `*`. */
  create(name: string): Promise<{ made: Environment; key: NewKey } | { taken: true }>
  change(id: string, change: EnvironmentChange): Promise<Environment | undefined>
  /** Erases an environment and everything that belongs to it. Answers whether there was one. */
  remove(id: string): Promise<boolean>
}

const environmentOf = (row: Row): Environment => ({
  id: readText(row, 'id'),
  name: readText(row, 'name'),
  webhook_url: readTextOrNull(row, 'webhook_url'),
  webhook_events: readJson(row, 'webhook_events'),
  allowed_origins: readJson(row, 'allowed_origins'),
  allow_keys_from_browsers: readNumber(row, 'allow_keys_from_browsers') === 1,
  brand: readTextOrNull(row, 'brand') === null ? NO_BRAND : readJson(row, 'brand'),
  created_at: readText(row, 'created_at'),
  updated_at: readText(row, 'updated_at'),
})
const only = ([rows]: Row[][]): Environment | undefined => (rows?.[0] ? environmentOf(rows[0]) : undefined)

interface Options {
  readonly driver: SqlDriver
  readonly cache: Cache
  readonly erase: Erasures['erase']
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Makes `store.environments`. */
export function environmentsOn({ driver, cache, erase, now }: Options): Environments {
  return {
    async list() {
      const [rows = []] = await driver.batch([sql('SELECT * FROM environments ORDER BY created_at, rowid')])
      return rows.map(environmentOf)
    },
    find: async id => only(await driver.batch([sql('SELECT * FROM environments WHERE id = ?', id)])),
    async create(name) {
      const at = new Date(now()).toISOString()
      const id = crypto.randomUUID()
      const { key, statement } = mint(id, 'default', ['*'], at)
      const made = only(
        await driver.batch([
          sql(
            `INSERT INTO environments (id, name, webhook_events, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (name) DO NOTHING RETURNING *`,
            id,
            name,
            JSON.stringify(DEFAULT_EVENTS),
            at,
            at,
          ),
          statement,
        ]),
      )
      return made ? { made, key } : { taken: true }
    },
    async change(id, { webhook_url, webhook_events, allowed_origins, allow_keys_from_browsers, brand }) {
      const { text, args } = assign({
        webhook_url,
        webhook_events: webhook_events && JSON.stringify(webhook_events),
        allowed_origins: allowed_origins && JSON.stringify(allowed_origins),
        allow_keys_from_browsers: allow_keys_from_browsers === undefined ? undefined : Number(allow_keys_from_browsers),
        brand: brand && JSON.stringify(brand),
        updated_at: new Date(now()).toISOString(),
      })
      const [changed = [], keys = []] = await driver.batch([
        sql(`UPDATE environments SET ${text} WHERE id = ? RETURNING *`, ...args, id),
        sql('SELECT id, hash FROM api_keys WHERE environment_id = ?', id),
      ])
      // What a key's access says of the environment is remembered with it.
      for (const key of keys) cache.forgetKey({ id: readText(key, 'id'), hash: readText(key, 'hash') })
      return only([changed])
    },
    async remove(id) {
      try {
        return await erase({ owner: 'environment', id, environment: id })
      } finally {
        cache.forgetAll()
      }
    },
  }
}
