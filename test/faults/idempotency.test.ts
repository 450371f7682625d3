import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSandbox } from '../../sandbox/server.ts'
import { type Answer, callerOf, problem } from '../contract/caller.ts'
import { type EntryPoint, settings } from '../contract/entry-point.ts'
import { directory, type Running, run } from '../node/process.ts'
import { methods, type Opened, open, withSandbox } from './open.ts'

const creates = (opened: Pick<Opened, 'seen'>) => methods(opened.seen()).filter(method => method === 'POST')
let keys = 0
const newKey = () => `key-${++keys}`
const createWith = (opened: Pick<Opened, 'call'>, connection: string) => (key: string, body: object) =>
  opened.call('POST /contacts', { connection, body, headers: { 'idempotency-key': key } })

describe('a create with a key', () => {
  let opened: Opened
  let create: ReturnType<typeof createWith>
  beforeAll(async () => {
    opened = await open({ KOINE_PROVIDER_TIMEOUT: '2' })
  })
  beforeEach(async () => {
    opened.sandbox.reset()
    create = createWith(opened, await opened.connectTo('hubspot'))
  })
  afterAll(() => opened.close())
  const replayed = ({ headers }: Answer) => headers.get('idempotent-replayed')

  it('is carried out once; the same key and body get the first answer again', async () => {
    const key = newKey()
    const first = await create(key, { last_name: 'Once', title: 'Tester' })
    const again = await create(key, { last_name: 'Once', title: 'Tester' })
    expect([first.status, replayed(first)]).toEqual([201, null])
    expect([again.status, replayed(again)]).toEqual([201, 'true'])
    expect(again.text).toBe(first.text)
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    expect(creates(opened)).toHaveLength(1)
  })

  it('another body is refused, and changes nothing of the first answer', async () => {
    const key = newKey()
    const first = await create(key, { last_name: 'Once' })
    problem(await create(key, { last_name: 'Other' }), 422, 'idempotency-mismatch')
    expect((await create(key, { last_name: 'Once' })).text).toBe(first.text)
    expect(creates(opened)).toHaveLength(1)
  })

  it('while the first is under way, a second one is told so', async () => {
    const key = newKey()
    await opened.next('slow-head=700', { method: 'POST' })
    const first = create(key, { last_name: 'Once' })
    await expect.poll(() => opened.sandbox.requests.length).toBe(1)
    const second = await create(key, { last_name: 'Once' })
    expect(problem(second, 409, 'idempotency-busy')).toMatchObject({ retryable: true, retry_after: 1 })
    expect((await first).status).toBe(201)
    expect(replayed(await create(key, { last_name: 'Once' }))).toBe('true')
    expect(creates(opened)).toHaveLength(1)
  })

  it('of twenty at once one is carried out', async () => {
    const key = newKey()
    await opened.next('slow-head=300', { method: 'POST' })
    const all = await Promise.all(Array.from({ length: 20 }, () => create(key, { last_name: 'Once' })))
    const statuses = all.map(({ status }) => status)
    expect(statuses.filter(status => status === 201)).toHaveLength(1)
    expect(statuses.filter(status => status === 409)).toHaveLength(19)
    expect(creates(opened)).toHaveLength(1)
  })

  it.each([
    ['answer-lost', 502, 'provider-unreachable'],
    ['server-error', 502, 'provider-failed'],
    ['slow-head', 504, 'provider-timeout'],
    ['truncated', 502, 'provider-answer-unreadable'],
  ])('%s: a failure that is final is answered again, for the record may be there', async (fault, status, code) => {
    const key = newKey()
    await opened.next(fault, { method: 'POST' })
    const first = await create(key, { last_name: 'Once' })
    problem(first, status, code)
    const again = await create(key, { last_name: 'Once' })
    expect([again.status, replayed(again), again.text]).toEqual([status, 'true', first.text])
    expect(again.headers.get('content-type')).toBe('application/problem+json')
    expect(creates(opened)).toHaveLength(1)
  })

  it('what the provider refused is refused again', async () => {
    const key = newKey()
    const body = { last_name: 'Once', pass_through: { properties: { no_such_property: 'x' } } }
    problem(await create(key, body), 422, 'provider-rejected')
    expect(replayed(await create(key, body))).toBe('true')
    expect(creates(opened)).toHaveLength(1)
  })

  it.each(['rate-limited', 'rate-limited-seconds=1'])('%s: what surely was not done may be sent again', async fault => {
    const key = newKey()
    await opened.next(fault, { method: 'POST' })
    problem(await create(key, { last_name: 'Once' }), 429, 'provider-rate-limited')
    const again = await create(key, { last_name: 'Once' })
    expect([again.status, replayed(again)]).toEqual([201, null])
    expect(creates(opened)).toHaveLength(2)
  })

  it('belongs to its connection', async () => {
    const key = newKey()
    const other = createWith(opened, await opened.connectTo('hubspot'))
    expect((await create(key, { last_name: 'Once' })).status).toBe(201)
    expect(replayed(await other(key, { last_name: 'Once' }))).toBeNull()
    expect(creates(opened)).toHaveLength(2)
  })

  it('has to be printable', async () => {
    for (const key of ['with space', 'x'.repeat(256)])
      problem(await create(key, { last_name: 'Once' }), 400, 'bad-parameter')
    expect(creates(opened)).toEqual([])
  })
})

/** That a call may take: longer than a process takes to start on a busy machine, after which it still counts. */
const SECONDS = 10

it('a key survives a process that is killed, during the request and after it', async () => {
  const { path, remove } = await directory()
  const sandbox = await startSandbox()
  let process: Running | undefined
  let url = ''
  const start = async () => {
    const timeout = { KOINE_PROVIDER_TIMEOUT: String(SECONDS) }
    process = run('src/node.ts', { ...settings, ...timeout, KOINE_DATA: path, PORT: '0' })
    url = (await process.said(/"listening":"([^"]+)"/))[1]!
  }
  const kill = async () => {
    process?.child.kill('SIGKILL')
    await process?.ended
  }
  const fetched: EntryPoint['fetch'] = (at, init) => fetch(url + at, init)
  const caller = callerOf(() => ({ key: settings.KOINE_SECRET_KEY, fetch: fetched }) as EntryPoint)
  const opened = withSandbox(caller, sandbox)
  try {
    await start()
    const create = createWith(opened, await opened.connectTo('hubspot'))

    // After the request.
    const done = await create('after', { last_name: 'Once' })
    expect(done.status).toBe(201)
    await kill()
    await start()
    const again = await create('after', { last_name: 'Once' })
    expect([again.status, again.text, again.headers.get('idempotent-replayed')]).toEqual([201, done.text, 'true'])
    expect(creates(opened)).toHaveLength(1)

    // During it: carried out, and nobody is left who knows.
    await opened.next('slow-head', { method: 'POST' })
    const cut = create('during', { last_name: 'Once' }).catch(() => 'cut')
    await expect.poll(() => sandbox.requests.length).toBe(1)
    await kill()
    expect(await cut).toBe('cut')
    await start()
    problem(await create('during', { last_name: 'Once' }), 409, 'idempotency-busy')
    problem(await create('during', { last_name: 'Other' }), 422, 'idempotency-mismatch')
    // Once the first one's time is over, it never ends: what became of it is not known.
    const database = new DatabaseSync(join(path, 'koine.sqlite'))
    const [row] = database.prepare('SELECT lease_until FROM idempotent_answers WHERE answered = 0').all()
    // Four times that of a call, from when it began.
    expect(Date.parse(String(row!.lease_until)) - Date.now()).toBeLessThanOrEqual(4 * SECONDS * 1000)
    // In place of those seconds.
    database.prepare('UPDATE idempotent_answers SET lease_until = ? WHERE answered = 0').run(new Date().toISOString())
    database.close()
    problem(await create('during', { last_name: 'Once' }), 409, 'idempotency-unknown')
    expect(creates(opened)).toHaveLength(1)
    expect((await create('anew', { last_name: 'Once' })).status).toBe(201)
  } finally {
    await kill()
    await sandbox.close()
    await remove()
  }
})
