import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, problem } from '../contract/caller.ts'
import { type ActionGateway, openActions } from './gateway.ts'

let gateway: ActionGateway
let call: ActionGateway['call']
beforeAll(async () => {
  gateway = await openActions()
  call = gateway.call
})
afterAll(() => gateway?.close())

const names = ({ body }: Answer): string[] => body.data.map(({ name }: { name: string }) => name)
// What numbers are in JSON Schema, draft 7, as zod writes it.
const numbers = {
  type: 'array',
  items: { type: 'object', properties: { value: { type: 'number' } }, required: ['value'] },
}
const double = {
  name: 'double',
  type: 'action',
  description: 'Doubles numbers.',
  scopes: ['numbers.read'],
  input: 'DoubleInput',
  returns: ['DoubleOutput'],
  json_schema: {
    definitions: {
      DoubleInput: {
        type: 'object',
        properties: { numbers, unit: { type: 'string', default: 'm' } },
        required: ['numbers'],
        additionalProperties: false,
      },
      DoubleOutput: {
        type: 'object',
        properties: { doubled: { type: 'array', items: { type: 'number' } }, unit: { type: 'string' } },
        required: ['doubled', 'unit'],
      },
    },
  },
  enabled: true,
}

describe('a provider', () => {
  it('shows what is public of its file, in the documented shape', async () => {
    const { body } = await call('GET /providers/acme')
    const apiKey = {
      type: 'string',
      title: 'API key',
      description: 'API key',
      order: 1,
      secret: true,
      optional: false,
    }
    expect(body).toEqual({
      data: {
        name: 'acme',
        display_name: 'Acme',
        auth_mode: 'OAUTH2',
        auth_modes: ['OAUTH2', 'API_KEY'],
        // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the placeholders of the documented API
        authorization_url: 'https://${connectionConfig.tenant}.acme.example/authorize',
        token_url: 'https://api.acme.example/token',
        default_scopes: ['numbers.read'],
        scope_separator: ',',
        disable_pkce: false,
        proxy: {
          base_url: 'https://api.acme.example',
          headers: { 'Acme-Version': '2026-01-01', 'Acme-Tenant': '${connectionConfig.tenant}' },
        },
        // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the placeholders of the documented API
        connection_config: {
          tenant: { type: 'string', title: 'Tenant', description: 'Tenant', order: 1, automated: false },
        },
        credentials: { apiKey },
        credentials_by_mode: { API_KEY: { apiKey } },
        docs: '',
        logo_url: '',
      },
    })
  })

  it('is found by a part of its name, which is no pattern', async () => {
    expect(names(await call('GET /providers?search=ACM'))).toEqual(['acme'])
    expect(names(await call('GET /providers?search=.*'))).toEqual([])
    const all = names(await call('GET /providers?search='))
    expect(all).toEqual([...all].sort())
    expect(all).toEqual(expect.arrayContaining(['acme', 'hubspot', 'salesforce']))
  })

  it('is for any key, and only with one', async () => {
    const { key } = await gateway.keyWith('records:read')
    expect((await call('GET /providers/acme', { key })).status).toBe(200)
    problem(await call('GET /providers', { key: null }), 401, 'unauthenticated')
    problem(await call('GET /providers?like=acme'), 400, 'bad-parameter')
    problem(await call('GET /providers/nothing'), 404, 'not-found')
  })
})

describe('the functions of an integration', () => {
  it('come by name, a page at a time', async () => {
    const one = await call('GET /integrations/acme/functions?limit=4')
    expect(names(one)).toEqual(['ask', 'break', 'bytes', 'call'])
    const { total } = one.body.pagination
    expect(one.body.pagination).toEqual({ total, page: 0, limit: 4 })
    expect(names(await call('GET /integrations/acme/functions?limit=4&page=1'))).toEqual([
      'catch',
      'descend',
      'double',
      'echo',
    ])
    expect((await call('GET /integrations/acme/functions')).body.pagination).toEqual({ total, page: 0, limit: 20 })
    expect(names(await call('GET /integrations/acme/functions?page=9'))).toEqual([])
  })

  it('say what they take and give', async () => {
    const { body } = await call('GET /integrations/acme/functions?search=DOUBLES')
    expect(body.data).toEqual([double])
    expect((await call('GET /integrations/acme/functions/double')).body).toEqual({ data: double })
    const nothing = await call('GET /integrations/acme/functions/nothing')
    expect(nothing.body.data).toMatchObject({ returns: [], json_schema: { definitions: {} } })
    expect(nothing.body.data).not.toHaveProperty('input')
  })

  it('are actions, and the verbs of mappings', async () => {
    expect(names(await call('GET /integrations/acme/functions?type=sync'))).toEqual([])
    expect(names(await call('GET /integrations/crm/functions?type=action&search=-contact&limit=5'))).toEqual([
      'create-contact',
      'delete-contact',
      'get-contact',
      'list-contacts',
      'update-contact',
    ])
    const { body } = await call('GET /integrations/crm/functions/create-contact')
    const { first_name } = body.data.json_schema.definitions.CreateContactInput.properties
    expect(first_name.description).toBeTruthy()
    const gone = await call('GET /integrations/crm/functions/delete-contact')
    expect(gone.body.data.returns).toEqual([])
  })

  it('are not there for what is not there', async () => {
    problem(await call('GET /integrations/nothing/functions'), 404, 'integration-not-found')
    problem(await call('GET /integrations/acme/functions/nowhere'), 404, 'action-not-found')
    problem(await call('GET /integrations/acme/functions/double?type=sync'), 404, 'action-not-found')
    const { key } = await gateway.tenant()
    problem(await call('GET /integrations/acme/functions', { key }), 404, 'integration-not-found')
    for (const query of ['limit=101', 'limit=0', 'page=-1', 'type=webhook', 'sort=name'])
      problem(await call(`GET /integrations/acme/functions?${query}`), 400, 'bad-parameter')
    const reader = await gateway.keyWith('records:read')
    problem(await call('GET /integrations/acme/functions', { key: reader.key }), 403, 'forbidden')
  })
})

describe('the configuration of scripts', () => {
  it('has every integration, and the same of each action', async () => {
    const { body } = await call('GET /scripts/config')
    expect(body.map((one: object) => ({ ...one, actions: [] }))).toEqual([
      { providerConfigKey: 'acme', provider: 'acme', syncs: [], actions: [], 'on-events': [] },
      { providerConfigKey: 'crm', provider: 'hubspot', syncs: [], actions: [], 'on-events': [] },
    ])
    expect(body[0].actions.find(({ name }: { name: string }) => name === 'double')).toEqual({
      ...double,
      version: '1.2.0',
      runs: null,
      endpoints: [],
      features: [],
      sdk_version: null,
      last_deployed: null,
    })
  })

  it('has tools of a language model, whose parameters are objects', async () => {
    const { body } = await call('GET /scripts/config?format=openai')
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers
    const tools = new Map<string, any>(body.data.map((tool: { name: string }) => [tool.name, tool]))
    expect(tools.get('double')).toEqual({
      name: 'double',
      description: 'Doubles numbers.',
      parameters: double.json_schema.definitions.DoubleInput,
    })
    expect(tools.get('nothing').parameters).toEqual({ type: 'object', properties: {}, required: [] })
    // A list may be asked for with nothing, which is null beside the object.
    expect(tools.get('list-contacts').parameters).toMatchObject({ type: 'object', required: [] })
    expect(tools.get('list-contacts').parameters.properties.limit).toMatchObject({ minimum: 1, maximum: 200 })
    for (const name of ['large', 'catch', 'descend']) expect(tools.has(name), name).toBe(false)
    problem(await call('GET /scripts/config?format=yaml'), 400, 'bad-parameter')
  })
})
