import { beforeAll, describe, expect, it } from 'vitest'
import { type Caller, problem } from './caller.ts'

/** Keys, scopes, environments, and whose connections are whose. */
export function tenants(caller: Caller): void {
  const { call, connect, tenant, keyWith } = caller

  describe('keys', () => {
    it('are asked for', async () => {
      for (const request of ['GET /contacts', 'GET /contacts/1001', 'GET /integrations', 'GET /environment']) {
        const answer = await call(request, { key: null, connection: 'people' })
        problem(answer, 401, 'unauthenticated')
        expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      }
    })

    it('must exist', async () => {
      const { key } = caller.entryPoint
      for (const wrong of ['koine_wrong', `${key}x`, key.slice(0, -1), key.toUpperCase()])
        problem(await call('GET /contacts', { key: wrong, connection: 'people' }), 401, 'unauthenticated')
      const headers = { authorization: `Basic ${btoa(`${key}:`)}` }
      problem(await call('GET /contacts', { key: null, connection: 'people', headers }), 401, 'unauthenticated')
    })

    it('end when they are revoked', async () => {
      const { id, key } = await keyWith('records:read')
      const read = () => call('GET /contacts/1001', { key, connection: 'people' })
      expect((await read()).status).toBe(200)
      expect((await call(`DELETE /environment/api-keys/${id}`)).status).toBe(204)
      problem(await read(), 401, 'unauthenticated')
    })

    it('do what their scopes allow, and nothing else', async () => {
      const { key } = await keyWith('records:read')
      expect((await call('GET /contacts/1001', { key, connection: 'people' })).status).toBe(200)
      for (const [request, scope] of [
        ['POST /contacts', 'records:write'],
        ['PATCH /contacts/1001', 'records:write'],
        ['DELETE /contacts/1001', 'records:write'],
        ['POST /integrations', 'integrations:write'],
        ['GET /connections', 'connections:read'],
      ] as const) {
        const body = /^(POST|PATCH)/.test(request) ? { last_name: 'X' } : undefined
        const refused = problem(await call(request, { key, connection: 'people', body }), 403, 'forbidden')
        expect(refused.detail).toContain(`\`${scope}\``)
      }
    })

    it('give no scope that they lack', async () => {
      const { key } = await keyWith('keys:write', 'records:read')
      const make = (scopes: string[]) => call('POST /environment/api-keys', { key, body: { name: 'more', scopes } })
      problem(await make(['records:write']), 403, 'forbidden')
      problem(await make(['*']), 403, 'forbidden')
      expect((await make(['records:read'])).status).toBe(201)
    })
  })

  describe('connect sessions', () => {
    it('have a token that is a key of nothing, and end', async () => {
      const made = await call('POST /connect/sessions', { body: { end_user: { id: 'ada' } } })
      expect(made.status).toBe(201)
      const { token: key } = made.body.data
      expect((await call('GET /connect/session', { key })).body.data).toMatchObject({
        endUser: { id: 'ada' },
        isReconnecting: false,
      })
      const listed = await call('GET /integrations', { key })
      expect([listed.status, listed.body.data.length > 0]).toEqual([200, true])
      problem(await call('GET /connections', { key }), 401, 'unauthenticated')
      expect((await call('DELETE /connect/session', { key })).status).toBe(204)
      for (const request of ['GET /connect/session', 'GET /integrations']) {
        const { status, body } = await call(request, { key })
        expect([status, body.error.code]).toEqual([401, 'unknown_connect_session_token'])
      }
    })

    it('are refused with the documented code and path', async () => {
      const body = { end_user: { id: 'ada' }, allowed_integrations: ['nothing'] }
      const answer = await call('POST /connect/sessions', { body })
      expect([answer.status, answer.body.error.code, answer.body.error.errors[0].path]).toEqual([
        400,
        'invalid_body',
        ['allowed_integrations', '0'],
      ])
    })

    it('are of their own environment', async () => {
      const { key } = await tenant()
      const { body } = await call('POST /connect/sessions', { key, body: { tags: { plan: 'gold' } } })
      expect((await call('GET /integrations', { key: body.data.token })).body).toEqual({ data: [] })
    })
  })

  describe('syncs', () => {
    it('are none, and nothing begins one', async () => {
      problem(await call('POST /sync/trigger', { body: { syncs: ['x'] } }), 501, 'syncs-not-supported')
      problem(await call('GET /records/?model=Contact'), 501, 'syncs-not-supported')
    })
  })

  describe('connections', () => {
    let two: { key: string }
    beforeAll(async () => {
      const { sandbox } = caller.entryPoint
      two = await tenant()
      await connect('theirs', sandbox, { key: two.key })
      await connect('one', sandbox, { connection: 'twin' })
      await connect('other', sandbox, { connection: 'twin' })
    })
    const headers = { 'x-request-id': 'the-same-request' }

    it('must exist', async () => {
      for (const request of ['GET /contacts', 'GET /contacts/1001', 'DELETE /contacts/1001'])
        problem(await call(request, { connection: 'nobody' }), 404, 'connection-not-found')
      const sending = { connection: 'people', headers: { 'provider-config-key': 'nothing' } }
      problem(await call('GET /contacts', sending), 404, 'integration-not-found')
      const other = { connection: 'people', headers: { 'provider-config-key': 'scratch' } }
      problem(await call('GET /contacts', other), 404, 'connection-not-found')
    })

    it('of another environment answer as if they did not exist, byte for byte', async () => {
      expect((await call('GET /contacts/1001', { key: two.key, connection: 'theirs' })).status).toBe(200)
      for (const request of ['GET /contacts?limit=1', 'GET /contacts/1001', 'DELETE /contacts/1001']) {
        const foreign = await call(request, { connection: 'theirs', headers })
        const absent = await call(request, { connection: 'nobody', headers })
        problem(foreign, 404, 'connection-not-found')
        expect(foreign.text).toBe(absent.text)
        const named = (name: string) => ({ connection: name, headers: { ...headers, 'provider-config-key': name } })
        expect((await call(request, named('theirs'))).text).toBe((await call(request, named('nobody'))).text)
      }
    })

    it('are managed by their own environment alone', async () => {
      for (const path of ['/connections/theirs', '/integrations/theirs'])
        for (const method of ['GET', 'DELETE']) {
          const foreign = await call(`${method} ${path}`, { headers })
          const absent = await call(`${method} ${path.replace('theirs', 'nobody')}`, { headers })
          expect([foreign.status, foreign.text]).toEqual([404, absent.text])
        }
      expect((await call('GET /contacts/1001', { key: two.key, connection: 'theirs' })).status).toBe(200)
    })

    it('of one id on two integrations are told apart by the integration', async () => {
      problem(await call('GET /contacts', { connection: 'twin' }), 409, 'connection-ambiguous')
      const sending = { connection: 'twin', headers: { 'provider-config-key': 'other' } }
      expect((await call('GET /contacts/1001', sending)).body.data.name).toBe('Ada Lovelace')
    })

    it('are erased when they are deleted', async () => {
      await connect('brief', caller.entryPoint.sandbox)
      const read = () => call('GET /contacts/1001', { connection: 'brief' })
      expect((await read()).status).toBe(200)
      expect((await call('DELETE /connections/brief?provider_config_key=brief')).body).toEqual({ success: true })
      problem(await read(), 404, 'connection-not-found')
    })

    it('call the host that their integration names, from the moment it is changed', async () => {
      await connect('moved', caller.entryPoint.sandbox)
      const name = async () => (await call('GET /contacts/1001', { connection: 'moved' })).body
      expect((await name()).data.name).toBe('Ada Lovelace')
      const at = (base_url: string) => call('PATCH /integrations/moved', { body: { integration_config: { base_url } } })
      expect((await at(`${caller.entryPoint.faults}/failed`)).status).toBe(200)
      expect((await name()).code).toBe('provider-failed')
      expect((await at(caller.entryPoint.scratch)).status).toBe(200)
      expect((await name()).data.name).toBe('Ada Lovelace')
    })

    it('sign in with a private app’s token too', async () => {
      const credentials = { type: 'API_KEY', apiKey: 'sandbox-hubspot-token' }
      const body = { provider_config_key: 'people', connection_id: 'private-app', credentials }
      expect((await call('POST /connections', { body })).status).toBe(201)
      expect((await call('GET /contacts/1001', { connection: 'private-app' })).body.data.name).toBe('Ada Lovelace')
    })
  })

  describe('metadata', () => {
    const merge = (metadata: object, connection_id: string | string[] = 'merged') =>
      call('PATCH /connections/metadata', { body: { connection_id, provider_config_key: 'merged', metadata } })
    const metadataOf = async (name = 'merged') => (await call(`GET /connections/${name}`)).body.metadata
    beforeAll(() => connect('merged', caller.entryPoint.sandbox))

    it('is merged by many at once, and nothing of it is lost', async () => {
      const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => merge({ [`k${i}`]: i, shared: i })))
      expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200))
      const { shared, ...kept } = await metadataOf()
      expect(kept).toEqual(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, i])))
      expect(shared).toEqual(expect.any(Number))
    })

    it('is merged member by member, not deeper; a null is a value, and what is not named stays to the letter', async () => {
      const first = { deep: { a: 1, b: 2 }, 'a.b': 1.5, 'é $[0]': [1e21, -0.1], quote: 'x"y', nothing: null }
      const set = { connection_id: 'merged', provider_config_key: 'merged', metadata: first }
      expect((await call('POST /connections/metadata', { body: set })).status).toBe(201)
      expect((await merge({ deep: { c: null }, nothing: { n: null } })).status).toBe(200)
      expect(await metadataOf()).toEqual({ ...first, deep: { c: null }, nothing: { n: null } })
      expect((await merge({ 'a.b': 2, a: { b: 3 } })).status).toBe(200)
      // Names that SQL cannot say, more members than it takes at once, and none.
      const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`m${i}`, i]))
      for (const more of [{ 'x"y\\': 1, '': 2 }, many, {}]) expect((await merge(more)).status).toBe(200)
      expect(await metadataOf()).toEqual({
        ...first,
        deep: { c: null },
        nothing: { n: null },
        'a.b': 2,
        a: { b: 3 },
        'x"y\\': 1,
        '': 2,
        ...many,
      })
    })

    it('of several connections is merged into all of them, or into none', async () => {
      const body = {
        provider_config_key: 'merged',
        connection_id: 'merged-2',
        credentials: { type: 'OAUTH2', access_token: 'sandbox-hubspot-token' },
      }
      expect((await call('POST /connections', { body })).status).toBe(201)
      expect((await merge({ both: 1 }, ['merged', 'merged-2'])).status).toBe(200)
      expect(await metadataOf('merged-2')).toEqual({ both: 1 })
      problem(await merge({ both: 2 }, ['merged', 'merged-2', 'gone']), 404, 'connection-not-found')
      expect(await metadataOf('merged-2')).toEqual({ both: 1 })
    })
  })

  describe('the list of connections', () => {
    it('is searched for a text of any length, and by up to ten tags', async () => {
      const name = `${'long-'.repeat(20)}name`
      const tags = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`tag${i}`, `${i}`]))
      const body = {
        provider_config_key: 'people',
        connection_id: name,
        credentials: { type: 'OAUTH2', access_token: 'sandbox-hubspot-token' },
        tags,
      }
      expect((await call('POST /connections', { body })).status).toBe(201)
      const found = async (query: string) => {
        const { status, body } = await call(`GET /connections?${query}`)
        return [status, body.connections?.map((each: { connection_id: string }) => each.connection_id)]
      }
      expect(await found(`search=${name.slice(3, 90).toUpperCase()}`)).toEqual([200, [name]])
      const query = Object.entries(tags).map(([tag, value]) => `tags[${tag}]=${value}`)
      expect(await found(query.join('&'))).toEqual([200, [name]])
      expect(await found([...query.slice(1), 'tags[tag0]=1'].join('&'))).toEqual([200, []])
      for (const count of [11, 49, 60]) {
        const many = Array.from({ length: count }, (_, i) => `tags[t${i}]=1`).join('&')
        const refused = problem(await call(`GET /connections?${many}`), 400, 'bad-parameter')
        expect(refused.errors).toEqual([expect.objectContaining({ pointer: '/query/tags' })])
      }
    })
  })

  describe('an environment', () => {
    it('ends with its keys and connections', async () => {
      const three = await tenant()
      await connect('people', caller.entryPoint.sandbox, { key: three.key })
      const read = () => call('GET /contacts/1001', { key: three.key, connection: 'people' })
      expect((await read()).status).toBe(200)
      expect((await call(`DELETE /environments/${three.id}`)).status).toBe(204)
      problem(await read(), 401, 'unauthenticated')
      expect((await call('GET /contacts/1001', { connection: 'people' })).status).toBe(200)
    })
  })
}
