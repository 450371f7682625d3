// What is kept of runs: sealed, in rows below 1 MB, for 5 days; and what becomes of it where somebody meddles with it.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, it, vi } from 'vitest'
import { configure, type Server, startGateway } from '../../src/node.ts'
import { problem } from '../contract/caller.ts'
import { settings } from '../contract/entry-point.ts'
import { directory } from '../node/process.ts'
import { contact, idIn, openRuns } from './gateway.ts'

const DAY = 86_400_000
const closing: (() => unknown)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const close of closing.splice(0).reverse()) await close()
})

/** A gateway whose provider answers nothing before it is told to. */
async function openHeld() {
  let letGo = () => {}
  const held = new Promise<void>(resolve => {
    letGo = resolve
  })
  const gateway = await openRuns({
    async answer(request) {
      await held
      return contact(idIn(request))
    },
  })
  closing.push(gateway.close, letGo)
  await gateway.people('one')
  const database = new DatabaseSync(gateway.path)
  closing.push(() => database.close())
  return { ...gateway, letGo, database }
}

it('an input of 3 MB and an output of 1.5 MB lie in sealed rows below 1 MB', async () => {
  const gateway = await openRuns()
  closing.push(gateway.close)
  const { call, laterAcme, ended, path } = gateway
  const database = new DatabaseSync(path)
  closing.push(() => database.close())
  const planted = 'planted-in-a-run-'.repeat(180_000)
  const half = planted.slice(0, 1_500_000)
  // It stands before the others, so that their inputs are there to be looked at.
  const poisoned = await laterAcme('fail', null, 5)
  const [long, echoed] = [await laterAcme('measure', planted), await laterAcme('say', half)]
  const sizes = (id: string, kind: string) =>
    database
      .prepare('SELECT octet_length(text) AS n FROM run_parts WHERE run = ? AND kind = ?')
      .all(id, kind)
      .map(({ n }) => Number(n))
  const everything = () => {
    const folder = dirname(path)
    return Buffer.concat(readdirSync(folder).map(name => readFileSync(join(folder, name))))
  }
  const inputs = sizes(long, 'input')
  expect(inputs.length).toBeGreaterThan(3)
  expect(Math.max(...inputs)).toBeLessThan(1_000_000)
  expect(everything().includes('planted-in-a-run')).toBe(false)

  expect((await call(`DELETE /runs/${poisoned}`)).body.state).toMatch(/cancelled|failed/)
  expect(await ended(long)).toMatchObject({ state: 'succeeded', output: planted.length })
  const answer = await ended(echoed)
  expect([answer.state, answer.output === half]).toEqual(['succeeded', true])
  expect([sizes(long, 'input'), sizes(echoed, 'input')]).toEqual([[], []])
  const results = sizes(echoed, 'result')
  expect(results.length).toBeGreaterThan(2)
  expect(Math.max(...results)).toBeLessThan(1_000_000)
  expect(everything().includes('planted-in-a-run')).toBe(false)
})

it('what somebody altered without the master key is not believed', async () => {
  const { later, ended, call, letGo, database } = await openHeld()
  const ids = []
  for (const id of ['first', 'second', 'third'])
    ids.push(await later('one', 'get-contact', { id, fields: ['first_name'] }))
  const [first = '', second = '', third = ''] = ids
  // Sealed by us, and for another run.
  const swap = `UPDATE run_parts SET text = (SELECT text FROM run_parts WHERE run = ? AND kind = 'input') WHERE run = ?`
  expect(database.prepare(swap).run(third, second).changes).toBe(1)
  letGo()
  const refused = await ended(second)
  expect([refused.state, refused.code, refused.problem.code]).toEqual([
    'failed',
    'storage-integrity',
    'storage-integrity',
  ])
  expect(await ended(third)).toMatchObject({ state: 'succeeded' })

  const cut = `UPDATE run_parts SET text = substr(text, 1, length(text) - 4) WHERE run = ? AND kind = 'result'`
  expect(database.prepare(cut).run(first).changes).toBe(1)
  const run = await call(`GET /runs/${first}`)
  expect([run.status, run.body.state, run.body.problem.code]).toEqual([200, 'succeeded', 'storage-integrity'])
  const output = await call(`GET /action/${first}`)
  expect([output.status, output.body.code]).toEqual([500, 'storage-integrity'])
  expect(run.text + output.text).not.toContain('first_name')
})

it('what it was given and what came of it go after 5 days, and the run itself after 30', async () => {
  const { path, remove } = await directory()
  closing.push(remove)
  const configured = configure({ ...settings, KOINE_DATA: path, PORT: '0' })
  if (!configured.ok) throw new Error(configured.faults.join('\n'))
  let server: Server | undefined
  closing.push(() => server?.close())
  const database = () => new DatabaseSync(join(path, 'koine.sqlite'), { readOnly: true })
  const count = (what: string) => {
    const opened = database()
    const [row] = opened.prepare(`SELECT count(*) AS n FROM ${what}`).all()
    opened.close()
    return row?.n
  }
  async function call(request: string, body?: object) {
    const [method = '', target = ''] = request.split(' ')
    const response = await fetch(`${server?.url}${target}`, {
      method,
      headers: {
        authorization: `Bearer ${settings.KOINE_SECRET_KEY}`,
        'connection-id': 'one',
        'x-async': String(target === '/action/trigger'),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: text ? JSON.parse(text) : undefined }
  }
  /** Starts it at a time; a start erases what is over. */
  async function startAt(time: number): Promise<void> {
    await server?.close()
    vi.useFakeTimers({ toFake: ['Date'], now: time })
    server = await startGateway(configured.ok ? configured.config : (undefined as never), () => {})
  }
  const began = Date.UTC(2026, 5, 1)
  await startAt(began)
  const integration_config = { base_url: 'http://127.0.0.1:9' }
  await call('POST /integrations', { provider: 'hubspot', unique_key: 'people', integration_config })
  const credentials = { type: 'OAUTH2', access_token: 'token' }
  const connection = { provider_config_key: 'people', connection_id: 'one', credentials }
  expect((await call('POST /connections?verify=false', connection)).status).toBe(201)
  const { id } = (await call('POST /action/trigger', { action_name: 'get-contact', input: { id: '1' } })).body
  await expect.poll(async () => (await call(`GET /action/${id}`)).body.code, { timeout: 15_000 }).toMatch(/^provider-/)
  expect(count('run_parts')).toBe(1)

  await startAt(began + 5 * DAY - 60_000)
  expect((await call(`GET /action/${id}`)).status).toBe(500)
  await startAt(began + 5 * DAY + 60_000)
  await expect.poll(() => count('run_parts'), { timeout: 15_000 }).toBe(0)
  const run = await call(`GET /runs/${id}`)
  expect([run.status, run.body.state, run.body.problem]).toEqual([200, 'failed', undefined])
  problem(await call(`GET /action/${id}`), 410, 'run-expired')

  await startAt(began + 30 * DAY - 60_000)
  // What has come in the time of a purge is the sign that there was one.
  expect((await call(`GET /runs/${id}`)).status).toBe(200)
  await startAt(began + 30 * DAY + 60_000)
  await expect.poll(() => count('runs'), { timeout: 15_000 }).toBe(0)
  problem(await call(`GET /runs/${id}`), 404, 'run-not-found')
}, 60_000)
