import { aad, type Seal } from './aad.ts'
import { textOfIntegration } from './bound-row.ts'
import type { Cache } from './cache.ts'
import type { Erasures } from './erase.ts'
import {
  type Integration,
  type IntegrationChange,
  type IntegrationCredentials,
  type IntegrationRow,
  integrationRowOf,
  type NewIntegration,
  sealCredentials,
} from './integration.ts'
import { type SealedFor, writeBackend } from './integration-backend.ts'
import { changeIntegration } from './integration-change.ts'
import { isBound, openIntegration } from './integration-open.ts'
import type { OpenedConnection } from './opened-connection.ts'
import type { SealLog } from './seal-log.ts'
import { type Row, type SqlDriver, sql } from './sql.ts'

export interface Integrations {
  list(environment: string): Promise<Integration[]>
  find(environment: string, uniqueKey: string): Promise<Integration | undefined>
  /** What is kept for an integration itself is kept under this id; and its provider. */
  subject(
    environment: string,
    uniqueKey: string,
  ): Promise<{ readonly id: string; readonly provider: string } | undefined>
  /**
   * An integration ready for a call, its secrets open. `refused`: its row was altered by somebody without the master key,
   * who may have changed where credentials are sent.
   */
  open(environment: string, uniqueKey: string): Promise<OpenedConnection['integration'] | { refused: true } | undefined>
  /** The first integrations of an environment, or of these keys, opened; those that do not open are left out. */
  openAll(
    environment: string,
    keys: readonly string[] | null,
  ): Promise<{ integration: Integration; opened: OpenedConnection['integration'] }[]>
  /** The OAuth client, opened. */
  credentials(environment: string, uniqueKey: string): Promise<IntegrationCredentials | undefined>
  /** `many`: the environment has as many as it may. */
  create(
    environment: string,
    integration: NewIntegration,
  ): Promise<{ made: Integration } | { taken: true } | { many: number }>
  /**
   * `used`: the integration has connections, which callers name together with its present name. `busy`: others kept
   * changing it. `refused`: its row was altered by somebody without the master key, and must not be sealed as it is.
   */
  change(
    environment: string,
    uniqueKey: string,
    change: IntegrationChange,
  ): Promise<
    { changed: Integration } | { missing: true } | { taken: true } | { used: true } | { busy: true } | { refused: true }
  >
  /** Erases an integration with its connections. Answers whether there was one. */
  remove(environment: string, uniqueKey: string): Promise<boolean>
}

/** Integrations that an environment may have: they are listed, and described with all their actions, in one answer. */
const MANY = 1000
/** Integrations that are opened at once at most: a person chooses among them on a page. */
const OPENED = 200
/** How often a change is tried, where others change the same integration at the same time. */
const ATTEMPTS = 5

const select = (environment: string, uniqueKey: string) =>
  sql('SELECT * FROM integrations WHERE environment_id = ? AND unique_key = ?', environment, uniqueKey)

interface Options {
  readonly driver: SqlDriver
  readonly seal: Seal
  readonly cache: Cache
  readonly sealLog: SealLog
  readonly erase: Erasures['erase']
  /** In milliseconds since 1970. */
  readonly now: () => number
}

/** Makes `store.integrations` over a driver. */
export function integrationsOn({ driver, seal, cache, sealLog, erase, now }: Options): Integrations {
  const read = async (environment: string, uniqueKey: string): Promise<Row | undefined> => {
    const [rows = []] = await driver.batch([select(environment, uniqueKey)])
    return rows[0]
  }
  const find = async (environment: string, uniqueKey: string): Promise<IntegrationRow | undefined> => {
    const row = await read(environment, uniqueKey)
    return row && integrationRowOf(row)
  }

  const opening = { seal, sealLog }

  return {
    async list(environment) {
      const [rows = []] = await driver.batch([
        sql('SELECT * FROM integrations WHERE environment_id = ? ORDER BY created_at, rowid', environment),
      ])
      return rows.map(row => integrationRowOf(row).integration)
    },
    find: async (environment, uniqueKey) => (await find(environment, uniqueKey))?.integration,
    async subject(environment, uniqueKey) {
      const found = await find(environment, uniqueKey)
      // Called as connections at a backend are, after the integration, so that it is erased with it as they are.
      return found && { id: `${found.id}/`, provider: found.integration.provider }
    },
    async open(environment, uniqueKey) {
      const row = await read(environment, uniqueKey)
      return row && openIntegration(opening, row)
    },
    async openAll(environment, keys) {
      const [rows = []] = await driver.batch([
        sql(
          `SELECT * FROM integrations WHERE environment_id = ?
             AND (? IS NULL OR unique_key IN (SELECT value FROM json_each(?))) ORDER BY created_at, rowid LIMIT ?`,
          environment,
          keys && 1,
          JSON.stringify(keys ?? []),
          OPENED,
        ),
      ])
      const all = await Promise.all(
        rows.map(async row => ({
          integration: integrationRowOf(row).integration,
          opened: await openIntegration(opening, row),
        })),
      )
      return all.flatMap(({ integration, opened }) => ('refused' in opened ? [] : [{ integration, opened }]))
    },
    async credentials(environment, uniqueKey) {
      const found = await find(environment, uniqueKey)
      if (!found || found.credentials === null) return undefined
      return JSON.parse(await seal.open(found.credentials, aad.integration(environment, found.id)))
    },
    async create(environment, integration) {
      const at = new Date(now()).toISOString()
      const id = crypto.randomUUID()
      const place: SealedFor = { environment, id, version: 'v2' }
      const bound = {
        id,
        environment_id: environment,
        unique_key: integration.unique_key,
        provider: integration.provider,
        integration_config: JSON.stringify(integration.integration_config ?? {}),
        backend: (await writeBackend(seal, place, integration.backend)) ?? null,
      }
      const [rows = [], others = []] = await driver.batch([
        sql(
          `INSERT INTO integrations (id, environment_id, unique_key, provider, display_name, credentials,
             integration_config, custom, forward_webhooks, backend, mac, created_at, updated_at)
           SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM environments WHERE id = ?
             AND (SELECT count(*) FROM integrations WHERE environment_id = environments.id) < ?
           ON CONFLICT (environment_id, unique_key) DO NOTHING RETURNING *`,
          id,
          bound.unique_key,
          bound.provider,
          integration.display_name ?? null,
          (await sealCredentials(seal, place, integration.credentials)) ?? null,
          bound.integration_config,
          JSON.stringify(integration.custom ?? {}),
          integration.forward_webhooks === false ? 0 : 1,
          bound.backend,
          await seal.sign(textOfIntegration(bound)),
          at,
          at,
          environment,
          MANY,
        ),
        select(environment, integration.unique_key),
      ])
      if (rows[0]) return { made: integrationRowOf(rows[0]).integration }
      return others.length > 0 ? { taken: true } : { many: MANY }
    },
    async change(environment, uniqueKey, change) {
      try {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const row = await read(environment, uniqueKey)
          if (!row) return { missing: true }
          const isSealed = await isBound(opening, row)
          if (isSealed === undefined) return { refused: true }
          const outcome = await changeIntegration({ driver, seal, now }, row, change, isSealed)
          if (outcome) return outcome
        }
        return { busy: true }
      } finally {
        cache.forgetAll()
      }
    },
    async remove(environment, uniqueKey) {
      const found = await find(environment, uniqueKey)
      if (!found) return false
      try {
        return await erase({ owner: 'integration', id: found.id, environment })
      } finally {
        cache.forgetAll()
      }
    },
  }
}
