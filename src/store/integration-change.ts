import type { Seal } from './aad.ts'
import { boundIntegrationOf, textOfIntegration } from './bound-row.ts'
import { readNumber, readText } from './columns.ts'
import { type Integration, type IntegrationChange, integrationRowOf, sealCredentials } from './integration.ts'
import { type SealedFor, writeBackend } from './integration-backend.ts'
import { assign, type Row, type SqlDriver, sql } from './sql.ts'

interface Options {
  readonly driver: SqlDriver
  readonly seal: Seal
  /** In milliseconds since 1970. */
  readonly now: () => number
}

/** What came of a change; undefined where the row was changed in the meantime. */
export type Changed = { changed: Integration } | { missing: true } | { taken: true } | { used: true } | undefined

const select = (environment: string, uniqueKey: string) =>
  sql('SELECT * FROM integrations WHERE environment_id = ? AND unique_key = ?', environment, uniqueKey)
const json = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value))

/** Changes an integration as its row was read. `isSealed`: the row is bound to its secrets already. */
export async function changeIntegration(
  { driver, seal, now }: Options,
  row: Row,
  change: IntegrationChange,
  isSealed: boolean,
): Promise<Changed> {
  const before = boundIntegrationOf(row)
  const { id, environment_id: environment } = before
  const place: SealedFor = { environment, id, version: isSealed ? 'v2' : 'v1' }
  const columns = {
    unique_key: change.unique_key,
    integration_config: json(change.integration_config),
    backend: await writeBackend(seal, place, change.backend),
  }
  const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
  const { text, args } = assign({
    ...columns,
    display_name: change.display_name,
    credentials: await sealCredentials(seal, place, change.credentials),
    custom: json(change.custom),
    forward_webhooks: change.forward_webhooks === undefined ? undefined : Number(change.forward_webhooks),
    mac: isSealed ? await seal.sign(textOfIntegration({ ...before, ...given })) : undefined,
    updated_at: new Date(now()).toISOString(),
  })
  const revision = readNumber(row, 'revision')
  const key = change.unique_key ?? before.unique_key
  const [changed = [], names = [], [left] = []] = await driver.batch([
    sql(
      // OR IGNORE: where the new name is taken, no row is changed and the batch does not fail.
      `UPDATE OR IGNORE integrations SET ${text}, revision = revision + 1
       WHERE id = ? AND revision = ?
         AND (unique_key = ? OR NOT EXISTS (SELECT 1 FROM connections WHERE integration_id = integrations.id))
       RETURNING *`,
      ...args,
      id,
      revision,
      key,
    ),
    select(environment, key),
    sql('SELECT revision FROM integrations WHERE id = ?', id),
  ])
  if (changed[0]) return { changed: integrationRowOf(changed[0]).integration }
  if (!left) return { missing: true } as const
  if (readNumber(left, 'revision') !== revision) return undefined
  return names[0] && readText(names[0], 'id') !== id ? ({ taken: true } as const) : ({ used: true } as const)
}
