/** Failures in a row after which the circuit opens: no more calls are made for a while. */
const FAILURES = 8
/** Milliseconds that it stays open first; each further time without a success in between is twice as long. */
const FIRST_REST = 5_000
const LONGEST_REST = 60_000
/** Names that are counted at once; beyond, the one that was seen first is forgotten. */
const WATCHED = 10_000

interface State {
  failures: number
  /** When the next call may be made, in milliseconds since 1970; 0 while the circuit is closed. */
  until: number
  /** Milliseconds of the next rest. */
  rest: number
  /** Whether the one call that tries an open circuit is under way. */
  trying: boolean
}
/**
 * Circuit breakers: each stops the calls of one account to one host that keep failing. There is none for a whole host,
 * as then one customer, whose calls always fail, could cut off the others of that host.
 */
export interface Circuit {
  /**
   * Seconds until a call may be made, or undefined where it may be made now. The caller who is told undefined makes the
   * call and says how it ended.
   */
  openFor(account: string): number | undefined
  /** How a call ended: whether the provider is up, or undefined where the call does not tell. */
  ended(account: string, up: boolean | undefined): void
}

/**
 * Makes the circuits of a process; `now` is in milliseconds since 1970. After a rest one call tries, and all others are
 * held back until it has ended.
 */
export function createCircuit(now: () => number): Circuit {
  const states = new Map<string, State>()
  return {
    openFor(account) {
      const state = states.get(account)
      if (!state || state.until === 0) return undefined
      const left = state.until - now()
      if (left <= 0 && !state.trying) {
        state.trying = true
        return undefined
      }
      return Math.max(1, Math.ceil(left / 1000))
    },
    ended(account, up) {
      const state = states.get(account)
      if (up === undefined) {
        if (state) state.trying = false
        return
      }
      if (up) {
        states.delete(account)
        return
      }
      if (!state) {
        const [oldest] = states.keys()
        if (states.size >= WATCHED && oldest !== undefined) states.delete(oldest)
        states.set(account, { failures: 1, until: 0, rest: FIRST_REST, trying: false })
        return
      }
      state.failures++
      if (state.failures < FAILURES) return
      // Of many calls that were under way when the circuit opened, each would otherwise make the rest longer.
      if (!state.trying && state.until > now()) return
      state.until = now() + state.rest
      state.rest = Math.min(LONGEST_REST, state.rest * 2)
      state.trying = false
    },
  }
}
