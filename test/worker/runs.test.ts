// The queues at the edge: Durable Objects that are evicted, aborted and emptied.
import {
  abortAllDurableObjects,
  applyD1Migrations,
  createExecutionContext,
  evictDurableObject,
  runInDurableObject,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import worker from '../../src/worker.ts'

/** Milliseconds in which an alarm that is due has come. */
const SOON = 10_000
/** What the provider was asked: `GET 1001`. */
let asked: string[]
/** How it answers. */
let answer: (id: string) => Response | Promise<Response>

async function call(request: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
  const [method = '', path = ''] = request.split(' ')
  const invocation = createExecutionContext()
  const response = await worker.fetch(
    new Request(`http://gateway.example${path}`, {
      method,
      headers: {
        authorization: `Bearer ${env.KOINE_SECRET_KEY}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
    env,
    invocation,
  )
  const text = await response.text()
  await waitOnExecutionContext(invocation)
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}
const connect = (connection_id: string) =>
  call('POST /connections?verify=false', {
    provider_config_key: 'people',
    connection_id,
    credentials: { type: 'OAUTH2', access_token: 'token' },
  })
async function later(connection: string, action_name: string, input: object): Promise<string> {
  const headers = { 'connection-id': connection, 'x-async': 'true' }
  const { status, body } = await call('POST /action/trigger', { action_name, input }, headers)
  expect(status).toBe(202)
  return body.id
}
const get = (connection: string, id: string) => later(connection, 'get-contact', { id, fields: ['first_name'] })
const stateOf = async (id: string) => (await call(`GET /runs/${id}`)).body.state
const ends = (id: string, state: string) => expect.poll(() => stateOf(id), { timeout: SOON }).toBe(state)
/** The object of a run's queue; one that was aborted needs a new stub. */
const objectOf = (id: string) => {
  const digits = id.replaceAll('-', '')
  return env.RUN_QUEUE.getByName(digits.slice(0, 12) + digits.slice(13, 16)) as never
}
interface State {
  readonly storage: {
    readonly sql: { exec(text: string): { toArray(): Record<string, unknown>[] } }
    getAlarm(): Promise<number | null>
    setAlarm(at: number): Promise<void>
    list(): Promise<Map<string, unknown>>
  }
}
const inside = <T>(id: string, act: (state: State) => T | Promise<T>): Promise<T> =>
  runInDurableObject(objectOf(id), (_: unknown, state: unknown) => act(state as State)) as Promise<T>
const tables = (id: string) =>
  inside(id, ({ storage }) =>
    storage.sql
      .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
      .toArray(),
  )

/** What answers wait for until they are let go. */
function gate() {
  let letGo = () => {}
  const open = new Promise<void>(resolve => {
    letGo = resolve
  })
  return { letGo, open }
}
const contact = (id: string) =>
  Response.json({
    id,
    properties: { firstname: id },
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  })

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  await call('POST /integrations', { provider: 'hubspot', unique_key: 'people' })
})
beforeEach(() => {
  asked = []
  answer = contact
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input as string, init as RequestInit)
    const id = new URL(request.url).pathname.split('/').at(-1) ?? ''
    asked.push(`${request.method} ${id}`)
    return answer(id)
  })
})
afterEach(() => vi.restoreAllMocks())

it('runs of a queue are carried out in order by its alarm, and are listed', async () => {
  await connect('listed')
  const ids = [await get('listed', '1'), await get('listed', '2'), await get('listed', '3')]
  for (const id of ids) await ends(id, 'succeeded')
  expect(asked).toEqual(['GET 1', 'GET 2', 'GET 3'])
  const listed = async () =>
    (await call('GET /runs?connection_id=listed')).body.data.map(({ id, state }: { id: string; state: string }) => [
      id,
      state,
    ])
  await expect.poll(listed, { timeout: SOON }).toEqual(ids.toReversed().map(id => [id, 'succeeded']))
})

it('an object that is evicted between two attempts makes the next one in its time', async () => {
  await connect('evicted')
  let isClosed = true
  // A test that waits for an attempt of its own kind: the provider names a time that the gateway does not wait for.
  answer = id =>
    isClosed
      ? Response.json({ category: 'RATE_LIMITS' }, { status: 429, headers: { 'retry-after': '6' } })
      : contact(id)
  const id = await get('evicted', '1')
  await expect
    .poll(async () => (await call(`GET /runs/${id}`)).body, { timeout: SOON })
    .toMatchObject({ state: 'queued', attempts: 1, retries: 0 })
  isClosed = false
  await expect.poll(() => inside(id, ({ storage }) => storage.getAlarm())).toEqual(expect.any(Number))
  await evictDurableObject(objectOf(id))
  expect(await stateOf(id)).toBe('queued')
  await ends(id, 'succeeded')
  expect((await call(`GET /runs/${id}`)).body).toMatchObject({ attempts: 2, retries: 0 })
})

it('an object that is aborted in the middle resumes what may be repeated and ends the rest as interrupted', async () => {
  await connect('aborted')
  const { open, letGo } = gate()
  answer = async id => {
    await open
    return contact(id)
  }
  const ids: string[] = []
  for (const connection of ['reading', 'writing']) {
    await connect(connection)
    ids.push(
      connection === 'reading'
        ? await get(connection, '1')
        : await later(connection, 'create-contact', { first_name: '2' }),
      await get(connection, '3'),
    )
  }
  const [reading = '', , writing = ''] = ids
  await expect.poll(() => asked.length, { timeout: SOON }).toBe(2)
  expect([await stateOf(reading), await stateOf(writing)]).toEqual(['running', 'running'])
  await abortAllDurableObjects()
  letGo()
  // Nobody calls the objects: the alarm that was set before the attempts comes by itself.
  await expect.poll(() => asked.filter(request => request === 'GET 3').length, { timeout: 2 * SOON }).toBe(2)
  for (const [i, id] of ids.entries()) await ends(id, i === 2 ? 'interrupted' : 'succeeded')
  expect(asked.filter(request => request.startsWith('POST'))).toHaveLength(1)
  expect(asked.filter(request => request === 'GET 1')).toHaveLength(2)
  expect((await call(`GET /runs/${reading}`)).body).toMatchObject({ attempts: 2, retries: 0 })
})

it('an alarm that carries runs out has set the next one, so that it goes on whatever ends it', async () => {
  await connect('armed')
  const { open, letGo } = gate()
  answer = async id => {
    await open
    return contact(id)
  }
  const id = await get('armed', '1')
  await expect.poll(() => asked.length, { timeout: SOON }).toBe(1)
  const next = Number(await inside(id, ({ storage }) => storage.getAlarm()))
  expect(next).toBeGreaterThan(0)
  // Where it works for longer than that, the next one does not begin the same run beside it.
  await expect.poll(() => Date.now(), { timeout: SOON }).toBeGreaterThan(next + 500)
  expect(asked).toEqual(['GET 1'])
  letGo()
  await ends(id, 'succeeded')
  expect(asked).toEqual(['GET 1'])
  expect((await call(`GET /runs/${id}`)).body).toMatchObject({ attempts: 1 })
})

it('a connection that is deleted leaves nothing in the object of its queue, also while a run is under way', async () => {
  await connect('leaving')
  const done = await get('leaving', '1')
  await ends(done, 'succeeded')
  expect(await tables(done)).not.toEqual([])
  const { open, letGo } = gate()
  answer = async id => {
    await open
    return contact(id)
  }
  const [first, second] = [await get('leaving', '2'), await get('leaving', '3')]
  await expect.poll(() => asked.at(-1), { timeout: SOON }).toBe('GET 2')
  expect((await call('DELETE /connections/leaving?provider_config_key=people')).status).toBe(200)
  letGo()
  for (const id of [done, first, second]) expect((await call(`GET /runs/${id}`)).status).toBe(404)
  await expect.poll(() => tables(done), { timeout: SOON }).toEqual([])
  expect(await inside(done, ({ storage }) => storage.getAlarm())).toBeNull()
  expect(asked).not.toContain('GET 3')
  const { results } = await env.DB.prepare('SELECT id FROM runs WHERE connection_id = ?').bind('leaving').all()
  expect(results).toEqual([])
})

it('who asks for a run that never was makes no object', async () => {
  const id = '00000000-0000-8000-8000-000000000000'
  for (const request of [`GET /runs/${id}`, `GET /action/${id}`, `DELETE /runs/${id}`])
    expect((await call(request)).status).toBe(404)
  expect(await tables(id)).toEqual([])
})

it('an object has the columns that the migrations give the database', async () => {
  await connect('columns')
  const id = await get('columns', '1')
  await ends(id, 'succeeded')
  type Column = { name: string; type: string; notnull: number; dflt_value: unknown; pk: number }
  const shown = (all: Column[]) =>
    all.map(({ name, type, notnull, dflt_value, pk }) => [name, type, notnull, dflt_value, pk])
  for (const table of ['runs', 'run_parts', 'run_items']) {
    const text = `SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info('${table}')`
    const ours = await inside(id, ({ storage }) => storage.sql.exec(text).toArray() as never as Column[])
    const { results } = await env.DB.prepare(text).all<Column>()
    expect(shown(ours)).toEqual(shown(results))
  }
})
