import type { RenewToken } from '../credentials/token-life.ts'
import type { Catalogue } from '../mapping/catalogue.ts'
import type { Mapping } from '../mapping/compile.ts'
import type { ProviderFile } from '../mapping/schema/index.ts'
import type { ProviderClient } from '../provider/client.ts'
import type { Attempt } from '../provider/provider-request.ts'
import type { Budget } from '../provider/rate-budget.ts'
import type { Clock } from '../services.ts'
import type { OpenedConnection } from '../store/index.ts'

/** What happened in one call, added to while it runs: for the log, the headers of the answer, and `explain`. */
export interface CallLog {
  /** Missing until the connection was found. */
  connection?: OpenedConnection | undefined
  /** The mapping of a verb; a call of an action function or of `/proxy` has none. */
  mapping?: Mapping | undefined
  /** The requests that were sent, in order. */
  readonly attempts: Attempt[]
  /** What the last response said of the account's budget. */
  budget?: Budget | undefined
  /** Set where an action that this one triggered may have changed something. */
  effectBelow?: boolean | undefined
}
/** Whether a request of the call may have changed something at the provider that doing it anew would change again. */
export const hadEffect = ({ attempts, effectBelow }: Pick<CallLog, 'attempts' | 'effectBelow'>): boolean =>
  effectBelow === true || attempts.some(attempt => attempt.hadEffect)
/** Makes the log of a call that has just begun. */
export const createCallLog = (): CallLog => ({ attempts: [] })

/** Who calls, and for which connection, by the names that the caller gave. */
export interface Caller {
  /** Id of the environment. */
  readonly environment: string
  readonly connectionId: string
  readonly integrationKey?: string | undefined
  /** The one connection that the call may be for, where it may not be for another that has the same names by now. */
  readonly uuid?: string | undefined
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined
  /** The span that provider requests belong to, where the caller traces. */
  readonly traceparent?: string | undefined
  /** Whether requests wait for the account's turn however long that takes, as those of a run do. */
  readonly isPatient?: boolean | undefined
  readonly log: CallLog
}

/** A connection with the file of its provider: what it takes to send a request. */
export interface ResolvedConnection {
  readonly connection: OpenedConnection
  readonly provider: ProviderFile
}

/** One call on behalf of a connection: made once, when the connection was found, and handed down as it is. */
export interface CallContext extends ResolvedConnection {
  /** Id of the environment. */
  readonly environment: string
  /** Aborted when the caller goes away, or when the time of an action is up. */
  readonly signal?: AbortSignal | undefined
  readonly traceparent?: string | undefined
  /** Whether requests wait for the account's turn however long that takes, as those of a run do. */
  readonly isPatient?: boolean | undefined
  readonly log: CallLog
}

/** What sending needs of the process. */
export interface BackendServices {
  readonly client: ProviderClient
  readonly now: Clock
  /** Classifies a provider's errors, which a backend may pass on as they are. */
  readonly catalogue: Pick<Catalogue, 'classifyError'>
  readonly config: { readonly KOINE_PROVIDER_TIMEOUT: number }
  /** Gives a connection another token; missing where nothing is stored, as in tests of action functions. */
  readonly renewToken?: RenewToken | undefined
}
