import { beforeEach, describe, expect, it } from 'vitest'
import { SECRET_KEY } from '../store/disk.ts'
import { gateway } from './gateway.ts'

let gate: ReturnType<typeof gateway>
beforeEach(() => {
  gate = gateway()
})

describe('a key', () => {
  it('is asked for, by either header', async () => {
    const { key } = await gate.tenant('one')
    for (const headers of [
      {},
      { authorization: 'Bearer ' },
      { authorization: 'Basic abc' },
      { authorization: key },
      { authorization: 'Bearer koine_unknown' },
      { 'x-api-key': 'koine_unknown' },
      { 'x-api-key': '' },
    ]) {
      const answer = await gate.call(undefined, 'GET /environment', undefined, headers as Record<string, string>)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.body).toMatchObject({ code: 'unauthenticated', error: { code: 'unauthenticated' } })
    }
    for (const headers of [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer ${key}` },
      { 'x-api-key': key },
    ])
      expect(
        (await gate.call(undefined, 'GET /environment', undefined, headers as Record<string, string>)).status,
      ).toBe(200)
  })

  it('tolerates the empty headers of the documented client', async () => {
    const { key } = await gate.tenant('one')
    const headers = { 'connection-id': '', 'provider-config-key': '', 'base-url-override': '' }
    expect((await gate.call(key, 'GET /environment', undefined, headers)).status).toBe(200)
  })

  it('is asked for before anything is said about the request', async () => {
    expect((await gate.call(undefined, 'POST /environments', '{')).status).toBe(401)
    expect((await gate.call(undefined, 'GET /connections?nonsense=1')).status).toBe(401)
  })
})

describe('environments', () => {
  it('are made with a first key, listed, and erased', async () => {
    const made = await gate.call(SECRET_KEY, 'POST /environments', { name: 'prod' })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      data: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: 'prod',
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        api_key: {
          id: expect.any(String),
          name: 'default',
          key: expect.stringMatching(/^koine_[\w-]{43}$/),
          scopes: ['*'],
        },
      },
    })
    const { id, api_key } = made.body.data
    expect((await gate.call(SECRET_KEY, 'POST /environments', { name: 'prod' })).body.code).toBe('already-exists')
    expect((await gate.call(api_key.key, 'GET /environments')).body.data).toEqual([
      { id, name: 'prod', created_at: made.body.data.created_at },
    ])
    const all = await gate.call(SECRET_KEY, 'GET /environments')
    expect(all.body.data.map((each: { name: string }) => each.name)).toEqual(['dev', 'prod'])

    const gone = await gate.call(SECRET_KEY, `DELETE /environments/${id}`)
    expect([gone.status, gone.text]).toEqual([204, ''])
    expect((await gate.call(api_key.key, 'GET /environment')).status).toBe(401)
    expect((await gate.call(SECRET_KEY, `DELETE /environments/${id}`)).body.code).toBe('not-found')
  })

  it('are managed only by a key that says so, not by `*`', async () => {
    const { key, id } = await gate.tenant('one')
    for (const request of ['POST /environments', `DELETE /environments/${id}`]) {
      const answer = await gate.call(key, request, request.startsWith('POST') ? { name: 'x' } : undefined)
      expect(answer.status).toBe(403)
      expect(answer.body.detail).toContain('`environments:manage`')
    }
  })

  it('have settings', async () => {
    const { key, id } = await gate.tenant('one')
    expect((await gate.call(key, 'GET /environment')).body.data).toMatchObject({
      id,
      name: 'one',
      webhook_url: null,
      webhook_events: ['auth', 'async_action'],
      allowed_origins: [],
      brand: { name: null, color: null, logo: null },
    })
    const change = {
      webhook_url: 'https://hooks.example.com/koine?tenant=1',
      webhook_events: ['async_action'],
      allowed_origins: ['https://app.example.com', 'http://localhost:3000'],
    }
    expect((await gate.call(key, 'PATCH /environment', change)).body.data).toMatchObject(change)
    expect((await gate.call(key, 'PATCH /environment', { webhook_url: '' })).body.data).toMatchObject({
      ...change,
      webhook_url: null,
    })
    const refused: [object, string][] = [
      [{ webhook_url: 'http://hooks.example.com/' }, '/webhook_url'],
      [{ webhook_url: 'https://127.0.0.1/' }, '/webhook_url'],
      [{ webhook_url: 'javascript:alert(1)' }, '/webhook_url'],
      [{ allowed_origins: ['https://a.example', 'https://b.example/path'] }, '/allowed_origins/1'],
      [{ allowed_origins: ['*'] }, '/allowed_origins/0'],
      [{ webhook_events: ['everything'] }, '/webhook_events/0'],
      [{ name: 'two' }, '/name'],
    ]
    for (const [body, pointer] of refused) {
      const answer = await gate.call(key, 'PATCH /environment', body)
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer])
    }
  })

  it('have a brand, which is set whole', async () => {
    const { key } = await gate.tenant('one')
    const brand = { name: 'Example Shop', color: '#1f4fd1', logo: 'data:image/svg+xml;base64,PHN2Zy8+' }
    expect((await gate.call(key, 'PATCH /environment', { brand })).body.data.brand).toEqual(brand)
    expect((await gate.call(key, 'PATCH /environment', { webhook_events: [] })).body.data.brand).toEqual(brand)
    await gate.call(key, 'PATCH /environment', { brand: { logo: 'https://app.example.com/logo.png' } })
    expect((await gate.call(key, 'GET /environment')).body.data.brand).toEqual({
      name: null,
      color: null,
      logo: 'https://app.example.com/logo.png',
    })
    const refused: [object, string][] = [
      [{ color: 'red' }, '/brand/color'],
      [{ color: '#fff' }, '/brand/color'],
      [{ color: '#1f4fd1;}' }, '/brand/color'],
      [{ name: ' ' }, '/brand/name'],
      [{ name: 'x'.repeat(101) }, '/brand/name'],
      [{ logo: 'http://app.example.com/logo.png' }, '/brand/logo'],
      [{ logo: 'https://user:password@app.example.com/logo.png' }, '/brand/logo'],
      [{ logo: 'javascript:alert(1)' }, '/brand/logo'],
      [{ logo: 'data:text/html;base64,PGI+' }, '/brand/logo'],
      [{ logo: 'data:image/svg+xml;utf8,<svg onload="alert(1)"/>' }, '/brand/logo'],
      [{ logo: `data:image/png;base64,${'A'.repeat(32_768)}` }, '/brand/logo'],
      [{ font: 'x' }, '/brand/font'],
    ]
    for (const [brand, pointer] of refused) {
      const answer = await gate.call(key, 'PATCH /environment', { brand })
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer])
    }
  })
})

describe('keys', () => {
  it('are made, listed without the key, and revoked at once', async () => {
    const { key } = await gate.tenant('one')
    const made = await gate.call(key, 'POST /environment/api-keys', { name: 'web', scopes: ['connections:read'] })
    expect(made.status).toBe(201)
    const { key: secret, ...shown } = made.body.data
    expect(shown).toMatchObject({ name: 'web', scopes: ['connections:read'], last_four: secret.slice(-4) })
    expect((await gate.call(key, 'POST /environment/api-keys', { name: 'all' })).body.data.scopes).toEqual(['*'])
    const list = await gate.call(key, 'GET /environment/api-keys')
    expect(list.body.data).toContainEqual(shown)
    expect(list.text).not.toContain(secret)

    expect((await gate.call(secret, 'GET /connections')).status).toBe(200)
    expect((await gate.call(key, `DELETE /environment/api-keys/${shown.id}`)).status).toBe(204)
    expect((await gate.call(secret, 'GET /connections')).status).toBe(401)
    expect((await gate.call(key, `DELETE /environment/api-keys/${shown.id}`)).body.code).toBe('not-found')
  })

  it('grant nothing that they do not have', async () => {
    const { key } = await gate.tenant('one')
    const narrow = await gate.keyWith(key, 'keys:write', 'connections:read')
    for (const [who, scopes, status] of [
      [narrow, ['connections:read'], 201],
      [narrow, ['connections:write'], 403],
      [narrow, ['*'], 403],
      [narrow, undefined, 403],
      [key, ['*'], 201],
      [key, ['environments:manage'], 403],
      [SECRET_KEY, ['*', 'environments:manage'], 201],
      [key, ['everything'], 422],
      [key, [], 422],
    ] as const)
      expect((await gate.call(who, 'POST /environment/api-keys', { name: 'x', scopes })).status).toBe(status)
  })

  it('leave the key of the setting to the setting', async () => {
    const own = (await gate.call(SECRET_KEY, 'GET /environment/api-keys')).body.data[0]
    const answer = await gate.call(SECRET_KEY, `DELETE /environment/api-keys/${own.id}`)
    expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining('KOINE_SECRET_KEY')])
  })
})

describe('environment variables', () => {
  it('are set, listed as a bare array, and deleted', async () => {
    const { key } = await gate.tenant('one')
    expect((await gate.call(key, 'GET /environment-variables')).body).toEqual([])
    const set = await gate.call(key, 'PUT /environment-variables/REGION', { value: 'eu' })
    expect([set.status, set.body]).toEqual([200, { name: 'REGION', value: 'eu' }])
    await gate.call(key, 'PUT /environment-variables/REGION', { value: 'us' })
    await gate.call(key, 'PUT /environment-variables/A', { value: '' })
    expect((await gate.call(key, 'GET /environment-variables')).body).toEqual([
      { name: 'A', value: '' },
      { name: 'REGION', value: 'us' },
    ])
    expect((await gate.call(key, 'DELETE /environment-variables/A')).status).toBe(204)
    expect((await gate.call(key, 'DELETE /environment-variables/A')).body.code).toBe('not-found')
    expect((await gate.call(key, 'PUT /environment-variables/1A', { value: '' })).body.code).toBe('bad-parameter')
    expect((await gate.call(key, 'PUT /environment-variables/B', { value: 1 })).body.code).toBe('invalid-field')
    expect((await gate.call(key, 'PUT /environment-variables/B', { value: '', more: 1 })).body.code).toBe(
      'unknown-field',
    )
  })
})
