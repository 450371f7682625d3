import type { Failure } from '../problem/index.ts'
import type { ProviderAccount } from './provider-account.ts'
import type { Budget } from './rate-budget.ts'

/** Leave to send one request. Whoever is given one says later how it ended, by `after`. */
export interface Turn {
  /** Says that the request is being sent now. The last time that it is said counts: a connection may have to be made first. */
  begin(): void
}

/** For how long a call waits for its turn. */
export interface Patience {
  readonly signal: AbortSignal
  /** Milliseconds that are left of the call; undefined where it waits as long as it takes. */
  readonly left: number | undefined
}

/** How a request ended, as far as the pace of others depends on it. */
export interface Ended {
  /** Whether it surely did not arrive. */
  readonly isUnsent: boolean
  /** Missing where no response came. */
  readonly status?: number | undefined
  readonly budget?: Budget | undefined
  /** Seconds that `Retry-After` asks for. */
  readonly retryAfter?: number | undefined
}

/** Spreads the requests of an account over time, so that the provider does not refuse them. */
export interface Pacer {
  /**
   * Waits for the account's turn. Undefined at once where nothing paces the account, and later where the signal was
   * aborted; a failure where the turn comes too late.
   */
  before(account: ProviderAccount, patience: Patience): Turn | Failure | undefined | Promise<Turn | Failure | undefined>
  /** Is told how each request ended, with its turn if it had one. */
  after(account: ProviderAccount, turn: Turn | undefined, ended: Ended): void
}

/** One thing that limits how many requests are begun. Times are in milliseconds since 1970. */
export interface Limiter {
  /** When the next request may begin: `now` or before where at once, infinite where that depends on one under way. */
  freeAt(now: number): number
  /** No request that has so many others before it begins sooner. */
  turnAt(now: number, ahead: number): number
  /** A request got its turn. */
  take(turn: Taken): void
  /** It is being sent only now. */
  begin?(turn: Taken): void
  /** It has ended; `late` is by how many milliseconds it may have arrived later than others do. */
  settle(turn: Taken, isUnsent: boolean, late: number): void
  /** Until when what was begun may count. */
  usedUntil(now: number): number
}

/** A turn as limiters see it. */
export interface Taken {
  /** When the request was begun, in milliseconds since 1970. */
  readonly begun: number
  /** Whether it is being sent; until then it may begin at any time. */
  readonly isSent: boolean
}
