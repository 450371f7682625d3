import type { Limiter, Taken } from './pacing.ts'

/** Requests up to which each is remembered apart; of more, those that are near each other in time are one entry. */
const APART = 64
/** Entries that a window then has; each counts up to a 64th of the window too long. */
const ENTRIES = 64
/** Part of the window by which every request is taken to arrive later than it was sent. */
const ALWAYS_LATE = 0.015
/** Part of the window by which requests may on average be taken to arrive later still. */
const LATE_ON_AVERAGE = 0.05
/** Part of the window by which one request is taken to arrive later at most. */
const LATE_AT_MOST = 0.25

/** For how many milliseconds a request of a window may count at most, once it is sent. */
export const countsFor = (ms: number): number => ms * (1 + LATE_AT_MOST)

/** Counts the requests of one window. */
export interface RateWindow extends Limiter {
  /** Counts so many until a time, whoever begins them. */
  hold(count: number, until: number): void
  /** How many more may begin now. */
  free(now: number): number
}

/**
 * Makes the count of a sliding window: no more than `requests` are begun in any `ms` milliseconds, as the provider sees
 * them. It sees a request somewhat after it was sent, and one may take longer to arrive than the next. So each counts
 * for a window and a little longer: by how much its own response was later than others, which is all that is known of
 * how late it arrived. As responses are late for other reasons, too, the requests of a rate together get no more than a
 * twentieth of the time so: at least 90 percent of the rate can be used, however slow the provider is. Time that was
 * not needed is saved for when all requests are late at once.
 */
export function createRateWindow(requests: number, ms: number): RateWindow {
  /** How many requests count until when, the earliest first. */
  const entries: { until: number; count: number }[] = []
  let kept = 0
  /** Requests under way; those whose window is over are no more among them. */
  const open = new Set<Taken>()
  const grain = requests > APART ? ms / ENTRIES : 0
  const most = requests * LATE_AT_MOST * ms
  let saved = most

  const hold = (count: number, until: number): void => {
    const at = grain > 0 ? Math.ceil(until / grain) * grain : until
    let place = entries.length
    while (place > 0 && entries[place - 1]!.until > at) place--
    const before = entries[place - 1]
    if (before?.until === at) before.count += count
    else entries.splice(place, 0, { until: at, count })
    kept += count
  }
  /** Until when a request counts that is not answered. */
  const endOf = ({ begun, isSent }: Taken): number => (isSent ? begun + countsFor(ms) : Number.POSITIVE_INFINITY)

  /** Drops what counts no more. */
  function forget(now: number): void {
    let over = 0
    for (const { until, count } of entries) {
      if (until > now) break
      kept -= count
      over++
    }
    if (over > 0) entries.splice(0, over)
    for (const turn of open) if (endOf(turn) <= now) open.delete(turn)
  }

  return {
    hold,
    free(now) {
      forget(now)
      return Math.max(0, requests - kept - open.size)
    },
    freeAt(now) {
      forget(now)
      if (kept + open.size < requests) return now
      let first = entries[0]?.until ?? Number.POSITIVE_INFINITY
      for (const turn of open) first = Math.min(first, endOf(turn))
      return first
    },
    turnAt(now, ahead) {
      forget(now)
      const missing = kept + open.size + ahead + 1 - requests
      if (missing <= 0) return now
      const windows = Math.floor((missing - 1) / requests) * ms
      let rest = missing % requests || requests
      for (const { until, count } of entries) {
        rest -= count
        if (rest <= 0) return until + windows
      }
      return now + windows
    },
    take: turn => void open.add(turn),
    // Also where its window was over already: making a connection took longer than that.
    begin: turn => void open.add(turn),
    settle(turn, isUnsent, late) {
      // One whose window is over counts no more, and adds to no other.
      if (!open.delete(turn) || isUnsent) return
      const given = Math.min(late, ms * LATE_AT_MOST, saved)
      saved = Math.min(most, saved - given + ms * LATE_ON_AVERAGE)
      hold(1, turn.begun + ms * (1 + ALWAYS_LATE) + given)
    },
    usedUntil(now) {
      forget(now)
      return open.size > 0 ? now + countsFor(ms) : (entries.at(-1)?.until ?? now)
    },
  }
}

/** Makes the count of requests that are under way at once. */
export function createConcurrency(most: number): Limiter {
  const open = new Set<Taken>()
  return {
    freeAt: now => (open.size < most ? now : Number.POSITIVE_INFINITY),
    turnAt: now => now,
    take: turn => void open.add(turn),
    settle: turn => void open.delete(turn),
    usedUntil: now => now,
  }
}
