import type { Seal } from './aad.ts'
import { accessOn, type Hint } from './access.ts'
import { type Keys, keysOn } from './api-keys.ts'
import { createCache } from './cache.ts'
import { type Connections, connectionsOn } from './connections.ts'
import { type Environments, environmentsOn } from './environments.ts'
import { type Idempotency, idempotencyOn } from './idempotency.ts'
import { type Integrations, integrationsOn } from './integrations.ts'
import { type Logs, logsOn } from './logs.ts'
import { lookupOn } from './lookup.ts'
import type { ConnectionLookup } from './opened-connection.ts'
import { purge } from './purge.ts'
import type { Access } from './scopes.ts'
import type { SqlDriver } from './sql.ts'
import { type Variables, variablesOn } from './variables.ts'

export type { Seal } from './aad.ts'
export type { Hint } from './access.ts'
export type { Key, NewKey } from './api-keys.ts'
export type { Connection, Credentials, EndUser } from './connection.ts'
export type { Environment } from './environments.ts'
export type { Keyed, StoredAnswer } from './idempotency.ts'
export type { Integration, IntegrationCredentials } from './integration.ts'
export type { Backend } from './integration-backend.ts'
export type { LogEntry, Logs } from './logs.ts'
export type { ConnectionLookup, OpenedConnection } from './opened-connection.ts'
export { type Access, covers, type Scope, scopeNames, scopes } from './scopes.ts'
export type { SqlDriver } from './sql.ts'

/** Everything that is stored. */
export interface Store {
  /**
   * Who a key belongs to, or undefined for a key that is not in force. At once where the cache knows it; else one batch
   * also reads the connection that the hint names.
   */
  access(bearer: string, hint?: Hint): Access | undefined | Promise<Access | undefined>
  /** Finds a connection, ready for a call. At once where the cache knows it. Rejects where a secret does not open. */
  lookup(
    environment: string,
    connectionId: string,
    integrationKey?: string,
  ): ConnectionLookup | Promise<ConnectionLookup>
  readonly environments: Environments
  readonly keys: Keys
  readonly integrations: Integrations
  readonly connections: Connections
  readonly variables: Variables
  readonly idempotency: Idempotency
  readonly logs: Logs
  /** Makes the environment `dev` and its first key: on Node at start, else when that key is first used. */
  makeFirstKey(): Promise<void>
  /** Erases what is older than it may become; answers how many rows of each table. */
  purge(): Promise<Record<string, number>>
  /** Whether every migration of this build has been applied. */
  ready(): Promise<boolean>
  close(): void
}

/**
 * Makes the store over a driver; nothing is read or written before one of its functions is called.
 *
 * @example
 * const store = openStore({ driver: openSqlite(path), seal: createSeal(masterKey), now: Date.now, secretKey })
 */
export function openStore(options: { driver: SqlDriver; seal: Seal; now: () => number; secretKey: string }): Store {
  const { driver, seal, now } = options
  const cache = createCache(driver, now)
  return {
    ...accessOn({ ...options, cache }),
    lookup: lookupOn(driver, seal, cache),
    environments: environmentsOn(driver, cache, now),
    keys: keysOn(driver, cache, now),
    integrations: integrationsOn(driver, seal, cache, now),
    connections: connectionsOn(driver, seal, cache, now),
    variables: variablesOn(driver, seal, now),
    logs: logsOn(driver),
    idempotency: idempotencyOn(driver, seal, now),
    purge: () => purge(driver, now()),
    ready: () => driver.ready(),
    close: () => driver.close(),
  }
}
