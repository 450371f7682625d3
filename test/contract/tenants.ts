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
