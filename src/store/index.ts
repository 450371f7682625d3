import type { Services } from '../services.ts'
import type { Seal } from './aad.ts'
import { accessOn, type Hint } from './access.ts'
import { type Keys, keysOn } from './api-keys.ts'
import { createCache } from './cache.ts'
import type { ConnectSessions } from './connect-session.ts'
import { connectSessionsOn } from './connect-sessions.ts'
import { type Connections, connectionsOn } from './connections.ts'
import { type Environments, environmentsOn } from './environments.ts'
import { erasuresOn } from './erase.ts'
import type { EraseQueues } from './erase-elsewhere.ts'
import { gatherWrites } from './gather-writes.ts'
import { type Idempotency, idempotencyOn } from './idempotency.ts'
import { type Integrations, integrationsOn } from './integrations.ts'
import { type Logs, logsOn } from './logs.ts'
import { lookupOn } from './lookup.ts'
import type { ConnectionLookup } from './opened-connection.ts'
import { purge } from './purge.ts'
import { type RunQueue, runQueueOn } from './queued-runs.ts'
import { type Quota, quotaOn } from './quota.ts'
import { type Readiness, readinessOn } from './readiness.ts'
import { reseal } from './reseal.ts'
import { type RunDirectory, runDirectoryOn } from './run-directory.ts'
import { type RunItems, runItemsOn } from './run-items.ts'
import { type RunList, runListOn } from './run-list.ts'
import type { Access } from './scopes.ts'
import { sealLogOn } from './seal-log.ts'
import { type SignIns, signInsOn } from './sign-ins.ts'
import { type TokenStore, tokensOn } from './tokens.ts'
import { type Variables, variablesOn } from './variables.ts'
import { type WebhookKeys, webhookKeysOn } from './webhook-keys.ts'
import { outboxOn, type WebhookOutbox } from './webhook-outbox.ts'

export type { Seal } from './aad.ts'
export type { Hint } from './access.ts'
export type { Key, NewKey } from './api-keys.ts'
export type { ConnectSession, ConnectSessions, NewConnectSession } from './connect-session.ts'
export { isLikeConnectToken } from './connect-sessions.ts'
export {
  type Connection,
  type Credentials,
  type EndUser,
  type GivenToken,
  type ListedConnection,
  tokenOf,
  withToken,
} from './connection.ts'
export type { Environment, WebhookEvent } from './environments.ts'
export type { EraseQueues } from './erase-elsewhere.ts'
export type { Keyed, StoredAnswer } from './idempotency.ts'
export type { Integration, IntegrationCredentials } from './integration.ts'
export type { Backend } from './integration-backend.ts'
export type { LogEntry } from './log-entry.ts'
export type { Logs } from './logs.ts'
export type { ConnectionLookup, OpenedConnection } from './opened-connection.ts'
export { type OpenQueue, type Requeued, type RunEnd, type RunQueue, runQueueOn } from './queued-runs.ts'
export { type ItemEnd, type ItemPage, type Progress, type RunItems, runItemsOn, type SeenItem } from './run-items.ts'
export { type RunFilter, type RunList, type RunOwner, type RunPage, runListOn } from './run-list.ts'
export { type Access, covers, type Scope, scopeNames, scopes } from './scopes.ts'
export { randomHex, type SignIn, type SignIns } from './sign-ins.ts'
export type { SqlDriver } from './sql.ts'
export { reasonOf, StorageError } from './storage-error.ts'
export {
  type EndState,
  endStates,
  makeRunId,
  type NewRun,
  queueIn,
  queueOf,
  type Run,
  type RunKind,
  type RunState,
  runKinds,
  runStates,
} from './stored-run.ts'
export type { AuthFault, StoredToken, TokenStore } from './tokens.ts'
export type { WebhookKey, WebhookKeys } from './webhook-keys.ts'
export {
  type BusyLanes,
  type Delivery,
  type DueDelivery,
  type Lane,
  laneOf,
  type WebhookOutbox,
} from './webhook-outbox.ts'

/** Everything that is stored. */
export interface Store {
  /**
   * Who a key belongs to, or undefined for a key that is not in force. At once where the cache knows it; else one batch
   * also reads the connection that the hint names.
   */
  access(bearer: string, hint?: Hint): Access | undefined | Promise<Access | undefined>
  /** The same for the id of a key, which a session token carries. */
  accessOf(id: string, hint?: Hint): Access | undefined | Promise<Access | undefined>
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
  readonly tokens: TokenStore
  readonly connectSessions: ConnectSessions
  readonly signIns: SignIns
  readonly outbox: WebhookOutbox
  readonly webhookKeys: WebhookKeys
  /** The queues of runs; at the edge what stands here is only listed. */
  readonly runQueue: RunQueue
  readonly runs: RunList
  readonly runItems: RunItems
  readonly runDirectory: RunDirectory
  readonly logs: Logs
  /** Whether an environment keeps as much as it may. */
  readonly isFull: Quota['isFull']
  /** Makes the environment `dev` and its first key: on Node at start, else when that key is first used. */
  makeFirstKey(): Promise<void>
  /**
   * Carries on erasures that were cut off, and erases what is older than it may become; answers how many rows of each
   * table. Other work goes on meanwhile. `until` is when it ends at the latest, in milliseconds since 1970; the next
   * call goes on.
   */
  purge(until?: number): Promise<Record<string, number>>
  /** Seals everything under the first master key, and binds secrets to what decides where they are sent. */
  reseal(): ReturnType<typeof reseal>
  /** Rejects with a `StorageError` where the storage does not read and write, or a migration of this build is missing. */
  ready(): Promise<Readiness>
  close(): Promise<void>
}

interface Options extends Pick<Services, 'driver' | 'logDriver' | 'now'> {
  readonly seal: Seal
  readonly secretKey: string
  /** Erases what queues keep, where they are elsewhere. */
  readonly eraseQueues?: EraseQueues | undefined
  /** Bytes that an environment may keep; without it, or 0, there is no limit. */
  readonly quota?: number
  /** Where failures are named, and rows that are not sealed, or do not open. */
  readonly log?: Services['log']
}

/**
 * Makes the store over a driver; nothing is read or written before one of its functions is called.
 *
 * @example
 * const store = openStore({ driver: openSqlite(path), seal: createSeal(masterKey), now: Date.now, secretKey })
 */
export function openStore(options: Options): Store {
  const { driver, logDriver, seal, now, log = () => {} } = options
  const cache = createCache(driver, now)
  const quota = quotaOn(driver, options.quota ?? 0, now)
  const sealLog = sealLogOn(log)
  let closed = false
  const erasures = erasuresOn({ driver, logDriver, now, isClosed: () => closed, log, eraseQueues: options.eraseQueues })
  const { erase } = erasures
  const parts = { driver, seal, cache, quota, sealLog, erase, now }
  return {
    ...accessOn({ ...options, cache }),
    lookup: lookupOn(parts),
    environments: environmentsOn(parts),
    keys: keysOn(driver, cache, now),
    integrations: integrationsOn(parts),
    connections: connectionsOn(parts),
    variables: variablesOn(driver, seal, now),
    tokens: tokensOn(driver, seal, cache, now),
    connectSessions: connectSessionsOn(parts),
    signIns: signInsOn(driver, seal, now),
    outbox: outboxOn(parts),
    webhookKeys: webhookKeysOn(driver, seal, now),
    // At the edge no request may wait for what another one began.
    runQueue: runQueueOn({ ...parts, driver: driver.bound ? driver : gatherWrites(driver) }),
    runs: runListOn(parts),
    runItems: runItemsOn(parts),
    runDirectory: runDirectoryOn(driver),
    logs: logsOn(logDriver ?? driver, now, log),
    idempotency: idempotencyOn(driver, seal, quota, now),
    isFull: (environment, adding) => quota.isFull(environment, adding),
    async purge(until = Number.POSITIVE_INFINITY) {
      const isOver = () => closed || now() >= until
      await erasures.resume(isOver)
      return purge({ driver, logDriver, now: now(), isOver })
    },
    reseal: () => reseal(driver, seal, sealLog),
    ready: readinessOn(driver, logDriver, now),
    async close() {
      closed = true
      await Promise.all([driver.close(), logDriver?.close()])
    },
  }
}
