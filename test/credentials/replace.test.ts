// Credentials that are replaced while a refresh of the former is under way, or after one was refused.
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import { listen } from '../support/gateway.ts'
import { type Opened, openApp } from '../support/opened.ts'

const loaded = (content: unknown) => async () => ({ default: content })
const lantern: ProviderFiles = {
  provider: loaded({
    name: 'Lantern',
    source: 'invented',
    base: 'https://api.lantern.example',
    hosts: ['api.lantern.example'],
    auth: {
      oauth2: {
        authorize: 'https://lantern.example/a',
        token: 'https://api.lantern.example/token',
        client: 'body',
        token_host: { param: 'accounts', hosts: ['eu.lantern.example'] },
      },
    },
  }),
  models: {},
}
let opened: Opened
let server: Awaited<ReturnType<typeof listen>>
let came: string[]
/** Called when a refresh arrives; what it answers is the token endpoint's answer. */
let refresh: () => Promise<Response>

beforeEach(async () => {
  came = []
  server = await listen(request => {
    const { pathname } = new URL(request.url)
    if (pathname === '/token') return refresh()
    const token = request.headers.get('authorization')
    came.push(String(token))
    return Response.json({}, { status: token === 'Bearer new' ? 200 : 401 })
  })
  opened = openApp({ lantern })
  await call('POST /integrations', {
    provider: 'lantern',
    unique_key: 'lantern',
    integration_config: { base_url: server.url, token_url: `${server.url}/token` },
    credentials: { type: 'OAUTH2', client_id: 'client', client_secret: 'secret' },
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
      'provider-config-key': 'lantern',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}
const oauth = (access_token: string) => ({ type: 'OAUTH2', access_token, refresh_token: `refresh-${access_token}` })
const connect = (more: object = {}) =>
  call('POST /connections', {
    provider_config_key: 'lantern',
    connection_id: 'one',
    credentials: oauth('old'),
    ...more,
  })
const replace = () => call('PATCH /connections/one', { credentials: oauth('new') })
const refused = () => Response.json({ error: 'invalid_grant' }, { status: 400 })

it('after a refusal: the connection works at once, and the former token is sent no more', async () => {
  refresh = async () => refused()
  await connect()
  expect((await call('GET /proxy/a')).body.code).toBe('connection-needs-reconnect')
  expect((await replace()).body).toEqual({ success: true })
  came.length = 0
  expect((await call('GET /proxy/a')).status).toBe(200)
  expect(came).toEqual(['Bearer new'])
})

it.each([
  ['is refused', refused],
  ['brings a token', () => Response.json({ access_token: 'late' })],
])('while a refresh of the former is under way, which then %s', async (_, ends) => {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  refresh = async () => {
    begun.resolve()
    await ended.promise
    return ends()
  }
  await connect()
  const first = call('GET /proxy/a')
  await begun.promise
  expect((await replace()).status).toBe(200)
  came.length = 0
  expect((await call('GET /proxy/a')).status).toBe(200)
  ended.resolve()
  await first
  expect((await call('GET /proxy/a')).status).toBe(200)
  expect((await call('GET /connections/one')).body.credentials.access_token).toBe('new')
  expect(came).not.toContain('Bearer old')
  expect(came).not.toContain('Bearer late')
})

it('a host of tokens is one of those that are declared', async () => {
  for (const accounts of [
    'https://evil.example',
    'https://eu.lantern.example.evil.example',
    'https://eu.lantern.example:444',
    'http://eu.lantern.example',
    7,
  ])
    expect((await connect({ connection_config: { accounts } })).body.errors[0].pointer).toBe(
      '/connection_config/accounts',
    )
  expect((await connect({ connection_config: { accounts: 'https://eu.lantern.example' } })).status).toBe(201)
})
