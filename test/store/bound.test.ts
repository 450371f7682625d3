import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { createSeal } from '../../src/credentials/seal.ts'
import { aad } from '../../src/store/aad.ts'
import { connectionOf, furnished, MASTER_KEY, newPath, openOn } from './disk.ts'

const oauth = { type: 'OAUTH2', client_id: 'client', client_secret: 'secret' } as const
const backend = { type: 'nango', host: 'https://nango.example.com', api_key: 'backend-key' } as const

/** A store whose integration and connection are bound, and somebody who can write to its file. */
async function bound() {
  const all = await furnished()
  const { store, environment, path } = all
  await store.integrations.change(environment, 'crm', {
    integration_config: { base_url: 'https://api.example.com' },
    credentials: oauth,
  })
  await store.integrations.create(environment, { unique_key: 'theirs', provider: 'other', integration_config: {} })
  await store.integrations.create(environment, { unique_key: 'far', provider: 'anything', backend })
  await store.connections.create(environment, 'crm', {
    ...connectionOf('c2', 'key-of-c2'),
    connection_config: { a: 'b' },
  })
  const db = new DatabaseSync(path)
  const write = (text: string, ...args: SQLInputValue[]) => db.prepare(text).run(...args)
  return { ...all, write, db }
}

describe('whoever can write to the database, but has no master key, sends no credentials elsewhere', () => {
  it.each([
    [
      'base_url',
      `UPDATE integrations SET integration_config = '{"base_url":"https://evil.example"}' WHERE unique_key = 'crm'`,
    ],
    ['the provider', "UPDATE integrations SET provider = 'other' WHERE unique_key = 'crm'"],
    [
      'the MAC, removed with base_url',
      "UPDATE integrations SET mac = NULL, integration_config = '{}' WHERE unique_key = 'crm'",
    ],
    [
      'the MAC of another row',
      "UPDATE integrations SET mac = (SELECT mac FROM integrations WHERE unique_key = 'theirs') WHERE unique_key = 'crm'",
    ],
    ['a MAC that is none', "UPDATE integrations SET mac = 'm1.default.AAAA' WHERE unique_key = 'crm'"],
    [
      'a backend',
      `UPDATE integrations SET backend = (SELECT backend FROM integrations WHERE unique_key = 'far') WHERE unique_key = 'crm'`,
    ],
    [
      'the answers of the connection',
      `UPDATE connections SET connection_config = '{"company":"evil"}' WHERE connection_id = 'c2'`,
    ],
    [
      'the integration of the connection',
      "UPDATE connections SET integration_id = (SELECT id FROM integrations WHERE unique_key = 'theirs') WHERE connection_id = 'c2'; UPDATE integrations SET unique_key = unique_key || 'x'; UPDATE integrations SET unique_key = 'crm' WHERE unique_key = 'theirsx'",
    ],
    [
      'the name of the connection',
      "UPDATE connections SET connection_id = 'c0' WHERE connection_id = 'c2'; UPDATE connections SET connection_id = 'c2' WHERE connection_id = 'c1'",
    ],
    [
      'secrets of another connection',
      "UPDATE connections SET credentials = (SELECT credentials FROM connections WHERE connection_id = 'c1') WHERE connection_id = 'c2'",
    ],
    [
      'a row of another connection',
      "UPDATE connections SET (credentials, connection_config) = (SELECT credentials, connection_config FROM connections WHERE connection_id = 'c1') WHERE connection_id = 'c2'",
    ],
  ])('%s', async (_, text) => {
    const { path, environment, db } = await bound()
    db.exec(text)
    const lines: object[] = []
    const { store } = openOn(path, { log: line => lines.push(line) })
    expect(await store.lookup(environment, 'c2', 'crm')).toEqual({ refused: true })
    expect(await store.lookup(environment, 'c2', 'crm')).toEqual({ refused: true })
    expect(lines).toEqual([
      {
        level: 'error',
        storage: 'refused',
        why: expect.any(String),
        environment,
        integration: expect.stringMatching(/^[\w-]{36}$/),
        connection: expect.stringMatching(/^[\w-]{36}$/),
        id: expect.any(Number),
      },
    ])
  })

  it('the host of a backend, whether its MAC stays or goes', async () => {
    for (const mac of ['mac', 'NULL']) {
      const { path, environment, write } = await bound()
      write(`UPDATE integrations SET backend = replace(backend, 'nango.example.com', 'evil.example'), mac = ${mac}`)
      const { store } = openOn(path)
      expect(await store.lookup(environment, 'anyone', 'far')).toEqual({ refused: true })
    }
  })

  it('a change through the gateway does not make what was altered right', async () => {
    const { path, environment, write } = await bound()
    write(`UPDATE integrations SET integration_config = '{"base_url":"https://evil.example"}' WHERE unique_key = 'crm'`)
    const { store } = openOn(path)
    expect(await store.integrations.change(environment, 'crm', { display_name: 'CRM' })).toEqual({ refused: true })
    const { integrations } = await store.reseal()
    expect(integrations).toEqual({ sealed: 0, kept: 2, refused: 1 })
    expect(await store.lookup(environment, 'c2', 'crm')).toEqual({ refused: true })
  })

  it('the integration stays usable through all changes of the gateway itself, also many at once', async () => {
    const { store, environment, path } = await bound()
    const names = Array.from({ length: 8 }, (_, i) => `name ${i}`)
    await Promise.all(
      names.map((display_name, i) =>
        store.integrations.change(environment, 'crm', {
          display_name,
          ...(i % 2 === 0 && { integration_config: { base_url: `https://api-${i}.example.com` } }),
        }),
      ),
    )
    expect(await store.integrations.change(environment, 'far', { unique_key: 'farther', backend })).toHaveProperty(
      'changed',
    )
    const again = openOn(path).store
    expect(await again.lookup(environment, 'c1', 'crm')).toHaveProperty('found')
    expect(await again.lookup(environment, 'x', 'farther')).toMatchObject({ found: { integration: { backend } } })
  })
})

/** The rows as the version before wrote them: without a MAC, secrets bound to their place alone. */
async function former(path = newPath()) {
  const all = await furnished(path)
  const { store, environment } = all
  await store.variables.set(environment, { name: 'TOKEN', value: 'of the environment' })
  for (let index = 2; index <= 120; index++)
    await store.connections.create(environment, 'crm', connectionOf(`c${index}`))
  const { seal } = createSeal(MASTER_KEY)
  const db = new DatabaseSync(path)
  db.exec('UPDATE integrations SET mac = NULL')
  for (const { uuid, connection_id } of db.prepare('SELECT uuid, connection_id FROM connections').all())
    db.prepare('UPDATE connections SET credentials = ? WHERE uuid = ?').run(
      await seal(
        JSON.stringify({ type: 'API_KEY', apiKey: `key-of-${connection_id}` }),
        aad.connection(environment, String(uuid)),
      ),
      uuid!,
    )
  const keyed = { environment, connection: 'uuid', key: 'k', asked: 'a' }
  await store.idempotency.claim(keyed, 1000)
  // More than two parts.
  await store.idempotency.finish(keyed, { status: 201, headers: {}, body: 'x'.repeat(1_000_000) })
  return { ...all, db, keyed }
}

describe('rows of the version before', () => {
  it('work, and are noted once', async () => {
    const { path, environment } = await former()
    const lines: object[] = []
    const { store } = openOn(path, { log: line => lines.push(line) })
    for (let round = 0; round < 2; round++)
      expect(await store.lookup(environment, 'c7', 'crm')).toMatchObject({
        found: { credentials: { apiKey: 'key-of-c7' } },
      })
    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', storage: 'unsealed', environment, connection: expect.any(String) }),
    ])
    expect(JSON.stringify(lines)).not.toContain('c7"')
  })

  it('are bound by `reseal`, under the first master key, and nothing is left for another run', async () => {
    const { path, environment, keyed, db } = await former()
    const next = `next:${Buffer.alloc(32, 9).toString('base64')}`
    const first = openOn(path, { masterKey: `${next},default:${MASTER_KEY}` }).store
    // A run that was cut off has sealed some already.
    await first.integrations.change(environment, 'crm', { display_name: 'x' })
    expect(await first.reseal()).toEqual({
      integrations: { sealed: 1, kept: 0, refused: 0 },
      connections: { sealed: 120, kept: 0, refused: 0 },
      environment_variables: { sealed: 1, kept: 0, refused: 0 },
      connect_sessions: { sealed: 0, kept: 0, refused: 0 },
      sign_ins: { sealed: 0, kept: 0, refused: 0 },
      webhook_keys: { sealed: 0, kept: 0, refused: 0 },
      webhook_deliveries: { sealed: 0, kept: 0, refused: 0 },
      idempotent_answers: { sealed: 1, kept: 0, refused: 0 },
      run_parts: { sealed: 0, kept: 0, refused: 0 },
    })
    const again = await first.reseal()
    expect(Object.values(again).map(({ sealed, refused }) => [sealed, refused])).toEqual(Array(9).fill([0, 0]))

    // The former key is needed no more, and nothing is noted.
    const lines: object[] = []
    const { store } = openOn(path, { masterKey: next, log: line => lines.push(line) })
    expect(await store.lookup(environment, 'c120', 'crm')).toMatchObject({
      found: { credentials: { apiKey: 'key-of-c120' } },
    })
    expect(await store.variables.list(environment)).toEqual([{ name: 'TOKEN', value: 'of the environment' }])
    expect(await store.idempotency.claim(keyed, 1000)).toMatchObject({ answer: { body: 'x'.repeat(1_000_000) } })
    expect(lines).toEqual([])
    db.exec(`UPDATE integrations SET mac = NULL, integration_config = '{"base_url":"https://evil.example"}'`)
    expect(await openOn(path, { masterKey: next }).store.lookup(environment, 'c120', 'crm')).toEqual({ refused: true })
  })

  it('that do not open are counted, named by ids, and left as they are', async () => {
    const { path, db } = await former()
    db.exec("UPDATE connections SET credentials = 'v1.gone.AAAA.AAAA' WHERE connection_id = 'c3'")
    const lines: object[] = []
    const { store } = openOn(path, { log: line => lines.push(line) })
    expect((await store.reseal()).connections).toEqual({ sealed: 119, kept: 0, refused: 1 })
    expect(lines).toEqual([expect.objectContaining({ storage: 'refused', why: expect.stringContaining('"gone"') })])
  })
})
