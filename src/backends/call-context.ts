import type { Catalogue } from '../mapping/catalogue.ts'
import type { Mapping } from '../mapping/compile.ts'
import type { ProviderFile } from '../mapping/schema/index.ts'
import type { ProviderClient } from '../provider/client.ts'
import type { Attempt } from '../provider/provider-request.ts'
import type { Budget } from '../provider/rate-budget.ts'
import type { Clock } from '../services.ts'
import type { OpenedConnection } from '../store/index.ts'

/** What happened during one call, in order: for the log, the headers of our answer, and `explain`. It is written as the call goes. */
export interface CallLog {
  /** On whose behalf, once that is known. */
  connection?: OpenedConnection | undefined
  /** The mapping that was used; an action function's call has none. */
  mapping?: Mapping | undefined
  /** The requests that the provider was sent. */
  readonly attempts: Attempt[]
  /** What the last response said of the account's budget. */
  budget?: Budget | undefined
}
/** An empty log of a call. */
export const createCallLog = (): CallLog => ({ attempts: [] })

/** On whose behalf something is done, as the caller named it. */
export interface Caller {
  /** Id of the environment. */
  readonly environment: string
  readonly connectionId: string
  readonly integrationKey?: string | undefined
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined
  /** The span that provider requests belong to, where the caller traces. */
  readonly traceparent?: string | undefined
  readonly log: CallLog
}

/** A connection and its provider: all that it takes to send a request. */
export interface ResolvedConnection {
  readonly connection: OpenedConnection
  readonly provider: ProviderFile
}

/** One call on behalf of a connection: made once, when the connection is resolved, and handed down as it is. */
export interface CallContext extends ResolvedConnection {
  /** Id of the environment. */
  readonly environment: string
  /** Aborted when the caller goes away, or when the time of an action is up. */
  readonly signal?: AbortSignal | undefined
  readonly traceparent?: string | undefined
  readonly log: CallLog
}

/** What sending needs of the process. */
export interface BackendServices {
  readonly client: ProviderClient
  readonly now: Clock
  /** How a loaded provider says no, for a backend that relays its failures. */
  readonly catalogue: Pick<Catalogue, 'classifyError'>
  readonly config: { readonly KOINE_PROVIDER_TIMEOUT: number }
}
