import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Bindings } from '../../src/edge/bindings.ts'
import { leaseOver } from '../../src/edge/rate-pacer.ts'
import { queuePacer } from '../../src/provider/queue-pacer.ts'
import { accountWith, mostIn } from '../provider/paced.ts'

const rates = [{ requests: 50, seconds: 10 }]
let names = 0
/** An object that nobody used yet. */
const fresh = () => {
  const object = env.PACE.getByName(`environment integration-${++names}`)
  return { object, ask: (requests: number) => object.lease({ rates, requests }) }
}
const alarmOf = (object: unknown) =>
  runInDurableObject(object as never, (_, state) =>
    (state as never as { storage: { getAlarm(): Promise<number | null> } }).storage.getAlarm(),
  )
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() }))
afterEach(() => vi.useRealTimers())

it('gives out small parts, and no more than the rate without the reserve in all', async () => {
  const { ask } = fresh()
  const [first] = [await ask(100)]
  // A tenth of 40, for a second.
  expect(first).toEqual({ granted: 4, ms: 1_000, retryMs: 0 })
  expect(await ask(1)).toMatchObject({ granted: 1 })
  let granted = 5
  for (let i = 0; i < 40; i++) granted += (await ask(100)).granted
  expect(granted).toBe(40)
  const none = await ask(1)
  expect(none.granted).toBe(0)
  // Until then the first of them may be in a window with the next.
  expect(none.retryMs).toBeGreaterThanOrEqual(11_000)
  vi.setSystemTime(Date.now() + none.retryMs)
  expect(await ask(100)).toMatchObject({ granted: 4 })
})

it('an object that was rebuilt leases nothing until what it does not know of is over', async () => {
  const { object, ask } = fresh()
  await ask(1)
  const over = await alarmOf(object)
  await evictDurableObject(object as never)
  const blocked = await ask(1)
  expect(blocked.granted).toBe(0)
  expect(blocked.retryMs).toBeGreaterThanOrEqual(11_000)
  expect(Date.now() + blocked.retryMs).toBe(over)
  vi.setSystemTime(over! + 1)
  expect(await ask(1)).toMatchObject({ granted: 1 })
})

it('queues that share an integration never exceed its rate together, and each gets on', async () => {
  vi.useRealTimers()
  const integration = `shared-${++names}`
  const lease = leaseOver(env as unknown as Bindings)
  const limits = { rates: [{ requests: 20, seconds: 1, scope: 'integration' as const }] }
  const begun: number[] = []
  const signal = new AbortController().signal
  const ends = Date.now() + 4_000
  const queue = async (connection: string) => {
    const pacer = queuePacer({ now: Date.now, lease })
    const account = accountWith(limits, { integration, connection })
    let own = 0
    while (Date.now() < ends) {
      const turn = await pacer.before(account, { signal, left: undefined })
      if (!turn || 'code' in turn) throw new Error('no turn')
      turn.begin()
      begun.push(Date.now())
      own++
      pacer.after(account, turn, { isUnsent: false, status: 200 })
    }
    return own
  }
  const each = await Promise.all(['a', 'b', 'c'].map(queue))
  expect(Math.min(...each)).toBeGreaterThan(0)
  expect(mostIn(begun, 1_000)).toBeLessThanOrEqual(16)
})
