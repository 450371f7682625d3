// What holds for any calls, at any times, however late they arrive.
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { RUNS, SEED } from '../../bin/check/laws/seed.ts'
import type { Limits } from '../../src/provider/rate-budget.ts'
import { accountWith, fakeClock, mostIn, openPacer, pass } from './paced.ts'

beforeEach(fakeClock)
afterEach(() => {
  vi.useRealTimers()
})

const LONG = 120_000
const tenASecond: Limits = { rates: [{ requests: 10, seconds: 1 }] }
/** When calls are made, in milliseconds. */
const calls = fc.array(fc.record({ at: fc.nat(4_000), jitter: fc.nat(100), abortAfter: fc.nat(3_000) }), {
  minLength: 1,
  maxLength: 60,
})
/** Runs a case on a clock of its own, until nobody waits any more. */
async function onFakeClock(run: () => void): Promise<void> {
  vi.clearAllTimers()
  vi.setSystemTime(Date.UTC(2026, 0, 1))
  run()
  await pass(LONG)
  expect(vi.getTimerCount()).toBe(0)
}
const check = (property: fc.IAsyncProperty<never>) => fc.assert(property as never, { numRuns: RUNS, seed: SEED })

it('never more than the rate arrive in any window, and nobody waits for ever', async () => {
  const property = fc.asyncProperty(
    fc.record({ requests: fc.integer({ min: 1, max: 12 }), ms: fc.integer({ min: 200, max: 2_000 }) }),
    fc.record({ there: fc.nat(150), back: fc.nat(150) }),
    calls,
    async ({ requests, ms }, { there, back }, made) => {
      const { send, arrived } = openPacer()
      const account = accountWith({ rates: [{ requests, seconds: ms / 1_000 }] })
      await onFakeClock(() => {
        // No more than the hundredth part of a window that a network is uneven by.
        for (const { at, jitter } of made)
          setTimeout(() => void send({ account, arrives: there + (jitter / 100) * 0.01 * ms, answered: back }), at)
      })
      expect(arrived).toHaveLength(made.length)
      const times = arrived.map(({ at }) => at)
      expect(mostIn(times, ms)).toBeLessThanOrEqual(requests)
    },
  )
  await check(property as never)
})

it('the same holds of a rate that connections share, and each of them gets its turns', async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 6 }),
    fc.array(fc.record({ at: fc.nat(2_000), connection: fc.constantFrom('a', 'b', 'c') }), {
      minLength: 1,
      maxLength: 50,
    }),
    async (requests, made) => {
      const { send, arrived } = openPacer()
      const limits: Limits = {
        rates: [
          { requests, seconds: 1, scope: 'integration' },
          { requests: 3, seconds: 0.5 },
        ],
      }
      await onFakeClock(() => {
        for (const { at, connection } of made)
          setTimeout(() => void send({ account: accountWith(limits, { connection }), answered: 20 }), at)
      })
      expect(arrived).toHaveLength(made.length)
      expect(
        mostIn(
          arrived.map(({ at }) => at),
          1_000,
        ),
      ).toBeLessThanOrEqual(requests)
      for (const name of ['a', 'b', 'c'])
        expect(
          mostIn(
            arrived.filter(({ connection }) => connection === name).map(({ at }) => at),
            500,
          ),
        ).toBeLessThanOrEqual(3)
    },
  )
  await check(property as never)
})

it('what one connection is refused delays no other', async () => {
  const property = fc.asyncProperty(calls, calls, fc.nat(60), async (made, refused, retryAfter) => {
    const timesOf = async (ended: object) => {
      const { send, arrived } = openPacer()
      await onFakeClock(() => {
        for (const { at } of made) setTimeout(() => void send({ account: accountWith(tenASecond), answered: 30 }), at)
        for (const { at } of refused) {
          const account = accountWith(tenASecond, { connection: 'other' })
          setTimeout(() => void send({ account, answered: 30, ended, left: 5_000 }), at)
        }
      })
      return arrived.filter(({ connection }) => connection === 'one').map(({ at }) => at)
    }
    expect(await timesOf({ status: 429, retryAfter })).toEqual(await timesOf({ status: 200 }))
  })
  await check(property as never)
})

it('who goes away leaves the turn to others, in their order', async () => {
  const property = fc.asyncProperty(calls, async made => {
    const { send, permitted } = openPacer()
    const account = accountWith({ rates: [{ requests: 2, seconds: 0.5 }] })
    const ends: (number | object | 'gone')[] = []
    await onFakeClock(() => {
      made.forEach(({ at, abortAfter }, i) => {
        const gone = new AbortController()
        setTimeout(async () => {
          // Each second one goes away at some time.
          if (i % 2 === 1) setTimeout(() => gone.abort(), abortAfter)
          ends.push(await send({ account, signal: gone.signal }))
        }, at)
      })
    })
    expect(ends).toHaveLength(made.length)
    expect(permitted.length).toBe(ends.filter(end => end !== 'gone').length)
    expect(permitted).toEqual([...permitted].sort((a, b) => a - b))
    expect(mostIn(permitted, 500)).toBeLessThanOrEqual(2)
    const stayed = made.filter((_, i) => i % 2 === 0).length
    expect(permitted.length).toBeGreaterThanOrEqual(stayed)
  })
  await check(property as never)
})

it('requests that arrive late together do not meet those of the next window', async () => {
  const { send, arrived } = openPacer()
  const account = accountWith(tenASecond)
  // The first ten find no connection yet; later the process stands still for a moment.
  const late = (i: number) => (i < 10 ? 200 : i >= 100 && i < 110 ? 180 : 0)
  for (let i = 0; i < 160; i++) void send({ account, arrives: late(i) + 5, answered: 20 })
  await pass(20_000)
  expect(arrived).toHaveLength(160)
  expect(
    mostIn(
      arrived.map(({ at }) => at),
      1_000,
    ),
  ).toBe(10)
})
