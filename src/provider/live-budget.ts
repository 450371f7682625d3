import type { Ended, Limiter } from './pacing.ts'
import type { Budget } from './rate-budget.ts'

/** Milliseconds of the longest pause. A quota may be spent for a day; it may also be raised, so one request looks. */
const LONGEST_PAUSE = 300_000
/** Part of a budget below which it is followed request by request, and a number where the whole is not known. */
const LOW = { part: 0.2, count: 50 } as const

/**
 * Part of a rolling window after which a spent budget is looked at again: some of it is free by then, and nobody says how
 * much.
 */
const ROLLING = 0.1

/** What the provider's responses say of a budget. */
export interface LiveBudget extends Limiter {
  /** Is told how a request ended, after its turn was given back. */
  note(ended: Ended, now: number): void
  /** Begins nothing before a time. */
  pauseUntil(time: number): void
}

/** Whether a response says that requests come too fast: 429, or 403 with the time to wait, as some have it. */
export const isRefusal = ({ status, retryAfter }: Ended): boolean =>
  status === 429 || (status === 403 && retryAfter !== undefined)

/** Whether what a response says of a budget has to be remembered. */
export const isTelling = (ended: Ended): boolean =>
  isRefusal(ended) || (ended.budget !== undefined && isLow(ended.budget))

const isLow = ({ remaining, limit, reset }: Budget): boolean =>
  remaining !== undefined && reset !== undefined && remaining <= (limit === undefined ? LOW.count : limit * LOW.part)

/**
 * Makes the budget that responses tell of. It pauses after a refusal for as long as that asks, and where nothing is
 * left until the budget is full again. `reserve` is the part of the budget that is left to others.
 */
export function createLiveBudget(reserve: number): LiveBudget {
  let under = 0
  let pausedUntil = 0
  /** Whether one request goes at a time: after a refusal that names no time, or a pause shorter than it asked for. */
  let isTrial = false
  let left = Number.POSITIVE_INFINITY
  let spare = 0
  let fullAt = 0

  const pause = (ms: number, now: number): void => {
    if (ms > LONGEST_PAUSE) isTrial = true
    pausedUntil = Math.max(pausedUntil, now + Math.min(ms, LONGEST_PAUSE))
  }
  const freeAt = (now: number): number => {
    if (now < pausedUntil) return pausedUntil
    if (isTrial && under > 0) return Number.POSITIVE_INFINITY
    if (now >= fullAt) left = Number.POSITIVE_INFINITY
    return left <= spare ? fullAt : now
  }
  return {
    freeAt,
    turnAt(now) {
      const at = freeAt(now)
      return Number.isFinite(at) ? at : now
    },
    take() {
      under++
      left--
    },
    settle() {
      under--
    },
    usedUntil: now => Math.max(pausedUntil, Number.isFinite(left) ? fullAt : now),
    pauseUntil(time) {
      pausedUntil = Math.max(pausedUntil, time)
    },
    note(ended, now) {
      const { budget, retryAfter } = ended
      if (isRefusal(ended)) {
        const seconds = retryAfter ?? (budget?.remaining === 0 ? budget.reset : undefined)
        if (seconds === undefined) isTrial = true
        else pause(seconds * 1000, now)
        return
      }
      if (ended.status === undefined) return
      isTrial = false
      if (budget?.remaining === undefined || budget.reset === undefined) {
        // Of a request whose response is silent, as HubSpot's of a search, this budget was not taken.
        left++
        return
      }
      // The provider may not have seen those under way.
      left = budget.remaining - under
      spare = Math.floor((budget.limit ?? 0) * reserve)
      const ms = budget.reset * 1000 * (budget.isRolling ? ROLLING : 1)
      fullAt = now + Math.min(ms, LONGEST_PAUSE)
      if (ms > LONGEST_PAUSE && left <= spare) isTrial = true
    },
  }
}
