// End to end: whatever names an address to call, nobody inside the gateway's own network is called.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Caller, callerOf, pointers, problem } from '../contract/caller.ts'
import { type EntryPoint, settings } from '../contract/entry-point.ts'
import { openNode } from '../contract/node.ts'
import { production } from '../contract/private-hosts.ts'
import { type Capture, startCapture } from './capture.ts'
import { startLinked } from './linked.ts'

/** A server inside, which nobody is to call. */
async function startInside(): Promise<{ url: string; port: number; calls(): number; close(): Promise<void> }> {
  let calls = 0
  const server = createServer((_, response) => response.end('{"data":[]}'))
  // A connection alone is too much already.
  server.on('connection', () => calls++)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls: () => calls,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const closing: (() => unknown)[] = []
const closeAll = async () => {
  for (const close of closing.splice(0).reverse()) await close()
}
async function open(environment: Readonly<Record<string, string>>): Promise<Caller> {
  const directory = mkdtempSync(join(tmpdir(), 'koine-inside-'))
  closing.push(() => rmSync(directory, { recursive: true, force: true }))
  const gateway = await openNode(directory, environment)
  closing.push(gateway.close)
  return callerOf(() => ({ key: settings.KOINE_SECRET_KEY, fetch: gateway.fetch }) as EntryPoint)
}

describe('a setting that names an address', () => {
  let call: Caller['call']
  beforeAll(async () => {
    const caller = await open(production)
    call = caller.call
    await call('POST /integrations', { body: { provider: 'hubspot', unique_key: 'crm' } })
    await call('POST /integrations', { body: { provider: 'salesforce', unique_key: 'sf' } })
    await call('POST /connections', { body: { ...connection('crm'), connection_id: 'there' } })
  })
  afterAll(closeAll)

  const credentials = { type: 'OAUTH2', access_token: 'a' }
  const connection = (provider_config_key: string) => ({ provider_config_key, credentials })
  const integration = (config: object) => ({ provider: 'hubspot', unique_key: 'inward', ...config })
  const settable: Readonly<Record<string, (address: string) => [string, object, string]>> = {
    'base_url, made': address => [
      'POST /integrations',
      integration({ integration_config: { base_url: address } }),
      '/integration_config/base_url',
    ],
    'base_url, changed': address => [
      'PATCH /integrations/crm',
      { integration_config: { base_url: address } },
      '/integration_config/base_url',
    ],
    authorize_url: address => [
      'POST /integrations',
      integration({ integration_config: { authorize_url: address } }),
      '/integration_config/authorize_url',
    ],
    token_url: address => [
      'PATCH /integrations/crm',
      { integration_config: { token_url: address } },
      '/integration_config/token_url',
    ],
    webhook_url: address => ['PATCH /environment', { webhook_url: address }, '/webhook_url'],
    'webhook_url_override, made': address => [
      'POST /connections',
      { ...connection('crm'), webhook_url_override: address },
      '/webhook_url_override',
    ],
    'webhook_url_override, changed': address => [
      'PATCH /connections/there',
      { webhook_url_override: address },
      '/webhook_url_override',
    ],
    'an origin in connection_config': address => [
      'POST /connections',
      { ...connection('sf'), connection_config: { instance_url: address } },
      '/connection_config/instance_url',
    ],
    'the host of a backend': address => [
      'POST /integrations',
      integration({ backend: { type: 'nango', host: address, api_key: 'k' } }),
      '/backend/host',
    ],
  }
  const inward = [
    'http://127.0.0.1:1',
    'https://127.0.0.1',
    'https://127.0.0.1.',
    'https://2130706433',
    'https://0x7f.1',
    'https://0177.1',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:7f00:1]',
    'https://[64:ff9b::7f00:1]',
    'https://[2002:7f00:1::]',
    'https://169.254.169.254',
    'https://10.0.0.1',
    'https://192.168.0.1',
    'https://LocalHost',
    'https://a.localhost.',
    'https://metadata.google.internal',
    'https://router',
    'https://①②⑦.⓪.⓪.①',
    'http://api.hubapi.com',
    'ftp://api.hubapi.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:pw@api.hubapi.com',
    'https://api.hubapi.com@127.0.0.1',
    'https:\\\\127.0.0.1',
    '//127.0.0.1',
    '/',
    'https://',
    'not an address',
  ]

  it.each(Object.keys(settable))('%s is refused where it leads inwards', async name => {
    for (const address of inward) {
      const [request, body, pointer] = settable[name]!(address)
      const refused = problem(await call(request, { body }), 422, 'invalid-field')
      expect(pointers(refused), address).toEqual([pointer])
    }
  })

  it('an origin in connection_config is one of the provider’s own', async () => {
    const make = (instance_url: string) =>
      call('POST /connections', { body: { ...connection('sf'), connection_config: { instance_url } } })
    for (const origin of [
      'https://evil.test',
      'https://salesforce.com',
      'https://evilsalesforce.com',
      'https://na1.salesforce.com.evil.test',
      'https://na1.salesforce.com.',
      'https://na1.salesforce.com/path',
      'https://na1.salesforce.com/',
      'https://na1.salesforce.com?a=b',
      'https://na1.salesforce.com#a',
      'https://NA1.salesforce.com',
      'https://evil.test/.salesforce.com',
      'https://na1.salesforce.com\\.evil.test',
    ])
      expect(pointers(problem(await make(origin), 422, 'invalid-field')), origin).toEqual([
        '/connection_config/instance_url',
      ])
    expect((await make('https://na1.my.salesforce.com')).status).toBe(201)
  })
})

describe('an answer that names an address', () => {
  let inside: Awaited<ReturnType<typeof startInside>>
  beforeEach(async () => {
    inside = await startInside()
    closing.push(inside.close)
  })
  afterEach(closeAll)

  it.each(['next', 'link'] as const)(
    'as its next page (%s) is followed on the provider’s own hosts alone',
    async how => {
      const linked = await startLinked(how)
      closing.push(linked.close)
      for (const address of [
        inside.url,
        `http://localhost:${inside.port}/a`,
        `https://127.0.0.1:${inside.port}/a`,
        `http://api.linked.example@127.0.0.1:${inside.port}/`,
        'http://api.linked.example/a',
        'https://api.linked.example:8443/a',
        'https://user@api.linked.example/a',
        'https://api.linked.example.evil.test/a',
        'https://api.linked.example./a',
        'https://evil.test/a',
        'https://127.0.0.1/a',
        'https://[::1]/a',
        'https://2130706433/a',
        '//evil.test/a',
        '/a?page=2',
        'file:///etc/passwd',
      ]) {
        const { second, asked } = await linked.walk(address)
        expect([second.status, second.body?.code, asked], address).toEqual([502, 'provider-unreachable', []])
      }
      for (const address of ['https://api.linked.example/b?page=2', 'https://EU.linked.example/b?page=2']) {
        const { second, asked } = await linked.walk(address)
        expect([second.status, asked]).toEqual([200, [new URL(address).href]])
      }
      expect(inside.calls()).toBe(0)
    },
  )

  it('as its next page stays on base_url where that is set, and on its port', async () => {
    const other = await startCapture(() => Response.json({ data: [] }))
    closing.push(other.close)
    const linked = await startLinked('next', { base_url: `${other.url}/base`, allowPrivate: true })
    closing.push(linked.close)
    for (const address of [inside.url, `http://localhost:${new URL(other.url).port}/`, 'https://evil.test/a'])
      expect((await linked.walk(address)).second.body?.code, address).toBe('provider-unreachable')
    const moved = await linked.walk('https://api.linked.example/b?page=2')
    expect([moved.second.status, moved.asked]).toEqual([200, [`${other.url}/base/b?page=2`]])
    expect(inside.calls()).toBe(0)
  })

  it.each([301, 302, 303, 307, 308])('to go elsewhere (%d) is not followed', async status => {
    const location = `${inside.url}/latest/meta-data`
    const redirecting: Capture = await startCapture(() => new Response(null, { status, headers: { location } }))
    closing.push(redirecting.close)
    const { call, connect } = await open(settings)
    await connect('moved', redirecting.url)
    for (const [request, body] of [
      ['GET /contacts', undefined],
      ['GET /contacts/1', undefined],
      ['POST /contacts', { last_name: 'x' }],
      ['PATCH /contacts/1', { last_name: 'x' }],
      ['DELETE /contacts/1', undefined],
    ] as const) {
      const answer = await call(request, { connection: 'moved', ...(body && { body }) })
      const { detail } = problem(answer, 502, 'provider-answer-unreadable')
      expect(detail).not.toContain(inside.url)
    }
    expect(redirecting.taken().length).toBeGreaterThanOrEqual(5)
    expect(inside.calls()).toBe(0)
  })

  it('by a name that resolves inwards is not called', async () => {
    const linked = await startLinked('next', { resolvesTo: ['127.0.0.1'] })
    closing.push(linked.close)
    const answer = await linked.call('GET /contacts')
    expect([answer.status, answer.body.code]).toEqual([502, 'provider-unreachable'])
    expect(answer.body.detail).toContain('private or local address')
    expect(answer.body.detail).not.toContain('127.0.0.1')
  })
})

describe('the proxy', () => {
  let inside: Awaited<ReturnType<typeof startInside>>
  let provider: Capture
  let caller: Caller
  beforeAll(async () => {
    inside = await startInside()
    closing.push(inside.close)
    provider = await startCapture(() => Response.json({ here: true }))
    closing.push(provider.close)
    caller = await open(settings)
    await caller.connect('proxied', provider.url)
  })
  afterAll(closeAll)
  const get = (path: string, headers: Record<string, string> = {}) =>
    caller.call(`GET /proxy${path}`, { connection: 'proxied', headers })

  it('calls no other host, whatever base is named', async () => {
    for (const base of [
      inside.url,
      `http://localhost:${new URL(provider.url).port}`,
      'https://evil.test',
      'https://api.hubapi.com.evil.test',
      'file:///etc',
    ])
      problem(await get('/a', { 'base-url-override': base }), 400, 'bad-parameter')
    expect(inside.calls()).toBe(0)
    expect(provider.taken()).toEqual([])
  })

  it('keeps the path a path', async () => {
    for (const path of [
      '//evil.test/a',
      '/@evil.test/a',
      '/a%2fb..c%2f...',
      '/a%00b',
      '/https://evil.test/',
      '/a?b=//evil.test',
    ]) {
      expect((await get(path)).status, path).toBe(200)
      expect(provider.taken().map(({ target }) => target)).toEqual([path])
    }
    problem(await caller.call('GET /%70roxy/a', { connection: 'proxied' }), 404, 'not-found')
    expect(provider.taken()).toEqual([])
  })

  it.each([
    '/..%2f..%2fa',
    '/a/..%2F',
    '/a%2f..',
    '/a%2f%2e%2e%2fb',
    '/a/..%5cb',
    '/a%5C..%5Cb',
    '/a/%2e%2e%5cb',
    '/a/..;/b',
    '/a/..;x=1/b',
    '/a/%2e%2e;/b',
    '/a/..%3b/b',
    '/a/%252e%252e%252fb',
    '/a/..%252fb',
    '/a/%25252e%25252e%25252fb',
    '/a%252f..',
  ])('does not take a path that leads upwards when it is decoded: %s', async path => {
    problem(await get(path), 400, 'bad-parameter')
    expect(provider.taken()).toEqual([])
  })

  it('takes the methods that it says, and no other', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const headers = { authorization: `Bearer ${settings.KOINE_SECRET_KEY}`, 'connection-id': 'proxied' }
      expect((await caller.entryPoint.fetch('/proxy/a', { method, headers })).status, method).toBe(200)
      expect(provider.taken().map(taken => taken.method)).toEqual([method])
    }
    for (const method of ['OPTIONS', 'PROPFIND', 'REPORT', 'LOCK', 'SEARCH', 'PURGE']) {
      const refused = await caller.call(`${method} /proxy/a`, { connection: 'proxied' })
      problem(refused, 405, 'method-not-allowed')
      expect(refused.headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH, POST, PUT')
    }
    // `fetch` does not send it.
    const { hostname, port } = new URL((await caller.entryPoint.fetch('/health')).url)
    const traced = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.end(
          `TRACE /proxy/a HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${settings.KOINE_SECRET_KEY}\r\nconnection-id: proxied\r\nconnection: close\r\n\r\n`,
        ),
      )
      socket.once('error', reject)
      socket.once('data', data => resolve(data.toString().split('\r\n')[0]!))
    })
    expect(traced).toMatch(/^HTTP\/1\.1 40[05] /)
    expect(provider.taken()).toEqual([])
  })

  it('lets the caller set neither the host nor what signs the request', async () => {
    const answer = await get('/a', {
      'nango-proxy-host': 'evil.test',
      'nango-proxy-authorization': 'Bearer mine',
      'nango-proxy-x-own': 'kept',
    })
    expect(answer.status).toBe(200)
    const [{ headers } = { headers: {} }] = provider.taken()
    expect(headers).toMatchObject({
      host: new URL(provider.url).host,
      authorization: 'Bearer sandbox-hubspot-token',
      'x-own': 'kept',
    })
  })
})

describe('the base that a caller names', () => {
  let provider: Capture
  let caller: Caller
  /** What a backend with a proxy of its own was told to call. */
  const told = () => provider.taken().map(({ headers, target }) => [headers['base-url-override'], target])
  beforeAll(async () => {
    provider = await startCapture(() => Response.json({ here: true }))
    closing.push(provider.close)
    caller = await open(settings)
    const { call } = caller
    const integrate = (unique_key: string, of: string, more: object) =>
      call('POST /integrations', { body: { provider: of, unique_key, ...more } })
    const backend = { type: 'nango', host: provider.url, api_key: 'key-of-the-backend' }
    await integrate('behind', 'hubspot', { backend })
    await integrate('org-behind', 'salesforce', { backend })
    await integrate('below', 'hubspot', { integration_config: { base_url: `${provider.url}/tenant-a/` } })
    await integrate('org', 'salesforce', {})
    const credentials = { type: 'OAUTH2', access_token: 'token-of-the-customer' }
    await call('POST /connections', { body: { provider_config_key: 'below', connection_id: 'below', credentials } })
    const connection_config = { instance_url: 'https://one.my.salesforce.com' }
    for (const key of ['org', 'org-behind']) {
      const body = { provider_config_key: key, connection_id: key, credentials, connection_config }
      expect((await call('POST /connections', { body })).status).toBe(201)
    }
  })
  afterAll(closeAll)
  const get = (integration: string, base: string, path = '/a') =>
    caller.call(`GET /proxy${path}`, {
      connection: integration,
      headers: { 'base-url-override': base, 'provider-config-key': integration },
    })

  it.each([
    'http://api.hubapi.com',
    'https://api.hubapi.com:8443',
    'https://user@api.hubapi.com',
    'https://user:pw@api.hubapi.com',
    'https:\\\\api.hubapi.com',
    'https://evil.test\\@api.hubapi.com',
    'https://api.hubapi.com\\.evil.test',
    'https://evil.test#@api.hubapi.com',
    'https://evil.test?@api.hubapi.com',
    'https://api.hubapi.com?a=',
    'https://api.hubapi.com#',
    'https://api.hubapi.com/..%2fa',
    'https://api.hubapi.com.',
    'https://api.hubapi.com.evil.test',
    'https:api.hubapi.com',
    '//api.hubapi.com',
    'api.hubapi.com',
    'ftp://api.hubapi.com',
    'https://127.0.0.1',
    'https://evil.test',
  ])('is a scheme, a host of the provider and a path, also over a backend: %s', async base => {
    for (const integration of ['behind', 'below']) problem(await get(integration, base), 400, 'bad-parameter')
    expect(provider.taken()).toEqual([])
  })

  it('is told to the backend as it was checked', async () => {
    expect((await get('behind', 'https://API.hubapi.com/')).status).toBe(200)
    expect((await get('behind', 'https://api.hubapi.com/crm')).status).toBe(200)
    expect(told()).toEqual([
      ['https://api.hubapi.com', '/proxy/a'],
      ['https://api.hubapi.com/crm', '/proxy/a'],
    ])
  })

  it('stays below base_url', async () => {
    for (const base of [
      provider.url,
      `${provider.url}/tenant-b`,
      `${provider.url}/tenant-ab`,
      `${provider.url}/tenant-a/..`,
    ])
      problem(await get('below', base), 400, 'bad-parameter')
    expect(provider.taken()).toEqual([])
    for (const base of [`${provider.url}/tenant-a`, `${provider.url}/tenant-a/b/`, 'https://api.hubapi.com'])
      expect((await get('below', base)).status, base).toBe(200)
    expect(provider.taken().map(({ target }) => target)).toEqual(['/tenant-a/a', '/tenant-a/b/a', '/tenant-a/a'])
  })

  it('is no other customer’s host, where each has one', async () => {
    for (const integration of ['org', 'org-behind'])
      for (const base of ['https://two.my.salesforce.com', 'https://login.salesforce.com', 'https://salesforce.com'])
        problem(await get(integration, base), 400, 'bad-parameter')
    expect(provider.taken()).toEqual([])
    expect((await get('org-behind', 'https://one.my.salesforce.com')).status).toBe(200)
    expect(told()).toEqual([['https://one.my.salesforce.com', '/proxy/a']])
  })

  it('is none where only the backend knows which host is the customer’s', async () => {
    const unknown = await caller.call('GET /proxy/a', {
      connection: 'known-there',
      headers: { 'provider-config-key': 'org-behind', 'base-url-override': 'https://two.my.salesforce.com' },
    })
    problem(unknown, 400, 'bad-parameter')
    expect(provider.taken()).toEqual([])
  })
})
