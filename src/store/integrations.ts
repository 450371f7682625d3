import type { Seal } from '../credentials/seal.ts'
import { aad } from './aad.ts'
import type { Cache } from './cache.ts'
import { erase } from './erase.ts'
import { type Backend, type BackendShown, showBackend, writeBackend } from './integration-backend.ts'
import { assign, type Row, type SqlDriver, sql } from './sql.ts'

/** The OAuth client that an integration signs customers in with. */
export interface IntegrationCredentials {
  readonly type: 'OAUTH2'
  readonly client_id: string
  readonly client_secret: string
  readonly scopes?: string | undefined
  readonly webhook_secret?: string | undefined
}

export interface Integration {
  readonly unique_key: string
  readonly provider: string
  readonly display_name: string | null
  readonly integration_config: Readonly<Record<string, string>>
  readonly custom: Readonly<Record<string, string>>
  readonly forward_webhooks: boolean
  readonly backend: BackendShown
  readonly created_at: string
  readonly updated_at: string
}

/** What a caller sets; `undefined` leaves it as it is. */
export interface IntegrationChange {
  readonly unique_key?: string | undefined
  readonly display_name?: string | undefined
  readonly credentials?: IntegrationCredentials | undefined
  readonly integration_config?: Readonly<Record<string, string>> | undefined
  readonly custom?: Readonly<Record<string, string>> | undefined
  readonly forward_webhooks?: boolean | undefined
  readonly backend?: Backend | undefined
}
export type NewIntegration = IntegrationChange & { readonly unique_key: string; readonly provider: string }

export interface Integrations {
  list(environment: string): Promise<Integration[]>
  find(environment: string, uniqueKey: string): Promise<Integration | undefined>
  /** The OAuth client, opened. */
  credentials(environment: string, uniqueKey: string): Promise<IntegrationCredentials | undefined>
  create(environment: string, integration: NewIntegration): Promise<{ made: Integration } | { taken: true }>
  /** `used`: a new name was asked for, but connections go by the present one. */
  change(
    environment: string,
    uniqueKey: string,
    change: IntegrationChange,
  ): Promise<{ changed: Integration } | { missing: true } | { taken: true } | { used: true }>
  /** Erases an integration with its connections. Answers whether there was one. */
  remove(environment: string, uniqueKey: string): Promise<boolean>
}

const integrationOf = (row: Row): Integration => ({
  unique_key: row.unique_key as string,
  provider: row.provider as string,
  display_name: row.display_name as string | null,
  integration_config: JSON.parse(row.integration_config as string),
  custom: JSON.parse(row.custom as string),
  forward_webhooks: row.forward_webhooks === 1,
  backend: showBackend(row.backend),
  created_at: row.created_at as string,
  updated_at: row.updated_at as string,
})
const json = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value))
const find = (environment: string, uniqueKey: string) =>
  sql('SELECT * FROM integrations WHERE environment_id = ? AND unique_key = ?', environment, uniqueKey)

/** Integrations over a driver. */
export function integrationsOn(driver: SqlDriver, seal: Seal, cache: Cache, now: () => number): Integrations {
  const row = async (environment: string, uniqueKey: string): Promise<Row | undefined> =>
    (await driver.batch([find(environment, uniqueKey)]))[0]?.[0]
  const sealed = async (environment: string, id: string, credentials: IntegrationCredentials | undefined) =>
    credentials && (await seal.seal(JSON.stringify(credentials), aad.integration(environment, id)))

  return {
    async list(environment) {
      const [rows = []] = await driver.batch([
        sql('SELECT * FROM integrations WHERE environment_id = ? ORDER BY created_at, rowid', environment),
      ])
      return rows.map(integrationOf)
    },
    async find(environment, uniqueKey) {
      const found = await row(environment, uniqueKey)
      return found && integrationOf(found)
    },
    async credentials(environment, uniqueKey) {
      const found = await row(environment, uniqueKey)
      if (!found || found.credentials === null) return undefined
      return JSON.parse(await seal.open(found.credentials as string, aad.integration(environment, found.id as string)))
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
      return rows[0] ? { made: integrationOf(rows[0]) } : { taken: true }
    },
    async change(environment, uniqueKey, change) {
      const before = await row(environment, uniqueKey)
      if (!before) return { missing: true }
      const { text, args } = assign({
        unique_key: change.unique_key,
        display_name: change.display_name,
        credentials: await sealed(environment, before.id as string, change.credentials),
        integration_config: json(change.integration_config),
        custom: json(change.custom),
        forward_webhooks: change.forward_webhooks === undefined ? undefined : Number(change.forward_webhooks),
        backend: await writeBackend(seal, environment, before.id as string, change.backend),
        updated_at: new Date(now()).toISOString(),
      })
      try {
        const [changed = [], names = []] = await driver.batch([
          sql(
            // IGNORE: a name that is taken changes nothing, rather than failing the batch.
            `UPDATE OR IGNORE integrations SET ${text}, revision = revision + 1
             WHERE id = ? AND (unique_key = ? OR NOT EXISTS (SELECT 1 FROM connections WHERE integration_id = integrations.id))
             RETURNING *`,
            ...args,
            before.id as string,
            change.unique_key ?? uniqueKey,
          ),
          find(environment, change.unique_key ?? uniqueKey),
        ])
        if (changed[0]) return { changed: integrationOf(changed[0]) }
        if (names.length > 0) return { taken: true }
        return change.unique_key === undefined ? { missing: true } : { used: true }
      } finally {
        cache.forgetAll()
      }
    },
    async remove(environment, uniqueKey) {
      const found = await row(environment, uniqueKey)
      if (!found) return false
      try {
        const answers = await driver.batch(erase('integration', found.id as string))
        return (answers.at(-1)?.length ?? 0) > 0
      } finally {
        cache.forgetAll()
      }
    },
  }
}
