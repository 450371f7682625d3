import type { Config } from '../../config.ts'
import type { Limiter } from '../context.ts'

/** Milliseconds of one window of the limit. */
const WINDOW = 60_000
/** Keys that are counted at once, at most. Then the oldest window goes first; it is nearly always over by then. */
const COUNTED = 10_000

/**
 * Counts the requests of each key in this process, by fixed windows of a minute. Undefined where the settings have no
 * limit.
 */
export function createLimiter(
  { KOINE_RATE_LIMIT: limit }: Pick<Config, 'KOINE_RATE_LIMIT'>,
  now: () => number,
): Limiter | undefined {
  if (limit === 0) return undefined
  const windows = new Map<string, { ends: number; used: number }>()
  return key => {
    const time = now()
    let window = windows.get(key)
    if (!window || window.ends <= time) {
      windows.delete(key)
      if (windows.size >= COUNTED) windows.delete(windows.keys().next().value!)
      window = { ends: time + WINDOW, used: 0 }
      windows.set(key, window)
    }
    window.used++
    return {
      allowed: window.used <= limit,
      limit,
      remaining: Math.max(0, limit - window.used),
      reset: Math.ceil((window.ends - time) / 1000),
    }
  }
}
