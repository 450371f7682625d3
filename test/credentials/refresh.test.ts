// Tokens are refreshed where a call needs it: over the whole gateway, a provider and its token endpoint on real sockets.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import { listen } from '../support/gateway.ts'
import { type Opened, openApp } from '../support/opened.ts'

const loaded = (content: unknown) => async () => ({ default: content })
const harbour: ProviderFiles = {
  provider: loaded({
    name: 'Harbour',
    source: 'invented',
    base: 'https://api.harbour.example',
    hosts: ['api.harbour.example'],
    auth: {
      oauth2: {
        authorize: 'https://harbour.example/authorize',
        token: 'https://api.harbour.example/token',
        client: 'basic',
      },
    },
  }),
  models: {
    contacts: loaded({
      model: 'contacts',
      list: { get: '/people', records: 'people', max: 100 },
      create: { post: '/people', body: '{record}', id: 'id', read_back: false },
      fields: { id: 'id', name: 'full' },
    }),
  },
}

let opened: Opened
let server: Awaited<ReturnType<typeof listen>>
/** The token that the provider accepts; each refresh makes another one. */
let valid: string
let refreshes: number
let came: string[]
/** How the token endpoint answers, if not with a token. */
let refuse: (() => Response) | undefined

beforeEach(async () => {
  ;[valid, refreshes, came, refuse] = ['token-0', 0, [], undefined]
  server = await listen(async request => {
    const { pathname } = new URL(request.url)
    if (pathname === '/token') {
      refreshes++
      await new Promise(resolve => setTimeout(resolve, 20))
      if (refuse) return refuse()
      valid = `token-${refreshes}`
      return Response.json({ access_token: valid, expires_in: 3600 })
    }
    const isKnown = request.headers.get('authorization') === `Bearer ${valid}`
    came.push(`${request.method} ${pathname} ${isKnown}`)
    if (!isKnown) return Response.json({ message: 'expired' }, { status: 401 })
    return Response.json(request.method === 'POST' ? { id: '7', full: 'Ada' } : { people: [{ id: '7', full: 'Ada' }] })
  })
  opened = openApp({ harbour })
  await call('POST /integrations', {
    provider: 'harbour',
    unique_key: 'harbour',
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
  const answer = await opened.app.request(path, {
    method,
    headers: {
      authorization: `Bearer ${opened.config.KOINE_SECRET_KEY}`,
      'connection-id': 'one',
      'provider-config-key': 'harbour',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}
const connect = (credentials: object) =>
  call('POST /connections', {
    provider_config_key: 'harbour',
    connection_id: 'one',
    credentials: { type: 'OAUTH2', access_token: 'token-0', refresh_token: 'refresh', ...credentials },
  })
const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString()

describe('a token', () => {
  it('that lasts is used as it is', async () => {
    await connect({ expires_at: hours(1) })
    expect((await call('GET /contacts')).body.data).toEqual([{ id: '7', name: 'Ada' }])
    expect([refreshes, came]).toEqual([0, ['GET /people true']])
  })

  it.each(['GET /contacts', 'GET /proxy/people'])('that is over is refreshed before it is sent: %s', async request => {
    await connect({ expires_at: hours(-1) })
    expect((await call(request)).status).toBe(200)
    expect((await call(request)).status).toBe(200)
    expect([refreshes, came]).toEqual([1, ['GET /people true', 'GET /people true']])
  })

  it('that the provider refuses is refreshed once, and the request sent again, a create too', async () => {
    await connect({})
    valid = 'another'
    expect((await call('POST /contacts', { name: 'Ada' })).status).toBe(201)
    expect([refreshes, came]).toEqual([1, ['POST /people false', 'POST /people true']])
  })

  it('is refreshed once for 200 calls at the same time', async () => {
    await connect({ expires_at: hours(-1) })
    const all = await Promise.all(Array.from({ length: 200 }, () => call('GET /contacts')))
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
    expect(refreshes).toBe(1)
  })

  it('that is refused although it is new ends the call', async () => {
    await connect({})
    refuse = () => Response.json({ access_token: 'no good either' })
    valid = 'another'
    expect((await call('GET /contacts')).body.code).toBe('connection-needs-reconnect')
    expect([refreshes, came]).toEqual([1, ['GET /people false', 'GET /people false']])
  })
})

describe('a refresh that is refused', () => {
  it('is 424, once for all, and the endpoint has its rest', async () => {
    await connect({ expires_at: hours(-1) })
    refuse = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
    const all = await Promise.all(Array.from({ length: 50 }, () => call('GET /contacts')))
    for (const { status, body } of all) expect([status, body.code]).toEqual([424, 'connection-needs-reconnect'])
    expect((await call('GET /contacts')).status).toBe(424)
    expect([refreshes, came]).toEqual([1, []])
  })

  it('for now does not matter while the token lasts', async () => {
    await connect({ expires_at: new Date(Date.now() + 30_000).toISOString() })
    refuse = () => new Response('', { status: 503 })
    expect((await call('GET /contacts')).status).toBe(200)
    expect([refreshes, came]).toEqual([1, ['GET /people true']])
  })
})

it('a token without a refresh token is not refreshed', async () => {
  await connect({ refresh_token: undefined, expires_at: hours(-1) })
  valid = 'another'
  expect((await call('GET /contacts')).status).toBe(424)
  expect([refreshes, came]).toEqual([0, ['GET /people false']])
})
