import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type Served, serveGateway } from './served.ts'

let served: Served
let other: string
const ORIGIN = 'https://app.example.com'
beforeAll(async () => {
  served = await serveGateway()
  for (const unique_key of ['crm', 'second'])
    await served.must('POST /integrations', {
      provider: 'hubspot',
      unique_key,
      integration_config: { base_url: served.provider },
      custom: { internal: 'planted-setting' },
    })
  await served.must('PATCH /environment', { allowed_origins: [ORIGIN] })
  await served.must('POST /connections?verify=false', {
    provider_config_key: 'crm',
    connection_id: 'customer-1',
    credentials: { type: 'API_KEY', apiKey: 'key' },
    tags: { plan: 'gold' },
    end_user: { id: 'user-1', email: 'ada@people.example' },
  })
  other = (await served.must('POST /environments', { name: 'other' })).body.data.api_key.key
})
afterAll(() => served.close())

const create = (body: unknown, key?: string) => served.call('POST /connect/sessions', body, key ? { key } : {})
const someone = { end_user: { id: 'user-1' } }
async function tokenOf(body: object): Promise<string> {
  const { status, body: answer } = await create(body)
  expect(status).toBe(201)
  return answer.data.token
}
const as = (key: string) => ({ key })
/** What a client of the documented API reads of a failure: code, and the path of each fault. */
const documented = ({ status, body }: Answer) => [
  status,
  body.error.code,
  body.error.errors?.map(({ path }: { path: string[] }) => path),
]

describe('a session', () => {
  it('shows its own page what it may do', async () => {
    const token = await tokenOf({
      end_user: { id: 'user-2', email: 'grace@people.example', tags: { Team: 'navy' } },
      organization: { id: 'org-1', display_name: 'Example' },
      allowed_integrations: ['crm'],
      integrations_config_defaults: { crm: { user_scopes: 'a,b', connection_config: { region: 'eu' } } },
      overrides: { crm: { docs_connect: 'https://help.example.com/crm' } },
    })
    const answer = await served.call('GET /connect/session', undefined, as(token))
    const color = expect.stringMatching(/^#[0-9a-f]{6}$/)
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        data: {
          endUser: {
            id: 'user-2',
            display_name: null,
            email: 'grace@people.example',
            tags: { team: 'navy' },
            organization: { id: 'org-1', display_name: 'Example' },
          },
          connectUISettings: {
            theme: { light: { primary: color }, dark: { primary: color } },
            defaultTheme: 'system',
            showWatermark: false,
          },
          allowed_integrations: ['crm'],
          integrations_config_defaults: { crm: { user_scopes: 'a,b', connection_config: { region: 'eu' } } },
          overrides: { crm: { docs_connect: 'https://help.example.com/crm' } },
          isReconnecting: false,
          websocketsPath: '/',
        },
      },
    ])
  })

  it('reads the integrations that it allows, without settings, and providers', async () => {
    const token = await tokenOf({ ...someone, allowed_integrations: ['second'] })
    const { status, body, text } = await served.call('GET /integrations', undefined, as(token))
    expect(status).toBe(200)
    expect(body.data.map((one: object) => Object.keys(one).sort())).toEqual([
      ['created_at', 'display_name', 'forward_webhooks', 'logo', 'provider', 'unique_key', 'updated_at'],
    ])
    expect(body.data[0].unique_key).toBe('second')
    expect(text).not.toContain('planted-setting')
    expect((await served.call('GET /providers/hubspot', undefined, as(token))).body.data.name).toBe('hubspot')
    const all = await served.call('GET /integrations', undefined, as(await tokenOf(someone)))
    expect(all.body.data).toHaveLength(2)
    const none = await served.call(
      'GET /integrations',
      undefined,
      as(await tokenOf({ ...someone, allowed_integrations: [] })),
    )
    expect(none.body.data).toEqual([])
  })

  it('opens nothing else: it is no key', async () => {
    const token = await tokenOf(someone)
    const routes = [
      'GET /connections',
      'GET /connections/customer-1',
      'GET /integrations/crm',
      'POST /integrations',
      'POST /connect/sessions',
      'GET /environment',
      'GET /environment-variables',
      'GET /contacts',
      'GET /proxy/crm/v3/objects/contacts',
      'POST /action/trigger',
      'GET /scripts/config',
      'GET /logs',
      'POST /environment/api-keys',
    ]
    for (const route of routes)
      expect([route, (await served.call(route, /^GET/.test(route) ? undefined : {}, as(token))).status]).toEqual([
        route,
        401,
      ])
  })

  it('ends when it is told to, at once', async () => {
    const token = await tokenOf(someone)
    const ended = await served.call('DELETE /connect/session', undefined, as(token))
    expect([ended.status, ended.text]).toEqual([204, ''])
    for (const request of ['GET /connect/session', 'DELETE /connect/session', 'GET /integrations', 'GET /providers'])
      expect(documented(await served.call(request, undefined, as(token)))).toEqual([
        401,
        'unknown_connect_session_token',
        undefined,
      ])
  })

  it('is not a key of its own surface, and a key is no session', async () => {
    for (const key of [served.key, 'nango_connect_session_', `nango_connect_session_${'0'.repeat(64)}`, 'x'])
      expect((await served.call('GET /connect/session', undefined, as(key))).status).toBe(401)
  })

  it('needs a key with its scope', async () => {
    const keyWith = async (scope: string) =>
      (await served.must('POST /environment/api-keys', { name: scope, scopes: [scope] })).body.data.key
    expect((await create(someone, await keyWith('connect_sessions:write'))).status).toBe(201)
    expect(documented(await create(someone, await keyWith('connections:write')))).toEqual([403, 'forbidden', undefined])
  })

  it('leads to the public address of the gateway', async () => {
    const behind = await serveGateway({ KOINE_PUBLIC_URL: 'https://koine.example.com/' })
    const { data } = (await behind.must('POST /connect/sessions', someone)).body
    expect(data.connect_link).toBe(`https://koine.example.com/connect/${data.token}`)
    await behind.close()
  })
})

describe('a body is refused, with the documented code and path,', () => {
  it.each<[string, unknown, string[][]]>([
    ['without a person or tags', {}, [['end_user']]],
    ['with a member that is not known', { ...someone, surprise: 1 }, [['surprise']]],
    ['with a person without an id', { end_user: { email: 'ada@people.example' } }, [['end_user', 'id']]],
    ['with an email that is none', { end_user: { id: 'u', email: 'ada' } }, [['end_user', 'email']]],
    ['with an organization of nobody', { tags: { a: 'b' }, organization: { id: 'o' } }, [['organization']]],
    [
      'with integrations that are not there',
      { ...someone, allowed_integrations: ['crm', 'nothing', 'nowhere'] },
      [
        ['allowed_integrations', '1'],
        ['allowed_integrations', '2'],
      ],
    ],
    [
      'with defaults and overrides of such',
      { ...someone, integrations_config_defaults: { nothing: {} }, overrides: { nowhere: {} } },
      [
        ['integrations_config_defaults', 'nothing'],
        ['overrides', 'nowhere'],
      ],
    ],
    ['with the same tag twice', { tags: { Plan: 'a', plan: 'b' } }, [['tags', 'plan']]],
    [
      'with help at an address that runs code',
      { ...someone, overrides: { crm: { docs_connect: 'javascript:alert(1)' } } },
      [['overrides', 'crm', 'docs_connect']],
    ],
    [
      'with a parameter that sign-in itself sets',
      { ...someone, integrations_config_defaults: { crm: { authorization_params: { State: 'x' } } } },
      [['integrations_config_defaults', 'crm', 'authorization_params', 'State']],
    ],
    ['with a webhook at no address', { ...someone, webhook_url_override: 'ftp://x' }, [['webhook_url_override']]],
    ['of another shape', [], [[]]],
  ])('%s', async (_, body, paths) => {
    const answer = await create(body)
    expect(documented(answer)).toEqual([400, 'invalid_body', paths])
    expect(answer.body).toMatchObject({ code: 'invalid-body', status: 400, error: { message: answer.body.detail } })
    for (const fault of answer.body.error.errors)
      expect(fault).toMatchObject({ code: expect.any(String), message: expect.any(String) })
  })

  it('that is far too large', async () => {
    const connection_config = { text: 'x'.repeat(140_000) }
    const answer = await create({ ...someone, integrations_config_defaults: { crm: { connection_config } } })
    // The gateway of the tests takes bodies up to 64 KiB.
    expect(answer.status).toBe(413)
  })

  it.each([
    'https://evil.example.com/',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://user:password@app.example.com/',
    'http://app.example.com/',
    'https://app.example.com:8443/',
    '//app.example.com/',
    '/settings',
    'javascript:alert(1)',
  ])('with the return address %s', async return_url => {
    expect(documented(await create({ ...someone, return_url }))).toEqual([400, 'invalid_body', [['return_url']]])
  })

  it('but a return address on an allowed origin is fine, and tags in place of a person', async () => {
    expect((await create({ ...someone, return_url: `${ORIGIN}/settings?tab=1` })).status).toBe(201)
    expect((await create({ tags: { plan: 'gold' } })).status).toBe(201)
    // Another environment allows other origins.
    expect((await create({ ...someone, return_url: `${ORIGIN}/` }, other)).status).toBe(400)
  })
})

describe('a session to sign in again', () => {
  const reconnect = (body: object, key?: string) =>
    served.call('POST /connect/sessions/reconnect', body, key ? { key } : {})
  const ofCustomer = { connection_id: 'customer-1', integration_id: 'crm' }

  it('is for one integration, and for the person of the connection', async () => {
    const { status, body } = await reconnect(ofCustomer)
    expect(status).toBe(201)
    const { data } = (await served.call('GET /connect/session', undefined, as(body.data.token))).body
    expect(data).toMatchObject({
      endUser: { id: 'user-1', email: 'ada@people.example' },
      allowed_integrations: ['crm'],
      isReconnecting: true,
    })
  })

  it.each<[string, object, string[][]]>([
    ['an unknown connection', { ...ofCustomer, connection_id: 'nobody' }, [['connection_id']]],
    ['a connection of another integration', { ...ofCustomer, integration_id: 'second' }, [['connection_id']]],
    ['an unknown integration', { ...ofCustomer, integration_id: 'nothing' }, [['integration_id']]],
    ['no connection', { integration_id: 'crm' }, [['connection_id']]],
    ['a choice of integrations', { ...ofCustomer, allowed_integrations: ['crm'] }, [['allowed_integrations']]],
  ])('is refused for %s', async (_, body, paths) => {
    expect(documented(await reconnect(body))).toEqual([400, 'invalid_body', paths])
  })

  it('is not made by another environment, which learns nothing', async () => {
    const foreign = await reconnect(ofCustomer, other)
    const absent = await reconnect({ connection_id: 'nobody', integration_id: 'nothing' }, other)
    expect(documented(foreign)).toEqual([400, 'invalid_body', [['integration_id']]])
    expect(foreign.body.error).toEqual(absent.body.error)
  })

  it('ends with the connection', async () => {
    await served.must('POST /connections?verify=false', {
      provider_config_key: 'crm',
      connection_id: 'short-lived',
      credentials: { type: 'API_KEY', apiKey: 'key' },
    })
    const { body } = await reconnect({ connection_id: 'short-lived', integration_id: 'crm' })
    await served.must('DELETE /connections/short-lived?provider_config_key=crm')
    expect((await served.call('GET /connect/session', undefined, as(body.data.token))).status).toBe(401)
  })
})

it('sessions of one environment see nothing of another', async () => {
  const { data } = (await create(someone, other)).body
  expect((await served.call('GET /integrations', undefined, as(data.token))).body).toEqual({ data: [] })
  const { status, body } = await create({ ...someone, allowed_integrations: ['crm'] }, other)
  expect([status, body.error.errors[0].path]).toEqual([400, ['allowed_integrations', '0']])
})
