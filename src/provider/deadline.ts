/** A time limit of something that is under way. */
export interface Deadline {
  /** Aborted when the time is up, or when the caller's signal is. */
  readonly signal: AbortSignal
  /** Whether the time is up. */
  isPast(): boolean
  /** Rejects when the time is up; never settles otherwise. */
  readonly past: Promise<never>
  /** Aborts the signal before the time is up. */
  abort(): void
  /** Ends the time limit: its timer, and its listener at the caller's signal. */
  release(): void
}

/**
 * Begins a time limit of `ms` milliseconds. Unlike that of `AbortSignal.timeout`, its timer can be ended, so that a call
 * which has ended early keeps nothing in memory.
 */
export function deadline(ms: number, caller: AbortSignal | undefined): Deadline {
  const stop = new AbortController()
  const abort = () => stop.abort()
  const { promise: past, reject } = Promise.withResolvers<never>()
  // So that it is no unhandled rejection where nobody waits for it.
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
    abort,
    release() {
      clearTimeout(timer)
      caller?.removeEventListener('abort', abort)
    },
  }
}
