import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Limits } from '../../src/provider/rate-budget.ts'
import { accountWith, fakeClock, mostIn, openPacer, pass } from './paced.ts'

beforeEach(fakeClock)
afterEach(() => {
  // Whoever waits for nothing keeps no timer.
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const tenASecond: Limits = { rates: [{ requests: 10, seconds: 1 }] }
const times = (n: number) => Array.from({ length: n }, (_, i) => i)
const alive = new AbortController().signal

describe('a declared rate', () => {
  // Callers that ask again as soon as they are answered, as many as are never idle.
  it.each([0, 50, 90, 100, 400])('is used to at least 90 percent and never exceeded: answers after %i ms', async ms => {
    const { send, arrived } = openPacer()
    const account = accountWith(tenASecond)
    for (let i = 0; i < 330; i++) void send({ account, arrives: ms / 2, answered: ms / 2 })
    await pass(30_000)
    const inTime = arrived.filter(({ at }) => at < 30_000).length
    expect(inTime).toBeGreaterThanOrEqual(0.9 * 300)
    await pass(10_000)
    expect(
      mostIn(
        arrived.map(({ at }) => at),
        1_000,
      ),
    ).toBeLessThanOrEqual(10)
  })

  it('of many requests is counted in parts, and used to at least 90 percent, too', async () => {
    const { send, arrived } = openPacer()
    const account = accountWith({ rates: [{ requests: 200, seconds: 10 }] })
    for (let i = 0; i < 120; i++) {
      for (let call = 0; call < 12; call++) void send({ account, arrives: 40, answered: 40 })
      await pass(500)
    }
    expect(arrived.length).toBeGreaterThanOrEqual(0.9 * 1_200)
    await pass(40_000)
    expect(arrived).toHaveLength(1_440)
    const at = arrived.map(one => one.at)
    expect(mostIn(at, 10_000)).toBeLessThanOrEqual(200)
  })

  it('holds beside others: all windows, and how many are under way', async () => {
    const { send, arrived, permitted } = openPacer()
    const account = accountWith({
      rates: [{ requests: 5, seconds: 1 }, { requests: 12, seconds: 10 }, { concurrent: 2 }],
    })
    const done: Promise<unknown>[] = times(30).map(() => send({ account, answered: 300 }))
    await pass(1)
    expect(permitted).toHaveLength(2)
    await pass(40_000)
    await Promise.all(done)
    expect(
      mostIn(
        arrived.map(({ at }) => at),
        1_000,
      ),
    ).toBeLessThanOrEqual(5)
    expect(
      mostIn(
        arrived.map(({ at }) => at),
        10_000,
      ),
    ).toBe(12)
    // Each takes 300 ms.
    expect(mostIn(permitted, 300)).toBe(2)
  })

  it('a request that was surely not sent does not count', async () => {
    const { pacer, send, permitted } = openPacer()
    const account = accountWith(tenASecond)
    for (let i = 0; i < 25; i++) {
      const turn = pacer.before(account, { signal: alive, left: undefined })
      if (!turn || !('begin' in turn)) throw new Error('no turn')
      pacer.after(account, turn, { isUnsent: true })
    }
    await Promise.all(times(10).map(() => send({ account })))
    expect(permitted).toHaveLength(10)
  })

  it('a request counts from when it is sent, however long its connection is being made', async () => {
    const { pacer, send } = openPacer()
    const account = accountWith({ rates: [{ requests: 1, seconds: 1 }] })
    const turn = pacer.before(account, { signal: alive, left: undefined })
    if (!turn || !('begin' in turn)) throw new Error('no turn')
    turn.begin()
    const next = send({ account })
    await pass(900)
    turn.begin()
    pacer.after(account, turn, { isUnsent: false, status: 200 })
    await pass(2_000)
    expect(await next).toBeGreaterThanOrEqual(1_900)
  })

  it('one that is never answered keeps the next only for a little longer than the window', async () => {
    const { send, permitted } = openPacer()
    const account = accountWith({ rates: [{ requests: 1, seconds: 1 }] })
    void send({ account, arrives: 100_000 })
    const next = send({ account })
    await pass(1_300)
    expect(await next).toBeLessThanOrEqual(1_250)
    expect(permitted).toHaveLength(2)
    await pass(100_000)
  })

  it('waits a window where an earlier pacer may have used it', async () => {
    const { send } = openPacer({ usedUntil: Date.now() })
    const first = send({ account: accountWith(tenASecond) })
    const free = send({ account: accountWith(undefined, { connection: 'other' }) })
    await pass(2_000)
    expect(await first).toBeGreaterThanOrEqual(1_000)
    expect(await free).toBe(0)
  })

  it('leaves the reserve to others, and at least one to itself', async () => {
    const { send, permitted } = openPacer({ reserve: 0.2 })
    times(20).map(() => send({ account: accountWith(tenASecond) }))
    await pass(0)
    expect(permitted).toHaveLength(8)
    const one = openPacer({ reserve: 0.2 })
    await one.send({ account: accountWith({ rates: [{ requests: 1, seconds: 1 }] }) })
    expect(one.permitted).toEqual([0])
    await pass(5_000)
  })
})

describe('a turn', () => {
  it('comes in the order in which calls came', async () => {
    const { send } = openPacer()
    const account = accountWith({ rates: [{ requests: 2, seconds: 1 }] })
    const began = times(6).map(() => send({ account }))
    await pass(5_000)
    const at = (await Promise.all(began)) as number[]
    expect(at).toEqual([...at].sort((a, b) => a - b))
  })

  it('that a caller no longer wants goes to the next', async () => {
    const { send, permitted } = openPacer()
    const account = accountWith({ rates: [{ requests: 1, seconds: 1 }] })
    await send({ account })
    const gone = new AbortController()
    const first = send({ account, signal: gone.signal })
    const second = send({ account })
    await pass(500)
    gone.abort()
    expect(await first).toBe('gone')
    await pass(600)
    expect(await second).toBeLessThan(1_100)
    expect(permitted).toHaveLength(2)
  })

  it('that would come too late is refused at once, with the time to wait', async () => {
    const { send, permitted } = openPacer()
    const account = accountWith({ rates: [{ requests: 1, seconds: 10 }] })
    await send({ account })
    const inTime = send({ account, left: 15_000 })
    expect(await send({ account, left: 15_000 })).toMatchObject({
      code: 'provider-rate-limited',
      provider: 'harbour',
      retry_after: 21,
      unsent: true,
    })
    expect(permitted).toHaveLength(1)
    // A run waits for as long as it takes.
    const run = send({ account })
    await pass(40_000)
    expect(await inTime).toBeGreaterThanOrEqual(10_000)
    expect(await run).toBeGreaterThanOrEqual(20_000)
  })

  it('that becomes too late is refused then', async () => {
    const { pacer, send } = openPacer()
    const account = accountWith({ rates: [{ requests: 1, seconds: 10 }] })
    await send({ account })
    const waiting = send({ account, left: 15_000 })
    pacer.after(account, undefined, { isUnsent: false, status: 429, retryAfter: 60 })
    expect(await waiting).toMatchObject({ code: 'provider-rate-limited', retry_after: 60 })
  })

  it('goes round among connections that share a rate', async () => {
    const { send, arrived } = openPacer()
    const limits: Limits = { rates: [{ requests: 2, seconds: 1, scope: 'integration' }] }
    const busy = accountWith(limits, { connection: 'busy' })
    const quiet = accountWith(limits, { connection: 'quiet' })
    times(20).map(() => send({ account: busy }))
    const one = send({ account: quiet })
    await pass(1_100)
    expect(await one).toBeLessThan(1_100)
    await pass(20_000)
    expect(
      mostIn(
        arrived.map(({ at }) => at),
        1_000,
      ),
    ).toBe(2)
    // Another environment’s integration of the same name has its own.
    const other = await send({ account: { ...busy, environment: 'other', connection: 'theirs' } })
    expect(other).toBe(21_100)
  })
})

describe('what responses tell', () => {
  const told: Limits = { remaining: 'left', reset: { header: 'full', format: 'seconds' } }
  const refused = { status: 429, retryAfter: 20 }

  it('429 pauses its connection, and no other', async () => {
    const { send } = openPacer()
    const [one, other] = [accountWith(tenASecond), accountWith(tenASecond, { connection: 'other' })]
    await send({ account: one, ended: refused })
    const paused = send({ account: one })
    expect(await send({ account: other })).toBe(0)
    expect(await send({ account: one, left: 19_000 })).toMatchObject({ retry_after: 20, unsent: true })
    await pass(20_000)
    expect(await paused).toBe(20_000)
  })

  it('429 pauses the whole integration where the budget is its', async () => {
    const { send } = openPacer()
    const limits: Limits = { ...told, scope: 'integration' }
    const [one, other] = [accountWith(limits), accountWith(limits, { connection: 'other' })]
    await send({ account: one, ended: refused })
    const paused = send({ account: other })
    expect(await send({ account: { ...other, integration: 'another', connection: 'third' } })).toBe(0)
    await pass(20_000)
    expect(await paused).toBe(20_000)
  })

  it.each([
    ['403 with a time', { status: 403, retryAfter: 20 }, 20_000],
    ['403 alone', { status: 403 }, 0],
    ['503', { status: 503, retryAfter: 20 }, 0],
  ])('%s', async (_, ended, at) => {
    const { send } = openPacer()
    await send({ account: accountWith(undefined), ended })
    const next = send({ account: accountWith(undefined) })
    await pass(20_000)
    expect(await next).toBe(at)
  })

  it('a spent budget pauses until it is full again', async () => {
    const { send } = openPacer()
    const account = accountWith(told)
    await send({ account, ended: { budget: { limit: 100, remaining: 0, reset: 7 } } })
    const next = send({ account })
    await pass(10_000)
    expect(await next).toBe(7_000)
  })

  it('a spent budget of a window that rolls on is looked at again before the window is over', async () => {
    const { send } = openPacer()
    const account = accountWith(told)
    await send({ account, ended: { budget: { limit: 100, remaining: 0, reset: 10, isRolling: true } } })
    const next = send({ account })
    await pass(10_000)
    expect(await next).toBe(1_000)
  })

  it('a request whose response is silent about the budget has taken nothing of it', async () => {
    const { send } = openPacer()
    const account = accountWith(told)
    await send({ account, ended: { budget: { limit: 100, remaining: 1, reset: 7 } } })
    for (const _ of times(5)) expect(await send({ account })).toBe(0)
  })

  it('no more begin at once than are left', async () => {
    const { send, permitted } = openPacer()
    const account = accountWith(told)
    await send({ account, ended: { budget: { limit: 100, remaining: 3, reset: 7 } } })
    times(8).map((_, i) =>
      send({ account, answered: 100, ended: { budget: { limit: 100, remaining: Math.max(0, 2 - i), reset: 7 } } }),
    )
    await pass(6_000)
    expect(permitted).toHaveLength(4)
    await pass(10_000)
    expect(permitted).toHaveLength(9)
  })

  it('a queue stops before the reserve', async () => {
    const { send } = openPacer({ reserve: 0.2 })
    const account = accountWith(told)
    await send({ account, ended: { budget: { limit: 100, remaining: 21, reset: 7 } } })
    expect(await send({ account, ended: { budget: { limit: 100, remaining: 20, reset: 7 } } })).toBe(0)
    const next = send({ account })
    await pass(10_000)
    expect(await next).toBe(7_000)
  })

  it('a pause of hours ends after five minutes with one request, whose answer decides', async () => {
    const { send, permitted } = openPacer()
    const account = accountWith(undefined)
    const long = { status: 429, retryAfter: 3 * 3_600 }
    await send({ account, ended: long })
    times(3).map(() => send({ account, answered: 50, ended: long }))
    await pass(299_999)
    expect(permitted).toHaveLength(1)
    await pass(1_000)
    expect(permitted).toHaveLength(2)
    await pass(700_000)
    expect(permitted).toHaveLength(4)
  })

  it('429 without a time lets one request go at a time until one is taken', async () => {
    const { send, permitted } = openPacer()
    const account = accountWith(undefined)
    await send({ account, ended: { status: 429 } })
    times(6).map(() => send({ account, answered: 100 }))
    await pass(99)
    expect(permitted).toHaveLength(2)
    await pass(1)
    expect(permitted).toHaveLength(7)
    await pass(100)
  })
})

describe('what is kept', () => {
  it('an account without rates and without a budget that runs out is let through at once, and nothing is kept of it', () => {
    const { pacer } = openPacer()
    for (const account of [accountWith(undefined), accountWith({ remaining: 'left' }, { integration: undefined })]) {
      expect(pacer.before(account, { signal: alive, left: 0 })).toBeUndefined()
      pacer.after(account, undefined, {
        isUnsent: false,
        status: 200,
        budget: { remaining: 900, limit: 1_000, reset: 60 },
      })
    }
    expect(pacer.size).toBe(0)
  })

  it('what is none of the provider’s API is never paced', () => {
    const { pacer } = openPacer()
    const token = accountWith(tenASecond, { integration: undefined })
    pacer.after(token, undefined, { isUnsent: false, status: 429, retryAfter: 60 })
    for (let i = 0; i < 30; i++) expect(pacer.before(token, { signal: alive, left: 0 })).toBeUndefined()
    expect(pacer.size).toBe(0)
  })

  it('accounts that were idle for a window are forgotten', async () => {
    const { pacer, send } = openPacer()
    for (let i = 0; i < 3_000; i++) {
      await send({ account: accountWith(tenASecond, { connection: `c${i}` }) })
      await pass(10)
    }
    expect(pacer.size).toBeLessThan(250)
  })
})
