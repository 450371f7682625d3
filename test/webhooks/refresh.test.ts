// The sign-in of a connection ends and comes back: what is told of it, once each.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRenew, wantedOf } from '../../src/credentials/token-life.ts'
import { createProviderClient } from '../../src/provider/client.ts'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'
import { listen } from '../support/gateway.ts'
import { outbox, receiver } from './outbox.ts'

let box: Awaited<ReturnType<typeof outbox>>
let here: Awaited<ReturnType<typeof receiver>>
let server: Awaited<ReturnType<typeof listen>>
let environment: string
/** How the token endpoint answers. */
let answer: () => Response
beforeEach(async () => {
  here = await receiver()
  box = await outbox()
  environment = await box.tenant('prod', here.url)
  server = await listen(() => answer())
  const { store } = box
  await store.integrations.create(environment, {
    unique_key: 'crm',
    provider: 'acme',
    integration_config: { token_url: `${server.url}/token` },
    credentials: { type: 'OAUTH2', client_id: 'client', client_secret: 'secret' },
  })
  await store.connections.create(environment, 'crm', {
    connection_id: 'one',
    credentials: { type: 'OAUTH2', access_token: 'a', refresh_token: 'r', expires_at: '2025-12-31T00:00:00Z' },
    connection_config: {},
    metadata: null,
    tags: {},
    end_user: null,
    webhook_url_override: null,
  })
})
afterEach(async () => {
  await here.close()
  await server.close()
  await box.close()
})

const refused = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
const failed = () => new Response('', { status: 503 })
const given = () => Response.json({ access_token: 'b', expires_in: 60 })

it('a refusal is told when it comes first, and the next token after it', async () => {
  const sender = undiciSender({ allowPrivate: true })
  const now = () => box.clock.now
  const renew = createRenew({
    store: box.store.tokens,
    client: createProviderClient({ sender, now, maxBytes: 1e6, allowPrivate: true }),
    providerOf: () => ({
      name: 'Acme',
      source: 'invented',
      base: 'https://api.acme.example',
      hosts: ['api.acme.example'],
      auth: { oauth2: { authorize: 'https://acme.example/a', token: 'https://acme.example/t', client: 'body' } },
    }),
    now,
    timeout: 5_000,
    log: () => {},
    renewed: box.webhooks.refreshed,
  })
  const refresh = async (how: typeof answer) => {
    answer = how
    box.clock.now += 2 * 3_600_000
    const lookup = await box.store.lookup(environment, 'one', 'crm')
    if (!('found' in lookup)) throw new Error('missing')
    await Promise.all(Array.from({ length: 20 }, () => renew(wantedOf(environment, lookup.found))))
    await box.deliver()
    return here.came.splice(0).map(({ body }) => {
      const { operation, success, error } = JSON.parse(body)
      return [operation, success, error?.type]
    })
  }
  const [told, well] = [
    ['refresh', false, 'connection-needs-reconnect'],
    ['refresh', true, undefined],
  ]
  expect(await refresh(failed)).toEqual([])
  expect(await refresh(given)).toEqual([])
  expect(await refresh(refused)).toEqual([told])
  expect(await refresh(refused)).toEqual([])
  expect(await refresh(failed)).toEqual([])
  expect(await refresh(refused)).toEqual([])
  expect(await refresh(failed)).toEqual([])
  expect(await refresh(given)).toEqual([well])
  expect(await refresh(given)).toEqual([])
  expect(await refresh(refused)).toEqual([told])
  await sender.close()
})
