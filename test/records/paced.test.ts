// The whole gateway on Node over sockets, with a provider that says what it takes. Times are only ever too long on a
// slow machine, so that what is said here of them is how long something lasts at least.
import { afterEach, expect, it } from 'vitest'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import type { Evidence, ProviderFile } from '../../src/mapping/schema/index.ts'
import { listen, openProvider, type ProviderGateway } from '../support/gateway.ts'

const filesWith = (limits: ProviderFile['limits']): ProviderFiles => ({
  provider: async () => ({
    default: {
      name: 'Sluice',
      source: 'invented: what it takes is declared',
      base: 'https://api.sluice.example',
      hosts: ['api.sluice.example'],
      auth: { api_key: { label: 'Key', sign: { 'x-key': '{api_key}' } } },
      limits,
    },
  }),
  models: {
    contacts: async () => ({
      default: { model: 'contacts', list: { get: '/people', records: 'people' }, fields: { id: 'id' } },
    }),
  },
  evidence: { contacts: { source: 'invented' } as Evidence },
  actions: {},
  hooks: {},
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Setup {
  readonly limits: ProviderFile['limits']
  readonly answer: (request: Request) => Response | Promise<Response>
}
/** A gateway with two connections, `test` and `other`, and what the provider was asked. */
async function open({ limits, answer }: Setup) {
  const keys: string[] = []
  const provider = await listen(request => {
    keys.push(request.headers.get('x-key') ?? '')
    return answer(request)
  })
  closing.push(provider.close)
  const credentials = { type: 'API_KEY', apiKey: 'key-of-test' }
  const gateway = await openProvider({
    provider: 'sluice',
    address: provider.url,
    credentials,
    files: filesWith(limits),
  })
  closing.push(gateway.close)
  await gateway.call('POST /connections?verify=false', {
    provider_config_key: 'sluice',
    connection_id: 'other',
    credentials: { type: 'API_KEY', apiKey: 'key-of-other' },
  })
  return { keys, gateway }
}
const read = (gateway: ProviderGateway, connection = 'test') =>
  gateway.call('GET /contacts', undefined, { 'connection-id': connection })
const people = () => Response.json({ people: [{ id: '1' }] })
const wait = (ms: number) => new Promise(done => setTimeout(done, ms))

it('a declared rate holds for all calls of a connection together', async () => {
  const { gateway, keys } = await open({ limits: { rates: [{ requests: 10, seconds: 0.5 }] }, answer: people })
  const began = performance.now()
  const statuses = await Promise.all(Array.from({ length: 41 }, async () => (await read(gateway)).status))
  expect(statuses).toEqual(Array(41).fill(200))
  // The 41st is in the fifth window.
  expect(performance.now() - began).toBeGreaterThanOrEqual(2_000)
  expect(keys).toHaveLength(41)
})

it('no more are under way at once than declared', async () => {
  let [under, most] = [0, 0]
  const answer = async () => {
    most = Math.max(most, ++under)
    await wait(20)
    under--
    return people()
  }
  const { gateway } = await open({ limits: { rates: [{ concurrent: 3 }] }, answer })
  await Promise.all(Array.from({ length: 15 }, () => read(gateway)))
  expect(most).toBe(3)
})

it('429 pauses the connection that it was said to, and no other; who would wait too long is told at once', async () => {
  const answer = (request: Request) =>
    request.headers.get('x-key') === 'key-of-test'
      ? Response.json({}, { status: 429, headers: { 'retry-after': '100' } })
      : people()
  const { gateway, keys } = await open({ limits: { rates: [{ requests: 10, seconds: 1 }] }, answer })
  expect((await read(gateway)).status).toBe(429)
  const refused = await read(gateway)
  expect([refused.status, refused.body.code]).toEqual([429, 'provider-rate-limited'])
  expect(refused.body.retry_after).toBeGreaterThan(30)
  expect(refused.body.retry_after).toBeLessThanOrEqual(100)
  expect((await read(gateway, 'other')).status).toBe(200)
  expect(keys).toEqual(['key-of-test', 'key-of-other'])
})
