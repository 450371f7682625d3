import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuthEvent } from '../../src/webhooks/index.ts'
import { outbox, receiver } from './outbox.ts'

let box: Awaited<ReturnType<typeof outbox>>
let here: Awaited<ReturnType<typeof receiver>>
let environment: string
beforeEach(async () => {
  here = await receiver()
  box = await outbox()
  environment = await box.tenant('prod', here.url)
})
afterEach(async () => {
  await here.close()
  await box.close()
})

const event = (more: Partial<AuthEvent> = {}): AuthEvent => ({
  environment,
  connection: {
    connection_id: 'customer-42',
    provider_config_key: 'crm',
    provider: 'hubspot',
    tags: { plan: 'pro' },
    end_user: {
      id: 'u1',
      display_name: 'Ada',
      email: 'ada@example.com',
      tags: { b: '2', a: '1' },
      organization: { id: 'o1', display_name: null },
    },
    webhook_url_override: null,
  },
  authMode: 'OAUTH2',
  operation: 'creation',
  success: true,
  ...more,
})
const told = async () => {
  await box.deliver()
  return here.came.map(({ body }) => body)
}

// Names and order: the sheet of the documented action API, 1.8.
it('tells what the documented action API tells, its members in the order of the alphabet', async () => {
  await box.webhooks.auth(event())
  expect(await told()).toEqual([
    '{"authMode":"OAUTH2","connectionId":"customer-42","endUser":{"endUserEmail":"ada@example.com","endUserId":"u1","organizationId":"o1","tags":{"a":"1","b":"2"}},"environment":"prod","from":"nango","operation":"creation","provider":"hubspot","providerConfigKey":"crm","success":true,"tags":{"plan":"pro"},"type":"auth"}',
  ])
})

it('tells why not, and leaves out what there is not', async () => {
  await box.webhooks.auth(
    event({
      connection: { ...event().connection, tags: {}, end_user: null },
      operation: 'refresh',
      success: false,
      error: { type: 'connection-needs-reconnect', description: 'No.' },
    }),
  )
  expect(await told()).toEqual([
    '{"authMode":"OAUTH2","connectionId":"customer-42","environment":"prod","error":{"description":"No.","type":"connection-needs-reconnect"},"from":"nango","operation":"refresh","provider":"hubspot","providerConfigKey":"crm","success":false,"type":"auth"}',
  ])
})

describe('is sent', () => {
  const overridden = (webhook_url_override: string) =>
    event({ connection: { ...event().connection, webhook_url_override } })

  it('to the connection’s own address in place of the environment’s, also where that has none', async () => {
    const own = await receiver()
    await box.webhooks.auth(overridden(`${own.url}/hook?token=1`))
    await box.store.environments.change(environment, { webhook_url: null })
    await box.webhooks.auth(overridden(`${own.url}/hook?token=1`))
    await box.webhooks.auth(event())
    expect(await told()).toEqual([])
    expect(own.came).toHaveLength(2)
    expect(JSON.stringify(box.entries)).not.toContain('token')
    await own.close()
  })

  it('for the events that the environment wants, and no others', async () => {
    await box.store.environments.change(environment, { webhook_events: ['async_action'] })
    await box.webhooks.auth(event())
    await box.webhooks.auth(overridden(here.url))
    await box.webhooks.emit({ environment, type: 'async_action', body: { b: { d: 1, c: [{ f: 1, e: 2 }] }, a: null } })
    expect(await told()).toEqual(['{"a":null,"b":{"c":[{"e":2,"f":1}],"d":1}}'])
  })

  it('to its own environment alone, and not at all for one that is gone', async () => {
    const other = await receiver()
    const gone = await box.tenant('other', other.url)
    await box.webhooks.auth(event())
    expect(await told()).toHaveLength(1)
    await box.store.environments.remove(gone)
    await box.webhooks.auth(event({ environment: gone }))
    await box.deliver()
    expect(other.came).toEqual([])
    await other.close()
  })

  it('not about a connection that was erased', async () => {
    const { store } = box
    await store.integrations.create(environment, { unique_key: 'crm', provider: 'anything' })
    const made = await store.connections.create(environment, 'crm', {
      ...event().connection,
      credentials: { type: 'API_KEY', apiKey: 'k' },
      connection_config: {},
      metadata: null,
    })
    if (!('made' in made)) throw new Error('not made')
    await box.webhooks.auth(event({ connection: made.made }))
    await store.connections.remove(environment, 'customer-42', 'crm')
    await box.webhooks.auth(event({ connection: made.made }))
    expect(await told()).toEqual([])
  })
})

it('holds the caller up by nothing: a storage that fails is a line of the log', async () => {
  const db = new DatabaseSync(box.path)
  db.exec('ALTER TABLE webhook_deliveries RENAME TO gone')
  db.close()
  await box.webhooks.auth(event())
  expect(box.logged).toEqual([{ level: 'error', task: 'webhooks', environment, storage: 'NOT_MIGRATED', lost: 1 }])
})

it('keeps at most 10,000 of an environment, and says once that more are lost', async () => {
  const db = new DatabaseSync(box.path)
  db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
    INSERT INTO webhook_deliveries (id, environment_id, connection, type, receiver, sealed, next_at, expires_at)
    SELECT 'x' || i, '${environment}', '', 'auth', '', '', '2027', '2027' FROM n`)
  const count = () => db.prepare('SELECT count(*) AS n FROM webhook_deliveries').get()?.n
  for (let n = 0; n < 3; n++) await box.webhooks.auth(event())
  expect(count()).toBe(10_000)
  expect(box.logged).toEqual([{ level: 'warn', task: 'webhooks', environment, full: true }])
  const other = await box.tenant('other', here.url)
  await box.webhooks.auth(event({ environment: other }))
  expect(count()).toBe(10_001)
  db.close()
})

it('is kept without a word of it in plain', async () => {
  await box.webhooks.auth(event())
  const db = new DatabaseSync(box.path)
  const row = JSON.stringify(db.prepare('SELECT * FROM webhook_deliveries').get())
  for (const plain of ['ada@example.com', 'customer-42', 'pro', here.url]) expect(row).not.toContain(plain)
  db.close()
})
