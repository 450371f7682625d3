// The gateway is killed at random instants while it accepts and carries out runs.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { directory } from '../node/process.ts'
import { type CountingUpstream, countingUpstream } from './counting-upstream.ts'
import { connect, integrate, type Process, startProcess } from './process.ts'

const KILLS = 4
const PER_CONNECTION = 60
/** Milliseconds that the provider takes for a request. */
const TAKES = 8
const PROVIDERS = ['hubspot', 'stripe'] as const
const CONNECTIONS = [0, 1, 2].flatMap(n => PROVIDERS.map(provider => ({ provider, name: `${provider}-${n}` })))

let path: string
let upstream: CountingUpstream
let closing: (() => unknown)[]

beforeEach(async () => {
  const made = await directory()
  path = made.path
  upstream = await countingUpstream(TAKES)
  closing = [made.remove, upstream.close]
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
})
async function start(): Promise<Process> {
  const gateway = await startProcess(path)
  closing.push(gateway.kill)
  return gateway
}

/** What a run does: two of three write. */
const asked = (n: number) =>
  n % 3 === 0
    ? { action_name: 'get-contact', input: { id: `run-${n}`, fields: ['first_name'] } }
    : { action_name: 'create-contact', input: { first_name: `run-${n}`, last_name: 'Snyder' } }
const trigger = (gateway: Process, connection: string, n: number) =>
  gateway.call('POST /action/trigger', asked(n), { 'connection-id': connection, 'x-async': 'true' })

interface Accepted {
  readonly id: string
  readonly n: number
  readonly provider: string
  readonly connection: string
}
const mayRepeat = ({ provider, n }: Accepted): boolean => provider === 'stripe' || n % 3 === 0

it('no accepted run is lost, none is at the provider twice at once, none is repeated that may not be', async () => {
  let gateway = await start()
  for (const provider of PROVIDERS) expect((await integrate(gateway, provider, upstream.url)).status).toBe(200)
  for (const { provider, name } of CONNECTIONS) expect((await connect(gateway, provider, name)).status).toBe(201)
  const accepted: Accepted[] = []
  let isUp = Promise.resolve()
  let isOver = false

  /** Sends runs for a connection, one after the other; one whose answer was cut off is not sent again. */
  async function send({ provider, name }: (typeof CONNECTIONS)[number]): Promise<void> {
    for (let n = 1; n <= PER_CONNECTION && !isOver; n++) {
      await isUp
      const answer = await trigger(gateway, name, n).catch(() => undefined)
      if (answer?.status === 202) accepted.push({ id: answer.body.id, n, provider, connection: name })
      await new Promise(resolve => setTimeout(resolve, 10 + Math.random() * 30))
    }
  }
  const sending = Promise.all(CONNECTIONS.map(send))
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise(resolve => setTimeout(resolve, 50 + Math.random() * 500))
    let up = () => {}
    isUp = new Promise(resolve => {
      up = resolve
    })
    await gateway.kill()
    gateway = await start()
    up()
  }
  await sending
  isOver = true

  const ended = new Map<string, { state: string; attempts: number; code: string | null }>()
  await expect
    .poll(
      async () => {
        for (const { id } of accepted.filter(run => !ended.has(run.id))) {
          const { body } = await gateway.call(`GET /runs/${id}`)
          if (body.ended_at === null || body.ended_at === undefined) return `${id}: ${JSON.stringify(body)}`
          ended.set(id, body)
        }
        return 'all have ended'
      },
      { timeout: 10_000, interval: 100 },
    )
    .toBe('all have ended')

  expect(accepted.length).toBeGreaterThan(100)
  expect(upstream.overlaps).toEqual([])
  for (const { name, provider } of CONNECTIONS) {
    const own = upstream.requests.filter(({ connection }) => connection === name)
    const order = own.map(({ run }) => run)
    // Each in its turn: what is repeated comes before the next one, and nothing comes once it has ended.
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    const runs = accepted.filter(({ connection }) => connection === name)
    const states = (state: string) => runs.filter(({ id }) => ended.get(id)?.state === state)
    const interrupted = states('interrupted')
    expect(states('succeeded').length + interrupted.length).toBe(runs.length)
    // One that was under way at each of four kills is given up: it may be what ends the gateway.
    expect(interrupted.filter(run => mayRepeat(run) && (ended.get(run.id)?.attempts ?? 0) < 4)).toEqual([])
    expect(interrupted.length).toBeLessThanOrEqual(KILLS)
    const times = (n: number) => own.filter(({ run, isWrite }) => run === n && isWrite === (n % 3 !== 0)).length
    for (const run of runs) {
      const isCut = interrupted.includes(run)
      const most = mayRepeat(run) ? 1 + KILLS : 1
      expect([run, times(run.n)]).toEqual([run, expect.toSatisfy(count => count <= most && count >= (isCut ? 0 : 1))])
      if (times(run.n) > 1) expect(ended.get(run.id)?.attempts).toBeGreaterThan(1)
    }
    if (provider !== 'stripe') continue
    // Every request of a create has the run's own key, so that the provider makes one record.
    for (const { id, n } of runs.filter(run => run.n % 3 !== 0)) {
      const keys = own.filter(({ run, isWrite }) => run === n && isWrite).map(({ key }) => key)
      expect(new Set(keys)).toEqual(new Set([id]))
    }
  }
}, 40_000)

it('of two processes over a directory one carries out what both accept, and the other takes over', async () => {
  const first = await start()
  await integrate(first, 'hubspot', upstream.url)
  await connect(first, 'hubspot', 'shared')
  const stateOf = async (gateway: Process, id: string) => (await gateway.call(`GET /runs/${id}`)).body.state
  const ends = (gateway: Process, id: string) =>
    expect.poll(() => stateOf(gateway, id), { timeout: 10_000 }).toMatch(/succeeded|interrupted/)
  const accept = async (gateway: Process, n: number): Promise<string> => (await trigger(gateway, 'shared', n)).body.id
  await ends(first, await accept(first, 3))

  const second = await start()
  const fromSecond = await accept(second, 6)
  await ends(second, fromSecond)

  first.child.kill('SIGSTOP')
  const waiting = await accept(second, 9)
  await new Promise(resolve => setTimeout(resolve, 600))
  expect(await stateOf(second, waiting)).toBe('queued')
  first.child.kill('SIGCONT')
  await ends(second, waiting)

  upstream.hold(true)
  const [write, read] = [await accept(first, 10), await accept(second, 12)]
  await expect.poll(() => upstream.requests.at(-1)?.run).toBe(10)
  await first.kill()
  upstream.hold(false)
  await Promise.all([write, read].map(id => ends(second, id)))
  expect([await stateOf(second, write), await stateOf(second, read)]).toEqual(['interrupted', 'succeeded'])
  expect(upstream.requests.map(({ run }) => run)).toEqual([3, 6, 9, 10, 12])
  expect(upstream.overlaps).toEqual([])
}, 40_000)
