import { beforeEach, describe, expect, it } from 'vitest'
import { connectionBody, gateway } from './gateway.ts'

let gate: ReturnType<typeof gateway>
let key: string
beforeEach(async () => {
  gate = gateway()
  key = (await gate.tenant('one')).key
})
const client = { type: 'OAUTH2', client_id: 'client', client_secret: 'planted-secret', scopes: 'a,b' }
const faultOf = (answer: { status: number; body: { errors?: { pointer: string }[] } }) => [
  answer.status,
  answer.body.errors?.[0]?.pointer,
]

describe('integrations', () => {
  it('are made, read, listed, changed and deleted in the documented shapes', async () => {
    const made = await gate.call(key, 'POST /integrations', { provider: 'plain', unique_key: 'crm' })
    expect(made.status).toBe(200)
    const shape = {
      unique_key: 'crm',
      provider: 'plain',
      display_name: 'Plain CRM',
      logo: '',
      forward_webhooks: false,
      integration_config: {},
      custom: {},
      backend: { type: 'direct' },
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    }
    expect(made.body).toEqual({ data: shape })
    expect((await gate.call(key, 'GET /integrations')).body).toEqual({ data: [shape] })
    expect((await gate.call(key, 'GET /integrations/crm')).body).toEqual({ data: shape })

    const changed = await gate.call(key, 'PATCH /integrations/crm', {
      unique_key: 'crm 2',
      display_name: 'Ours',
      integration_config: { base_url: 'https://crm.example.com/api' },
      custom: { a: 'b' },
    })
    expect([changed.status, changed.body.data]).toEqual([
      200,
      {
        ...shape,
        unique_key: 'crm 2',
        display_name: 'Ours',
        integration_config: { base_url: 'https://crm.example.com/api' },
        custom: { a: 'b' },
      },
    ])
    expect((await gate.call(key, 'GET /integrations/crm')).body.code).toBe('integration-not-found')
    const gone = await gate.call(key, 'DELETE /integrations/crm%202')
    expect([gone.status, gone.body]).toEqual([200, { success: true }])
    expect((await gate.call(key, 'DELETE /integrations/crm%202')).body.code).toBe('integration-not-found')
    expect((await gate.call(key, 'GET /integrations')).body).toEqual({ data: [] })
  })

  it('do not forward webhooks, and say so', async () => {
    const body = { provider: 'plain', unique_key: 'crm' }
    const refused = await gate.call(key, 'POST /integrations', { ...body, forward_webhooks: true })
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({
      code: 'invalid-field',
      errors: [
        {
          pointer: '/forward_webhooks',
          detail: 'Webhooks of providers are not forwarded: leave it out, or send false.',
        },
      ],
    })
    expect((await gate.call(key, 'GET /integrations')).body).toEqual({ data: [] })

    const made = await gate.call(key, 'POST /integrations', { ...body, forward_webhooks: false })
    expect([made.status, made.body.data.forward_webhooks]).toEqual([200, false])
    expect(faultOf(await gate.call(key, 'PATCH /integrations/crm', { forward_webhooks: true }))).toEqual([
      422,
      '/forward_webhooks',
    ])
    const changed = await gate.call(key, 'PATCH /integrations/crm', { forward_webhooks: false })
    expect([changed.status, changed.body.data.forward_webhooks]).toEqual([200, false])
    const found = await gate.call(key, 'GET /integrations/crm')
    expect(found.body.data.forward_webhooks).toBe(false)
  })

  it('have one name each', async () => {
    const body = { provider: 'plain', unique_key: 'crm' }
    await gate.call(key, 'POST /integrations', body)
    expect((await gate.call(key, 'POST /integrations', body)).body).toMatchObject({
      status: 409,
      code: 'already-exists',
    })
    await gate.call(key, 'POST /integrations', { ...body, unique_key: 'other' })
    expect((await gate.call(key, 'PATCH /integrations/other', { unique_key: 'crm' })).body.code).toBe('already-exists')
    expect((await gate.call(key, 'PATCH /integrations/nothing', { unique_key: 'crm' })).body.code).toBe(
      'integration-not-found',
    )
    await gate.call(key, 'POST /connections', connectionBody('c1'))
    expect(faultOf(await gate.call(key, 'PATCH /integrations/crm', { unique_key: 'new' }))).toEqual([
      422,
      '/unique_key',
    ])
    expect((await gate.call(key, 'PATCH /integrations/crm', { unique_key: 'crm', display_name: 'x' })).status).toBe(200)
  })

  it('refuse what they cannot be', async () => {
    const refused: [object, string][] = [
      [{ provider: 'nobody' }, '/provider'],
      [{ unique_key: 'a/b' }, '/unique_key'],
      [{ unique_key: 'x'.repeat(256) }, '/unique_key'],
      [{ display_name: '' }, '/display_name'],
      [{ surplus: 1 }, '/surplus'],
      [{ credentials: client }, '/credentials/type'],
      [{ credentials: { type: 'OAUTH2' } }, '/credentials/client_id'],
      [{ provider: 'oauth', credentials: { ...client, type: 'TBA' } }, '/credentials/type'],
      [{ provider: 'oauth', credentials: { ...client, extra: 1 } }, '/credentials/extra'],
      [{ integration_config: { a: 1 } }, '/integration_config/a'],
      [{ integration_config: { a: 'x'.repeat(8193) } }, '/integration_config/a'],
    ]
    for (const [more, pointer] of refused)
      expect(
        faultOf(await gate.call(key, 'POST /integrations', { provider: 'plain', unique_key: 'crm', ...more })),
      ).toEqual([422, pointer])
    expect((await gate.call(key, 'GET /integrations')).body.data).toEqual([])
    expect((await gate.call(key, 'POST /integrations', '{"provider"')).body.code).toBe('malformed-json')
    expect(
      (await gate.call(key, 'POST /integrations', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }))
        .status,
    ).toBe(415)
    expect((await gate.call(key, 'GET /integrations?page=1')).body.code).toBe('bad-parameter')
  })

  it.each(['base_url', 'authorize_url', 'token_url'])('call with `%s` only what may be called', async name => {
    const set = (where: typeof gate, who: string, address: string) =>
      where.call(who, 'POST /integrations', {
        provider: 'plain',
        unique_key: crypto.randomUUID(),
        integration_config: { [name]: address },
      })
    for (const address of [
      '',
      'crm.example.com',
      '//crm.example.com',
      'ftp://crm.example.com',
      'http://crm.example.com',
      'https:crm.example.com',
      'https://user:word@crm.example.com',
      'https://crm.example.com/?a=b',
      'https://crm.example.com/?',
      'https://crm.example.com/#a',
      'https://localhost/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://metadata.google.internal/',
    ])
      expect([address, ...faultOf(await set(gate, key, address))]).toEqual([
        address,
        422,
        `/integration_config/${name}`,
      ])
    expect((await set(gate, key, 'https://crm.example.com/api/v1')).status).toBe(200)

    const development = gateway({ allowPrivate: true })
    const { key: own } = await development.tenant('one')
    expect((await set(development, own, 'http://127.0.0.1:4010')).status).toBe(200)
    expect((await set(development, own, 'http://127.0.0.1:4010?x=1')).status).toBe(422)
  })

  it('show the OAuth client only when asked, and only to who may set it', async () => {
    await gate.call(key, 'POST /integrations', { provider: 'oauth', unique_key: 'sso', credentials: client })
    await gate.call(key, 'POST /integrations', { provider: 'oauth', unique_key: 'bare' })
    const reader = await gate.keyWith(key, 'integrations:read')
    expect((await gate.call(key, 'GET /integrations/sso')).text).not.toContain('planted-secret')
    expect((await gate.call(key, 'GET /integrations')).text).not.toContain('planted-secret')
    expect((await gate.call(key, 'GET /integrations/sso?include=credentials')).body.data.credentials).toEqual(client)
    expect((await gate.call(key, 'GET /integrations/sso?include=webhook&include=credentials')).body.data).toMatchObject(
      { credentials: client, webhook_url: null },
    )
    expect((await gate.call(key, 'GET /integrations/bare?include=credentials')).body.data.credentials).toBeNull()
    const kept = await gate.call(reader, 'GET /integrations/sso?include=credentials')
    expect(kept.status).toBe(200)
    expect('credentials' in kept.body.data).toBe(false)
    expect((await gate.call(key, 'GET /integrations/sso?include=everything')).body.code).toBe('bad-parameter')
    const changed = { ...client, client_secret: 'next' }
    await gate.call(key, 'PATCH /integrations/sso', { credentials: changed })
    expect((await gate.call(key, 'GET /integrations/sso?include=credentials')).body.data.credentials).toEqual(changed)
  })
})
