// What may happen to a queue: a run that always fails, a provider that wants no more, a run that is cancelled, a
// connection that is deleted, a storage that fails.
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import type { SqlDriver } from '../../src/services.ts'
import { StorageError } from '../../src/store/index.ts'
import { problem } from '../contract/caller.ts'
import { contact, idIn, openRuns, type RunGateway } from './gateway.ts'

let gateway: RunGateway | undefined
afterEach(() => gateway?.close())

const get = (id: string) => ['get-contact', { id, fields: ['first_name'] }] as const

describe('a run that always fails', () => {
  it('holds up its queue for its retries, and no longer', async () => {
    gateway = await openRuns()
    const poisoned = await gateway.laterAcme('fail', null, 1)
    const next = await gateway.laterAcme('say', 'hello')
    const [failed, said] = [await gateway.ended(poisoned), await gateway.ended(next)]
    expect(failed).toMatchObject({ state: 'failed', attempts: 2, retries: 1, code: 'action-failed' })
    expect(said).toMatchObject({ state: 'succeeded', attempts: 1, output: 'hello' })
    expect(Date.parse(said.started_at)).toBeGreaterThanOrEqual(Date.parse(failed.ended_at))
  })

  it('or throws what cannot be looked at, or never ends, ends all the same', async () => {
    gateway = await openRuns()
    const ids = []
    for (const action of ['throw', 'hang', 'fail', 'say'] as const) ids.push(await gateway.laterAcme(action))
    const runs = []
    for (const id of ids) runs.push(await gateway.ended(id))
    expect(runs.map(({ state, code, attempts }) => [state, code, attempts])).toEqual([
      ['failed', 'action-failed', 1],
      ['failed', 'action-timeout', 1],
      ['failed', 'action-failed', 1],
      ['succeeded', null, 1],
    ])
  })
})

it('a provider that wants no more for now pauses the queue of that connection alone, and costs no retry', async () => {
  const asked: string[] = []
  gateway = await openRuns({
    answer(request) {
      const id = idIn(request)
      asked.push(id)
      if (id !== 'hasty' || asked.filter(one => one === 'hasty').length > 1) return contact(id)
      return Response.json({ category: 'RATE_LIMITS' }, { status: 429, headers: { 'retry-after': '4' } })
    },
  })
  await gateway.people('limited')
  await gateway.people('free')
  const limited = [await gateway.later('limited', ...get('hasty')), await gateway.later('limited', ...get('behind'))]
  const free = await gateway.later('free', ...get('free'))
  const others = await gateway.ended(free)
  const [hasty, behind] = [await gateway.ended(limited[0] ?? ''), await gateway.ended(limited[1] ?? '')]
  expect(hasty).toMatchObject({ state: 'succeeded', attempts: 2, retries: 0 })
  expect(behind).toMatchObject({ state: 'succeeded', attempts: 1 })
  expect(asked.filter(id => id !== 'free')).toEqual(['hasty', 'hasty', 'behind'])
  expect(Date.parse(hasty.ended_at) - Date.parse(hasty.created_at)).toBeGreaterThanOrEqual(4_000)
  expect(Date.parse(others.ended_at)).toBeLessThan(Date.parse(hasty.ended_at))
})

it('a run that waits for another attempt is cancelled, and the next one begins at once', async () => {
  const asked: string[] = []
  gateway = await openRuns({
    answer(request) {
      asked.push(idIn(request))
      if (idIn(request) !== 'closed') return contact(idIn(request))
      return new Response('<h1>Closed</h1>', { status: 503, headers: { 'retry-after': '3000' } })
    },
  })
  await gateway.people('one')
  const { call, later, ended } = gateway
  const first = await later('one', ...get('closed'), 5)
  const second = await later('one', ...get('open'))
  await expect
    .poll(async () => (await call(`GET /runs/${first}`)).body, { timeout: 15_000 })
    .toMatchObject({ state: 'queued', attempts: 1 })
  expect((await call(`GET /runs/${second}`)).body).toMatchObject({ state: 'queued', attempts: 0 })
  const before = asked.length
  expect((await call(`DELETE /runs/${first}`)).body.state).toBe('cancelled')
  // It would wait for 50 minutes else.
  expect(await ended(second)).toMatchObject({ state: 'succeeded', attempts: 1 })
  expect(asked.slice(before)).toEqual(['open'])
  expect((await call(`GET /runs/${first}`)).body).toMatchObject({ state: 'cancelled', attempts: 1 })
})

it('a connection that is deleted while its run is under way leaves nothing of it, and the next one is another', async () => {
  let letGo = () => {}
  const held = new Promise<void>(resolve => {
    letGo = resolve
  })
  let came = () => {}
  const asked = new Promise<void>(resolve => {
    came = resolve
  })
  gateway = await openRuns({
    async answer(request) {
      came()
      if (idIn(request) === 'held') await held
      return contact(idIn(request))
    },
  })
  const { call, later, ended, people, path } = gateway
  await people('one')
  const [first, second] = [await later('one', ...get('held')), await later('one', ...get('behind'))]
  await asked
  expect((await call('DELETE /connections/one?provider_config_key=people')).status).toBe(200)
  await people('one')
  const third = await later('one', ...get('anew'))
  expect(await ended(third)).toMatchObject({ state: 'succeeded' })
  letGo()
  for (const id of [first, second]) problem(await call(`GET /runs/${id}`), 404, 'run-not-found')
  const database = new DatabaseSync(path, { readOnly: true })
  const rows = (text: string) => database.prepare(text).all()
  await expect.poll(() => rows('SELECT id FROM runs')).toEqual([{ id: third }])
  expect(rows('SELECT run, kind FROM run_parts')).toEqual([{ run: third, kind: 'result' }])
  database.close()
})

it('a storage that fails as a run ends: its end is written later, and the run is not carried out again', async () => {
  let fails = 0
  const asked: string[] = []
  /** The disk is full for the first writes of an end. */
  const wrap = (driver: SqlDriver): SqlDriver => ({
    ...driver,
    change(statements) {
      const isEnd = statements.some(({ sql }) => /ended_at = \?/.test(sql))
      if (isEnd && fails++ < 2) return Promise.reject(new StorageError('SQLITE_FULL'))
      return driver.change(statements)
    },
  })
  gateway = await openRuns({
    wrap,
    answer(request) {
      asked.push(request.method)
      return contact('1')
    },
  })
  await gateway.people('one')
  const run = await gateway.later('one', 'create-contact', { first_name: '1' })
  const next = await gateway.later('one', ...get('next'))
  expect(await gateway.ended(run)).toMatchObject({ state: 'succeeded', attempts: 1 })
  expect(await gateway.ended(next)).toMatchObject({ state: 'succeeded', attempts: 1 })
  // What was made is read once more.
  expect(asked).toEqual(['POST', 'GET', 'GET'])
  expect(fails).toBe(4)
})

it('a session token waits for its answers', async () => {
  gateway = await openRuns()
  await gateway.people('one')
  const { body } = await gateway.call('POST /sessions', { body: { connection_id: 'one' } })
  for (const headers of [{ 'x-async': 'true' }, { prefer: 'respond-async' }]) {
    const asked = { key: body.token, headers, body: { first_name: 'Ada' } }
    problem(await gateway.call('POST /contacts', asked), 403, 'outside-session')
  }
  expect((await gateway.call('GET /runs')).body.data).toEqual([])
})
