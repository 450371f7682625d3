import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openProvider, type ProviderGateway } from '../support/gateway.ts'

/** A provider that answers every request with one contact, whose name has so many characters. */
let length = 10
let writes = 0
let server: Server
let gateway: ProviderGateway
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.method === 'POST') writes++
    request.resume()
    response.setHeader('content-type', 'application/json')
    const time = '2026-01-01T00:00:00Z'
    const properties = { firstname: 'x'.repeat(length), email: 'ada@example.com' }
    response.end(JSON.stringify({ id: '7', properties, createdAt: time, updatedAt: time, archived: false }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  gateway = await openProvider({
    provider: 'hubspot',
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { type: 'OAUTH2', access_token: 'token' },
  })
})
afterAll(async () => {
  await gateway.close()
  server.close()
})
const create = (key: string) => gateway.call('POST /contacts', { first_name: 'Ada' }, { 'idempotency-key': key })

describe('an answer that is too large to be kept for its idempotency key', () => {
  it('is given whole the first time, and the record is never made twice', async () => {
    length = 1_048_576
    const first = await create('large')
    expect([first.status, first.body.data.first_name.length]).toEqual([201, length])
    expect(first.headers.get('idempotent-replayable')).toBe('false')
    for (let again = 0; again < 2; again++) {
      const { status, body, headers } = await create('large')
      expect([status, body.code, headers.get('location')]).toEqual([409, 'idempotency-not-kept', '/contacts/7'])
      expect(body.detail).toContain('/contacts/7')
      expect(headers.get('content-type')).toBe('application/problem+json')
    }
    expect(writes).toBe(1)
  })

  it('is another than one that just fits', async () => {
    length = 500_000
    const first = await create('fits')
    expect(first.headers.get('idempotent-replayable')).toBeNull()
    const again = await create('fits')
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(again.body).toEqual(first.body)
  })
})

it('an environment that keeps as much as it may is told so before anything is sent', async () => {
  const full = await openProvider({
    provider: 'hubspot',
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { type: 'OAUTH2', access_token: 'token' },
    quota: 2048,
  })
  const before = writes
  const body = { first_name: 'Ada' }
  const { status, body: problem } = await full.call('POST /contacts', body, { 'idempotency-key': 'k' })
  expect([status, problem.code, writes]).toEqual([507, 'quota-exceeded', before])
  // Without a key nothing is kept.
  expect((await full.call('POST /contacts', body)).status).toBe(201)
  await full.close()
})
