// Credentials are tried when they are brought in: over the whole gateway, a provider on a real socket.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import type { ProviderFile } from '../../src/mapping/schema/index.ts'
import { listen } from '../support/gateway.ts'
import { type Opened, openApp } from '../support/opened.ts'

const loaded = (content: unknown) => async () => ({ default: content })
const file: ProviderFile = {
  name: 'Harbour',
  source: 'invented',
  base: 'https://api.harbour.example/v1',
  hosts: ['api.harbour.example'],
  auth: {
    oauth2: { authorize: 'https://harbour.example/a', token: 'https://harbour.example/t', client: 'body' },
    api_key: { label: 'Key', pattern: 'key-[a-z]+', query: { token: '{api_key}' } },
    basic: { username: { label: 'Key' }, password: false, user: '{username}/x', pass: 'y' },
    two_step: {
      fields: { id: { label: 'Id', pattern: String.raw`\d+` }, secret: { label: 'Secret' } },
      post: 'https://api.harbour.example/token',
      headers: { 'x-login': '{field.id:base64}' },
      body: { secret: '{field.secret}' },
      answer: { access_token: 'data.token' },
    },
    jwt: {
      fields: { key: { label: 'Admin key' } },
      key: 'key',
      algorithm: 'HS256',
      lifetime: 300,
    },
    client_credentials: { token: 'https://api.harbour.example/token', client: 'body' },
  },
  verify: { get: '/me', success: { 'user.id': '*', active: true }, valid: [418] },
  errors: {
    message: 'message',
    rows: [
      { status: 403, when: { message: 'slow down' }, error: 'rate-limited' },
      { status: 403, when: { message: 'scope' }, error: 'scope-missing' },
      { status: 400, when: { message: 'dead' }, error: 'unauthorized' },
    ],
  },
}
const harbour: ProviderFiles = { provider: loaded(file), models: {} }

let opened: Opened
let server: Awaited<ReturnType<typeof listen>>
let came: string[]
let log: unknown[]
let answer: (path: string) => Response
const well = () => Response.json({ user: { id: 7 }, active: true })
const key = { type: 'API_KEY', apiKey: 'key-right' }

beforeEach(async () => {
  ;[came, log] = [[], []]
  answer = well
  server = await listen(request => {
    const { pathname, search } = new URL(request.url)
    came.push(`${request.method} ${pathname}${search} ${request.headers.get('authorization') ?? '-'}`)
    return answer(pathname)
  })
  opened = openApp({ harbour }, entry => log.push(entry))
  await call('POST /integrations', {
    provider: 'harbour',
    unique_key: 'harbour',
    integration_config: { base_url: server.url, token_url: `${server.url}/token` },
  })
})
afterEach(async () => {
  await opened.close()
  await server.close()
})

async function call(request: string, body?: unknown) {
  const [method = '', path = ''] = request.split(/ (.*)/s)
  const response = await opened.app.request(path, {
    method,
    headers: {
      authorization: `Bearer ${opened.config.KOINE_SECRET_KEY}`,
      'connection-id': 'one',
      'provider-config-key': 'harbour',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) }
}
const connect = (credentials: object, query = '', more: object = {}) =>
  call(`POST /connections${query}`, {
    provider_config_key: 'harbour',
    connection_id: 'one',
    credentials,
    ...more,
  })
const isKept = async () => (await call('GET /connections/one')).status === 200

describe('a key', () => {
  it('that the provider accepts is kept, without a warning', async () => {
    const made = await connect(key)
    expect([made.status, made.body.warnings]).toEqual([201, undefined])
    expect(came).toEqual(['GET /v1/me?token=key-right -'])
  })

  it.each<[string, () => Response]>([
    ['401', () => new Response('{}', { status: 401 })],
    ['403', () => new Response('{}', { status: 403 })],
    ['200 without success', () => Response.json({ user: { id: 7 }, active: false })],
    ['200 with null', () => Response.json({ user: { id: null }, active: true })],
    ['a row that says so', () => Response.json({ message: 'dead' }, { status: 400 })],
  ])('that it refuses is not kept: %s', async (_, reply) => {
    answer = reply
    const made = await connect(key)
    expect([made.status, made.body.code, made.body.error.code, made.body.provider]).toEqual([
      400,
      'connection-test-failed',
      'connection_test_failed',
      'harbour',
    ])
    expect(made.text).not.toContain('key-right')
    expect(await isKept()).toBe(false)
  })

  it.each<[string, () => Response]>([
    ['404', () => new Response('{}', { status: 404 })],
    ['429', () => new Response('{}', { status: 429 })],
    ['500', () => new Response('{}', { status: 500 })],
    ['302', () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
    ['200 that is no JSON', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['204', () => new Response(null, { status: 204 })],
    ['403 that means slower', () => Response.json({ message: 'slow down' }, { status: 403 })],
    ['403 that means fewer rights', () => Response.json({ message: 'scope' }, { status: 403 })],
  ])('is kept with a warning where the provider says neither: %s', async (_, reply) => {
    answer = reply
    const made = await connect(key)
    expect([made.status, made.body.warnings?.length, made.body.warnings?.[0].code]).toEqual([201, 1, 'not-verified'])
    expect(await isKept()).toBe(true)
    expect(came).toHaveLength(1)
  })

  it('is kept where a status is declared valid, and where nobody listens', async () => {
    answer = () => new Response('{}', { status: 418 })
    expect((await connect(key)).body.warnings).toBeUndefined()
    await call('DELETE /connections/one')
    await server.close()
    expect((await connect(key)).body.warnings[0].code).toBe('not-verified')
  })

  it('is not tried where the caller says so', async () => {
    answer = () => new Response('{}', { status: 401 })
    expect((await connect(key, '?verify=false')).status).toBe(201)
    expect(came).toEqual([])
    expect((await connect(key, '?verify=maybe')).body.code).toBe('bad-parameter')
  })
})

it('Basic is sent as the provider wants it', async () => {
  expect((await connect({ type: 'BASIC', username: 'right', password: '' })).status).toBe(201)
  // RFC 7617: base64 of `right/x:y`.
  expect(came).toEqual(['GET /v1/me Basic cmlnaHQveDp5'])
})

describe('what a token is asked for with', () => {
  const fields = { id: '7', secret: 's' }

  it('is tried by asking for one, which is kept', async () => {
    answer = () => Response.json({ data: { token: 'first-token' } })
    expect((await connect({ type: 'TWO_STEP', fields })).body.credentials).toMatchObject({
      fields,
      token: 'first-token',
    })
    expect(came).toEqual(['POST /token -'])
    answer = well
    await call('GET /proxy/anything')
    expect(came.slice(1)).toEqual(['GET /anything Bearer first-token'])
  })

  it('is refused where none is given, and kept where the endpoint is down', async () => {
    answer = () => Response.json({ error: 'invalid_client' }, { status: 401 })
    for (const credentials of [
      { type: 'TWO_STEP', fields },
      { type: 'OAUTH2_CC', client_id: 'a', client_secret: 'b' },
    ]) {
      const made = await connect(credentials)
      expect([made.status, made.body.upstream]).toEqual([400, { code: 'invalid_client' }])
    }
    answer = () => new Response('', { status: 503 })
    expect((await connect({ type: 'TWO_STEP', fields })).body.warnings[0].code).toBe('not-verified')
  })

  it('a token that is signed here is tried by the call', async () => {
    const jwt = { type: 'JWT', fields: { key: '00'.repeat(32) } }
    answer = () => new Response('{}', { status: 401 })
    expect((await connect(jwt)).body.code).toBe('connection-test-failed')
    answer = well
    expect((await connect(jwt)).status).toBe(201)
    expect(came.map(line => line.split('.')[0])).toEqual(
      // The header {"typ":"JWT","alg":"HS256"} in base64url.
      Array(2).fill('GET /v1/me Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9'),
    )
    expect((await connect({ type: 'JWT', fields: { key: 'zz' } })).body.detail).toMatch(/^The key cannot sign\./)
  })
})

it.each<[object, string, string]>([
  [{ type: 'API_KEY', apiKey: 'other' }, '/credentials/apiKey', 'invalid'],
  [{ type: 'API_KEY', apiKey: `key-${'a'.repeat(5000)}` }, '/credentials/apiKey', 'invalid'],
  [{ type: 'API_KEY', apiKey: 'key-right\nx' }, '/credentials/apiKey', 'invalid'],
  [{ type: 'BASIC', username: '', password: '' }, '/credentials/username', 'required'],
  [{ type: 'BASIC', username: 'a', password: 'b' }, '/credentials/password', 'unknown'],
  [{ type: 'TWO_STEP', fields: { id: '7' } }, '/credentials/fields/secret', 'required'],
  [{ type: 'TWO_STEP', fields: { id: 'x', secret: 's' } }, '/credentials/fields/id', 'invalid'],
  [{ type: 'TWO_STEP', fields: { id: '7', secret: 's', 'a/b': 'c' } }, '/credentials/fields/a~1b', 'unknown'],
  [{ type: 'JWT', fields: {} }, '/credentials/fields/key', 'required'],
])('a form is filled in as declared: %j', async (credentials, pointer, code) => {
  const made = await connect(credentials)
  expect([made.status, made.body.errors.map((fault: { pointer: string }) => fault.pointer)]).toEqual([422, [pointer]])
  expect(made.body.errors[0].code).toBe(code)
  expect(came).toEqual([])
})

describe('a key in the query', () => {
  it('replaces a caller’s own, and stands in no answer, log or explanation', async () => {
    await connect({ type: 'API_KEY', apiKey: 'key-abcdefghijklmnop' })
    came.length = 0
    answer = () => Response.json({ next: 'https://x.example/?token=key-abcdefghijklmnop&page=2' })
    const proxied = await call('GET /proxy/people?page=1&token=mine&to%6ben=too#x')
    expect(came).toEqual(['GET /people?page=1&token=key-abcdefghijklmnop -'])
    expect(proxied.text).not.toContain('key-abcdefghijklmnop')
    const logs = await call('GET /logs')
    expect(logs.body.data.length).toBeGreaterThan(0)
    for (const text of [logs.text, JSON.stringify(log)]) expect(text).not.toContain('abcdefghijklmnop')
  })
})

describe('credentials are replaced', () => {
  const given = { metadata: { plan: 'gold' }, tags: { team: 'a' }, connection_config: { note: 'first' } }

  it('and everything else stays; the former are not used any more', async () => {
    await connect(key, '', given)
    expect(
      (await call('PATCH /connections/one', { credentials: { type: 'BASIC', username: 'b', password: '' } })).body,
    ).toEqual({ success: true })
    const { body } = await call('GET /connections/one')
    expect(body).toMatchObject({ ...given, credentials: { type: 'BASIC', username: 'b' } })
    came.length = 0
    await call('GET /proxy/people')
    expect(came).toEqual(['GET /people Basic Yi94Onk='])
  })

  it('and sealed anew with other answers', async () => {
    await connect(key, '', given)
    await call('PATCH /connections/one', { connection_config: { note: 'second' }, tags: { team: 'b' } })
    const { body } = await call('GET /connections/one')
    expect(body).toMatchObject({ connection_config: { note: 'second' }, tags: { team: 'b' }, credentials: key })
    expect((await call('GET /proxy/people')).status).toBe(200)
  })

  it('but not by ones that are refused, at fault, or of another way to sign in', async () => {
    await connect(key, '', given)
    answer = () => new Response('{}', { status: 401 })
    const other = { type: 'API_KEY', apiKey: 'key-wrong' }
    expect((await call('PATCH /connections/one', { credentials: other })).body.code).toBe('connection-test-failed')
    expect((await call('PATCH /connections/one', { credentials: { ...other, apiKey: 'x' } })).status).toBe(422)
    expect((await call('PATCH /connections/one', { credentials: { type: 'NONE' } })).status).toBe(422)
    expect((await call('PATCH /connections/two', { credentials: other })).body.code).toBe('connection-not-found')
    expect((await call('GET /connections/one')).body.credentials).toEqual(key)
    answer = () => new Response('{}', { status: 500 })
    expect((await call('PATCH /connections/one', { credentials: other })).body.warnings[0].code).toBe('not-verified')
    expect((await call('PATCH /connections/one?verify=false', { credentials: key })).body).toEqual({ success: true })
  })

  it('by a key of another environment: not at all', async () => {
    await connect(key)
    const { body } = await call('POST /environments', { name: 'other' })
    const response = await opened.app.request('/connections/one', {
      method: 'PATCH',
      headers: { authorization: `Bearer ${body.data.api_key.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ credentials: { type: 'API_KEY', apiKey: 'key-theirs' } }),
    })
    expect(response.status).toBe(404)
    expect((await call('GET /connections/one')).body.credentials).toEqual(key)
  })
})
