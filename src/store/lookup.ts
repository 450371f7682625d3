import { type Seal, SealError } from './aad.ts'
import type { AskedConnection, Cache, CacheWriter } from './cache.ts'
import {
  type ConnectionLookup,
  openBackendConnection,
  openConnection,
  selectConnection,
  selectIntegration,
} from './opened-connection.ts'
import type { SealLog } from './seal-log.ts'
import type { Row, SqlDriver } from './sql.ts'

/** Characters of the longest id and key that the routes accept; a longer one is not looked for. */
const LONGEST = 255

interface Options {
  readonly driver: SqlDriver
  readonly seal: Seal
  readonly cache: Cache
  readonly sealLog: SealLog
}

/** Makes `store.lookup` over a driver: it answers from the cache at once, else after one batch. */
export function lookupOn({ driver, seal, cache, sealLog }: Options) {
  async function read(writer: CacheWriter, asked: AskedConnection): Promise<ConnectionLookup> {
    const { environment, connectionId, integrationKey } = asked
    const statements = [selectConnection({ environment }, connectionId, integrationKey)]
    if (integrationKey !== undefined) statements.push(selectIntegration(environment, integrationKey))
    const [rows = [], integrations] = await driver.batch(statements)
    if (rows.length > 1) return { ambiguous: true }
    const [row] = rows
    const [integration] = integrations ?? []
    const about = row ?? integration
    const missing = { missing: integrations?.length === 0 ? 'integration' : 'connection' } as const
    if (!about) return missing
    try {
      const lookup = await open(row, integration, connectionId)
      if (!lookup) return missing
      if (lookup.isUnsealed) sealLog.unsealed(about)
      writer.connection(asked, lookup)
      return lookup
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      sealLog.refused(about, error)
      return { refused: true }
    }
  }
  /** Opens what was found: a connection, or an integration whose backend may know the connection. */
  async function open(row: Row | undefined, integration: Row | undefined, connectionId: string) {
    if (row) return openConnection(row, seal)
    return integration && (await openBackendConnection(integration, connectionId, seal))
  }

  return (
    environment: string,
    connectionId: string,
    integrationKey?: string,
  ): ConnectionLookup | Promise<ConnectionLookup> => {
    if (connectionId.length > LONGEST) return { missing: 'connection' }
    if (integrationKey !== undefined && integrationKey.length > LONGEST) return { missing: 'integration' }
    return (
      cache.connection(environment, connectionId, integrationKey) ??
      cache.read<ConnectionLookup>(
        `connection\0${environment}\0${connectionId}\0${integrationKey ?? ''}`,
        writer => read(writer, { environment, connectionId, integrationKey }),
        older => older.connection(environment, connectionId, integrationKey),
      )
    )
  }
}
