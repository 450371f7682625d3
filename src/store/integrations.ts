import { aad, type Seal } from './aad.ts'
import type { Cache } from './cache.ts'
import { erase } from './erase.ts'
import {
  type Integration,
  type IntegrationChange,
  type IntegrationCredentials,
  type IntegrationRow,
  integrationRowOf,
  type NewIntegration,
} from './integration.ts'
import { writeBackend } from './integration-backend.ts'
import { assign, type SqlDriver, sql } from './sql.ts'

export interface Integrations {
  list(environment: string): Promise<Integration[]>
  find(environment: string, uniqueKey: string): Promise<Integration | undefined>
  /** The OAuth client, opened. */
  credentials(environment: string, uniqueKey: string): Promise<IntegrationCredentials | undefined>
  create(environment: string, integration: NewIntegration): Promise<{ made: Integration } | { taken: true }>
  /** `used`: the integration has connections, which callers name together with its present name. */
  change(
    environment: string,
    uniqueKey: string,
    change: IntegrationChange,
  ): Promise<{ changed: Integration } | { missing: true } | { taken: true } | { used: true }>
  /** Erases an integration with its connections. Answers whether there was one. */
  remove(environment: string, uniqueKey: string): Promise<boolean>
}

const json = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value))
const select = (environment: string, uniqueKey: string) =>
  sql('SELECT * FROM integrations WHERE environment_id = ? AND unique_key = ?', environment, uniqueKey)

/** Makes `store.integrations` over a driver; `now` is in milliseconds since 1970. */
export function integrationsOn(driver: SqlDriver, seal: Seal, cache: Cache, now: () => number): Integrations {
  const find = async (environment: string, uniqueKey: string): Promise<IntegrationRow | undefined> => {
    const [rows = []] = await driver.batch([select(environment, uniqueKey)])
    return rows[0] && integrationRowOf(rows[0])
  }
  const sealed = async (environment: string, id: string, credentials: IntegrationCredentials | undefined) =>
    credentials && (await seal.seal(JSON.stringify(credentials), aad.integration(environment, id)))

  return {
    async list(environment) {
      const [rows = []] = await driver.batch([
        sql('SELECT * FROM integrations WHERE environment_id = ? ORDER BY created_at, rowid', environment),
      ])
      return rows.map(row => integrationRowOf(row).integration)
    },
    find: async (environment, uniqueKey) => (await find(environment, uniqueKey))?.integration,
    async credentials(environment, uniqueKey) {
      const found = await find(environment, uniqueKey)
      if (!found || found.credentials === null) return undefined
      return JSON.parse(await seal.open(found.credentials, aad.integration(environment, found.id)))
    },
    async create(environment, integration) {
      const at = new Date(now()).toISOString()
      const id = crypto.randomUUID()
      const [rows = []] = await driver.batch([
        sql(
          `INSERT INTO integrations (id, environment_id, unique_key, provider, display_name, credentials,
             integration_config, custom, forward_webhooks, backend, created_at, updated_at)
           SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM environments WHERE id = ?
           ON CONFLICT (environment_id, unique_key) DO NOTHING RETURNING *`,
          id,
          integration.unique_key,
          integration.provider,
          integration.display_name ?? null,
          (await sealed(environment, id, integration.credentials)) ?? null,
          JSON.stringify(integration.integration_config ?? {}),
          JSON.stringify(integration.custom ?? {}),
          integration.forward_webhooks === false ? 0 : 1,
          (await writeBackend(seal, environment, id, integration.backend)) ?? null,
          at,
          at,
          environment,
        ),
      ])
      return rows[0] ? { made: integrationRowOf(rows[0]).integration } : { taken: true }
    },
    async change(environment, uniqueKey, change) {
      const before = await find(environment, uniqueKey)
      if (!before) return { missing: true }
      const { text, args } = assign({
        unique_key: change.unique_key,
        display_name: change.display_name,
        credentials: await sealed(environment, before.id, change.credentials),
        integration_config: json(change.integration_config),
        custom: json(change.custom),
        forward_webhooks: change.forward_webhooks === undefined ? undefined : Number(change.forward_webhooks),
        backend: await writeBackend(seal, environment, before.id, change.backend),
        updated_at: new Date(now()).toISOString(),
      })
      try {
        const [changed = [], names = []] = await driver.batch([
          sql(
            // OR IGNORE: where the new name is taken, no row is changed and the batch does not fail.
            `UPDATE OR IGNORE integrations SET ${text}, revision = revision + 1
             WHERE id = ? AND (unique_key = ? OR NOT EXISTS (SELECT 1 FROM connections WHERE integration_id = integrations.id))
             RETURNING *`,
            ...args,
            before.id,
            change.unique_key ?? uniqueKey,
          ),
          select(environment, change.unique_key ?? uniqueKey),
        ])
        if (changed[0]) return { changed: integrationRowOf(changed[0]).integration }
        if (names.length > 0) return { taken: true }
        return change.unique_key === undefined ? { missing: true } : { used: true }
      } finally {
        cache.forgetAll()
      }
    },
    async remove(environment, uniqueKey) {
      const found = await find(environment, uniqueKey)
      if (!found) return false
      try {
        const answers = await driver.batch(erase('integration', found.id))
        return (answers.at(-1)?.length ?? 0) > 0
      } finally {
        cache.forgetAll()
      }
    },
  }
}
