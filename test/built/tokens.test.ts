// Token life at the edge, in the bundle as it is deployed: one Durable Object for each connection refreshes.
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { settings } from '../contract/entry-point.ts'
import { listen } from '../support/gateway.ts'
import { startBundle } from './bundle.ts'

let gateway: Awaited<ReturnType<typeof startBundle>>
let provider: Awaited<ReturnType<typeof listen>>
let asked = 0
let valid = ''
/** How the token endpoint answers from now on. */
let answer: () => Response | Promise<Response>

const renewed = () => {
  valid = `token-${asked}`
  return Response.json({ access_token: valid, refresh_token: `refresh-${asked}`, expires_in: 1800 })
}
async function call(request: string, body?: object, connection = 'one') {
  const [method = '', path = ''] = request.split(' ')
  const response = await gateway.fetch(path, {
    method,
    headers: {
      authorization: `Bearer ${settings.KOINE_SECRET_KEY}`,
      'connection-id': connection,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const connect = (connection_id: string) =>
  call('POST /connections', {
    provider_config_key: 'crm',
    connection_id,
    credentials: {
      type: 'OAUTH2',
      access_token: 'over',
      refresh_token: 'refresh-0',
      expires_at: '2026-01-01T00:00:00Z',
    },
  })

beforeAll(async () => {
  provider = await listen(async request => {
    if (new URL(request.url).pathname === '/token') {
      asked++
      return answer()
    }
    return request.headers.get('authorization') === `Bearer ${valid}`
      ? Response.json({ results: [{ id: '1', properties: { firstname: 'Ada' } }] })
      : Response.json({ status: 'error', message: 'expired' }, { status: 401 })
  })
  gateway = await startBundle({ ...settings, KOINE_PROVIDER_TIMEOUT: '30' })
  await call('POST /integrations', {
    provider: 'hubspot',
    unique_key: 'crm',
    integration_config: { base_url: provider.url, token_url: `${provider.url}/token` },
    credentials: { type: 'OAUTH2', client_id: 'client', client_secret: 'secret' },
  })
})
afterEach(() => {
  asked = 0
})
afterAll(async () => {
  await gateway.close()
  await provider.close()
})

it.each([0, 1500])('200 requests on a token that is over make one request for another, which takes %i ms', async ms => {
  answer = async () => {
    await new Promise(resolve => setTimeout(resolve, ms))
    return renewed()
  }
  await connect(`slow-${ms}`)
  const all = await Promise.all(Array.from({ length: 200 }, () => call('GET /contacts', undefined, `slow-${ms}`)))
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
  expect(asked).toBe(1)
  expect((await call('GET /contacts', undefined, `slow-${ms}`)).status).toBe(200)
  expect(asked).toBe(1)
})

it('200 requests on a refresh that is refused are 424 by one request', async () => {
  answer = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
  await connect('refused')
  const all = await Promise.all(Array.from({ length: 200 }, () => call('GET /contacts', undefined, 'refused')))
  expect(new Set(all.map(({ body }) => body.code))).toEqual(new Set(['connection-needs-reconnect']))
  expect(asked).toBe(1)
})

it('a token that the provider refuses is refreshed once', async () => {
  answer = renewed
  await connect('early')
  expect((await call('GET /contacts', undefined, 'early')).status).toBe(200)
  valid = 'another'
  // It was made a moment ago, so that another would be refused as well.
  expect((await call('GET /contacts', undefined, 'early')).body.code).toBe('connection-needs-reconnect')
  expect(asked).toBe(1)
})
