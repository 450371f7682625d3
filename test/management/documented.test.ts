// The endpoints behind the 24 documented tools, from outside, one after another as an app would use them. Bodies and
// answers are written by hand from the documented interface: every member that it names is here.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { INSTANT, type Served, serveGateway, TOKEN } from './served.ts'

let served: Served
beforeAll(async () => {
  served = await serveGateway()
})
afterAll(() => served.close())

const instant = expect.stringMatching(INSTANT)
const on = { headers: { 'connection-id': 'customer-1', 'provider-config-key': 'crm' } }
const contacts = '/proxy/crm/v3/objects/contacts'
const integration = () => ({
  unique_key: 'crm',
  provider: 'hubspot',
  display_name: 'CRM',
  logo: '',
  forward_webhooks: false,
  created_at: instant,
  updated_at: instant,
  // Of our own.
  integration_config: { base_url: served.provider },
  custom: { tier: 'gold' },
  backend: { type: 'direct' },
})
const user = { id: 'user-1', display_name: 'Ada', email: 'ada@people.example', tags: {}, organization: null }
const listed = {
  id: expect.any(Number),
  connection_id: 'customer-1',
  provider_config_key: 'crm',
  provider: 'hubspot',
  errors: [],
  end_user: user,
  tags: { plan: 'gold' },
}
const full = {
  ...listed,
  metadata: { team: 'north' },
  connection_config: {},
  webhook_url_override: null,
  created_at: instant,
  updated_at: instant,
}
const session = {
  data: {
    token: expect.stringMatching(TOKEN),
    connect_link: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/connect\/nango_connect_session_[0-9a-f]{64}$/),
    expires_at: instant,
  },
}

describe('the documented tools', () => {
  it('5 NANGO_CREATE_INTEGRATION', async () => {
    const answer = await served.call('POST /integrations', {
      provider: 'hubspot',
      unique_key: 'crm',
      display_name: 'CRM',
      forward_webhooks: false,
      credentials: { type: 'OAUTH2', client_id: 'client', client_secret: 'secret', scopes: 'oauth,contacts' },
      integration_config: { base_url: served.provider },
      custom: { tier: 'gold' },
    })
    expect([answer.status, answer.body]).toEqual([200, { data: integration() }])
  })

  it('11 NANGO_GET_INTEGRATION', async () => {
    const plain = await served.call('GET /integrations/crm')
    expect([plain.status, plain.body]).toEqual([200, { data: integration() }])
    const more = await served.call('GET /integrations/crm?include=webhook&include=credentials')
    expect(more.body.data).toEqual({
      ...integration(),
      webhook_url: null,
      credentials: { type: 'OAUTH2', client_id: 'client', client_secret: 'secret', scopes: 'oauth,contacts' },
    })
    expect((await served.call('GET /integrations/nothing')).status).toBe(404)
  })

  it('15 NANGO_LIST_INTEGRATIONS', async () => {
    const answer = await served.call('GET /integrations')
    expect([answer.status, answer.body]).toEqual([200, { data: [integration()] }])
  })

  it('24 NANGO_UPDATE_INTEGRATION', async () => {
    const answer = await served.call('PATCH /integrations/crm', { display_name: 'Ours' })
    expect([answer.status, answer.body]).toEqual([200, { data: { ...integration(), display_name: 'Ours' } }])
    expect((await served.call('PATCH /integrations/crm', { display_name: 'CRM' })).status).toBe(200)
  })

  it('2 NANGO_ADD_CONNECTION', async () => {
    const answer = await served.call('POST /connections', {
      provider_config_key: 'crm',
      connection_id: 'customer-1',
      credentials: { type: 'OAUTH2', access_token: 'sandbox-hubspot-token' },
      metadata: { team: 'north' },
      connection_config: {},
      tags: { Plan: 'gold' },
      end_user: { id: 'user-1', display_name: 'Ada', email: 'ada@people.example' },
    })
    const credentials = {
      type: 'OAUTH2',
      access_token: 'sandbox-hubspot-token',
      raw: { access_token: 'sandbox-hubspot-token' },
    }
    expect([answer.status, answer.body]).toEqual([201, { ...full, last_fetched_at: null, credentials }])
  })

  it.each([
    ['14 NANGO_LIST_CONNECTIONS', '/connections?integrationId=crm,other&tags[plan]=gold&limit=10&page=0'],
    ['3 NANGO_CONNECTION_GET', '/connections?connectionId=customer-1&endUserId=user-1'],
  ])('%s', async (_, path) => {
    const answer = await served.call(`GET ${path}`)
    const one = { ...listed, metadata: { team: 'north' }, created: instant }
    expect([answer.status, answer.body]).toEqual([200, { connections: [one] }])
    expect((await served.call('GET /connections?endUserOrganizationId=none')).body).toEqual({ connections: [] })
  })

  it('9 NANGO_GET_CONNECTION', async () => {
    const flags = 'force_refresh=false&refresh_token=false&refresh_github_app_jwt_token=false'
    const answer = await served.call(`GET /connections/customer-1?provider_config_key=crm&${flags}`)
    const credentials = {
      type: 'OAUTH2',
      access_token: 'sandbox-hubspot-token',
      raw: { access_token: 'sandbox-hubspot-token' },
    }
    expect([answer.status, answer.body]).toEqual([200, { ...full, last_fetched_at: instant, credentials }])
    expect((await served.call('GET /connections/nobody?provider_config_key=crm')).status).toBe(404)
  })

  it('8 NANGO_EDIT_CONNECTION', async () => {
    const at = '/connections/customer-1?provider_config_key=crm'
    const answer = await served.call(`PATCH ${at}`, {
      tags: { plan: 'silver' },
      end_user: { id: 'user-1', display_name: 'Ada', email: 'ada@people.example' },
    })
    expect([answer.status, answer.body]).toEqual([200, { success: true }])
    expect((await served.call(`GET ${at}`)).body.tags).toEqual({ plan: 'silver' })
  })

  it('21 NANGO_SET_CONNECTION_METADATA and 23 NANGO_UPDATE_CONNECTION_METADATA', async () => {
    const set = { connection_id: 'customer-1', provider_config_key: 'crm', metadata: { team: 'south', seats: 3 } }
    const one = await served.call('POST /connections/metadata', set)
    expect([one.status, one.body]).toEqual([201, set])
    const merge = { connection_id: ['customer-1'], provider_config_key: 'crm', metadata: { seats: 4 } }
    const two = await served.call('PATCH /connections/metadata', merge)
    expect([two.status, two.body]).toEqual([200, merge])
    const { body } = await served.call('GET /connections/customer-1?provider_config_key=crm')
    expect(body.metadata).toEqual({ team: 'south', seats: 4 })
  })

  it('1 NANGO_ACTION_TRIGGER_POST', async () => {
    const answer = await served.call(
      'POST /action/trigger',
      { action_name: 'get-contact', input: { id: '1001', fields: ['name'] } },
      on,
    )
    expect([answer.status, answer.body.data]).toEqual([200, { id: '1001', name: 'Ada Lovelace' }])
  })

  it('12 NANGO_GET_PROXY and 18 NANGO_PUT_PROXY', async () => {
    const one = await served.call(`GET ${contacts}/1001?properties=jobtitle`, undefined, on)
    expect([one.status, one.body.properties.jobtitle]).toEqual([200, 'Engineer'])
    const linked = await served.call(
      'PUT /proxy/crm/v4/objects/contacts/1001/associations/companies/9001',
      [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }],
      on,
    )
    expect(linked.status).toBe(201)
  })

  it('10 NANGO_GET_ENVIRONMENT_VARIABLES', async () => {
    await served.must('PUT /environment-variables/REGION', { value: 'eu' })
    const answer = await served.call('GET /environment-variables')
    expect([answer.status, answer.body]).toEqual([200, [{ name: 'REGION', value: 'eu' }]])
  })

  it('16 NANGO_PROVIDERS_GET_GET and 17 NANGO_PROVIDERS_LIST_GET', async () => {
    const one = await served.call('GET /providers/hubspot')
    expect(one.body.data).toMatchObject({
      name: 'hubspot',
      display_name: 'HubSpot',
      auth_mode: 'OAUTH2',
      authorization_url: 'https://app.hubspot.com/oauth/authorize',
      token_url: 'https://api.hubapi.com/oauth/2026-09/token',
      proxy: { base_url: 'https://api.hubapi.com' },
      docs: expect.any(String),
      logo_url: expect.any(String),
    })
    const all = await served.call('GET /providers?search=hubsp')
    expect([all.status, all.body]).toEqual([200, { data: [one.body.data] }])
    expect((await served.call('GET /providers/nobody')).status).toBe(404)
  })

  it('20 NANGO_SCRIPTS_CONFIG_GET', async () => {
    const { status, body } = await served.call('GET /scripts/config?format=nango')
    expect([status, body]).toEqual([
      200,
      [
        {
          providerConfigKey: 'crm',
          provider: 'hubspot',
          syncs: [],
          actions: expect.arrayContaining([expect.objectContaining({ name: 'list-contacts', type: 'action' })]),
          'on-events': [],
        },
      ],
    ])
    const tools = await served.call('GET /scripts/config?format=openai')
    expect(tools.body.data).toContainEqual({
      name: 'get-contact',
      description: expect.any(String),
      parameters: expect.objectContaining({ type: 'object', required: ['id'] }),
    })
  })

  it('4 NANGO_CREATE_CONNECT_SESSION', async () => {
    const answer = await served.call('POST /connect/sessions', {
      end_user: { id: 'user-2', email: 'grace@people.example', display_name: 'Grace', tags: { team: 'navy' } },
      organization: { id: 'org-1', display_name: 'Example' },
      allowed_integrations: ['crm'],
      integrations_config_defaults: {
        crm: { user_scopes: 'a,b', authorization_params: { prompt: 'consent' }, connection_config: { region: 'eu' } },
      },
      overrides: { crm: { docs_connect: 'https://help.example.com/crm' } },
      tags: { plan: 'gold' },
    })
    expect([answer.status, answer.body]).toEqual([201, session])
    expect(answer.body.data.connect_link).toBe(`${served.url}/connect/${answer.body.data.token}`)
  })

  it('19 NANGO_RECONNECT_SESSION_POST', async () => {
    const answer = await served.call('POST /connect/sessions/reconnect', {
      connection_id: 'customer-1',
      integration_id: 'crm',
    })
    expect([answer.status, answer.body]).toEqual([201, session])
  })

  it('13 NANGO_GET_SYNC_STATUS', async () => {
    const answer = await served.call('GET /sync/status?syncs=*&provider_config_key=crm&connection_id=customer-1')
    expect([answer.status, answer.body]).toEqual([200, { syncs: [] }])
    expect((await served.call('GET /sync/status?syncs=*')).status).toBe(400)
    expect((await served.call('GET /sync/status?syncs=*&provider_config_key=nothing')).status).toBe(404)
  })

  it('22 NANGO_SYNC_TRIGGER_POST says what to use', async () => {
    const answer = await served.call('POST /sync/trigger', {
      syncs: ['contacts', { name: 'deals', variant: 'eu' }],
      provider_config_key: 'crm',
      connection_id: 'customer-1',
      opts: { reset: true },
    })
    expect([answer.status, answer.body.code, answer.body.error.code]).toEqual([
      501,
      'syncs-not-supported',
      'syncs-not-supported',
    ])
    const page = await served.call('GET /problems/syncs-not-supported', undefined, { headers: { accept: 'text/html' } })
    expect(page.text).toContain('GET /contacts')
  })

  it('6 NANGO_DELETE_CONNECTION and 7 NANGO_DELETE_INTEGRATION', async () => {
    const one = await served.call('DELETE /connections/customer-1?provider_config_key=crm')
    expect([one.status, one.body]).toEqual([200, { success: true }])
    const two = await served.call('DELETE /integrations/crm')
    expect([two.status, two.body]).toEqual([200, { success: true }])
    expect((await served.call('DELETE /integrations/crm')).status).toBe(404)
  })
})

describe('operations that are left out', () => {
  it.each([
    ['POST /sync/start', { syncs: ['x'], provider_config_key: 'crm' }, /^There are no syncs.*GET \/contacts/],
    ['POST /sync/pause', { syncs: ['x'], provider_config_key: 'crm' }, /^There are no syncs.*GET \/contacts/],
    ['PUT /sync/update-connection-frequency', { sync_name: 'x' }, /^There are no syncs.*GET \/contacts/],
    ['POST /sync/x/variant/y', {}, /^There are no syncs.*GET \/contacts/],
    ['DELETE /sync/x/variant/y', {}, /^There are no syncs.*GET \/contacts/],
    ['GET /records/?model=Contact', undefined, /^There are no syncs.*GET \/contacts/],
    ['GET /records?model=Contact', undefined, /^There are no syncs.*GET \/contacts/],
    ['PATCH /records/prune', {}, /^There are no syncs.*GET \/contacts/],
    ['POST /integrations/quickstart', { provider: 'hubspot', unique_key: 'x' }, /POST \/integrations with/],
    ['GET /integrations/crm/functions/get-contact/code', undefined, /file of the deployment/],
    ['DELETE /integrations/crm/functions/get-contact?type=action', undefined, /and deploy\.$/],
  ])('%s: 501, with what to use; a key is needed', async (request, body, detail) => {
    const answer = await served.call(request, body)
    expect([answer.status, answer.body.detail, answer.body.error.message]).toEqual([
      501,
      expect.stringMatching(detail),
      answer.body.detail,
    ])
    expect((await served.call(request, body, { key: 'koine_wrong' })).status).toBe(401)
  })

  it('templates of a provider are none', async () => {
    expect((await served.call('GET /providers/hubspot/templates')).body).toEqual({ data: [] })
    expect((await served.call('GET /providers/nobody/templates')).status).toBe(404)
  })
})

describe('a parameter that nobody reads', () => {
  it.each([
    ['GET /integrations', undefined],
    ['POST /integrations', { provider: 'hubspot', unique_key: 'never-made' }],
    ['GET /connections', undefined],
    ['POST /connections/metadata', { connection_id: 'c', provider_config_key: 'crm', metadata: {} }],
    ['POST /connect/sessions', { end_user: { id: 'u' } }],
    ['GET /providers', undefined],
    ['GET /environment-variables', undefined],
    ['GET /scripts/config', undefined],
  ])('%s: 400', async (request, body) => {
    const answer = await served.call(`${request}?surprise=1`, body)
    expect([answer.status, answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      400,
      ['/query/surprise'],
    ])
  })
})
