import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { connectionBody, gateway } from './gateway.ts'

let gate: ReturnType<typeof gateway>
let key: string
beforeEach(async () => {
  gate = gateway({ quota: 1_000_000 })
  ;({ key } = await gate.tenant('one'))
  await gate.call(key, 'POST /integrations', { unique_key: 'crm', provider: 'plain' })
})
const add = (connection_id: string, more: object = {}) =>
  gate.call(key, 'POST /connections', { ...connectionBody(connection_id), ...more })
const fault = ({ status, body }: Awaited<ReturnType<typeof add>>) => [status, body.code, body.errors?.[0]?.pointer]

/** Rows as if they had been made through the routes, with much metadata. */
function insert(count: number, metadata: string, endUser = 'NULL') {
  const db = new DatabaseSync(gate.path)
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO connections (uuid, environment_id, integration_id, connection_id, credentials, metadata, end_user, created_at, updated_at)
    SELECT 'u' || i, environment_id, id, 'c' || i, 'v1.x.x.x', '${metadata}', ${endUser}, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'
    FROM integrations CROSS JOIN n`)
  db.close()
}

describe('a list of connections', () => {
  it('whose metadata is too much comes without it, and says so', async () => {
    insert(450, `{"big":"${'x'.repeat(10_000)}"}`)
    const all = await gate.call(key, 'GET /connections')
    expect(all.status).toBe(200)
    expect(all.body.connections).toHaveLength(450)
    expect(all.body.connections[449]).toEqual({
      id: expect.any(Number),
      connection_id: 'c450',
      provider_config_key: 'crm',
      provider: 'plain',
      errors: [],
      end_user: null,
      tags: {},
      created: '2026-01-01T00:00:00.000Z',
    })
    expect(all.body.warnings).toEqual([{ field: 'metadata', code: 'left-out', detail: expect.any(String) }])

    const few = await gate.call(key, 'GET /connections?limit=400')
    expect(few.body.warnings).toBeUndefined()
    expect(few.body.connections).toHaveLength(400)
    expect(few.body.connections[399].metadata).toEqual({ big: 'x'.repeat(10_000) })
    const last = await gate.call(key, 'GET /connections?limit=400&page=1')
    expect(last.body.connections.map((each: { connection_id: string }) => each.connection_id)).toEqual(
      Array.from({ length: 50 }, (_, i) => `c${401 + i}`),
    )
  })

  it('reads no metadata from storage to find out', async () => {
    insert(450, `{"big":"${'x'.repeat(10_000)}"}`)
    gate.driver.batches.length = 0
    await gate.call(key, 'GET /connections')
    for (const { sql } of gate.driver.batches.flat())
      expect(sql.replaceAll('octet_length(c.metadata)', '')).not.toContain('metadata,')
  })

  it('that is too large even so is refused with the limit that fits', async () => {
    insert(
      3000,
      '{}',
      `'{"id":"u","tags":{"t":"${'x'.repeat(4000)}"},"email":null,"display_name":null,"organization":null}'`,
    )
    const refused = await gate.call(key, 'GET /connections')
    expect(fault(refused)).toEqual([400, 'bad-parameter', '/query/limit'])
    const fits = Number(/at most (\d+)/.exec(refused.body.detail)?.[1])
    expect(fits).toBeGreaterThan(1000)
    expect((await gate.call(key, `GET /connections?limit=${fits}`)).status).toBe(200)
  })

  it('is found by at most 10 tags, and by texts of any length that an id has', async () => {
    const tags = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`t${i}`, `v${i}`]))
    await add('tagged', { tags })
    await add('other', { tags: { ...tags, t9: 'another' } })
    const query = (count: number) => Array.from({ length: count }, (_, i) => `tags[t${i}]=v${i}`).join('&')
    const found = (await gate.call(key, `GET /connections?${query(10)}`)).body.connections
    expect(found.map((each: { connection_id: string }) => each.connection_id)).toEqual(['tagged'])
    expect(fault(await gate.call(key, `GET /connections?${query(11)}`))).toEqual([400, 'bad-parameter', '/query/tags'])
    expect(fault(await gate.call(key, `GET /connections?search=${'x'.repeat(256)}`))).toEqual([
      400,
      'bad-parameter',
      '/query/search',
    ])
  })

  it('is the same statement for any number of tags and any text', async () => {
    const texts = new Set<string>()
    for (let count = 1; count <= 10; count++) {
      gate.driver.batches.length = 0
      const tags = Array.from({ length: count }, (_, i) => `tags[t${i}]=${count}`).join('&')
      await gate.call(key, `GET /connections?search=${'x'.repeat(20 * count)}&${tags}`)
      for (const { sql } of gate.driver.batches.flat()) texts.add(sql)
    }
    // The key's, the list's, and that of the metadata.
    expect(texts.size).toBeLessThanOrEqual(3)
  })
})

describe('an environment that keeps as much as it may', () => {
  it('stores nothing more, and says why, until something is deleted', async () => {
    const big = { metadata: { big: 'x'.repeat(400_000) } }
    expect((await add('c1', big)).status).toBe(201)
    expect((await add('c2', big)).status).toBe(201)
    expect((await add('c3', big)).status).toBe(201)
    const refused = await add('c4')
    expect([refused.status, refused.body.code]).toEqual([507, 'quota-exceeded'])
    expect(refused.body.detail).toContain('1000000 bytes')
    for (const [request, body] of [
      ['POST /integrations', { unique_key: 'more', provider: 'plain' }],
      ['PATCH /integrations/crm', { display_name: 'CRM' }],
      ['PATCH /connections/c1', { tags: { a: 'b' } }],
      ['PUT /environment-variables/A', { value: 'b' }],
      ['POST /environment/api-keys', { name: 'k' }],
      ['PATCH /connections/metadata', { connection_id: 'c1', provider_config_key: 'crm', metadata: { more: 'x' } }],
    ] as const)
      expect((await gate.call(key, request, body)).body.code).toBe('quota-exceeded')
    // Another environment has room.
    const other = (await gate.tenant('two')).key
    expect((await gate.call(other, 'POST /integrations', { unique_key: 'crm', provider: 'plain' })).status).toBe(200)
    // What makes room is never refused.
    const small = { connection_id: ['c1', 'c2'], provider_config_key: 'crm', metadata: {} }
    expect((await gate.call(key, 'POST /connections/metadata', small)).status).toBe(201)
    expect((await gate.call(key, 'DELETE /connections/c3')).status).toBe(200)
    gate.later(2001)
    expect((await add('c5')).status).toBe(201)
  })

  it('has so many integrations and variables that one answer can hold them', async () => {
    gate = gateway()
    ;({ key } = await gate.tenant('one'))
    const make = (i: number) => gate.call(key, 'POST /integrations', { unique_key: `crm${i}`, provider: 'plain' })
    for (let i = 0; i < 1000; i++) expect((await make(i)).status).toBe(200)
    const refused = await make(1000)
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
      507,
      'quota-exceeded',
      'An environment may have 1000 integrations.',
    ])
    expect((await make(0)).body.code).toBe('already-exists')
    const set = (i: number) => gate.call(key, `PUT /environment-variables/V${i}`, { value: 'x'.repeat(65_536) })
    const answers = []
    for (let i = 0; i < 25; i++) answers.push((await set(i)).status)
    expect(answers).toEqual([...Array(23).fill(200), 507, 507])
    expect((await set(0)).status).toBe(200)
  })
})

describe('texts that are stored', () => {
  it('have a longest length each, and the fault names it', async () => {
    const long = 'x'.repeat(256)
    const cases: [string, unknown, string][] = [
      ['POST /connections', connectionBody(long), '/connection_id'],
      ['POST /connections', connectionBody('c', { end_user: { id: long } }), '/end_user/id'],
      [
        'POST /connections',
        connectionBody('c', { end_user: { id: 'u', display_name: long } }),
        '/end_user/display_name',
      ],
      [
        'POST /connections',
        connectionBody('c', { end_user: { id: 'u', email: `${long}@example.com` } }),
        '/end_user/email',
      ],
      ['POST /connections', connectionBody('c', { tags: { a: long } }), '/tags/a'],
      ['POST /connections', connectionBody('c', { tags: { ['a'.repeat(65)]: 'b' } }), `/tags/${'a'.repeat(65)}`],
      [
        'POST /connections',
        connectionBody('c', { connection_config: { a: 'x'.repeat(65_536) } }),
        '/connection_config',
      ],
      [
        'POST /connections',
        connectionBody('c', { webhook_url_override: `https://a.example/${'x'.repeat(2048)}` }),
        '/webhook_url_override',
      ],
      ['POST /connections', connectionBody('c', { metadata: { a: 'x'.repeat(524_288) } }), '/metadata'],
      [
        'POST /connections',
        connectionBody('c', { credentials: { type: 'API_KEY', apiKey: 'x'.repeat(65_537) } }),
        '/credentials/apiKey',
      ],
      ['POST /integrations', { provider: 'plain', unique_key: long }, '/unique_key'],
      ['POST /integrations', { provider: 'plain', unique_key: 'a', display_name: long }, '/display_name'],
      [
        'POST /integrations',
        { provider: 'plain', unique_key: 'a', custom: { a: 'x'.repeat(8192), b: 'x'.repeat(8192) } },
        '/custom',
      ],
      [
        'POST /integrations',
        { provider: 'plain', unique_key: 'a', integration_config: { a: 'x'.repeat(8193) } },
        '/integration_config/a',
      ],
      ['POST /environment/api-keys', { name: long }, '/name'],
      ['PUT /environment-variables/A', { value: 'x'.repeat(65_537) }, '/value'],
      ['PATCH /environment', { webhook_url: `https://a.example/${'x'.repeat(2048)}` }, '/webhook_url'],
      ['PATCH /environment', { allowed_origins: [`https://${long}.example`] }, '/allowed_origins/0'],
    ]
    for (const [request, body, pointer] of cases) {
      const answer = await gate.call(key, request, body)
      expect([pointer, ...fault(answer)]).toEqual([pointer, 422, 'invalid-field', pointer])
    }
  })

  it('an id in a header is refused before anything is looked up', async () => {
    for (const header of ['connection-id', 'provider-config-key']) {
      gate.driver.batches.length = 0
      const refused = await gate.call(key, 'GET /connections', undefined, { [header]: 'x'.repeat(256) })
      expect(fault(refused)).toEqual([400, 'bad-parameter', `/header/${header}`])
      expect(gate.driver.batches).toHaveLength(0)
    }
  })
})
