// What an environment is told of runs that have ended, by the routes of a gateway and a receiver on a real socket.
import { DatabaseSync } from 'node:sqlite'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ActionGateway, openActions } from '../actions/gateway.ts'
import type { Sending } from '../contract/caller.ts'
import { listen } from '../support/gateway.ts'
import { receiver } from './outbox.ts'

let gateway: ActionGateway
let here: Awaited<ReturnType<typeof receiver>>
beforeEach(async () => {
  ;[gateway, here] = [await openActions(), await receiver()]
  await set({ webhook_url: `${here.url}/hook?secret=planted` })
})
afterEach(async () => {
  await gateway.close()
  await here.close()
})

const set = async (changes: object) =>
  expect((await gateway.call('PATCH /environment', { body: changes })).status).toBe(200)
/** Accepts a run of a function and answers its id. */
async function begin(action: string, input?: unknown, sending: Sending = {}): Promise<string> {
  const answer = await gateway.run(action, input, { ...sending, headers: { ...sending.headers, 'x-async': 'true' } })
  expect([answer.status, answer.text]).toEqual([202, expect.any(String)])
  return answer.body.id
}
/** How long a run that waits for nothing may take. */
const soon = { timeout: 15_000 }
const stateOf = async (id: string) => (await gateway.call(`GET /runs/${id}`)).body.state
const ended = async (id: string) =>
  expect.poll(() => stateOf(id), soon).toMatch(/^(succeeded|failed|cancelled|interrupted)$/)
const rows = (statement: string) => {
  const db = new DatabaseSync(gateway.path)
  const found = db.prepare(statement).all()
  db.close()
  return found
}
/** Waits until the end of every run was told, or it was found that nobody wants to be. */
const allTold = () =>
  expect.poll(() => rows('SELECT count(*) AS n FROM runs WHERE told = 0 OR ended_at IS NULL')[0]?.n, soon).toBe(0)
/** Every webhook of a run that came, parsed. */
async function told() {
  await allTold()
  await gateway.deliver()
  return here.came.map(({ body }) => JSON.parse(body)).filter(({ type }) => type === 'async_action')
}

// `from`, `type`, `connectionId`, `providerConfigKey` and in `payload` `id` and `statusUrl`: the sheet of the documented
// action API, 1.8. The other members are ours.
it('tells what a run came to, signed, with the members of the documented action API', async () => {
  const id = await begin('echo', { b: 1, a: [{ d: null, c: 'x' }] })
  expect(await told()).toHaveLength(1)
  const { headers, body } = here.came[0]!
  expect(body).toBe(
    `{"connectionId":"main","from":"nango","payload":{"action":"echo","id":"${id}","output":{"a":[{"c":"x","d":null}],"b":1},"state":"succeeded","statusUrl":"/action/${id}","success":true},"providerConfigKey":"acme","type":"async_action"}`,
  )
  expect(headers.get('webhook-id')).toBe(`msg_${id.replaceAll('-', '')}`)
  const key = (await gateway.call('GET /environment/webhook-signing-key')).body.data.webhook_signing_key
  expect(new Webhook(key).verify(body, Object.fromEntries(headers))).toEqual(JSON.parse(body))
})

it('tells of a void action that its output is null', async () => {
  await begin('nothing')
  expect((await told())[0].payload).toMatchObject({ state: 'succeeded', success: true, output: null })
})

it('tells of a failure with its problem', async () => {
  const id = await begin('refuse', { payload: { message: 'No such warehouse.', warehouse: 7 } })
  const [{ payload }] = await told()
  const { problem } = (await gateway.call(`GET /runs/${id}`)).body
  expect(payload).toEqual({
    id,
    statusUrl: `/action/${id}`,
    action: 'refuse',
    state: 'failed',
    success: false,
    error: problem,
  })
  expect(payload.error).toMatchObject({
    type: '/problems/action-failed',
    code: 'action-failed',
    status: 400,
    error: { message: 'No such warehouse.', payload: { message: 'No such warehouse.', warehouse: 7 } },
  })
})

it('tells that a run was cancelled', async () => {
  const busy = await listen(async () => Response.json({}, { status: 429, headers: { 'retry-after': '600' } }))
  await gateway.connect('busy', busy.url)
  const id = await begin('list-contacts', {}, { connection: 'busy', headers: { 'provider-config-key': 'busy' } })
  await expect.poll(async () => (await gateway.call(`GET /runs/${id}`)).body.code, soon).toBe('provider-rate-limited')
  expect((await gateway.call(`DELETE /runs/${id}`)).body.state).toBe('cancelled')
  const [{ connectionId, payload }] = await told()
  expect([connectionId, payload]).toMatchObject([
    'busy',
    { id, action: 'list-contacts', state: 'cancelled', success: false, error: { code: 'run-cancelled' } },
  ])
  await busy.close()
})

describe('leaves out what came of a run', () => {
  it('that is more than 20,000 characters of JSON', async () => {
    // A text of n characters is n + 2 of JSON.
    await begin('large', 19_998)
    await begin('large', 19_999)
    await begin('refuse', { size: 20_000 })
    const [most, more, failed] = (await told()).map(({ payload }) => payload)
    expect(most.output).toBe('x'.repeat(19_998))
    expect(Object.keys(more)).toEqual(['action', 'id', 'state', 'statusUrl', 'success'])
    expect(Object.keys(failed)).toEqual(['action', 'id', 'state', 'statusUrl', 'success'])
    expect((await gateway.call(`GET ${more.statusUrl}`)).body).toBe('x'.repeat(19_999))
  })

  it('that is too deep, which keeps no other from being told', async () => {
    await begin('nest', 500)
    await begin('nest', 4_000)
    await begin('echo', 1)
    const [most, more, next] = (await told()).map(({ payload }) => payload)
    expect(JSON.stringify(most.output)).toBe('['.repeat(500) + ']'.repeat(500))
    expect([more.success, 'output' in more]).toEqual([true, false])
    expect(next.output).toBe(1)
  })

  it('that does not open', async () => {
    const id = await begin('echo', 1)
    await ended(id)
    await allTold()
    await gateway.deliver()
    here.came.length = 0
    rows(`UPDATE run_parts SET text = substr(text, 1, length(text) - 8) || 'AAAAAAAA' RETURNING 1`)
    rows('UPDATE runs SET told = 0 RETURNING 1')
    // The end of another run has all told that are not.
    await begin('echo', 2)
    const all = (await told()).map(({ payload }) => [payload.id === id, payload.success, payload.output])
    expect(all).toEqual([
      [true, true, undefined],
      [false, true, 2],
    ])
  })
})

describe('is sent', () => {
  it('to the connection’s own address', async () => {
    const own = await receiver()
    await gateway.connectAcme('own', {}, { webhook_url_override: `${own.url}/hook` })
    await begin('echo', 1, { connection: 'own' })
    expect(await told()).toEqual([])
    await set({ webhook_url: null })
    await begin('echo', 2, { connection: 'own' })
    await begin('echo', 3)
    expect(await told()).toEqual([])
    const came = own.came.map(({ body }) => JSON.parse(body)).filter(({ type }) => type === 'async_action')
    expect(came.map(({ payload }) => payload.output).sort()).toEqual([1, 2])
    await own.close()
  })

  it('for an action without a connection, to the environment’s', async () => {
    await begin('open', { ask: false }, { connection: '' })
    expect(await told()).toMatchObject([{ connectionId: '', providerConfigKey: 'acme', payload: { action: 'open' } }])
  })

  it('to no environment that does not want it', async () => {
    await set({ webhook_events: ['auth'] })
    await begin('echo', 1)
    expect(await told()).toEqual([])
    expect(rows('SELECT * FROM webhook_deliveries')).toEqual([])
  })

  it('later, with the same id, to a receiver that was down; each attempt is in the log', async () => {
    here.answers.push(() => new Response('', { status: 503 }))
    const id = await begin('echo', 1)
    expect(await told()).toHaveLength(1)
    rows(`UPDATE webhook_deliveries SET next_at = '2026-01-01T00:00:00.000Z' RETURNING 1`)
    expect(await told()).toHaveLength(2)
    const [first, second] = here.came
    expect(second?.headers.get('webhook-id')).toBe(first?.headers.get('webhook-id'))
    expect(second?.body).toBe(first?.body)
    const logs = await gateway.call('GET /logs?kind=webhook&name=async_action')
    const entry = { kind: 'webhook', name: 'async_action', request_id: `msg_${id.replaceAll('-', '')}` }
    expect(logs.body.data).toMatchObject([
      { ...entry, status: 200, attempt: 2, connection_id: 'main', integration: 'acme' },
      { ...entry, status: 503, attempt: 1 },
    ])
    expect(logs.text).not.toContain('planted')
  })

  it('once, where it was told but not noted so', async () => {
    here.answers.push(() => new Response('', { status: 503 }))
    await begin('echo', 1)
    await told()
    // As though the process had been killed in between.
    rows('UPDATE runs SET told = 0 RETURNING 1')
    await begin('echo', 2)
    await allTold()
    expect(rows('SELECT * FROM webhook_deliveries')).toHaveLength(2)
  })

  it('not about a connection that was erased', async () => {
    here.answers.push(() => new Response('', { status: 503 }))
    await gateway.connectAcme('leaving')
    await gateway.deliver()
    here.came.length = 0
    here.answers.push(() => new Response('', { status: 503 }))
    await begin('echo', 1, { connection: 'leaving' })
    expect(await told()).toHaveLength(1)
    const gone = await gateway.call('DELETE /connections/leaving?provider_config_key=acme')
    expect(gone.status).toBe(200)
    await expect.poll(() => rows('SELECT * FROM webhook_deliveries'), soon).toEqual([])
  })
})

it('holds no credential of the connection', async () => {
  await begin('ask', { endpoint: '/status/400' })
  await begin('echo', 1)
  expect(await told()).toHaveLength(2)
  for (const { body, headers } of here.came)
    expect(body + JSON.stringify([...headers])).not.toMatch(/planted-api-key|planted-client-secret/)
})
