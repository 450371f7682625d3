import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { ada } from '../contract/ada.ts'
import { problem } from '../contract/caller.ts'
import { listen } from '../support/gateway.ts'
import { type NangoServer, startNango } from '../support/nango-server.ts'
import { type BackendGateway, openGateway } from './gateway.ts'

const KEY = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
const hubspot = createHubspot()
let provider: Awaited<ReturnType<typeof listen>>
let nango: NangoServer
let gateway: BackendGateway
const { websites: _, ...known } = ada
const to = { integration: 'crm', connection: 'customer-1' }

beforeAll(async () => {
  provider = await listen(hubspot.app.fetch)
  nango = await startNango({
    key: KEY,
    integrations: {
      'crm-there': {
        provider: 'hubspot',
        address: provider.url,
        connections: { 'customer-1': 'sandbox-hubspot-token', 'signed-out': 'no-token' },
      },
    },
  })
  gateway = await openGateway()
  const backend = { type: 'nango', host: nango.url, api_key: KEY }
  await gateway.integrate('crm', { ...backend, provider_config_key: 'crm-there' })
  await gateway.integrate('unknown-there', backend)
  await gateway.integrate('crm-there', { ...backend, api_key: '3f2504e0-4f89-41d3-9a0c-0305e82c3302' })
  await gateway.integrate('odd-key', { ...backend, api_key: 'no-uuid', provider_config_key: 'crm-there' })
})
afterAll(async () => {
  await gateway?.close()
  await nango?.close()
  await provider?.close()
})
beforeEach(() => {
  hubspot.reset()
  nango.answer()
  nango.came()
})

describe('contacts over a backend’s proxy', () => {
  it('are read with nobody’s connection here', async () => {
    const { body } = await gateway.must('GET /contacts/1001', to)
    expect(body).toMatchObject({ data: known, warnings: [] })
    const [came] = nango.came()
    expect(came).toMatchObject({
      method: 'GET',
      headers: {
        authorization: `Bearer ${KEY}`,
        'connection-id': 'customer-1',
        'provider-config-key': 'crm-there',
        'nango-proxy-accept': 'application/json',
      },
    })
    expect(came?.path).toMatch(/^\/proxy\/crm\/v3\/objects\/contacts\/1001\?properties=/)
  })

  it('need the integration to be named where nothing here says which it is', async () => {
    problem(await gateway.call('GET /contacts', { connection: 'customer-1' }), 404, 'connection-not-found')
    expect(nango.came()).toEqual([])
  })

  it('are listed page by page, filtered and sorted', async () => {
    const first = await gateway.must('GET /contacts?limit=2', to)
    expect(first.body.data.map((c: { id: string }) => c.id)).toEqual(['1001', '1002'])
    const next = await gateway.must(`GET /contacts?limit=2&cursor=${first.body.next_cursor}`, to)
    expect(next.body.data.map((c: { id: string }) => c.id)).toEqual(['1003', '1004'])
    const filtered = await gateway.must('GET /contacts?filter[email]=ada@analytical-engines.example', to)
    expect(filtered.body.data).toMatchObject([known])
    const sorted = await gateway.must('GET /contacts?sort[by]=created_at&sort[direction]=desc&limit=1', to)
    expect(sorted.body.data).toHaveLength(1)
    expect(sorted.body.data[0].id).not.toBe('1001')
    problem(await gateway.call('GET /contacts?filter[tag]=x', to), 422, 'unsupported-filter')
  })

  it('are created, changed and deleted', async () => {
    const made = await gateway.must('POST /contacts', {
      ...to,
      body: { first_name: 'Mary', last_name: 'Somerville', emails: [{ email: 'mary@example.com' }] },
    })
    expect(made.status).toBe(201)
    const { id } = made.body.data
    const changed = await gateway.must(`PATCH /contacts/${id}`, { ...to, body: { title: 'Polymath', last_name: null } })
    expect(changed.body.data).toMatchObject({ id, first_name: 'Mary', title: 'Polymath' })
    expect(changed.body.data.last_name).toBeUndefined()
    // One that takes a function of the mapping's, with several requests.
    const linked = await gateway.must(`PATCH /contacts/${id}`, { ...to, body: { company_id: '9001' } })
    expect(linked.body.data.company_id).toBe('9001')
    expect((await gateway.call(`DELETE /contacts/${id}`, to)).status).toBe(204)
    problem(await gateway.call(`GET /contacts/${id}`, to), 404, 'record-not-found')
    for (const { path } of nango.came()) expect(path).toMatch(/^\/proxy\/crm\//)
  })

  it('fail as the provider fails', async () => {
    const rejected = problem(
      await gateway.call('POST /contacts', { ...to, body: { emails: [{ email: 'no email' }] } }),
      422,
      'provider-rejected',
    )
    expect(rejected.upstream).toMatchObject({ status: 400, code: 'VALIDATION_ERROR' })
    const signedOut = { integration: 'crm', connection: 'signed-out' }
    problem(await gateway.call('GET /contacts', signedOut), 424, 'connection-needs-reconnect')
  })
})

describe('a backend’s own failures', () => {
  it('are those of names that it does not know', async () => {
    const nobody = { integration: 'crm', connection: 'nobody' }
    problem(await gateway.call('GET /contacts', nobody), 404, 'connection-not-found')
    const elsewhere = { integration: 'unknown-there', connection: 'customer-1' }
    problem(await gateway.call('GET /contacts', elsewhere), 404, 'integration-not-found')
  })

  it('are those of a key that it does not take', async () => {
    for (const [integration, code] of [
      ['crm-there', 'unknown_account'],
      ['odd-key', 'invalid_secret_key_format'],
    ] as const) {
      const answer = await gateway.call('GET /contacts', { ...to, integration })
      expect(problem(answer, 403, 'provider-forbidden').upstream).toMatchObject({ status: 401, code })
      expect(answer.text).not.toContain('3302')
    }
  })

  const said = (status: number, code: string, message?: string, more: object = {}) => ({
    status,
    body: { error: { code, ...(message !== undefined && { message }), ...more } },
  })
  const network = (code: string) => ({
    status: 500,
    body: { message: `connect ${code}`, code, status: null, method: 'GET' },
  })
  it.each([
    [
      said(400, 'server_error', "Failed to get connection credentials: 'token refresh failed'"),
      424,
      'connection-needs-reconnect',
    ],
    [said(424, 'connection_refresh_backoff', 'Connection refresh failed'), 424, 'connection-needs-reconnect'],
    [said(402, 'plan_limit', 'The plan does not allow it'), 403, 'provider-forbidden'],
    [said(403, 'forbidden', 'Insufficient scope. Required: environment:proxy'), 403, 'provider-forbidden'],
    [said(400, 'missing_api_url', 'No base URL'), 502, 'provider-unreachable'],
    [said(400, 'unsupported_provider', 'No proxy'), 502, 'provider-unreachable'],
    [said(500, 'generic_error_support', undefined, { payload: '7c9e6679' }), 502, 'provider-failed'],
    [network('ECONNREFUSED'), 502, 'provider-unreachable'],
    [network('ECONNABORTED'), 504, 'provider-timeout'],
    [{ status: 502, body: undefined }, 502, 'provider-failed'],
  ])('%j is %i %s', async (answer, status, code) => {
    nango.answer(answer)
    problem(await gateway.call('GET /contacts/1001', to), status, code)
  })
})

describe('our own proxy over a backend’s', () => {
  it('keeps the prefix on the headers, and answers what came', async () => {
    const answer = await gateway.call('GET /proxy/crm/v3/objects/contacts/1001?properties=firstname', {
      ...to,
      headers: { 'nango-proxy-x-note': 'kept', 'x-other': 'left out' },
    })
    expect([answer.status, answer.body.properties.firstname]).toEqual([200, 'Ada'])
    const [came] = nango.came()
    expect(came?.headers).toMatchObject({ 'nango-proxy-x-note': 'kept', authorization: `Bearer ${KEY}` })
    expect(came?.headers['x-other']).toBeUndefined()
  })

  it('lets the backend call no host but the provider’s', async () => {
    const override = (base: string) =>
      gateway.call('GET /proxy/crm/v3/objects/contacts/1001', { ...to, headers: { 'base-url-override': base } })
    problem(await override('https://evil.example'), 400, 'bad-parameter')
    expect(nango.came()).toEqual([])
    expect((await override('https://api.hubapi.com')).body.error.code).toBe('base_url_override_disabled')
    expect(nango.came()[0]?.headers['base-url-override']).toBe('https://api.hubapi.com')
  })
})

// Last, as it pauses the connection.
it('failures of its own limit are answered with the time to wait, which later calls are told too', async () => {
  nango.answer({
    status: 429,
    body: { error: { code: 'too_many_request', method: 'GET', path: '/proxy/x' } },
    headers: { 'retry-after': '40' },
  })
  const body = problem(await gateway.call('GET /contacts/1001', to), 429, 'provider-rate-limited')
  expect(body).toMatchObject({ source: 'provider', retry_after: 40 })
  const again = problem(await gateway.call('GET /contacts/1001', to), 429, 'provider-rate-limited')
  expect(again.retry_after).toBeGreaterThan(30)
  expect(nango.came()).toHaveLength(1)
})
