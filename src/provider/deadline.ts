/** A time by which something is to have ended. */
export interface Deadline {
  /** Aborted when the time is up, or with the caller. */
  readonly signal: AbortSignal
  /** Whether it was the time. */
  isPast(): boolean
  /** Rejects when the time is up; otherwise it never settles. */
  readonly past: Promise<never>
  /** Lets go of the timer and the caller. */
  release(): void
}

/**
 * A deadline that can be let go of: `AbortSignal.timeout` would keep its timer, and what it holds, until it fires.
 * `ms` is in milliseconds.
 */
export function deadline(ms: number, caller: AbortSignal | undefined): Deadline {
  const stop = new AbortController()
  const abort = () => stop.abort()
  const { promise: past, reject } = Promise.withResolvers<never>()
  // Nobody has to wait for it.
  past.catch(() => {})
  let isPast = false
  const timer = setTimeout(() => {
    isPast = true
    abort()
    reject(new Error('The time is up.'))
  }, ms)
  if (caller?.aborted) abort()
  else caller?.addEventListener('abort', abort)
  return {
    signal: stop.signal,
    isPast: () => isPast,
    past,
    release() {
      clearTimeout(timer)
      caller?.removeEventListener('abort', abort)
    },
  }
}
