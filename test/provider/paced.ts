// Accounts that are paced over a clock that tests move, and a provider that counts what arrives.
import { vi } from 'vitest'
import type { Failure } from '../../src/problem/index.ts'
import type { ProviderAccount } from '../../src/provider/client.ts'
import { createPacer, type MemoryPacer, type PacerOptions } from '../../src/provider/pacer.ts'
import type { Ended } from '../../src/provider/pacing.ts'
import type { Limits } from '../../src/provider/rate-budget.ts'

export const START = Date.UTC(2026, 0, 1)
/** Uses a clock that only tests move, from the beginning of 2026. */
export const fakeClock = (): void => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: START })
}

export const accountWith = (limits: Limits | undefined, more: Partial<ProviderAccount> = {}): ProviderAccount => ({
  provider: 'harbour',
  hosts: ['api.harbour.example'],
  baseUrl: undefined,
  headers: {},
  limits,
  timeout: 30_000,
  environment: 'environment',
  connection: 'one',
  integration: 'harbour',
  authorize: () => ({ ok: true, value: {} }),
  ...more,
})

export interface Call {
  readonly account: ProviderAccount
  /** Milliseconds from when it is sent until it arrives, and from then until its response is here. */
  readonly arrives?: number
  readonly answered?: number
  /** What the response says. */
  readonly ended?: Partial<Ended>
  /** Milliseconds that the call has; without them it waits as long as it takes. */
  readonly left?: number
  readonly signal?: AbortSignal
}
const pause = (ms: number): Promise<void> | undefined =>
  ms > 0 ? new Promise(done => setTimeout(done, ms)) : undefined

/** A pacer with what arrives at the provider, in milliseconds from the beginning. */
export function openPacer(options: Partial<PacerOptions> = {}) {
  const pacer: MemoryPacer = createPacer({ now: Date.now, ...options })
  const permitted: number[] = []
  const arrived: { readonly at: number; readonly connection: string }[] = []
  /** Sends one request when it is its turn; answers when it began, or why it did not. */
  async function send(call: Call): Promise<number | Failure | 'gone'> {
    const { account, arrives = 0, answered = 0, ended, left, signal = new AbortController().signal } = call
    const turn = await pacer.before(account, { signal, left })
    if (turn && 'code' in turn) return turn
    if (signal.aborted) return 'gone'
    const began = Date.now() - START
    permitted.push(began)
    turn?.begin()
    await pause(arrives)
    arrived.push({ at: Date.now() - START, connection: account.connection })
    await pause(answered)
    pacer.after(account, turn, { isUnsent: false, status: 200, ...ended })
    return began
  }
  return { pacer, send, permitted, arrived }
}

/** The most that is in any window of `ms` milliseconds. */
export function mostIn(times: readonly number[], ms: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted.reduce((most, time, i) => Math.max(most, i + 1 - sorted.findIndex(other => other > time - ms)), 0)
}
/** Moves the clock, and lets what is due happen. */
export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
