import type { Seal } from './aad.ts'
import type { Cache, CacheWriter } from './cache.ts'
import {
  type ConnectionLookup,
  openBackendConnection,
  openConnection,
  selectConnection,
  selectIntegration,
} from './opened-connection.ts'
import type { SqlDriver } from './sql.ts'

/** How a connection is named: its id, and its integration's key where the caller gave one. */
interface Name {
  readonly connectionId: string
  readonly integrationKey: string | undefined
}

/** Makes `store.lookup` over a driver: it answers from the cache at once, else after one batch. */
export function lookupOn(driver: SqlDriver, seal: Seal, cache: Cache) {
  async function read(
    writer: CacheWriter,
    environment: string,
    { connectionId, integrationKey }: Name,
  ): Promise<ConnectionLookup> {
    const statements = [selectConnection({ environment }, connectionId, integrationKey)]
    if (integrationKey !== undefined) statements.push(selectIntegration(environment, integrationKey))
    const [rows = [], integrations] = await driver.batch(statements)
    if (rows.length > 1) return { ambiguous: true }
    const [row] = rows
    const [integration] = integrations ?? []
    const lookup = row
      ? { found: await openConnection(row, seal) }
      : integration && (await openBackendConnection(integration, connectionId, seal))
    if (!lookup) return { missing: integrations?.length === 0 ? 'integration' : 'connection' }
    writer.connection(environment, connectionId, integrationKey, lookup)
    return lookup
  }

  return (
    environment: string,
    connectionId: string,
    integrationKey?: string,
  ): ConnectionLookup | Promise<ConnectionLookup> =>
    cache.connection(environment, connectionId, integrationKey) ??
    cache.read(`connection\0${environment}\0${connectionId}\0${integrationKey ?? ''}`, writer =>
      read(writer, environment, { connectionId, integrationKey }),
    )
}
