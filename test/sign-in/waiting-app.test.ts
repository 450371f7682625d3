// An app that waits at a socket hears how a sign-in ends, however it ends; and nobody else hears or ends it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import { listen } from '../support/gateway.ts'
import { type Opened, openApp } from '../support/opened.ts'
import { CLIENT, createBrowser } from './authorization-server.ts'

const harbour: ProviderFiles = {
  provider: async () => ({
    default: {
      name: 'Harbour',
      source: 'invented',
      base: 'https://api.harbour.example',
      hosts: ['api.harbour.example'],
      auth: {
        oauth2: {
          authorize: 'https://harbour.example/authorize',
          token: 'https://api.harbour.example/token',
          client: 'body',
        },
        api_key: { label: 'Key' },
      },
    },
  }),
  models: {},
}
const SOCKET = 'a'.repeat(64)
const told: [id: string, message: Readonly<Record<string, unknown>>][] = []
let opened: Opened
let gateway: Awaited<ReturnType<typeof listen>>
let tokens: Awaited<ReturnType<typeof listen>>
/** A text of statements that the storage refuses from now on. */
let refused: string | undefined
let isDeaf = false

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers
  readonly body: any
}
async function call(request: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
  const [method = '', path = ''] = request.split(/ (.*)/s)
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${opened.config.KOINE_SECRET_KEY}`,
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}
const newSession = async (): Promise<string> =>
  (await call('POST /connect/sessions', { end_user: { id: 'user-7' } })).body.data.token
const startAddress = (token: string, socket = SOCKET) =>
  `${gateway.url}/oauth/connect/crm?connect_session_token=${token}&ws_client_id=${socket}`
/** What the socket was told at the end. */
const last = () => told.at(-1)
const errorOf = (type: string) => [
  SOCKET,
  { message_type: 'error', error_type: type, error_desc: expect.stringMatching(/./) },
]
/** A browser that is at the provider's page, and the address that the provider leads back to. */
async function atProvider() {
  const browser = createBrowser()
  const answer = await browser.go(startAddress(await newSession()))
  const state = new URL(answer.headers.get('location') ?? '').searchParams.get('state')
  return {
    browser,
    back: `${gateway.url}/oauth/callback?code=right&state=${state}`,
    cookie: answer.headers.getSetCookie()[0] ?? '',
  }
}

beforeAll(async () => {
  opened = openApp({ harbour }, undefined, {
    wrap: driver => ({
      ...driver,
      batch(statements) {
        if (refused !== undefined && statements.some(({ sql }) => sql.includes(refused!)))
          return Promise.reject(Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 }))
        return driver.batch(statements)
      },
    }),
    sockets: {
      async tell(id, message) {
        if (isDeaf) throw new Error('gone')
        told.push([id, message])
      },
    },
  })
  gateway = await listen(request => opened.app.fetch(request))
  tokens = await listen(() => Response.json({ access_token: 'fresh', token_type: 'bearer' }))
  await call('POST /integrations', {
    provider: 'harbour',
    unique_key: 'crm',
    integration_config: { base_url: tokens.url, authorize_url: `${tokens.url}/auth`, token_url: tokens.url },
    credentials: { type: 'OAUTH2', ...CLIENT },
  })
})
beforeEach(() => {
  told.length = 0
  refused = undefined
  isDeaf = false
})
afterAll(async () => {
  await gateway?.close()
  await tokens?.close()
  await opened?.close()
})

it('hears that the sign-in began, and what came of it', async () => {
  const { browser, back } = await atProvider()
  expect(last()).toEqual([SOCKET, { message_type: 'started' }])
  expect((await browser.go(back)).status).toBe(200)
  expect(last()).toEqual([
    SOCKET,
    { message_type: 'success', provider_config_key: 'crm', connection_id: expect.any(String), is_pending: false },
  ])
})

it('hears that the gateway failed, and the person sees a page', async () => {
  const { browser, back } = await atProvider()
  refused = 'INSERT INTO connections'
  const answer = await browser.go(back)
  expect(answer.status).toBeGreaterThanOrEqual(500)
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(await answer.text()).not.toMatch(/disk|sqlite/i)
  expect(last()).toEqual(errorOf('unknown_error'))
})

it('hears that the gateway failed before anything of the sign-in was found', async () => {
  const { browser, back } = await atProvider()
  refused = 'UPDATE sign_ins'
  expect((await browser.go(back)).status).toBeGreaterThanOrEqual(500)
  expect(last()).toEqual(errorOf('unknown_error'))
})

it('hears that the gateway failed at the start', async () => {
  const token = await newSession()
  refused = 'connect_sessions'
  const answer = await createBrowser().go(startAddress(token))
  expect(answer.status).toBeGreaterThanOrEqual(500)
  expect(last()).toEqual(errorOf('unknown_error'))
})

it.each([
  ['no session', () => '', 'missing_connect_session_token'],
  ['an unknown session', () => `nango_connect_session_${'0'.repeat(64)}`, 'unknown_connect_session_token'],
])('hears of %s', async (_, token, type) => {
  const answer = await createBrowser().go(startAddress(token()))
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
  expect(told).toEqual([errorOf(type)])
})

it('a socket that cannot be told keeps nothing from being stored', async () => {
  const before = (await call('GET /connections')).body.connections.length
  const { browser, back } = await atProvider()
  isDeaf = true
  expect((await browser.go(back)).status).toBe(200)
  expect((await call('GET /connections')).body.connections).toHaveLength(before + 1)
})

describe('attacks', () => {
  it('who knows the `state` alone ends nothing: the browser that began comes to its end', async () => {
    const { browser, back } = await atProvider()
    expect((await createBrowser().go(back)).status).toBe(400)
    expect((await browser.go(back)).status).toBe(200)
    expect(last()?.[1]).toMatchObject({ message_type: 'success' })
  })

  it.each(['none; Domain=evil.example', 'x', '', `${'a'.repeat(64)}\r\nx: y`])(
    'an id that is none does not get into the cookie: %j',
    async socket => {
      const answer = await createBrowser().go(startAddress(await newSession(), encodeURIComponent(socket)))
      const [cookie = '', ...others] = answer.headers.getSetCookie()
      expect(cookie).toMatch(/^koine-sign-in-[0-9a-f]{32}=none; Path=\/oauth; HttpOnly; SameSite=Lax; Max-Age=1800$/)
      expect(others).toEqual([])
    },
  )

  it('an outcome goes to the socket that began, whatever the cookie says', async () => {
    const { back, cookie } = await atProvider()
    const [name = ''] = cookie.split('=')
    const answer = await fetch(back, { headers: { cookie: `${name}=${'b'.repeat(64)}` } })
    expect(answer.status).toBe(200)
    expect(last()).toEqual([SOCKET, expect.objectContaining({ message_type: 'success' })])
    expect(told.filter(([id]) => id !== SOCKET)).toEqual([])
  })
})

describe('what the form routes refuse', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', origin: 'https://app.example', ...headers },
    })
  const withToken = async (more = ''): Promise<string> =>
    `/api-auth/api-key/crm?connect_session_token=${await newSession()}${more}`

  // The client reads `error.code` and `error.message` of any answer that is no success, in any page.
  it.each([
    ['no session', async (): Promise<string> => '/api-auth/api-key/crm', '{}', 401, 'missing_connect_session_token'],
    [
      'a connection id beside a session',
      (): Promise<string> => withToken('&connection_id=mine'),
      '{}',
      400,
      'bad-parameter',
    ],
    ['a parameter that nobody knows', (): Promise<string> => withToken('&scope=all'), '{}', 400, 'bad-parameter'],
    ['a body that is no JSON', (): Promise<string> => withToken(), '{', 400, 'malformed-json'],
    ['a body of another shape', (): Promise<string> => withToken(), '{"apiKey":1}', 400, 'invalid_body'],
    [
      'a large body',
      (): Promise<string> => withToken(),
      JSON.stringify({ apiKey: 'x'.repeat(70_000) }),
      413,
      'body-too-large',
    ],
    [
      'a large body before the session is found',
      async (): Promise<string> => '/api-auth/api-key/crm?connect_session_token=x',
      'x'.repeat(70_000),
      401,
      'unknown_connect_session_token',
    ],
    [
      'a way that is not there',
      async (): Promise<string> => `/auth/nothing/crm?connect_session_token=${await newSession()}`,
      '{}',
      404,
      'not-found',
    ],
  ] as const)('%s', async (_, path, body, status, code) => {
    const answer: Response = await post(await path(), body)
    const { error } = (await answer.json()) as Answer['body']
    expect([answer.status, error.code, typeof error.message]).toEqual([status, code, 'string'])
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('what is asked beforehand by a browser is allowed', async () => {
    const answer = await fetch(`${gateway.url}/api-auth/api-key/crm`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })
    expect([answer.status, answer.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'content-type, authorization, accept-language',
    ])
  })

  it('an integration that the session does not allow', async () => {
    await call('POST /integrations', { provider: 'harbour', unique_key: 'other' })
    const { data } = (await call('POST /connect/sessions', { end_user: { id: 'a' }, allowed_integrations: ['other'] }))
      .body
    const answer = await post(`/api-auth/api-key/crm?connect_session_token=${data.token}`, '{"apiKey":"k"}')
    expect([answer.status, (await answer.json()).error.code]).toEqual([404, 'unknown_provider_config'])
  })
})
