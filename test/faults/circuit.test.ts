import { afterAll, beforeAll, expect, it } from 'vitest'
import { problem } from '../contract/caller.ts'
import { type Opened, open } from './open.ts'

let opened: Opened
beforeAll(async () => {
  opened = await open({ KOINE_PROVIDER_TIMEOUT: '1' })
})
afterAll(() => opened.close())

/** Calls that fail in a row until no more are made. */
const FAILURES = 8
const read = (connection: string) => opened.call('GET /contacts/1001', { connection })
/** A create is not tried again: one call, one request. */
const create = (connection: string) => opened.call('POST /contacts', { connection, body: { last_name: 'Once' } })

it('opens after failures in a row, says so, and closes with the first success', async () => {
  const integration = await opened.connectTo('hubspot')
  const broken = await opened.connectTo('hubspot', { integration })
  opened.seen()

  await opened.next('server-error', { times: FAILURES, method: 'POST' })
  for (let i = 0; i < FAILURES; i++) problem(await create(broken), 502, 'provider-failed')
  expect(opened.seen()).toHaveLength(FAILURES)

  const answer = await create(broken)
  const body = problem(answer, 502, 'provider-unreachable')
  expect(body).toMatchObject({ retryable: true, detail: expect.stringContaining('rest') })
  expect(body.retry_after).toBeGreaterThanOrEqual(1)
  expect(body.retry_after).toBeLessThanOrEqual(5)
  expect(answer.headers.get('retry-after')).toBe(String(body.retry_after))
  // No other customer is cut off, of the same integration and host.
  expect((await read(integration)).status).toBe(200)
  expect(opened.seen()).toHaveLength(1)

  await new Promise(resolve => setTimeout(resolve, body.retry_after * 1000 + 50))
  // One call tries, and the others wait for how it ends.
  await opened.next('slow-head=300', { method: 'GET' })
  const trying = read(broken)
  await expect.poll(() => opened.sandbox.requests.length).toBe(1)
  problem(await read(broken), 502, 'provider-unreachable')
  expect((await trying).status).toBe(200)
  expect((await read(broken)).status).toBe(200)
})

it('rests once for many failures at once, and does not stay open when its trial’s caller goes away', async () => {
  const broken = await opened.connectTo('hubspot')
  await opened.next('server-error', { times: 3 * FAILURES, method: 'POST' })
  await Promise.all(Array.from({ length: 3 * FAILURES }, () => create(broken)))
  const { retry_after } = (await create(broken)).body
  expect(retry_after).toBeLessThanOrEqual(5)
  opened.seen()

  await new Promise(resolve => setTimeout(resolve, retry_after * 1000 + 50))
  await opened.next('slow-head', { method: 'GET' })
  const leaving = new AbortController()
  const left = opened.entryPoint.fetch('/contacts/1001', {
    headers: { authorization: `Bearer ${opened.entryPoint.key}`, 'connection-id': broken },
    signal: leaving.signal,
  })
  await expect.poll(() => opened.sandbox.requests.length).toBe(1)
  leaving.abort()
  await expect(left).rejects.toThrow()
  await expect.poll(async () => (await read(broken)).status, { timeout: 3_000 }).toBe(200)
})

it('refusals and answers that are too large are none of its failures', async () => {
  const rejected = await opened.connectTo('hubspot', { fault: 'rate-limited' })
  for (let i = 0; i < 2 * FAILURES; i++) problem(await create(rejected), 429, 'provider-rate-limited')
  const large = await opened.connectTo('hubspot', { fault: 'gzip-bomb' })
  for (let i = 0; i < FAILURES + 1; i++)
    expect((await create(large)).body.code).toMatch(/^provider-(answer-unreadable|timeout)$/)
})
