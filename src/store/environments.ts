import { mint, type NewKey } from './api-keys.ts'
import type { Cache } from './cache.ts'
import { readJson, readText, readTextOrNull } from './columns.ts'
import { erase } from './erase.ts'
import { assign, type Row, type SqlDriver, sql } from './sql.ts'

/** The kinds of events that webhooks are sent for. */
export const webhookEvents = ['auth', 'async_action'] as const
export type WebhookEvent = (typeof webhookEvents)[number]
export const DEFAULT_EVENTS: readonly WebhookEvent[] = webhookEvents

export interface Environment {
  readonly id: string
  readonly name: string
  readonly webhook_url: string | null
  readonly webhook_events: readonly WebhookEvent[]
  readonly allowed_origins: readonly string[]
  readonly created_at: string
  readonly updated_at: string
}
export type EnvironmentChange = Partial<Pick<Environment, 'webhook_url' | 'webhook_events' | 'allowed_origins'>>

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
  created_at: readText(row, 'created_at'),
  updated_at: readText(row, 'updated_at'),
})
const only = ([rows]: Row[][]): Environment | undefined => (rows?.[0] ? environmentOf(rows[0]) : undefined)

/** Makes `store.environments` over a driver; `now` is in milliseconds since 1970. */
export function environmentsOn(driver: SqlDriver, cache: Cache, now: () => number): Environments {
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
    async change(id, { webhook_url, webhook_events, allowed_origins }) {
      const { text, args } = assign({
        webhook_url,
        webhook_events: webhook_events && JSON.stringify(webhook_events),
        allowed_origins: allowed_origins && JSON.stringify(allowed_origins),
        updated_at: new Date(now()).toISOString(),
      })
      return only(await driver.batch([sql(`UPDATE environments SET ${text} WHERE id = ? RETURNING *`, ...args, id)]))
    },
    async remove(id) {
      try {
        const answers = await driver.batch(erase('environment', id))
        return (answers.at(-1)?.length ?? 0) > 0
      } finally {
        cache.forgetAll()
      }
    },
  }
}
