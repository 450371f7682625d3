import type { Clock } from '../services.ts'

/** The time that a call may take. */
export interface CallTime {
  /** Aborted when the time is up, or when the caller goes away. */
  readonly signal: AbortSignal
  /** When it is up, in milliseconds since 1970. */
  readonly ends: number
  /** Stops the time, for a call that waits for its turn. */
  hold(): void
  /** Begins it anew. */
  restart(): void
}

interface Options {
  /** Milliseconds. */
  readonly timeout: number
  readonly caller: AbortSignal | undefined
  readonly now: Clock
  /** Whether the signal must follow the caller's also after `end`: for a body that still comes then. */
  readonly outlivesEnd: boolean
}

/** Begins the time of a call. `end` stops it, so that a call which has ended early keeps nothing in memory. */
export function createCallTime({ timeout, caller, now, outlivesEnd }: Options): CallTime & { end(): void } {
  const stop = new AbortController()
  const abort = () => stop.abort()
  const begin = () => {
    ends = now() + timeout
    return setTimeout(abort, timeout)
  }
  let ends: number
  let timer = begin()
  // A listener that is taken off again costs less than `AbortSignal.any`.
  const isListening = caller !== undefined && !outlivesEnd
  if (isListening && caller.aborted) abort()
  else if (isListening) caller.addEventListener('abort', abort)
  return {
    signal: caller && outlivesEnd ? AbortSignal.any([stop.signal, caller]) : stop.signal,
    get ends() {
      return ends
    },
    hold: () => clearTimeout(timer),
    restart() {
      clearTimeout(timer)
      timer = begin()
    },
    end() {
      clearTimeout(timer)
      if (isListening) caller.removeEventListener('abort', abort)
    },
  }
}
