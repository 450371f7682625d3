// How the providers of the product sign in: each tried as facts about real accounts say, and called through the proxy.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { files } from '../../mappings/index.ts'
import { listen } from '../support/gateway.ts'
import { type Opened, openApp } from '../support/opened.ts'

let opened: Opened
let server: Awaited<ReturnType<typeof listen>>
let came: string[]
let reply: () => Response

beforeEach(async () => {
  came = []
  server = await listen(async request => {
    const { pathname, search } = new URL(request.url)
    const body = await request.text()
    came.push([request.method, pathname + search, request.headers.get('authorization'), body].filter(Boolean).join(' '))
    return reply()
  })
  opened = openApp(files)
})
afterEach(async () => {
  await opened.close()
  await server.close()
})
async function call(request: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
  const [method = '', path = ''] = request.split(/ (.*)/s)
  const response = await opened.app.request(path, {
    method,
    headers: {
      authorization: `Bearer ${opened.config.KOINE_SECRET_KEY}`,
      'connection-id': 'one',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}
async function connect(provider: string, credentials: object, connection_config = {}) {
  await call('POST /integrations', { provider, unique_key: provider, integration_config: { base_url: server.url } })
  return call('POST /connections', {
    provider_config_key: provider,
    connection_id: 'one',
    credentials,
    connection_config,
  })
}

const key = { type: 'API_KEY', apiKey: 'right' }
const basic = { type: 'BASIC', username: 'right', password: '' }
/** Provider, credentials, answers, the call, what a valid account answers, what one answers that is none. */
const cases: [string, object, object, string, [number, unknown], [number, unknown]][] = [
  ['hubspot', key, {}, 'GET /account-info/2026-09/details Bearer right', [200, { portalId: 7 }], [401, {}]],
  ['pipedrive', key, {}, 'GET /api/v1/users/me', [200, { success: true, data: { id: 7 } }], [200, { success: false }]],
  // A dead token is answered with 200, too.
  ['attio', key, {}, 'GET /v2/self Bearer right', [200, { active: true }], [200, { active: false }]],
  // base64 of `right:`.
  ['close', basic, {}, 'GET /api/v1/me/ Basic cmlnaHQ6', [200, { id: 'user_1' }], [401, { error: 'no' }]],
  ['github', key, { owner: 'o', repo: 'r' }, 'GET /user Bearer right', [200, { login: 'ada' }], [401, {}]],
  // A restricted key is a valid one.
  [
    'stripe',
    key,
    {},
    'GET /v1/account Bearer right',
    [403, { error: { code: 'more_permissions_required' } }],
    [401, {}],
  ],
  [
    'intercom',
    key,
    { host: 'api.eu.intercom.io' },
    'GET /me Bearer right',
    [200, { app: { id_code: 'x' } }],
    [401, {}],
  ],
  // base64 of `right:x`.
  [
    'bamboohr',
    basic,
    { company: 'acme' },
    'GET /api/v1/company_information Basic cmlnaHQ6eA==',
    [200, {}],
    [401, null],
  ],
  [
    'jira',
    { ...basic, password: 'token' },
    { site: 'acme' },
    // base64 of `right:token`.
    'GET /rest/api/3/myself Basic cmlnaHQ6dG9rZW4=',
    [200, { accountId: 'a' }],
    [401, {}],
  ],
  [
    'linear',
    key,
    {},
    'POST /graphql right {"query":"{viewer{id}}"}',
    [200, { data: { viewer: { id: 'a' } } }],
    [400, { errors: [{ message: 'no', extensions: { code: 'AUTHENTICATION_ERROR' } }] }],
  ],
]
describe.each(cases)('%s', (provider, credentials, answers, request, good, bad) => {
  const answering =
    ([status, body]: [number, unknown]) =>
    () =>
      Response.json(body, { status })
  it('tries a key by one call', async () => {
    reply = answering(good)
    const made = await connect(provider, credentials, answers)
    expect([made.status, made.body.warnings, came]).toEqual([201, undefined, [request]])
    reply = answering(bad)
    expect((await call('PATCH /connections/one', { credentials })).body.code).toBe('connection-test-failed')
  })
})

it('a call that Linear counts as too many says nothing of the key, though it is a 400', async () => {
  reply = () => Response.json({ errors: [{ message: 'x', extensions: { code: 'RATELIMITED' } }] }, { status: 400 })
  expect((await connect('linear', key)).body.warnings[0].code).toBe('not-verified')
})

const token = { type: 'OAUTH2', access_token: 'token' }
it.each<[string, object]>([
  ['intercom', { host: 'api.intercom.io' }],
  ['zendesk', { subdomain: 'acme' }],
  ['xero', { tenant_id: 't-1' }],
  ['quickbooks', { realm_id: '42' }],
  ['bamboohr', { company: 'acme' }],
  ['jira', { cloud_id: 'c-1' }],
  ['linear', {}],
  ['google-people', {}],
])('%s has no models, and its proxy works', async (provider, answers) => {
  reply = () => Response.json({ ok: true })
  expect((await connect(provider, token, answers)).status).toBe(201)
  const proxied = await call('GET /proxy/some/path?a=b')
  expect([proxied.status, proxied.body, came]).toEqual([200, { ok: true }, ['GET /some/path?a=b Bearer token']])
  expect((await call('GET /contacts')).body.code).toBe('unsupported-verb')
  expect((await call(`GET /integrations/${provider}/coverage`)).body.data).toEqual([{ provider, models: {} }])
  expect((await call(`GET /providers/${provider}`)).body.data).toMatchObject({ name: provider, auth_mode: 'OAUTH2' })
})

it('questions are those of the way to sign in, and answers that build a host are of one label', async () => {
  const jira = (credentials: object, answers: object) => connect('jira', credentials, answers)
  expect((await jira(token, {})).body.errors[0].pointer).toBe('/connection_config/cloud_id')
  expect((await connect('zendesk', token, { subdomain: 'evil.example/' })).body.errors[0].pointer).toBe(
    '/connection_config/subdomain',
  )
  // Zendesk gives out no API tokens any more.
  expect((await connect('zendesk', basic, { subdomain: 'acme' })).body.errors[0].pointer).toBe('/credentials/type')
})

it('Stripe is told the account of a platform’s customer', async () => {
  let account: string | null = null
  const stripe = await listen(request => {
    account = request.headers.get('stripe-account')
    return Response.json({ object: 'list', data: [], has_more: false })
  })
  const integration_config = { base_url: stripe.url }
  await call('POST /integrations', { provider: 'stripe', unique_key: 'stripe', integration_config })
  const connection_config = { stripe_user_id: 'acct_1' }
  const given = { provider_config_key: 'stripe', connection_id: 'one', credentials: token, connection_config }
  expect((await call('POST /connections', given)).status).toBe(201)
  expect((await call('GET /contacts')).status).toBe(200)
  expect(account).toBe('acct_1')
  await stripe.close()
})

it('providers are listed with all ways to sign in and the forms of each', async () => {
  const { body } = await call('GET /providers')
  const modes = Object.fromEntries(
    body.data.map(({ name, auth_modes }: { name: string; auth_modes: string[] }) => [name, auth_modes.join()]),
  )
  expect(modes).toEqual({
    attio: 'OAUTH2,API_KEY',
    bamboohr: 'OAUTH2,BASIC',
    close: 'OAUTH2,BASIC',
    github: 'OAUTH2,APP,CUSTOM,API_KEY',
    'google-people': 'OAUTH2',
    hubspot: 'OAUTH2,API_KEY',
    intercom: 'OAUTH2,API_KEY',
    jira: 'OAUTH2,BASIC',
    linear: 'OAUTH2,API_KEY',
    pipedrive: 'OAUTH2,API_KEY',
    quickbooks: 'OAUTH2',
    salesforce: 'OAUTH2',
    stripe: 'OAUTH2,API_KEY',
    xero: 'OAUTH2',
    zendesk: 'OAUTH2',
    'zoho-crm': 'OAUTH2',
  })
  const jira = body.data.find(({ name }: { name: string }) => name === 'jira')
  expect(jira.credentials).toEqual({
    username: {
      type: 'string',
      title: 'Email address',
      description: 'Email address',
      order: 1,
      secret: false,
      optional: false,
    },
    password: {
      type: 'string',
      title: 'API token',
      description: 'Atlassian account, Security, API tokens.',
      order: 2,
      secret: true,
      optional: false,
    },
  })
  expect(jira.connection_config.cloud_id.automated).toBe(true)
  const disabled = body.data.filter(({ disable_pkce }: { disable_pkce?: boolean }) => disable_pkce)
  expect(disabled.map(({ name }: { name: string }) => name)).toEqual(['pipedrive'])
})
