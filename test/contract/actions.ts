import { describe, expect, it } from 'vitest'
import { ada } from './ada.ts'
import { type Answer, type Caller, pointers, problem } from './caller.ts'

/** Actions by their names, the proxy, and the lists of what there is. */
export function actions(caller: Caller): void {
  const { call, connect, tenant, keyWith } = caller
  const trigger = (action_name: string, input?: unknown, sending: object = { connection: 'scratch' }) =>
    call('POST /action/trigger', { ...sending, body: { action_name, input } })
  const shown = { fields: ['title', 'emails'] }

  describe('actions', () => {
    it('answer what they return, as it is', async () => {
      const { status, headers, body } = await trigger('get-contact', { id: '1001', ...shown }, { connection: 'people' })
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json'])
      expect(body).toEqual({ data: { id: '1001', title: 'Engineer', emails: ada.emails }, warnings: [] })
    })

    it('list page by page, without an input too', async () => {
      const people = { connection: 'people' }
      const first = await trigger('list-contacts', { limit: 2, fields: ['name'] }, people)
      expect(first.body.data.map(({ name }: { name: string }) => name)).toEqual(['Ada Lovelace', 'Grace Hopper'])
      const next = { limit: 2, fields: ['name'], cursor: first.body.next_cursor }
      expect((await trigger('list-contacts', next, people)).body.data[0].id).toBe('1003')
      expect((await trigger('list-contacts', undefined, people)).body.data).toHaveLength(50)
    })

    it('write, and answer a void with an empty body', async () => {
      const made = await trigger('create-contact', { first_name: 'Kay', last_name: 'McNulty' })
      const { id } = made.body.data
      expect((await trigger('update-contact', { id, title: 'Programmer' })).body.data.title).toBe('Programmer')
      const gone = await trigger('delete-contact', { id })
      expect([gone.status, gone.text]).toEqual([200, ''])
      problem(await trigger('get-contact', { id }), 404, 'record-not-found')
    })

    it('refuse an input by its pointer', async () => {
      const wrong = problem(await trigger('create-contact', { emails: [{ email: 7 }] }), 400, 'action-input-invalid')
      expect(pointers(wrong)).toEqual(['/emails/0/email'])
      expect(wrong.error.errors).toEqual(wrong.errors)
      const unknown = problem(await trigger('create-contact', { shoe_size: 38 }), 400, 'action-input-invalid')
      expect(pointers(unknown)).toEqual(['/shoe_size'])
      expect(pointers(problem(await trigger('get-contact'), 400, 'action-input-invalid'))).toEqual(['/id'])
    })

    it('are not found where connection, integration or name are not there', async () => {
      problem(await trigger('list-contacts', {}, { connection: 'nobody' }), 404, 'connection-not-found')
      const elsewhere = { connection: 'people', headers: { 'provider-config-key': 'nothing' } }
      problem(await trigger('list-contacts', {}, elsewhere), 404, 'integration-not-found')
      for (const name of ['no-such-action', 'constructor', 'update-first'])
        problem(await trigger(name, {}), 404, 'action-not-found')
      const none = { headers: { 'provider-config-key': 'scratch' } }
      problem(await trigger('list-contacts', {}, none), 404, 'connection-not-found')
      problem(await trigger('list-contacts', {}, {}), 400, 'bad-parameter')
    })

    it('of another environment answer as if they did not exist, byte for byte', async () => {
      const { key } = await tenant()
      const headers = { 'x-request-id': 'the-same-request' }
      const foreign = await trigger('list-contacts', {}, { key, connection: 'people', headers })
      problem(foreign, 404, 'connection-not-found')
      expect(foreign.text).toBe((await trigger('list-contacts', {}, { key, connection: 'nobody', headers })).text)
    })

    it('need a scope of their own', async () => {
      const { key } = await keyWith('records:write', 'proxy')
      const refused = problem(await trigger('list-contacts', {}, { key, connection: 'people' }), 403, 'forbidden')
      expect(refused.detail).toContain('`actions:execute`')
    })

    it('fail as the provider does', async () => {
      await connect('acting-up', `${caller.entryPoint.faults}/conflict`)
      const body = problem(
        await trigger('create-contact', { last_name: 'X' }, { connection: 'acting-up' }),
        409,
        'conflict',
      )
      expect(body).toMatchObject({ source: 'provider', provider: 'hubspot', upstream: { status: 409 } })
    })
  })

  describe('the proxy', () => {
    const proxy = (request: string, sending: object = {}): Promise<Answer> =>
      call(request, { connection: 'scratch', headers: { 'provider-config-key': 'scratch' }, ...sending })
    const path = '/proxy/crm/v3/objects/contacts'

    it('passes any verb on, and the provider’s status and body as they are', async () => {
      const read = await proxy(`GET ${path}/1001?properties=jobtitle`)
      expect([read.status, read.body.properties.jobtitle]).toEqual([200, 'Engineer'])
      const made = await proxy(`POST ${path}`, { body: { properties: { lastname: 'McNulty' } } })
      expect([made.status, made.body.properties.lastname]).toEqual([201, 'McNulty'])
      const { id } = made.body
      const changed = await proxy(`PATCH ${path}/${id}`, { body: { properties: { lastname: 'Mauchly' } } })
      expect([changed.status, changed.body.properties.lastname]).toEqual([200, 'Mauchly'])
      const gone = await proxy(`DELETE ${path}/${id}`)
      expect([gone.status, gone.text]).toEqual([204, ''])
      const missing = await proxy(`GET ${path}/${id}`)
      expect([missing.status, missing.body.category]).toEqual([404, 'OBJECT_NOT_FOUND'])
    })

    it('takes the documented headers, empty ones too', async () => {
      const headers = {
        'provider-config-key': 'scratch',
        'base-url-override': '',
        'nango-activity-log-id': '',
        retries: '2',
        'retry-on': '404,409',
        decompress: 'true',
        'nango-proxy-x-own': '1',
      }
      expect((await proxy(`GET ${path}/1001`, { headers })).status).toBe(200)
      for (const wrong of [{ retries: 'many' }, { 'retry-on': 'all' }, { 'base-url-override': 'here' }])
        problem(await proxy(`GET ${path}/1001`, { headers: { ...headers, ...wrong } }), 400, 'bad-parameter')
      const elsewhere = { ...headers, 'base-url-override': 'https://evil.example' }
      problem(await proxy(`GET ${path}/1001`, { headers: elsewhere }), 400, 'bad-parameter')
    })

    it('needs a scope and a connection', async () => {
      const { key } = await keyWith('records:write', 'actions:execute')
      problem(await proxy(`GET ${path}/1001`, { key }), 403, 'forbidden')
      problem(await call(`GET ${path}/1001`), 400, 'bad-parameter')
      problem(await call(`GET ${path}/1001`, { connection: 'nobody' }), 404, 'connection-not-found')
    })
  })

  describe('what there is', () => {
    it('lists providers and reads one', async () => {
      const all = await call('GET /providers')
      expect(all.body.data.map(({ name }: { name: string }) => name)).toContain('hubspot')
      const found = await call('GET /providers?search=HUBSP')
      expect(found.body.data).toHaveLength(1)
      const { body } = await call('GET /providers/hubspot')
      expect(found.body.data[0]).toEqual(body.data)
      expect(body.data).toMatchObject({
        name: 'hubspot',
        display_name: 'HubSpot',
        auth_mode: 'OAUTH2',
        authorization_url: 'https://app.hubspot.com/oauth/authorize',
        proxy: { base_url: 'https://api.hubapi.com' },
        logo_url: '',
      })
      for (const name of ['nothing', 'constructor']) problem(await call(`GET /providers/${name}`), 404, 'not-found')
    })

    it('lists the actions of every integration, with their schemas', async () => {
      const { key } = await tenant()
      expect((await call('GET /scripts/config', { key })).body).toEqual([])
      await connect('people', caller.entryPoint.sandbox, { key })
      const { body } = await call('GET /scripts/config?format=nango', { key })
      expect(body).toMatchObject([{ providerConfigKey: 'people', provider: 'hubspot', syncs: [], 'on-events': [] }])
      const get = body[0].actions.find(({ name }: { name: string }) => name === 'get-contact')
      expect(get).toMatchObject({ type: 'action', input: 'GetContactInput', returns: ['GetContactOutput'] })
      expect(get.json_schema.definitions.GetContactInput.required).toEqual(['id'])
      const tools = await call('GET /scripts/config?format=openai', { key })
      const tool = tools.body.data.find(({ name }: { name: string }) => name === 'get-contact')
      expect(tool.parameters).toMatchObject({ type: 'object', required: ['id'] })
    })
  })
}
