import type { Config } from '../../config.ts'
import type { Limiter } from '../context.ts'

/** Milliseconds of one window of the limit. */
const WINDOW = 60_000
/** As many keys as are counted at once; the window is short, so the oldest is nearly always over. */
const COUNTED = 10_000

/** Counts the requests of each key, a fixed window of a minute at a time, in this process. */
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
