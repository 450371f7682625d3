import {
  applyD1Migrations,
  createExecutionContext,
  createScheduledController,
  runDurableObjectAlarm,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import worker from '../../src/worker.ts'

const HOOKS = 'https://hooks.example.com/koine'
/** HubSpot's answer about any one contact. */
const CONTACT = { id: '1001', properties: { jobtitle: 'Engineer' }, createdAt: '2026-01-01T00:00:00Z' }
let came: { headers: Record<string, string>; body: string }[]
let statuses: number[]

/** Calls the Worker and waits for what it does after its response. */
async function call(request: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
  const [method = '', path = ''] = request.split(' ')
  const invocation = createExecutionContext()
  const answer = await worker.fetch(
    new Request(`http://gateway.example${path}`, {
      method,
      headers: {
        authorization: `Bearer ${env.KOINE_SECRET_KEY}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
    env,
    invocation,
  )
  const text = await answer.text()
  await waitOnExecutionContext(invocation)
  if (!answer.ok) throw new Error(`${request} answered ${answer.status}: ${text}`)
  return JSON.parse(text)
}
const connect = (connection_id: string) =>
  call('POST /connections', {
    provider_config_key: 'people',
    connection_id,
    credentials: { type: 'OAUTH2', access_token: 'token' },
  })
/** Makes what waits due now. */
const due = () => env.DB.prepare("UPDATE webhook_deliveries SET next_at = '2026-01-01T00:00:00.000Z'").run()
const ids = () => came.map(({ body }) => JSON.parse(body).connectionId)

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  await call('PATCH /environment', { webhook_url: HOOKS })
  await call('POST /integrations', { provider: 'hubspot', unique_key: 'people' })
})
beforeEach(() => {
  ;[came, statuses] = [[], []]
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input as string, init as RequestInit)
    if (request.url.startsWith('https://api.hubapi.com/')) return Response.json(CONTACT)
    if (request.url !== HOOKS) throw new Error(`Nothing else is called: ${request.url}`)
    came.push({ headers: Object.fromEntries(request.headers), body: await request.text() })
    return new Response(null, { status: statuses.shift() ?? 204 })
  })
})
afterEach(() => vi.restoreAllMocks())

it('a webhook is sent after the response, signed, and is in the log', async () => {
  await connect('c1')
  expect(ids()).toEqual(['c1'])
  const { data } = await call('GET /environment/webhook-signing-key')
  const [{ headers, body } = { headers: {}, body: '' }] = came
  expect(new Webhook(data.webhook_signing_key).verify(body, headers)).toMatchObject({ type: 'auth', success: true })
  const logs = await call('GET /logs?kind=webhook')
  expect(logs.data).toMatchObject([{ request_id: headers['webhook-id'], status: 204, connection_id: 'c1' }])
})

it('what is due between requests is sent by the alarm of a Durable Object', async () => {
  statuses = [500]
  await connect('c2')
  expect(ids()).toEqual(['c2'])
  await due()
  const object = env.WEBHOOKS.get(env.WEBHOOKS.idFromName('all') as never)
  expect(await runDurableObjectAlarm(object as never)).toBe(true)
  expect(ids()).toEqual(['c2', 'c2'])
  expect(came[0]?.headers['webhook-id']).toBe(came[1]?.headers['webhook-id'])
})

it('and by the cron', async () => {
  statuses = [500]
  await connect('c3')
  await due()
  const invocation = createExecutionContext()
  worker.scheduled(createScheduledController({ cron: '17 * * * *' }), env, invocation)
  await waitOnExecutionContext(invocation)
  expect(ids()).toEqual(['c3', 'c3'])
})

it('the end of a run is told by its queue’s alarm', async () => {
  await connect('c4')
  const headers = { 'connection-id': 'c4', 'x-async': 'true' }
  const body = { action_name: 'get-contact', input: { id: '1001', fields: ['title'] } }
  const { id } = await call('POST /action/trigger', body, headers)
  const told = () => came.map(each => JSON.parse(each.body)).filter(({ type }) => type === 'async_action')
  await expect.poll(told, { timeout: 15_000 }).toHaveLength(1)
  expect(told()).toEqual([
    {
      from: 'nango',
      type: 'async_action',
      connectionId: 'c4',
      providerConfigKey: 'people',
      payload: {
        id,
        statusUrl: `/action/${id}`,
        action: 'get-contact',
        state: 'succeeded',
        success: true,
        output: { data: { id: '1001', title: 'Engineer' }, warnings: [] },
      },
    },
  ])
  const delivery = came.find(each => JSON.parse(each.body).type === 'async_action')
  expect(delivery?.headers['webhook-id']).toBe(`msg_${id.replaceAll('-', '')}`)
  const { data } = await call('GET /environment/webhook-signing-key')
  expect(new Webhook(data.webhook_signing_key).verify(delivery?.body ?? '', delivery?.headers ?? {})).toEqual(told()[0])
})
