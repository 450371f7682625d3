// Batches that are cut off, slowed and cancelled: what is in flight is in doubt, and nothing else.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { directory } from '../node/process.ts'
import { listen } from '../support/gateway.ts'
import { countingUpstream } from './counting-upstream.ts'
import { type Asked, connect, integrate, type Process, startProcess } from './process.ts'

const TOKEN = 'sandbox-hubspot-token'
let path: string
let closing: (() => unknown)[]
let gateway: Process
beforeEach(async () => {
  const made = await directory()
  path = made.path
  closing = [made.remove]
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
})
async function start(): Promise<void> {
  gateway = await startProcess(path)
  closing.push(gateway.kill)
}
const batch = (connection: string, verb: string, records: readonly object[], headers = {}): Promise<Asked> =>
  gateway.call('POST /contacts/batch', { verb, records }, { 'connection-id': connection, ...headers })
const seen = async (id: string) => (await gateway.call(`GET /runs/${id}`)).body
async function ended(id: string) {
  await expect.poll(async () => (await seen(id)).ended_at, { timeout: 15_000 }).not.toBeNull()
  return seen(id)
}
/** What became of each record of a batch, in order. */
async function results(id: string) {
  const all = []
  for (let cursor: string | null = '0'; cursor !== null; ) {
    const { body } = await gateway.call(`GET /runs/${id}/results?limit=100&cursor=${cursor}`)
    all.push(...body.data)
    cursor = body.next_cursor
  }
  return all
}
const named = (many: number, from = 0) =>
  Array.from({ length: many }, (_, i) => ({ first_name: `run-${from + i}`, last_name: 'Snyder' }))

/** A HubSpot whose requests to write many are handed to a test first. */
async function gatedHubspot(before: (nth: number) => Promise<Response | undefined>) {
  const { app } = createHubspot()
  let nth = 0
  const writes: string[] = []
  const server = await listen(async request => {
    const { pathname } = new URL(request.url)
    if (request.method !== 'POST' || !/\/batch\/(create|update|archive)$/.test(pathname)) return app.fetch(request)
    writes.push(pathname)
    const held = await before(++nth)
    return held ?? app.fetch(request)
  })
  closing.push(server.close)
  await start()
  expect((await integrate(gateway, 'hubspot', server.url)).status).toBe(200)
  expect((await connect(gateway, 'hubspot', TOKEN)).status).toBe(201)
  return { writes }
}

describe('through the provider’s own batch endpoint', () => {
  it('a kill leaves in doubt the chunk that was in flight, and the rest goes on', async () => {
    const { promise: isHeld, resolve: held } = Promise.withResolvers<void>()
    const never = new Promise<undefined>(() => {})
    const { writes } = await gatedHubspot(async nth => {
      if (nth !== 2) return undefined
      held()
      return never
    })
    const { body } = await batch(TOKEN, 'create', named(250))
    await isHeld
    const underWay = await seen(body.id)
    expect([underWay.state, underWay.progress]).toEqual([
      'running',
      { queued: 50, running: 100, succeeded: 100, failed: 0, interrupted: 0 },
    ])
    await gateway.kill()
    await start()
    const { state, output } = await ended(body.id)
    expect([state, output]).toEqual(['succeeded', { total: 250, succeeded: 150, failed: 0, interrupted: 100 }])
    const states = (await results(body.id)).map(one => one.state)
    const many = (state: string, length: number) => Array.from({ length }, () => state)
    expect(states).toEqual([...many('succeeded', 100), ...many('interrupted', 100), ...many('succeeded', 50)])
    expect(writes).toHaveLength(3)
    expect((await results(body.id))[150].problem.code).toBe('run-interrupted')
  })

  it('a chunk that is refused for now is sent again with what is left, and costs no retry', async () => {
    const { writes } = await gatedHubspot(async nth =>
      nth === 2
        ? Response.json({ category: 'RATE_LIMITS' }, { status: 429, headers: { 'retry-after': '6' } })
        : undefined,
    )
    const { body } = await batch(TOKEN, 'create', named(150))
    const { output, attempts, retries } = await ended(body.id)
    expect([output.succeeded, attempts, retries, writes.length]).toEqual([150, 2, 0, 3])
  })

  it('one that is cancelled under way ends before its next chunk', async () => {
    const { promise: isHeld, resolve: held } = Promise.withResolvers<void>()
    const { promise: letGo, resolve: go } = Promise.withResolvers<undefined>()
    const { writes } = await gatedHubspot(async nth => {
      if (nth !== 1) return undefined
      held()
      return letGo
    })
    const { body } = await batch(TOKEN, 'create', named(150))
    await isHeld
    expect((await gateway.call(`DELETE /runs/${body.id}`)).body.state).toBe('running')
    go(undefined)
    const cancelled = await ended(body.id)
    expect([cancelled.state, cancelled.progress]).toMatchObject(['cancelled', { queued: 50, succeeded: 100 }])
    expect(writes).toHaveLength(1)
  })

  it('a chunk that may have been carried out is not sent again, whatever retries were asked for', async () => {
    const { writes } = await gatedHubspot(async () => Response.json({ category: 'INTERNAL_ERROR' }, { status: 500 }))
    const { body } = await batch(TOKEN, 'create', named(3), { 'x-max-retries': '3' })
    const { output, retries } = await ended(body.id)
    expect([output, retries]).toEqual([{ total: 3, succeeded: 0, failed: 3, interrupted: 0 }, 0])
    expect((await results(body.id)).map(({ problem }) => problem.code)).toEqual(Array(3).fill('provider-failed'))
    expect(writes).toHaveLength(1)
  })
})

it('one after the other, killed again and again: none is lost, and none has two keys', async () => {
  const upstream = await countingUpstream(5)
  closing.push(upstream.close)
  await start()
  expect((await integrate(gateway, 'stripe', upstream.url)).status).toBe(200)
  expect((await connect(gateway, 'stripe', 'keyed')).status).toBe(201)
  const { body } = await batch('keyed', 'create', named(45))
  for (let kill = 0; kill < 3; kill++) {
    await expect
      .poll(() => upstream.requests.filter(({ isWrite }) => isWrite).length, { timeout: 10_000, interval: 5 })
      .toBeGreaterThan(5 + kill * 10)
    await gateway.kill()
    await start()
  }
  const { state, output } = await ended(body.id)
  // Stripe honours the key that each record carries: what was in flight is sent again, and made once.
  expect([state, output]).toEqual(['succeeded', { total: 45, succeeded: 45, failed: 0, interrupted: 0 }])
  const writes = upstream.requests.filter(({ isWrite }) => isWrite)
  const keys = Map.groupBy(writes, ({ run }) => run)
  expect([...keys.keys()]).toEqual(Array.from({ length: 45 }, (_, i) => i))
  for (const [, sent] of keys) expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
  expect(new Set(writes.map(({ key }) => key)).size).toBe(45)
  expect(writes.length).toBeLessThanOrEqual(48)
  expect(upstream.overlaps).toEqual([])
}, 60_000)
