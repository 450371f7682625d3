import type { Lease, WantedLease } from './leased-budget.ts'
import { RESERVE } from './queue-pacer.ts'
import { countsFor, createRateWindow, type RateWindow } from './rate-window.ts'

/** Part of a window for which a lease lasts, and milliseconds that it lasts at least: it has to come across the network. */
const LASTS = { part: 0.1, atLeast: 1_000 } as const
/** Part of a rate that one lease has at most, so that a queue which uses little keeps little from others. */
const PORTION = 0.1
/** Milliseconds before it is worth asking again, at least. */
const ASK_AGAIN = 20

/** Gives out the budget of one integration in parts. */
export interface Lessor {
  lease(wanted: Pick<WantedLease, 'rates' | 'requests'>): Lease
  /** Until when what was leased may count, in milliseconds since 1970. */
  readonly usedUntil: number
}

/**
 * Makes what leases the rates of an integration to its queues. What it leases counts until a window after the lease is
 * over, as it does not hear when a request began. So all queues together begin no more than the rate without the
 * reserve in any window. `blockedUntil`: until when leases may count that are not known here.
 */
export function createLessor(now: () => number, blockedUntil: number): Lessor {
  const windows = new Map<string, RateWindow>()
  let usedUntil = 0

  function windowOf(requests: number, ms: number): RateWindow {
    const name = `${requests}/${ms}`
    const known = windows.get(name)
    if (known) return known
    const made = createRateWindow(requests, ms)
    windows.set(name, made)
    return made
  }

  return {
    get usedUntil() {
      return usedUntil
    },
    lease({ rates, requests }) {
      const time = now()
      if (time < blockedUntil) return { granted: 0, ms: 0, retryMs: blockedUntil - time }
      const all = rates.map(rate => {
        const share = Math.max(1, Math.floor(rate.requests * (1 - RESERVE)))
        const ms = rate.seconds * 1000
        return { share, ms, window: windowOf(share, ms) }
      })
      const granted = Math.min(
        requests,
        ...all.map(({ share, window }) => Math.min(Math.ceil(share * PORTION), window.free(time))),
      )
      if (granted <= 0) {
        const at = Math.max(...all.map(({ window }) => window.freeAt(time)))
        return { granted: 0, ms: 0, retryMs: Math.max(ASK_AGAIN, at - time) }
      }
      const lasts = Math.max(LASTS.atLeast, LASTS.part * Math.min(...all.map(({ ms }) => ms)))
      for (const { ms, window } of all) {
        const until = time + lasts + countsFor(ms)
        window.hold(granted, until)
        usedUntil = Math.max(usedUntil, until)
      }
      return { granted, ms: lasts, retryMs: 0 }
    },
  }
}
