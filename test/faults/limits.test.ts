import { afterEach, describe, expect, it } from 'vitest'
import { problem } from '../contract/caller.ts'
import { type Opened, open } from './open.ts'

let opened: Opened
afterEach(() => opened.close())

describe('an answer larger than expected', () => {
  it('is read as long as it is below KOINE_ANSWER_LIMIT', async () => {
    opened = await open()
    const connection = await opened.connectTo('hubspot', { fault: 'oversized' })
    expect((await opened.call('GET /contacts/1001', { connection })).body.data.name).toBe('Ada Lovelace')
  })

  it.each(['oversized', 'gzip-bomb'])('%s: is given up beyond it', async fault => {
    opened = await open({ KOINE_ANSWER_LIMIT: '100000' })
    const healthy = await opened.connectTo('hubspot')
    expect((await opened.call('GET /contacts?limit=100', { connection: healthy })).status).toBe(200)
    const connection = await opened.connectTo('hubspot', { fault })
    const answer = await opened.call('GET /contacts/1001', { connection })
    expect(problem(answer, 502, 'provider-answer-unreadable').detail).toMatch(/larger/)
    await expect.poll(() => opened.sandbox.requests.every(({ ended }) => ended !== undefined)).toBe(true)
  })

  it('counts bytes after decompression, and time too', async () => {
    opened = await open({ KOINE_ANSWER_LIMIT: '500000000', KOINE_PROVIDER_TIMEOUT: '0.02' })
    const connection = await opened.connectTo('hubspot', { fault: 'gzip-bomb' })
    problem(await opened.call('GET /contacts/1001', { connection }), 504, 'provider-timeout')
  })
})

describe('a caller who goes away', () => {
  it.each(['slow-head', 'slow-body'])('%s: takes the provider’s request along', async fault => {
    opened = await open({ KOINE_PROVIDER_TIMEOUT: '20' })
    const connection = await opened.connectTo('hubspot', { fault })
    const leaving = new AbortController()
    const left = opened.entryPoint.fetch('/contacts/1001', {
      headers: { authorization: `Bearer ${opened.entryPoint.key}`, 'connection-id': connection },
      signal: leaving.signal,
    })
    await expect.poll(() => opened.sandbox.requests.length).toBe(1)
    leaving.abort()
    await expect(left).rejects.toThrow()
    await expect.poll(() => opened.sandbox.requests[0]?.ended, { timeout: 2_000 }).toBe('cut')
    expect(opened.sandbox.requests).toHaveLength(1)
  })

  it('is not waited for between two tries', async () => {
    opened = await open({ KOINE_PROVIDER_TIMEOUT: '20' })
    const connection = await opened.connectTo('hubspot', { fault: 'rate-limited-seconds=2' })
    const leaving = new AbortController()
    const left = opened.entryPoint.fetch('/contacts/1001', {
      headers: { authorization: `Bearer ${opened.entryPoint.key}`, 'connection-id': connection },
      signal: leaving.signal,
    })
    await expect.poll(() => opened.sandbox.requests[0]?.ended).toBe('answered')
    leaving.abort()
    await expect(left).rejects.toThrow()
    await new Promise(resolve => setTimeout(resolve, 2_200))
    expect(opened.sandbox.requests).toHaveLength(1)
  })
})

it('a fault is one connection’s own, and one request’s', async () => {
  opened = await open({ KOINE_PROVIDER_TIMEOUT: '1' })
  const healthy = await opened.connectTo('hubspot')
  const slow = await opened.connectTo('hubspot', { fault: 'slow-body', integration: healthy })
  const read = (connection: string) => opened.call('GET /contacts/1001', { connection })
  const [bad, ...good] = await Promise.all([read(slow), ...Array.from({ length: 20 }, () => read(healthy))])
  problem(bad, 504, 'provider-timeout')
  expect(good.map(({ status }) => status)).toEqual(good.map(() => 200))

  await opened.next('html', { path: '/crm/v3/objects/contacts/1001' })
  expect((await opened.call('GET /contacts/1002', { connection: healthy })).status).toBe(200)
  problem(await read(healthy), 502, 'provider-answer-unreadable')
  expect((await read(healthy)).status).toBe(200)
})

it('what is no fault is part of the token, which nobody has', async () => {
  opened = await open()
  const connection = await opened.connectTo('hubspot', { fault: 'no-such-fault' })
  problem(await opened.call('GET /contacts/1001', { connection }), 424, 'connection-needs-reconnect')
  const refused = await fetch(`${opened.sandbox.url}/_faults`, { method: 'POST', body: '{"provider":"hubspot"}' })
  expect([refused.status, await refused.json()]).toMatchObject([400, { message: expect.stringContaining('fault') }])
})
