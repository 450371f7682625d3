import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { problem, type Sending } from '../contract/caller.ts'
import { type ActionGateway, openActions } from './gateway.ts'

let gateway: ActionGateway
beforeAll(async () => {
  gateway = await openActions()
})
afterAll(() => gateway?.close())
beforeEach(() => void gateway.came())

/** A request through the proxy as the connection `main`. */
const proxy = (request: string, headers: Readonly<Record<string, string>> = {}, sending: Sending = {}) =>
  gateway.call(request, { connection: 'main', ...sending, headers: { 'provider-config-key': 'acme', ...headers } })

it('sends the headers that the provider always wants, and the caller’s under their prefix', async () => {
  const { body } = await proxy('GET /proxy/echo?a=1&a=2&q=x%20y', {
    'Nango-Proxy-X-Own': '1',
    'nango-proxy-acme-version': '2027-01-01',
    'x-other': '2',
    accept: 'text/plain',
  })
  expect(body.path).toBe('/echo?a=1&a=2&q=x%20y')
  expect(body.headers).toMatchObject({
    'x-acme-key': 'planted-api-key',
    'acme-version': '2027-01-01',
    'acme-tenant': 'north',
    'x-own': '1',
    accept: 'text/plain',
  })
  for (const name of ['authorization', 'connection-id', 'provider-config-key', 'x-other', 'nango-proxy-x-own'])
    expect(body.headers, name).not.toHaveProperty([name])
})

it('lets nobody name another host, or sign otherwise', async () => {
  const { body } = await proxy('GET /proxy/echo', {
    'nango-proxy-host': 'evil.example',
    'nango-proxy-x-acme-key': 'forged',
    'nango-proxy-transfer-encoding': 'chunked',
    'nango-proxy-content-length': '7',
  })
  expect(body.headers.host).toBe(new URL(gateway.acme).host)
  expect(body.headers['x-acme-key']).toBe('planted-api-key')
  expect(body.headers).not.toHaveProperty('transfer-encoding')
})

it('sends bodies of any type, with every verb that has one', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const { body } = await proxy(`${method} /proxy/echo`, { 'content-type': 'text/csv' }, { body: 'a,b' })
    expect(body).toMatchObject({ method, body: 'a,b', headers: { 'content-type': 'text/csv' } })
  }
})

it('sends a body again when it tries again', async () => {
  const headers = { retries: '2', 'retry-on': '409', 'content-type': 'text/plain', 'content-length': '3' }
  const answer = await proxy('POST /proxy/flaky/proxied/1/409', headers, { body: 'one' })
  expect(answer.body).toEqual({ tries: 2 })
  expect(gateway.came().map(({ body }) => body)).toEqual(['one', 'one'])
  const once = await proxy('POST /proxy/flaky/proxied-once/1/503', { 'content-length': '3' }, { body: 'one' })
  expect([once.status, once.body]).toEqual([503, {}])
})

it('takes another host of the provider, and no other', async () => {
  const override = (base: string) => proxy('GET /proxy/echo', { 'base-url-override': base })
  expect((await override('https://eu.files.acme.example')).body.path).toBe('/echo')
  gateway.came()
  for (const base of ['https://evil.example', 'https://acme.example', 'http://127.0.0.1:1', 'file:///etc'])
    problem(await override(base), 400, 'bad-parameter')
  expect(gateway.came()).toEqual([])
})

it('leaves the prefix to a backend that takes it off itself', async () => {
  const backend = { type: 'nango', host: gateway.acme, api_key: 'planted-backend-key' }
  const made = await gateway.call('POST /integrations', { body: { provider: 'acme', unique_key: 'behind', backend } })
  expect(made.status, made.text).toBe(200)
  const connection = {
    provider_config_key: 'behind',
    connection_id: 'behind',
    credentials: { type: 'NONE' },
    connection_config: { tenant: 'north' },
  }
  const connected = await gateway.call('POST /connections', { body: connection })
  expect(connected.status, connected.text).toBe(201)
  const headers = { 'provider-config-key': 'behind', 'nango-proxy-x-own': '1' }
  const { body } = await proxy('GET /proxy/echo', headers, { connection: 'behind' })
  expect(body.path).toBe('/proxy/echo')
  // The echo of the key is taken out of the answer.
  expect(body.headers.authorization).toBe('Bearer [credential]*******')
  expect(body.headers).toMatchObject({
    'connection-id': 'behind',
    'nango-proxy-x-own': '1',
  })
  expect(body.headers).not.toHaveProperty('x-own')
})
