import type { Seal } from '../credentials/seal.ts'
import { type Access, accessFrom, type Hint } from './access.ts'
import { type Keys, keysOn } from './api-keys.ts'
import { createWarm } from './cache.ts'
import { type Connections, connectionsOn } from './connections.ts'
import { type Environments, environmentsOn } from './environments.ts'
import { type Idempotency, idempotencyOn } from './idempotency.ts'
import { type Integrations, integrationsOn } from './integrations.ts'
import { type Logs, logsOn } from './logs.ts'
import { purge } from './purge.ts'
import { type Live, liveFrom } from './resolved-connection.ts'
import type { Shelf } from './sql.ts'
import { type Variables, variablesOn } from './variables.ts'

export type { Access, Hint } from './access.ts'
export type { Key, NewKey } from './api-keys.ts'
export type { Connection, Credentials, EndUser } from './connection.ts'
export type { Environment } from './environments.ts'
export type { Keyed, StoredAnswer } from './idempotency.ts'
export type { Backend } from './integration-backend.ts'
export type { Integration, IntegrationCredentials } from './integrations.ts'
export type { LogEntry, Logs } from './logs.ts'
export type { Live, LiveConnection } from './resolved-connection.ts'
export { covers, type Scope, scopeNames, scopes } from './scopes.ts'
export type { Shelf } from './sql.ts'

/** What we keep. */
export interface Store {
  /** Who a key belongs to, or undefined. Synchronous when warm; cold, one batch reads what the hint names too. */
  access(bearer: string, hint?: Hint): Access | undefined | Promise<Access | undefined>
  /** A connection ready for a call. Synchronous when warm. */
  live(environment: string, connectionId: string, integrationKey?: string): Live | Promise<Live>
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
 * The store over a shelf. Nothing is read or written until it is asked.
 *
 * @example
 * const store = openStore({ shelf: openSqlite(path), seal: createSeal(masterKey), now: Date.now, secretKey })
 */
export function openStore(options: { shelf: Shelf; seal: Seal; now: () => number; secretKey: string }): Store {
  const { shelf, seal, now } = options
  const warm = createWarm(shelf, now)
  return {
    ...accessFrom({ ...options, warm }),
    live: liveFrom(shelf, seal, warm),
    environments: environmentsOn(shelf, warm, now),
    keys: keysOn(shelf, warm, now),
    integrations: integrationsOn(shelf, seal, warm, now),
    connections: connectionsOn(shelf, seal, warm, now),
    variables: variablesOn(shelf, seal, now),
    logs: logsOn(shelf),
    idempotency: idempotencyOn(shelf, seal, now),
    purge: () => purge(shelf, now()),
    ready: () => shelf.ready(),
    close: () => shelf.close(),
  }
}
