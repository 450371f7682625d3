// Sign-in by an authorization code: over the whole gateway, a real OAuth server, and real sockets.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import { listen } from '../support/gateway.ts'
import { type Opened, openApp } from '../support/opened.ts'
import { type AuthorizationServer, CLIENT, createBrowser, startAuthorizationServer } from './authorization-server.ts'

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
        scopes: ['openid', 'offline_access'],
        params: { prompt: 'consent' },
      },
    },
  }),
  models: {
    contacts: loaded({
      model: 'contacts',
      list: { get: '/people', records: 'people', max: 100 },
      fields: { id: 'id', name: 'full' },
    }),
  },
}

let opened: Opened
let gateway: Awaited<ReturnType<typeof listen>>
let api: Awaited<ReturnType<typeof listen>>
let server: AuthorizationServer
const log: string[] = []
/** Tokens that came to the provider. */
const came: string[] = []

async function call(request: string, body?: object, headers: Record<string, string> = {}) {
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
const newSession = async (more: object = {}) => {
  const made = await call('POST /connect/sessions', { end_user: { id: 'user-7' }, ...more })
  expect(made.status).toBe(201)
  return made.body.data.token as string
}
const connectAddress = (token: string, more = '') =>
  `${gateway.url}/oauth/connect/crm?connect_session_token=${token}${more}`
const connections = async () => (await call('GET /connections')).body.connections

beforeAll(async () => {
  opened = openApp({ harbour }, entry => log.push(JSON.stringify(entry)))
  gateway = await listen(request => opened.app.fetch(request))
  api = await listen(request => {
    came.push(request.headers.get('authorization') ?? '')
    return Response.json({ people: [{ id: '7', full: 'Ada' }] })
  })
  server = await startAuthorizationServer(`${gateway.url}/oauth/callback`)
  await call('POST /integrations', {
    provider: 'harbour',
    unique_key: 'crm',
    integration_config: { base_url: api.url, authorize_url: `${server.url}/auth`, token_url: `${server.url}/token` },
    credentials: { type: 'OAUTH2', ...CLIENT },
  })
})
afterAll(async () => {
  await gateway.close()
  await opened.close()
  await api.close()
  await server.close()
})

it('a person signs in, and the connection works', async () => {
  const browser = createBrowser()
  const back = await browser.signIn(connectAddress(await newSession()), gateway.url)
  expect(back.status).toBe(200)
  const [connection] = await connections()
  expect(connection).toMatchObject({ provider_config_key: 'crm', end_user: { id: 'user-7' } })
  const contacts = await call('GET /contacts', undefined, { 'connection-id': connection.connection_id })
  expect(contacts.body.data).toEqual([{ id: '7', name: 'Ada' }])
  const asked = server.asked.at(-1)
  expect(asked?.get('grant_type')).toBe('authorization_code')
  expect(asked?.get('code_verifier')).toMatch(/^[\w-]{43}$/)
  const shown = await call(`GET /connections/${connection.connection_id}?refresh_token=true`)
  expect(shown.body.credentials).toMatchObject({ type: 'OAUTH2', refresh_token: expect.any(String) })
  expect(came.at(-1)).toBe(`Bearer ${shown.body.credentials.access_token}`)
  const secrets = [shown.body.credentials.access_token, shown.body.credentials.refresh_token, CLIENT.client_secret]
  for (const secret of secrets) expect(log.join('\n')).not.toContain(secret)
})

describe('attacks', () => {
  /** A browser that has come as far as the way back, without taking it. */
  async function backAddress(browser: ReturnType<typeof createBrowser>, token: string): Promise<string> {
    let address = ''
    const watched = { ...browser }
    await watched.signIn(connectAddress(token), gateway.url)
    address = browser.visited.find(each => each.startsWith(`${gateway.url}/oauth/callback`)) ?? ''
    return address
  }

  it('the way back works once', async () => {
    const browser = createBrowser()
    const address = await backAddress(browser, await newSession())
    const before = (await connections()).length
    expect((await browser.go(address)).status).toBe(400)
    expect(await connections()).toHaveLength(before)
  })

  it('another browser cannot end what one began: its state is not bound to it', async () => {
    const [victim, attacker] = [createBrowser(), createBrowser()]
    const start = await attacker.go(connectAddress(await newSession()))
    const state = new URL(start.headers.get('location') ?? '').searchParams.get('state')
    const before = (await connections()).length
    const asked = server.asked.length
    expect((await victim.go(`${gateway.url}/oauth/callback?code=injected&state=${state}`)).status).toBe(400)
    expect(await connections()).toHaveLength(before)
    expect(server.asked).toHaveLength(asked)
  })

  it('an injected code is not taken: the verifier is of this sign-in', async () => {
    const browser = createBrowser()
    const start = await browser.go(connectAddress(await newSession()))
    const state = new URL(start.headers.get('location') ?? '').searchParams.get('state')
    const before = (await connections()).length
    const answer = await browser.go(`${gateway.url}/oauth/callback?code=injected&state=${state}`)
    expect(answer.status).toBe(400)
    expect(await connections()).toHaveLength(before)
  })

  it('an answer of another issuer is not taken', async () => {
    const browser = createBrowser()
    const start = await browser.go(connectAddress(await newSession()))
    const state = new URL(start.headers.get('location') ?? '').searchParams.get('state')
    const asked = server.asked.length
    const answer = await browser.go(
      `${gateway.url}/oauth/callback?code=x&state=${state}&iss=${encodeURIComponent('https://evil.example')}`,
    )
    expect(answer.status).toBe(400)
    expect(server.asked).toHaveLength(asked)
  })

  it.each(['client_id', 'redirect_uri', 'state', 'code_challenge', 'response_type'])(
    'a page cannot set %s',
    async name => {
      const start = await createBrowser().go(
        connectAddress(await newSession(), `&authorization_params[${name}]=evil&authorization_params[hint]=a`),
      )
      const { searchParams } = new URL(start.headers.get('location') ?? '')
      expect(searchParams.get('hint')).toBe('a')
      expect(searchParams.getAll(name)).not.toContain('evil')
    },
  )

  it('a session for another integration, an ended one and none are refused', async () => {
    await call('POST /integrations', { provider: 'harbour', unique_key: 'other' })
    const other = await newSession({ allowed_integrations: ['other'] })
    const before = (await connections()).length
    for (const token of [other, 'nango_connect_session_'.padEnd(86, '0'), '']) {
      const answer = await createBrowser().go(connectAddress(token))
      expect([400, 401]).toContain(answer.status)
      expect(answer.headers.get('location')).toBeNull()
    }
    expect(await connections()).toHaveLength(before)
  })

  it('a sign-in that was declined says so, and leaves nothing', async () => {
    const browser = createBrowser()
    const start = await browser.go(connectAddress(await newSession()))
    const state = new URL(start.headers.get('location') ?? '').searchParams.get('state')
    const before = (await connections()).length
    const answer = await browser.go(`${gateway.url}/oauth/callback?error=access_denied&state=${state}`)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('declined')
    expect(await connections()).toHaveLength(before)
  })
})
