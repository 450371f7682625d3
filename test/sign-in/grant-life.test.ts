// The life of a grant at a real OAuth server (oidc-provider), whose refresh tokens work once and whose grant ends when one
// is used again: over the whole gateway.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import { listen } from '../support/gateway.ts'
import { type Opened, openApp } from '../support/opened.ts'
import { type AuthorizationServer, CLIENT, createBrowser, startAuthorizationServer } from './authorization-server.ts'
import { invented, isConnected, type Json } from './flows.ts'

const harbour: ProviderFiles = invented('api.harbour.example', {
  auth: {
    oauth2: {
      authorize: 'https://harbour.example/authorize',
      token: 'https://api.harbour.example/token',
      client: 'basic',
      scopes: ['openid', 'offline_access'],
      params: { prompt: 'consent' },
    },
  },
})
let opened: Opened
let gateway: Awaited<ReturnType<typeof listen>>
let api: Awaited<ReturnType<typeof listen>>
let server: AuthorizationServer

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
  const read: Json = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, body: read }
}
const contacts = (id: string) => call('GET /contacts', undefined, { 'connection-id': id })
const shown = async (id: string) => (await call(`GET /connections/${id}?refresh_token=true`)).body

/** Signs in with a session's token, as a person with a browser does on the connect page, and comes back to it. */
async function signIn(token: string): Promise<string> {
  const browser = createBrowser()
  const page = await browser.go(`${gateway.url}/connect/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'do=submit&integration=crm&type=OAUTH2&back=page',
  })
  const start = /\/oauth\/start\/[0-9a-f]{64}/.exec(await page.text())?.[0] ?? ''
  const back = await browser.signIn(gateway.url + start, gateway.url)
  const attempt = /data-attempt="([0-9a-f]{64})"/.exec(await back.text())?.[1] ?? ''
  return (await browser.go(`${gateway.url}/connect/${token}?attempt=${attempt}`)).text()
}
/** Makes the token of a connection look ended, as it will be in ten minutes. */
async function end(id: string) {
  const { credentials } = await shown(id)
  const { raw: _, type, ...token } = credentials
  const ended = {
    type,
    access_token: token.access_token,
    refresh_token: token.refresh_token,
    expires_at: '2020-01-01T00:00:00Z',
  }
  expect((await call(`PATCH /connections/${id}?verify=false`, { credentials: ended })).status).toBe(200)
}
const refreshes = () => server.asked.filter(form => form.get('grant_type') === 'refresh_token').length

beforeAll(async () => {
  // 200 calls at once may take their time on a busy machine.
  opened = openApp({ harbour }, undefined, { more: { KOINE_PROVIDER_TIMEOUT: '30' } })
  gateway = await listen(request => opened.app.fetch(request))
  server = await startAuthorizationServer(`${gateway.url}/oauth/callback`)
  // The provider accepts what its authorization server knows, and asks it each time.
  api = await listen(async request => {
    const answer = await fetch(`${server.url}/me`, {
      headers: { authorization: request.headers.get('authorization') ?? '' },
    })
    return answer.ok ? Response.json({ people: [{ id: '7', full: 'Ada' }] }) : Response.json({}, { status: 401 })
  })
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

let id: string
beforeEach(async () => {
  const { body } = await call('POST /connect/sessions', { end_user: { id: 'user-7' } })
  const page = await signIn(body.data.token)
  expect(isConnected(page)).toBe(true)
  id = /connection_id&quot;:&quot;([^&]+)&quot;/.exec(page)?.[1] ?? ''
})

it('200 calls on an ended token make one refresh, and the grant lives on through many of them', async () => {
  for (let round = 0; round < 3; round++) {
    const before = refreshes()
    await end(id)
    const all = await Promise.all(Array.from({ length: 200 }, () => contacts(id)))
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
    expect(refreshes() - before).toBe(1)
  }
}, 60_000)

it('a grant that was revoked is 424, and works again once the person has signed in; the rest stays as it was', async () => {
  const metadata = { plan: 'gold', field_mappings: { contacts: { 'custom_fields.tier': 'tier' } } }
  expect(
    (await call('POST /connections/metadata', { connection_id: id, provider_config_key: 'crm', metadata })).status,
  ).toBeLessThan(300)
  const { refresh_token } = (await shown(id)).credentials
  const revoked = await fetch(`${server.url}/token/revocation`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${CLIENT.client_id}:${encodeURIComponent(CLIENT.client_secret)}`).toString('base64')}`,
    },
    body: new URLSearchParams({ token: refresh_token, token_type_hint: 'refresh_token' }),
  })
  expect(revoked.status).toBe(200)
  const before = refreshes()
  await end(id)
  const all = await Promise.all(Array.from({ length: 50 }, () => contacts(id)))
  for (const { status, body } of all) expect([status, body.code]).toEqual([424, 'connection-needs-reconnect'])
  expect(refreshes() - before).toBe(1)
  const faulty = async () =>
    (await call('GET /connections')).body.connections.find((each: Json) => each.connection_id === id).errors
  expect(await faulty()).toEqual([{ type: 'auth', log_id: expect.any(String) }])

  const again = await call('POST /connect/sessions/reconnect', { connection_id: id, integration_id: 'crm' })
  expect(isConnected(await signIn(again.body.data.token))).toBe(true)
  expect((await contacts(id)).body.data).toEqual([{ id: '7', name: 'Ada' }])
  expect(await faulty()).toEqual([])
  expect(await shown(id)).toMatchObject({ connection_id: id, metadata, end_user: { id: 'user-7' } })
  // And the new grant lives on, too.
  await end(id)
  expect((await contacts(id)).status).toBe(200)
}, 30_000)

it('a refresh token that somebody else used ends the grant, and a token that is brought in by PATCH works', async () => {
  const { credentials } = await shown(id)
  const basic = Buffer.from(`${CLIENT.client_id}:${encodeURIComponent(CLIENT.client_secret)}`).toString('base64')
  const stolen = await fetch(`${server.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: credentials.refresh_token }),
  })
  expect(stolen.status).toBe(200)
  const before = refreshes()
  await end(id)
  const all = await Promise.all(Array.from({ length: 20 }, () => contacts(id)))
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([424]))
  expect(refreshes() - before).toBe(1)

  const other = await call('POST /connect/sessions', { end_user: { id: 'user-8' } })
  const page = await signIn(other.body.data.token)
  const fresh = (await shown(/connection_id&quot;:&quot;([^&]+)&quot;/.exec(page)?.[1] ?? '')).credentials
  const { access_token, refresh_token, expires_at } = fresh
  const replaced = { type: 'OAUTH2', access_token, refresh_token, expires_at }
  expect((await call(`PATCH /connections/${id}`, { credentials: replaced })).status).toBe(200)
  expect((await contacts(id)).status).toBe(200)
}, 30_000)
