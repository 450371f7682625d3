/** Failures in a row after which no more calls are made for a while. */
const FAILURES = 8
/** Milliseconds of the first rest; each further one without a success between is twice as long. */
const FIRST_REST = 5_000
const LONGEST_REST = 60_000
/** As many integrations as are watched at once. */
const WATCHED = 10_000

interface State {
  failures: number
  /** When the next call may be made; 0 while calls flow. */
  until: number
  rest: number
  /** Whether the one call that tries it is under way. */
  trying: boolean
}
/** Stops hammering a provider that is down, per integration and process. */
export interface Circuit {
  /** Seconds until a call may be made, or undefined when it may now. */
  closedFor(integration: string): number | undefined
  /** How a call ended: whether the provider is up, whatever it answered; undefined where the call does not tell. */
  ended(integration: string, up: boolean | undefined): void
}

/** A circuit for every integration of this process. After a rest one call tries; the others wait for how it ends. */
export function createCircuit(now: () => number): Circuit {
  const states = new Map<string, State>()
  return {
    closedFor(integration) {
      const state = states.get(integration)
      if (!state || state.until === 0) return undefined
      const left = state.until - now()
      if (left <= 0 && !state.trying) {
        state.trying = true
        return undefined
      }
      return Math.max(1, Math.ceil(left / 1000))
    },
    ended(integration, up) {
      const state = states.get(integration)
      if (up === undefined) {
        if (state) state.trying = false
        return
      }
      if (up) {
        if (state) states.delete(integration)
        return
      }
      if (!state) {
        if (states.size >= WATCHED) states.delete(states.keys().next().value!)
        states.set(integration, { failures: 1, until: 0, rest: FIRST_REST, trying: false })
        return
      }
      state.failures++
      if (state.failures < FAILURES) return
      // Of many calls that were under way when the rest began, each would make it longer.
      if (!state.trying && state.until > now()) return
      state.until = now() + state.rest
      state.rest = Math.min(LONGEST_REST, state.rest * 2)
      state.trying = false
    },
  }
}
