// All ways to a provider over the real app: a verb of a mapping, a hook, an action function and `/proxy`.
import { Hono } from 'hono'
import { createAction } from 'nango'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineGetHook } from '../../src/hooks/index.ts'
import { version } from '../../src/version.ts'
import { listen } from '../support/gateway.ts'
import { type Opened, openApp } from '../support/opened.ts'

/** Failures in a row after which the circuit opens, of docs/operations.md. */
const FAILURES = 8

const loaded = (content: unknown) => async () => ({ default: content })
const harbour = {
  provider: loaded({
    name: 'Harbour',
    source: 'test/provider/one-law.test.ts',
    base: 'https://api.harbour.example',
    hosts: ['api.harbour.example'],
    auth: { api_key: { sign: { authorization: 'Bearer {api_key}' } } },
    errors: { message: 'error' },
  }),
  models: {
    contacts: loaded({ model: 'contacts', source: 'a', get: { get: '/people/{id}' }, fields: { id: 'id' } }),
    companies: loaded({ model: 'companies', source: 'a', get: { hook: 'get-company' }, fields: { id: 'id' } }),
  },
  hooks: {
    'get-company': loaded(
      defineGetHook((context, { id }) => context.send({ method: 'GET', path: `/people/${context.segment(id)}` })),
    ),
  },
  actions: {
    'read-person': loaded(
      createAction({
        description: 'Reads a person.',
        input: z.object({ id: z.string(), retries: z.number() }),
        output: z.unknown(),
        exec: async (nango, { id, retries }) => (await nango.get({ endpoint: `/people/${id}`, retries })).data,
      }),
    ),
  },
}

/** Requests that the provider got, and statuses that it answers before it answers well. */
let came: Readonly<Record<string, string>>[] = []
let failures: number[] = []
const provider = new Hono().get('/people/:id', c => {
  came.push(Object.fromEntries(c.req.raw.headers))
  const status = failures.shift()
  if (status === undefined) return c.json({ id: c.req.param('id') })
  // No pause, so that the tests need not wait for it.
  return c.json({ error: 'busy' }, status as 503, { 'retry-after': '0' })
})

let server: Awaited<ReturnType<typeof listen>>
let opened: Opened
/** An integration of its own for each test: the circuit counts by integration. */
let integration = ''
let integrations = 0

async function call(method: string, path: string, { body, headers }: { body?: unknown; headers?: object } = {}) {
  const answer = await opened.app.request(path, {
    method,
    headers: {
      authorization: `Bearer ${opened.config.KOINE_SECRET_KEY}`,
      'content-type': 'application/json',
      'connection-id': 'one',
      'provider-config-key': integration,
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
/** Each way with two further attempts, as a verb has them without being asked. */
const WAYS = {
  'a verb of a mapping': () => call('GET', '/contacts/7'),
  'a hook': () => call('GET', '/companies/7'),
  'an action function': () =>
    call('POST', '/action/trigger', { body: { action_name: 'read-person', input: { id: '7', retries: 2 } } }),
  '/proxy': () => call('GET', '/proxy/people/7', { headers: { retries: '2' } }),
}
const ways = Object.entries(WAYS)

beforeAll(async () => {
  server = await listen(provider.fetch)
  opened = openApp({ harbour })
})
beforeEach(async () => {
  came = []
  failures = []
  integration = `harbour-${++integrations}`
  const integration_config = { base_url: server.url }
  await call('POST', '/integrations', { body: { provider: 'harbour', unique_key: integration, integration_config } })
  await call('POST', '/connections', {
    body: {
      provider_config_key: integration,
      connection_id: 'one',
      credentials: { type: 'API_KEY', apiKey: 'planted-api-key' },
    },
  })
})
afterAll(async () => {
  await opened?.close()
  await server?.close()
})

describe.each(ways)('%s', (_, go) => {
  it('says who calls, and is signed', async () => {
    expect((await go()).status).toBe(200)
    expect(came).toMatchObject([{ 'user-agent': `koine/${version}`, authorization: 'Bearer planted-api-key' }])
  })

  it('is tried again after failures that may pass, and no more than twice', async () => {
    failures = [503, 429]
    expect((await go()).status).toBe(200)
    expect(came).toHaveLength(3)

    came = []
    failures = [503, 503, 503, 503]
    expect((await go()).status).toBeGreaterThanOrEqual(502)
    expect(came).toHaveLength(3)
  })

  it('is not tried again after a refusal', async () => {
    failures = [400]
    expect((await go()).status).toBeGreaterThanOrEqual(400)
    expect(came).toHaveLength(1)
  })

  it('meets the circuit that failures of the other ways have opened', async () => {
    failures = Array(3 * FAILURES).fill(503)
    const others = ways.filter(([, other]) => other !== go).map(([, other]) => other)
    for (let i = 0; i < FAILURES; i++) await others[i % others.length]?.()
    expect(came).toHaveLength(3 * FAILURES)
    expect(await go()).toMatchObject({
      status: 502,
      body: { code: 'provider-unreachable', retryable: true, retry_after: expect.any(Number) },
    })
    expect(came).toHaveLength(3 * FAILURES)
  })
})
