import type { Seal } from '../credentials/seal.ts'
import { type Access, accessFrom, type Hint } from './access.ts'
import { type Keys, keysOn } from './api-keys.ts'
import { createCache } from './cache.ts'
import { type Connections, connectionsOn } from './connections.ts'
import { type Environments, environmentsOn } from './environments.ts'
import { type Idempotency, idempotencyOn } from './idempotency.ts'
import { type Integrations, integrationsOn } from './integrations.ts'
import { type Logs, logsOn } from './logs.ts'
import { purge } from './purge.ts'
import { type ConnectionLookup, liveFrom } from './resolved-connection.ts'
import type { SqlDriver } from './sql.ts'
import { type Variables, variablesOn } from './variables.ts'

export type { Access, Hint } from './access.ts'
export type { Key, NewKey } from './api-keys.ts'
export type { Connection, Credentials, EndUser } from './connection.ts'
export type { Environment } from './environments.ts'
export type { Keyed, StoredAnswer } from './idempotency.ts'
export type { Backend } from './integration-backend.ts'
export type { Integration, IntegrationCredentials } from './integrations.ts'
export type { LogEntry, Logs } from './logs.ts'
export type { ConnectionLookup, LiveConnection } from './resolved-connection.ts'
export { covers, type Scope, scopeNames, scopes } from './scopes.ts'
export type { SqlDriver } from './sql.ts'

/** What we keep. */
export interface Store {
  /** Who a key belongs to, or undefined. Synchronous when warm; cold, one batch reads what the hint names too. */
  access(bearer: string, hint?: Hint): Access | undefined | Promise<Access | undefined>
  /** A connection ready for a call. Synchronous when warm. */
  live(environment: string, connectionId: string, integrationKey?: string): ConnectionLookup | Promise<ConnectionLookup>
  readonly environments: Environments
  readonly keys: Keys
  readonly integrations: Integrations
  readonly connections: Connections
  readonly variables: Variables
  readonly idempotency: Idempotency
  readonly logs: Logs
  /** Makes the environment `dev` and its first key. Node asks for it at start; `access` does it when that key is first used. */
  makeFirstKey(): Promise<void>
  /** Erases what has had its time; answers how many rows of each table. */
  purge(): Promise<Record<string, number>>
  /** Whether every migration of this build has been applied. */
  ready(): Promise<boolean>
  close(): void
}

/**
 * The store over a driver. Nothing is read or written until it is asked.
 *
 * @example
 * const store = openStore({ driver: openSqlite(path), seal: createSeal(masterKey), now: Date.now, secretKey })
 */
export function openStore(options: { driver: SqlDriver; seal: Seal; now: () => number; secretKey: string }): Store {
  const { driver, seal, now } = options
  const cache = createCache(driver, now)
  return {
    ...accessFrom({ ...options, cache }),
    live: liveFrom(driver, seal, cache),
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
