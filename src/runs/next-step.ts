import { type Code, type Failure, fail, problems } from '../problem/index.ts'
import type { Requeued, Run, RunEnd } from '../store/index.ts'
import type { Result } from './given.ts'

/** What an attempt came to. */
export interface Attempted {
  readonly outcome: Result
  /** Whether it may have changed something that another attempt would change once more. */
  readonly hadEffect: boolean
}
/** What becomes of a run after an attempt. */
export type NextStep = { readonly end: RunEnd } | { readonly again: Requeued }

/** Failures by which nothing is said of the run itself, only that now is not the time: another attempt costs no retry. */
const NOT_NOW: ReadonlySet<Code> = new Set([
  'provider-rate-limited',
  'rate-limited',
  'overloaded',
  'unavailable',
  'storage-unavailable',
])
/** Milliseconds of the first pause before a retry; each further one is twice as long. */
const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 300_000
/** How often the interval doubles at most where now is not the time; a batch is put back more often than it is refused. */
const MOST_DOUBLED = 5
/** Milliseconds that a pause lasts at most, where a provider asks for one. */
const LONGEST_ASKED = 3_600_000
/** Milliseconds after which a run that could not begin is given up. */
const GIVEN_UP = 86_400_000

/** Whether now is not the time: the account may not be called for a while, or the circuit is open. */
const isNotNow = ({ code, unsent, retry_after }: Failure): boolean =>
  NOT_NOW.has(code) || (unsent === true && retry_after !== undefined)
/** Whether another attempt may help. An error that a function throws says nothing about that, so it may. */
const mayHelp = ({ code, retryable }: Failure): boolean =>
  code === 'action-failed' || (retryable ?? problems[code].retryable)

/**
 * Milliseconds before another attempt: what the provider asks for, and at least half of an interval that doubles each
 * time, the other half random, so that runs which failed together do not come back together.
 */
function pauseBefore(tries: number, { retry_after = 0 }: Failure, random: () => number): number {
  const interval = Math.min(FIRST_PAUSE * 2 ** tries, LONGEST_PAUSE)
  return Math.max(interval * (0.5 + random() / 2), Math.min(retry_after * 1000, LONGEST_ASKED))
}

/** Decides what becomes of a run after an attempt. `now` is in milliseconds since 1970, `random` from 0 up to 1. */
export function nextStep(
  run: Run,
  { outcome, hadEffect }: Attempted,
  { now, random }: { readonly now: number; readonly random: () => number },
): NextStep {
  if (outcome.ok) return { end: { state: 'succeeded', result: outcome } }
  const { failure } = outcome
  const { code } = failure
  const mayRepeat = run.repeatable || !hadEffect
  const isYoung = now - Date.parse(run.created_at) < GIVEN_UP
  if (mayRepeat && isYoung && isNotNow(failure)) {
    const tries = Math.max(0, run.attempts - run.retries - 1)
    return { again: { at: now + pauseBefore(Math.min(tries, MOST_DOUBLED), failure, random), code, usesRetry: false } }
  }
  if (mayRepeat && run.retries < run.max_retries && mayHelp(failure))
    return { again: { at: now + pauseBefore(run.retries, failure, random), code, usesRetry: true } }
  return { end: { state: 'failed', code, result: outcome } }
}

/** How often a run is resumed that the gateway ended over: one that ends it each time must not do so for ever. */
const RESUMED = 3
/** Whether a run that is met in flight may be carried out again. */
export const mayResume = ({ repeatable, interruptions }: Run): boolean => repeatable && interruptions < RESUMED
/** The end of a run that is met in flight, and may not be carried out again. */
export const interrupted = (): RunEnd => ({
  state: 'interrupted',
  code: 'run-interrupted',
  result: fail('run-interrupted'),
})
