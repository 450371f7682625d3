import { createLiveBudget, type LiveBudget } from './live-budget.ts'
import type { Ended, Limiter, Taken } from './pacing.ts'
import type { Rate } from './rate-budget.ts'
import { countsFor, createConcurrency, createRateWindow } from './rate-window.ts'

/**
 * Part by which what is known of the fastest response comes nearer to each that follows: so little that many slow ones
 * are not taken for fast, as of requests that all wait for their first connection.
 */
const FORGETS = 1 / 256

/** All that limits the requests of one connection, or of one integration. */
export interface Meter extends Pick<Limiter, 'freeAt' | 'turnAt' | 'take'> {
  readonly live: LiveBudget
  begin(turn: Taken): void
  /** A request has ended; what its response says of the budget is not read here, see `live`. */
  end(turn: Taken, ended: Ended, now: number): void
  /** Whether requests are under way or wait. */
  readonly isBusy: boolean
  /** Whether nothing that was begun counts any more. */
  isOver(now: number): boolean
  /** Says that one more waits, or one less. */
  wait(more: 1 | -1): void
}

/** What a meter is made from. */
export interface MeterOptions {
  readonly rates: readonly Rate[]
  /** Part of each rate and budget that is left to others. */
  readonly reserve: number
  /** Until when requests may have been begun that are not counted here, in milliseconds since 1970. */
  readonly usedUntil: number
  /** Stands in for rates that are counted elsewhere. */
  readonly leased?: Limiter | undefined
}

const limiterOf = (rate: Rate, reserve: number): Limiter => {
  const share = (count: number) => Math.max(1, Math.floor(count * (1 - reserve)))
  return 'concurrent' in rate
    ? createConcurrency(share(rate.concurrent))
    : createRateWindow(share(rate.requests), rate.seconds * 1000)
}

/** Makes a meter: a request begins when all of its limiters let it. */
export function createMeter({ rates, reserve, usedUntil, leased }: MeterOptions): Meter {
  const live = createLiveBudget(reserve)
  const all = [...rates.map(rate => limiterOf(rate, reserve)), ...(leased ? [leased] : []), live]
  const windows = rates.flatMap(rate => ('seconds' in rate ? [rate.seconds * 1000] : []))
  if (windows.length > 0) live.pauseUntil(usedUntil + countsFor(Math.max(...windows)))
  /** Milliseconds of about the fastest response: what a request takes that arrives at once. */
  let fastest = 0
  let open = 0
  let waiting = 0

  return {
    live,
    freeAt(now) {
      let at = now
      // A lease is asked for only where nothing else is in the way.
      for (const limiter of all) if (limiter !== leased) at = Math.max(at, limiter.freeAt(now))
      return leased && at <= now ? leased.freeAt(now) : at
    },
    turnAt: (now, ahead) => all.reduce((at, limiter) => Math.max(at, limiter.turnAt(now, ahead)), now),
    take(turn) {
      open++
      for (const limiter of all) limiter.take(turn)
    },
    begin(turn) {
      for (const limiter of all) limiter.begin?.(turn)
    },
    end(turn, { isUnsent, status }, now) {
      open--
      const took = now - turn.begun
      if (status !== undefined) fastest = took < fastest ? took : fastest + (took - fastest) * FORGETS
      const late = Math.max(0, took - fastest)
      for (const limiter of all) limiter.settle(turn, isUnsent, late)
    },
    get isBusy() {
      return open + waiting > 0
    },
    isOver: now => all.every(limiter => limiter.usedUntil(now) <= now),
    wait(more) {
      waiting += more
    },
  }
}
