import { beforeEach, describe, expect, it } from 'vitest'
import { type Answer, connectionBody, gateway } from './gateway.ts'

let gate: ReturnType<typeof gateway>
let key: string
beforeEach(async () => {
  gate = gateway()
  key = (await gate.tenant('one')).key
  for (const [unique_key, provider] of [
    ['crm', 'plain'],
    ['sso', 'oauth'],
    ['ask', 'asking'],
    ['data', 'open'],
  ])
    await gate.call(key, 'POST /integrations', { unique_key, provider })
})
const add = (more: object = {}) => gate.call(key, 'POST /connections', { ...connectionBody('c1'), ...more })
const read = (id: string, query = '', who = key) => gate.call(who, `GET /connections/${id}${query}`)
const fault = (answer: Answer) => [answer.status, answer.body.errors?.[0]?.pointer]
const token = { type: 'OAUTH2', access_token: 'access', refresh_token: 'refresh', expires_at: '2027-01-01T00:00:00Z' }

it.each(['OAUTH1', 'TBA'])('sign-in by %s is refused by name', async type => {
  const answer = await add({ credentials: { type, oauth_token: 'a', oauth_token_secret: 'b' } })
  expect(fault(answer)).toEqual([422, '/credentials/type'])
  expect(answer.body.errors[0].detail).toMatch(/^Sign-in by OAuth 1 or TBA is not offered: /)
})

describe('a connection', () => {
  it('is made and read in the documented shape', async () => {
    const made = await add({
      connection_config: { any: ['thing'] },
      metadata: { plan: 'gold', deep: { a: null } },
      tags: { Plan: 'gold', 'a/b.c-d_e': 'x' },
      end_user: { id: 'u1', email: 'ada@example.com', tags: { Team: 'a' } },
      webhook_url_override: 'https://hooks.example.com/?a=b',
    })
    const shape = {
      id: 1,
      connection_id: 'c1',
      provider_config_key: 'crm',
      provider: 'plain',
      errors: [],
      end_user: { id: 'u1', display_name: null, email: 'ada@example.com', tags: { team: 'a' }, organization: null },
      tags: { plan: 'gold', 'a/b.c-d_e': 'x' },
      metadata: { plan: 'gold', deep: { a: null } },
      connection_config: { any: ['thing'] },
      webhook_url_override: 'https://hooks.example.com/?a=b',
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
      last_fetched_at: null,
      credentials: { type: 'API_KEY', apiKey: 'planted-api-key' },
    }
    expect([made.status, made.body]).toEqual([201, shape])
    // As the documented client asks, with all its flags.
    const all = '?provider_config_key=crm&force_refresh=false&refresh_token=false&refresh_github_app_jwt_token=false'
    const found = await read('c1', all)
    expect([found.status, found.body]).toEqual([200, { ...shape, last_fetched_at: expect.stringMatching(/Z$/) }])
    const listed = await gate.call(key, 'GET /connections')
    const { connection_config, webhook_url_override, created_at, updated_at, last_fetched_at, credentials, ...rest } =
      shape
    expect(listed.body).toEqual({ connections: [{ ...rest, created: created_at }] })
    expect(listed.text).not.toContain('planted-api-key')
  })

  it('has what credentials its provider signs in with', async () => {
    const basic = { type: 'BASIC', username: 'u', password: '' }
    const cases: [string, object, number][] = [
      ['crm', basic, 201],
      ['crm', { type: 'API_KEY', apiKey: 'a' }, 201],
      ['crm', token, 422],
      ['crm', { type: 'NONE' }, 422],
      ['sso', token, 201],
      ['sso', { type: 'OAUTH2', access_token: 'a' }, 201],
      ['sso', basic, 422],
      ['data', { type: 'NONE' }, 201],
      ['data', basic, 422],
    ]
    for (const [provider_config_key, credentials, status] of cases) {
      const answer = await gate.call(key, 'POST /connections', { provider_config_key, credentials })
      expect([provider_config_key, credentials, answer.status]).toEqual([provider_config_key, credentials, status])
      if (status === 422) expect(answer.body.errors[0].pointer).toBe('/credentials/type')
      else
        expect((await read(answer.body.connection_id)).body.credentials).toMatchObject(
          'refresh_token' in credentials ? { type: 'OAUTH2', access_token: 'access' } : credentials,
        )
    }
  })

  it('shows the refresh token only when asked', async () => {
    const made = await add({ provider_config_key: 'sso', credentials: token })
    expect(made.body.credentials).toEqual({
      ...token,
      raw: { access_token: 'access', refresh_token: 'refresh', expires_at: token.expires_at },
    })
    const kept = await read('c1')
    expect(kept.body.credentials).toEqual({
      type: 'OAUTH2',
      access_token: 'access',
      expires_at: token.expires_at,
      raw: { access_token: 'access', expires_at: token.expires_at },
    })
    expect((await read('c1', '?refresh_token=true')).body.credentials).toEqual(made.body.credentials)
  })

  it('shows credentials only to a key that may read them', async () => {
    await add()
    const reader = await gate.keyWith(key, 'connections:read')
    const both = await gate.keyWith(key, 'connections:read', 'connections:credentials')
    const kept = await read('c1', '', reader)
    expect([kept.status, kept.body.credentials]).toEqual([200, {}])
    expect(kept.body.last_fetched_at).toBeNull()
    expect((await read('c1', '', both)).body.credentials).toEqual({ type: 'API_KEY', apiKey: 'planted-api-key' })
    expect((await read('c1', '?force_refresh=true', reader)).status).toBe(403)
    expect((await read('c1', '?refresh_token=1', reader)).status).toBe(403)
  })

  it('is named by its id alone where that is unambiguous', async () => {
    await add()
    expect((await read('c1')).status).toBe(200)
    await add({ provider_config_key: 'sso', credentials: token })
    expect((await read('c1')).body).toMatchObject({ status: 409, code: 'connection-ambiguous' })
    expect((await gate.call(key, 'DELETE /connections/c1')).body.code).toBe('connection-ambiguous')
    expect((await gate.call(key, 'PATCH /connections/c1', { tags: {} })).body.code).toBe('connection-ambiguous')
    expect((await read('c1', '?provider_config_key=sso')).body.provider).toBe('oauth')
    expect((await read('c1', '?provider_config_key=nothing')).body.code).toBe('integration-not-found')
    expect((await read('c2', '?provider_config_key=sso')).body.code).toBe('connection-not-found')
    expect((await add()).body).toMatchObject({ status: 409, code: 'already-exists' })
    expect((await read('c1', '?provider_config_key=crm')).body.id).toBe(1)
  })

  it('may have any id that the documented format allows', async () => {
    const id = 'a/b,c.d;e:f=g+h~i[j]k|l@m$o{n}"\'\\ _-'
    expect((await add({ connection_id: id })).body.connection_id).toBe(id)
    expect((await read(encodeURIComponent(id))).body.connection_id).toBe(id)
    expect((await gate.call(key, `DELETE /connections/${encodeURIComponent(id)}`)).body).toEqual({ success: true })
    expect(fault(await add({ connection_id: 'a#b' }))).toEqual([422, '/connection_id'])
    expect((await read('a%23b')).body.code).toBe('bad-parameter')
  })

  it('is refused with the pointer of what is wrong', async () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`t${index}`, 'x']))
    const refused: [object, string][] = [
      [{ credentials: undefined }, '/credentials'],
      [{ credentials: { type: 'OAUTH1' } }, '/credentials/type'],
      [{ credentials: { type: 'API_KEY' } }, '/credentials/apiKey'],
      [{ credentials: { type: 'API_KEY', apiKey: 'a', more: 1 } }, '/credentials/more'],
      [{ credentials: { type: 'API_KEY', apiKey: '' } }, '/credentials/apiKey'],
      [{ surplus: 1 }, '/surplus'],
      [{ tags: { '1a': 'x' } }, '/tags/1a'],
      [{ tags: { a: '' } }, '/tags/a'],
      [{ tags: { a: 'x', A: 'y' } }, '/tags/A'],
      [{ tags: { end_user_email: 'nobody' } }, '/tags/end_user_email'],
      [{ tags: many }, '/tags'],
      [{ end_user: { email: 'ada@example.com' } }, '/end_user/id'],
      [{ end_user: { id: 'u', email: 'nobody' } }, '/end_user/email'],
      [{ metadata: 'text' }, '/metadata'],
      [{ metadata: { a: 'x'.repeat(524_288) } }, '/metadata'],
      [{ connection_config: { a: 'x'.repeat(65_536) } }, '/connection_config'],
      [{ webhook_url_override: 'https://10.0.0.1/' }, '/webhook_url_override'],
    ]
    for (const [more, pointer] of refused) expect(fault(await add(more))).toEqual([422, pointer])
    expect((await gate.call(key, 'GET /connections')).body.connections).toEqual([])
    expect((await add({ provider_config_key: 'nothing' })).body.code).toBe('integration-not-found')
  })

  it('answers the questions of its provider', async () => {
    const answers = { company: 'acme', account: 'A_1-b', site: 'https://acme.example.com', region: 'eu' }
    const ask = (connection_config?: object) =>
      add({ provider_config_key: 'ask', connection_id: crypto.randomUUID(), connection_config })
    expect((await ask(answers)).status).toBe(201)
    const refused: [object | undefined, string][] = [
      [undefined, '/connection_config/company'],
      [{ ...answers, account: undefined }, '/connection_config/account'],
      [{ ...answers, company: 'acme.evil.example' }, '/connection_config/company'],
      [{ ...answers, company: 'evil.example/' }, '/connection_config/company'],
      [{ ...answers, company: '-acme' }, '/connection_config/company'],
      [{ ...answers, company: 7 }, '/connection_config/company'],
      [{ ...answers, account: 'a/b' }, '/connection_config/account'],
      [{ ...answers, site: 'https://acme.example.com/path' }, '/connection_config/site'],
      [{ ...answers, site: 'http://acme.example.com' }, '/connection_config/site'],
      [{ ...answers, site: 'https://127.0.0.1' }, '/connection_config/site'],
      [{ ...answers, region: 'mars' }, '/connection_config/region'],
    ]
    for (const [config, pointer] of refused) expect(fault(await ask(config))).toEqual([422, pointer])

    await gate.call(key, 'PATCH /integrations/ask', { integration_config: { base_url: 'https://sandbox.example.com' } })
    expect((await ask({ account: 'a', region: 'us' })).status).toBe(201)
    expect(fault(await ask({ region: 'us' }))).toEqual([422, '/connection_config/account'])
  })

  it('is changed and deleted', async () => {
    await add({ tags: { a: 'b' }, webhook_url_override: 'https://hooks.example.com/' })
    const change = { tags: { New: 'x' }, end_user: { id: 'u2' }, webhook_url_override: '' }
    const answer = await gate.call(key, 'PATCH /connections/c1?provider_config_key=crm', change)
    expect([answer.status, answer.body]).toEqual([200, { success: true }])
    expect((await read('c1')).body).toMatchObject({
      tags: { new: 'x' },
      end_user: { id: 'u2', display_name: null, email: null, tags: {}, organization: null },
      webhook_url_override: null,
    })
    expect((await gate.call(key, 'PATCH /connections/c1', { metadata: {} })).body.code).toBe('unknown-field')
    expect((await gate.call(key, 'PATCH /connections/c2', change)).body.code).toBe('connection-not-found')
    const gone = await gate.call(key, 'DELETE /connections/c1?provider_config_key=crm')
    expect([gone.status, gone.body]).toEqual([200, { success: true }])
    expect((await gate.call(key, 'DELETE /connections/c1')).body.code).toBe('connection-not-found')
    expect((await gate.call(key, 'DELETE /connections/c1?integration=crm')).body.code).toBe('bad-parameter')
  })
})

describe('the list of connections', () => {
  const ids = async (query: string) =>
    (await gate.call(key, `GET /connections${query}`)).body.connections.map(
      (each: { connection_id: string }) => each.connection_id,
    )

  it('is filtered by everything the documented client can ask', async () => {
    await add({
      connection_id: 'alpha',
      tags: { plan: 'gold', seat: '1' },
      end_user: { id: 'u1', email: 'ada@example.com' },
    })
    await add({ connection_id: 'beta_1', tags: { plan: 'gold' }, end_user: { id: 'u2', display_name: 'Grace Hopper' } })
    await add({ connection_id: 'alphabet', provider_config_key: 'sso', credentials: token })
    const cases: [string, string[]][] = [
      ['', ['alpha', 'beta_1', 'alphabet']],
      ['?connectionId=alpha', ['alpha']],
      ['?connectionId=ALPHA', []],
      ['?search=alpha', ['alpha', 'alphabet']],
      ['?search=ALPHA', ['alpha', 'alphabet']],
      ['?search=%25', []],
      ['?search=a_1', ['beta_1']],
      ['?search=a_p', []],
      ['?search=grace', ['beta_1']],
      ['?search=ada%40', ['alpha']],
      ['?endUserId=u2', ['beta_1']],
      ['?endUserOrganizationId=o1', []],
      ['?integrationId=sso', ['alphabet']],
      ['?integrationId=sso%2Ccrm', ['alpha', 'beta_1', 'alphabet']],
      ['?integrationId=nothing', []],
      ['?tags%5Bplan%5D=gold', ['alpha', 'beta_1']],
      ['?tags[Plan]=gold&tags[seat]=1', ['alpha']],
      ['?tags[plan]=silver', []],
      ["?tags[plan'%20OR%201%3D1]=gold", []],
      ['?tags[plan]=gold&endUserId=u2&integrationId=crm&search=beta', ['beta_1']],
      ['?limit=2', ['alpha', 'beta_1']],
      ['?limit=2&page=1', ['alphabet']],
      ['?limit=2&page=2', []],
    ]
    for (const [query, expected] of cases) expect([query, await ids(query)]).toEqual([query, expected])
  })

  it('refuses what it does not know', async () => {
    for (const query of [
      'limit=0',
      'limit=2001',
      'limit=1e2',
      'limit=',
      'limit=1&limit=2',
      'page=-1',
      'page=x',
      'tags=a',
      'tag[a]=b',
      'userId=u1',
      'cursor=x',
    ]) {
      const answer = await gate.call(key, `GET /connections?${query}`)
      expect([query, answer.status, answer.body.code]).toEqual([query, 400, 'bad-parameter'])
    }
    expect((await gate.call(key, 'GET /connections?cursor=x')).body.errors).toEqual([
      { pointer: '/query/cursor', code: 'unknown', detail: 'There is no such member.' },
    ])
  })
})

describe('metadata', () => {
  const of = async (id: string) => (await read(id, '?provider_config_key=crm')).body.metadata
  const set = (method: 'POST' | 'PATCH', connection_id: string | string[], metadata: object, more: object = {}) =>
    gate.call(key, `${method} /connections/metadata`, { connection_id, provider_config_key: 'crm', metadata, ...more })

  it('is replaced whole or merged member by member, for one or many', async () => {
    await add({ metadata: { a: 1, deep: { x: 1, y: 2 } } })
    await add({ connection_id: 'c2' })
    const merged = await set('PATCH', ['c1', 'c2', 'c1'], { b: 2, deep: { z: 3 } })
    expect([merged.status, merged.body]).toEqual([
      200,
      { connection_id: ['c1', 'c2', 'c1'], provider_config_key: 'crm', metadata: { b: 2, deep: { z: 3 } } },
    ])
    expect(await of('c1')).toEqual({ a: 1, b: 2, deep: { z: 3 } })
    expect(await of('c2')).toEqual({ b: 2, deep: { z: 3 } })
    const replaced = await set('POST', 'c1', { only: null })
    expect([replaced.status, replaced.body]).toEqual([
      201,
      { connection_id: 'c1', provider_config_key: 'crm', metadata: { only: null } },
    ])
    expect(await of('c1')).toEqual({ only: null })
    expect(await of('c2')).toEqual({ b: 2, deep: { z: 3 } })
  })

  it('changes all connections that are named, or none', async () => {
    await add()
    for (const method of ['POST', 'PATCH'] as const) {
      const answer = await set(method, ['c1', 'nobody'], { a: 1 })
      expect(answer.body).toMatchObject({ code: 'connection-not-found', errors: [{ pointer: '/connection_id/1' }] })
      expect(answer.body.detail).toContain('nobody')
      expect(await of('c1')).toBeNull()
      expect((await set(method, 'c1', {}, { provider_config_key: 'nothing' })).body.code).toBe('integration-not-found')
      expect(fault(await set(method, [], {}))).toEqual([422, '/connection_id'])
      expect(fault(await set(method, 'c1', { a: 'x'.repeat(524_288) }))).toEqual([422, '/metadata'])
      expect((await set(method, 'c1', {}, { more: 1 })).body.code).toBe('unknown-field')
    }
    await set('POST', 'c1', { a: 'x'.repeat(300_000) })
    expect(fault(await set('PATCH', 'c1', { b: 'x'.repeat(300_000) }))).toEqual([422, '/metadata'])
  })

  it('loses no merge of several at once', async () => {
    await add()
    const names = Array.from({ length: 8 }, (_, index) => `n${index}`)
    const answers = await Promise.all(names.map(name => set('PATCH', 'c1', { [name]: 1 })))
    expect(answers.map(answer => answer.status)).toEqual(names.map(() => 200))
    expect(Object.keys(await of('c1')).sort()).toEqual(names)
  })
})
