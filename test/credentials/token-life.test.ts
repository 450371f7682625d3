// One refresh at a time, over a real database and a token endpoint that counts, delays, rotates and refuses.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSeal } from '../../src/credentials/seal.ts'
import { createRenew, wantedOf } from '../../src/credentials/token-life.ts'
import type { ProviderFile } from '../../src/mapping/schema/index.ts'
import { createProviderClient } from '../../src/provider/client.ts'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'
import { type Credentials, type OpenedConnection, openStore, type Store } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { listen } from '../support/gateway.ts'

/** A token endpoint whose refresh tokens work once. */
function tokenEndpoint() {
  const asked: URLSearchParams[] = []
  let valid = 'refresh-0'
  let next: ((n: number) => Response | Promise<Response>) | undefined
  return {
    asked,
    /** How it answers from now on, in place of a new token. */
    answerWith(how: typeof next) {
      next = how
    },
    async handler(request: Request): Promise<Response> {
      const form = new URLSearchParams(await request.text())
      const n = asked.push(form)
      if (next) return next(n)
      if (form.get('refresh_token') !== valid) return Response.json({ error: 'invalid_grant' }, { status: 400 })
      valid = `refresh-${n}`
      return Response.json({ access_token: `access-${n}`, refresh_token: valid, expires_in: 1800 })
    },
  }
}

let now = Date.parse('2026-01-01T00:00:00Z')
let endpoint: ReturnType<typeof tokenEndpoint>
let server: Awaited<ReturnType<typeof listen>>
let directory: string
let opened: Store[]
let environment: string
const provider: ProviderFile = {
  name: 'Acme',
  source: 'invented',
  base: 'https://api.acme.example',
  hosts: ['api.acme.example'],
  auth: {
    oauth2: { authorize: 'https://acme.example/a', token: 'https://acme.example/t', client: 'body' },
  },
}

/** A process over the database: its store, and how it renews. */
function open() {
  const store = openStore({
    driver: openSqlite(join(directory, 'koine.sqlite')),
    seal: createSeal(Buffer.alloc(32, 7).toString('base64')),
    now: () => now,
    secretKey: 'koine_secret-key-of-the-tests',
  })
  opened.push(store)
  const client = createProviderClient({
    sender: undiciSender({ allowPrivate: true }),
    now: () => now,
    maxBytes: 1e6,
    allowPrivate: true,
  })
  const sleep = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms / 20))
  const renew = createRenew({
    store: store.tokens,
    client,
    providerOf: () => provider,
    now: () => now,
    timeout: 5_000,
    log: () => {},
    sleep,
  })
  return {
    store,
    renew: (connection: OpenedConnection, force = false) => renew({ ...wantedOf(environment, connection), force }),
  }
}
const lookup = async (store: Store): Promise<OpenedConnection> => {
  const found = await store.lookup(environment, 'one', 'crm')
  if (!('found' in found)) throw new Error('missing')
  return found.found
}
const oauthOf = (credentials: Credentials) => (credentials.type === 'OAUTH2' ? credentials : undefined)

beforeEach(async () => {
  now = Date.parse('2026-01-01T00:00:00Z')
  opened = []
  endpoint = tokenEndpoint()
  server = await listen(endpoint.handler)
  directory = mkdtempSync(join(tmpdir(), 'koine-tokens-'))
  migrate(join(directory, 'koine.sqlite'))
  const { store } = open()
  await store.makeFirstKey()
  environment = (await store.environments.list())[0]!.id
  await store.integrations.create(environment, {
    unique_key: 'crm',
    provider: 'acme',
    integration_config: { token_url: `${server.url}/token` },
    credentials: { type: 'OAUTH2', client_id: 'the-client', client_secret: 'the secret:/&' },
  })
  await store.connections.create(environment, 'crm', {
    connection_id: 'one',
    credentials: {
      type: 'OAUTH2',
      access_token: 'access-0',
      refresh_token: 'refresh-0',
      expires_at: '2026-01-01T00:00:00Z',
    },
    connection_config: {},
    metadata: null,
    tags: {},
    end_user: null,
    webhook_url_override: null,
  })
})
afterEach(async () => {
  for (const store of opened) store.close()
  await server.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('a refresh', () => {
  it('asks with the client and the refresh token, and stores what it gets before it answers', async () => {
    const { store, renew } = open()
    const outcome = await renew(await lookup(store))
    expect(outcome.ok && oauthOf(outcome.value)).toEqual({
      type: 'OAUTH2',
      access_token: 'access-1',
      refresh_token: 'refresh-1',
      expires_at: '2026-01-01T00:30:00.000Z',
      renewed_at: '2026-01-01T00:00:00.000Z',
    })
    expect(Object.fromEntries(endpoint.asked[0]!)).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-0',
      client_id: 'the-client',
      client_secret: 'the secret:/&',
    })
    expect(oauthOf((await lookup(open().store)).credentials)?.access_token).toBe('access-1')
  })

  it('keeps the refresh token where the provider gives no new one', async () => {
    endpoint.answerWith(() => Response.json({ access_token: 'other' }))
    const { store, renew } = open()
    await renew(await lookup(store))
    expect(oauthOf((await lookup(store)).credentials)).toEqual({
      type: 'OAUTH2',
      access_token: 'other',
      refresh_token: 'refresh-0',
      renewed_at: '2026-01-01T00:00:00.000Z',
    })
  })

  it.each([0, 200])(
    'is made once for 200 that want it at the same time, of three processes; it takes %i ms',
    async ms => {
      const processes = [open(), open(), open()]
      const connection = await lookup(processes[0]!.store)
      let first = true
      endpoint.answerWith(async n => {
        if (!first) return Response.json({ error: 'invalid_grant' }, { status: 400 })
        first = false
        await new Promise(resolve => setTimeout(resolve, ms))
        return Response.json({ access_token: `access-${n}`, refresh_token: 'refresh-1', expires_in: 1800 })
      })
      const all = await Promise.all(Array.from({ length: 200 }, (_, n) => processes[n % 3]!.renew(connection)))
      expect(all.flatMap(one => (one.ok ? [] : [one.failure]))).toEqual([])
      expect(new Set(all.map(one => one.ok && oauthOf(one.value)?.access_token))).toEqual(new Set(['access-1']))
      expect(endpoint.asked).toHaveLength(1)
    },
  )

  it('that was made meanwhile is not made again', async () => {
    const { store, renew } = open()
    const before = await lookup(store)
    await open().renew(before)
    const after = await renew(before)
    expect(after.ok && oauthOf(after.value)?.access_token).toBe('access-1')
    expect(endpoint.asked).toHaveLength(1)
  })
})

describe('a refusal', () => {
  it('is 424, is made once for all who ask, and rests before it is tried again, longer each time', async () => {
    endpoint.answerWith(() => Response.json({ error: 'invalid_grant', error_description: 'planted' }, { status: 400 }))
    const { store, renew } = open()
    const connection = await lookup(store)
    const asked = async () => {
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => renew(connection)))
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          ok: false,
          failure: { code: 'connection-needs-reconnect', upstream: { code: 'invalid_grant' } },
        })
        expect(JSON.stringify(outcome)).not.toContain('planted')
      }
      return endpoint.asked.length
    }
    expect([await asked(), await asked()]).toEqual([1, 1])
    now += 60_000
    expect([await asked(), await asked()]).toEqual([2, 2])
    now += 60_000
    expect(await asked()).toBe(2)
    now += 60_000
    expect(await asked()).toBe(3)
    expect((await store.tokens.read(connection.uuid))?.fault).toMatchObject({
      kind: 'refused',
      code: 'invalid_grant',
      attempts: 3,
    })
  })

  it('is tried again at once where somebody asks for it by hand', async () => {
    endpoint.answerWith(() => Response.json({ error: 'invalid_grant' }, { status: 400 }))
    const { store, renew } = open()
    const connection = await lookup(store)
    await renew(connection)
    endpoint.answerWith(undefined)
    expect((await renew(connection)).ok).toBe(false)
    expect((await renew(connection, true)).ok).toBe(true)
    expect((await store.tokens.read(connection.uuid))?.fault).toBeUndefined()
  })
})

describe('no answer', () => {
  it.each([
    ['500', () => new Response('', { status: 500 })],
    ['429', () => Response.json({ error: 'slow_down' }, { status: 429 })],
  ])('%s is no refusal: it may work a little later', async (_, how) => {
    endpoint.answerWith(how)
    const { store, renew } = open()
    const connection = await lookup(store)
    const all = await Promise.all(Array.from({ length: 50 }, () => renew(connection)))
    for (const one of all)
      expect(one).toMatchObject({ ok: false, failure: { code: 'provider-unreachable', retry_after: 2 } })
    expect(endpoint.asked).toHaveLength(1)
    endpoint.answerWith(undefined)
    now += 2_000
    expect((await renew(connection)).ok).toBe(true)
  })
})

describe('a process that is killed', () => {
  it('before it asked leaves a claim that ends, and then one more request is made', async () => {
    const { store, renew } = open()
    const connection = await lookup(store)
    expect(await open().store.tokens.claim(connection.uuid, 'the dead', 10_000)).toBeDefined()
    const waiting = renew(connection)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(endpoint.asked).toHaveLength(0)
    now += 10_001
    expect((await waiting).ok).toBe(true)
    expect(endpoint.asked).toHaveLength(1)
  })

  it('before it stored what it got ends in 424, and not in a loop', async () => {
    const { store, renew } = open()
    const connection = await lookup(store)
    // The provider has given another token to somebody who is no more.
    await fetch(`${server.url}/token`, { method: 'POST', body: 'refresh_token=refresh-0' })
    expect(await renew(connection)).toMatchObject({ ok: false, failure: { code: 'connection-needs-reconnect' } })
    await Promise.all(Array.from({ length: 20 }, () => renew(connection)))
    expect(endpoint.asked).toHaveLength(2)
  })
})

it('credentials that were replaced meanwhile stay', async () => {
  const { store } = open()
  const connection = await lookup(store)
  const before = await store.tokens.read(connection.uuid)
  await store.tokens.save(before!, 'x', { access_token: 'by hand', refresh_token: 'r' })
  await store.tokens.save(before!, 'y', { access_token: 'too late', refresh_token: 'r' })
  expect(oauthOf((await lookup(store)).credentials)?.access_token).toBe('by hand')
})
