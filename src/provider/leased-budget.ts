import type { Limiter } from './pacing.ts'
import type { Rate } from './rate-budget.ts'

/** The rates of an integration, which its queues share. */
export interface WantedLease {
  /** Id of the environment. */
  readonly environment: string
  /** Unique key of the integration. */
  readonly integration: string
  /** The rates as declared; whoever leases keeps the reserve. */
  readonly rates: readonly WindowRate[]
  /** How many requests would like to begin. */
  readonly requests: number
}
export type WindowRate = Extract<Rate, { readonly requests: number }>

/** What was leased. Times are in milliseconds from when it was asked for, as clocks of different machines differ. */
export interface Lease {
  /** How many requests may begin; 0 where none may now. */
  readonly granted: number
  /** How long they may begin. */
  readonly ms: number
  /** Where none may: when it is worth asking again. */
  readonly retryMs: number
}
/** Asks for a part of an integration's budget. */
export type LeaseBudget = (wanted: WantedLease) => Promise<Lease>

/** Milliseconds after which it is asked again where asking failed. */
const AGAIN_MS = 1_000

interface Options {
  readonly wanted: Omit<WantedLease, 'requests'>
  readonly lease: LeaseBudget
  readonly now: () => number
  /** Called when a lease has come, or may be asked for again. */
  readonly wake: () => void
}

/**
 * Makes the budget that is leased in parts from where all queues of an integration meet. It asks when somebody waits,
 * for as much as was used of the last part and once more.
 */
export function createLeasedBudget({ wanted, lease, now, wake }: Options): Limiter {
  let left = 0
  let until = 0
  let used = 0
  let askAgainAt = 0
  let isAsking = false

  async function ask(): Promise<void> {
    isAsking = true
    // Counted from before it is asked, so that it ends here no later than there.
    const asked = now()
    const requests = Math.max(1, used * 2)
    const { granted, ms, retryMs } = await lease({ ...wanted, requests }).catch(() => ({
      granted: 0,
      ms: 0,
      retryMs: AGAIN_MS,
    }))
    isAsking = false
    left = granted
    until = asked + ms
    used = 0
    // One that was over before it came would be asked for without a pause otherwise.
    if (granted === 0) askAgainAt = now() + Math.max(1, retryMs)
    else if (until <= now()) askAgainAt = now() + AGAIN_MS
    wake()
  }
  return {
    freeAt(time) {
      if (left > 0 && time < until) return time
      if (isAsking) return Number.POSITIVE_INFINITY
      if (time < askAgainAt) return askAgainAt
      void ask()
      return Number.POSITIVE_INFINITY
    },
    turnAt: time => time,
    take() {
      left--
      used++
    },
    settle() {},
    usedUntil: time => (isAsking ? time + AGAIN_MS : Math.max(until, askAgainAt)),
  }
}
