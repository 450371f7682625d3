import { describe, expect, it } from 'vitest'
import { scopeNames } from '../../src/store/index.ts'
import { SECRET_KEY } from '../store/disk.ts'
import { type Answer, connectionBody, gateway, withoutId } from './gateway.ts'

const metadata = { connection_id: ['c1'], provider_config_key: 'crm', metadata: { a: 1 } }

/** A request for every route, in the names of somebody else's things; `{…}` are ids that only the owner can know. */
const requests: Readonly<
  Record<string, { at?: string; body?: unknown; scope: string; also?: string; status: number }>
> = {
  'POST /environments': { body: { name: 'x' }, scope: 'environments:manage', status: 403 },
  'GET /environments': { scope: 'environment:read', status: 200 },
  'DELETE /environments/{id}': { at: '/environments/{environment}', scope: 'environments:manage', status: 403 },
  'GET /environment': { scope: 'environment:read', status: 200 },
  'PATCH /environment': { body: { allowed_origins: [] }, scope: 'environment:write', status: 200 },
  'GET /environment/api-keys': { scope: 'keys:write', status: 200 },
  'POST /environment/api-keys': { body: { name: 'x', scopes: ['keys:write'] }, scope: 'keys:write', status: 201 },
  'DELETE /environment/api-keys/{id}': { at: '/environment/api-keys/{key}', scope: 'keys:write', status: 404 },
  'GET /environment-variables': { scope: 'variables:read', status: 200 },
  'PUT /environment-variables/{name}': {
    at: '/environment-variables/MINE',
    body: { value: 'x' },
    scope: 'variables:write',
    status: 200,
  },
  'DELETE /environment-variables/{name}': {
    at: '/environment-variables/THEIRS',
    scope: 'variables:write',
    status: 404,
  },
  'GET /integrations': { scope: 'integrations:read', status: 200 },
  'POST /integrations': { body: { provider: 'nobody', unique_key: 'x' }, scope: 'integrations:write', status: 422 },
  'GET /integrations/{uniqueKey}': {
    at: '/integrations/crm?include=credentials',
    scope: 'integrations:read',
    status: 404,
  },
  'PATCH /integrations/{uniqueKey}': {
    at: '/integrations/crm',
    body: { display_name: 'x' },
    scope: 'integrations:write',
    status: 404,
  },
  'DELETE /integrations/{uniqueKey}': { at: '/integrations/crm', scope: 'integrations:write', status: 404 },
  'POST /connections/metadata': { body: metadata, scope: 'connections:write', status: 404 },
  'PATCH /connections/metadata': { body: metadata, scope: 'connections:write', status: 404 },
  'POST /sessions': {
    body: { connection_id: 'c1', provider_config_key: 'crm' },
    scope: 'sessions:write',
    also: 'records:read',
    status: 404,
  },
  'GET /connections': { at: '/connections?connectionId=c1', scope: 'connections:read', status: 200 },
  'POST /connections': { body: connectionBody('c9'), scope: 'connections:write', status: 404 },
  'GET /connections/{connectionId}': {
    at: '/connections/c1?provider_config_key=crm',
    scope: 'connections:read',
    status: 404,
  },
  'PATCH /connections/{connectionId}': {
    at: '/connections/c1',
    body: { tags: {} },
    scope: 'connections:write',
    status: 404,
  },
  'DELETE /connections/{connectionId}': {
    at: '/connections/c1?provider_config_key=crm',
    scope: 'connections:write',
    status: 404,
  },
}

async function furnish(gate: ReturnType<typeof gateway>, key: string) {
  await gate.call(key, 'POST /integrations', { provider: 'plain', unique_key: 'crm' })
  await gate.call(key, 'POST /connections', connectionBody('c1', { metadata: { owner: 'one' } }))
  await gate.call(key, 'PUT /environment-variables/THEIRS', { value: 'planted' })
}
const documentOf = (gate: ReturnType<typeof gateway>) =>
  gate.app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Koine', version: '0' } })
const operationsOf = (gate: ReturnType<typeof gateway>) =>
  Object.entries(documentOf(gate).paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as object).map(([method, operation]) => ({
      request: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )

describe('every route', () => {
  it('is in the table of this test', () => {
    expect(Object.keys(requests).sort()).toEqual(
      operationsOf(gateway())
        .map(({ request }) => request)
        .sort(),
    )
  })

  it.each(Object.entries(requests))(
    '%s: another environment’s data answers as if it did not exist',
    async (name, { at, body, status }) => {
      const method = name.split(' ')[0]
      for (const namesake of [false, true]) {
        // The same caller, the same request: in a deployment where nobody has such things, and in one where somebody has.
        const answers: Answer[] = []
        let owned = ''
        for (const occupied of [false, true]) {
          const gate = gateway()
          const owner = await gate.tenant('one')
          const caller = await gate.tenant('two')
          if (occupied) await furnish(gate, owner.key)
          // An integration of the same name makes nothing else of the owner's the caller's.
          if (namesake) await gate.call(caller.key, 'POST /integrations', { provider: 'plain', unique_key: 'crm' })
          const keys = (await gate.call(owner.key, 'GET /environment/api-keys')).body.data
          const look = async () =>
            Promise.all(
              ['/environment', '/environment-variables', '/integrations', '/connections', '/environment/api-keys'].map(
                async path => (await gate.call(owner.key, `GET ${path}`)).text,
              ),
            )
          const before = await look()
          const path = (at ?? name.split(' ')[1]!)
            .replace('{environment}', occupied ? owner.id : crypto.randomUUID())
            .replace('{key}', occupied ? keys[0].id : crypto.randomUUID())
          const headers = { 'connection-id': 'c1', 'provider-config-key': 'crm' }
          answers.push(await gate.call(caller.key, `${method} ${path}`, body, headers))
          expect(await look()).toEqual(before)
          if (occupied) owned = before.join()
        }
        const [absent, foreign] = answers
        expect(owned).toContain('"owner":"one"')
        expect(foreign!.status).toBe(namesake ? absent!.status : status)
        // Only ids, keys and times of things that the request itself made differ.
        const same = (answer: Answer) =>
          withoutId(answer)
            .replace(/"(id|key|last_four|created_at|updated_at)":"[^"]*"/g, '"$1":""')
            .replace(/"id":\d+/, '"id":0')
        expect(same(foreign!)).toBe(same(absent!))
      }
    },
  )

  it.each(Object.entries(requests))('%s: needs a key, and its scope', async (name, { at, body, scope, also }) => {
    const gate = gateway()
    await furnish(gate, SECRET_KEY)
    const request = `${name.split(' ')[0]} ${(at ?? name.split(' ')[1]!).replace(/\{\w+\}/, crypto.randomUUID())}`
    expect((await gate.call(undefined, request, body)).status).toBe(401)
    expect((await gate.call('koine_wrong', request, body)).status).toBe(401)
    const others = scopeNames.filter(other => other !== scope && other !== '*')
    if (name === 'GET /environments') others.splice(others.indexOf('environments:manage'), 1)
    const lacking = await gate.keyWith(SECRET_KEY, ...others)
    const refused = await gate.call(lacking, request, body)
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    expect(refused.body.detail).toContain(`\`${scope}\``)
    const having = await gate.keyWith(SECRET_KEY, scope, ...(also === undefined ? [] : [also]))
    expect((await gate.call(having, request, body)).status).not.toBe(403)
  })

  it('is documented whole', () => {
    const ids = new Set<string>()
    for (const { request, operation } of operationsOf(gateway())) {
      expect(operation, request).toMatchObject({
        operationId: expect.any(String),
        summary: expect.any(String),
        description: expect.stringContaining('scope'),
        tags: [expect.any(String)],
        security: [{ key: [] }],
      })
      ids.add(operation.operationId)
      expect(Object.keys(operation.responses), request).toEqual(expect.arrayContaining(['401', '403', '429']))
      if (/^(POST|PUT|PATCH)/.test(request))
        expect(Object.keys(operation.responses), request).toEqual(expect.arrayContaining(['400', '413', '415', '422']))
    }
    expect(ids.size).toBe(Object.keys(requests).length)
    const [tags] = (documentOf(gateway()).paths?.['/connections']?.get?.parameters ?? []).filter(
      parameter => 'name' in parameter && parameter.name === 'tags',
    )
    expect(tags).toMatchObject({ in: 'query', style: 'deepObject', explode: true })
  })
})
