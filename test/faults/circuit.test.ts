import { test } from 'vitest'
import { problem } from '../contract/caller.ts'
import { type Opened, open } from './open.ts'

// A gateway for each, so that they can wait side by side until the rest of a circuit is over.
const it = test.extend<{ opened: Opened }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it that no other fixture is wanted
  opened: async ({}, use) => {
    const opened = await open({ KOINE_PROVIDER_TIMEOUT: '1' })
    await use(opened)
    await opened.close()
  },
})

/** Calls that fail in a row until no more are made. */
const FAILURES = 8
const read = (opened: Opened, connection: string) => opened.call('GET /contacts/1001', { connection })
/** A create is not tried again: one call, one request. */
const create = (opened: Opened, connection: string) =>
  opened.call('POST /contacts', { connection, body: { last_name: 'Once' } })

it.concurrent('opens after failures in a row, says so, and closes with the first success', async ({
  opened,
  expect,
}) => {
  const integration = await opened.connectTo('hubspot')
  const broken = await opened.connectTo('hubspot', { integration })
  opened.seen()

  await opened.next('server-error', { times: FAILURES, method: 'POST' })
  for (let i = 0; i < FAILURES; i++) problem(await create(opened, broken), 502, 'provider-failed')
  expect(opened.seen()).toHaveLength(FAILURES)

  const answer = await create(opened, broken)
  const body = problem(answer, 502, 'provider-unreachable')
  expect(body).toMatchObject({ retryable: true, detail: expect.stringContaining('rest') })
  expect(body.retry_after).toBeGreaterThanOrEqual(1)
  expect(body.retry_after).toBeLessThanOrEqual(5)
  expect(answer.headers.get('retry-after')).toBe(String(body.retry_after))
  // No other customer is cut off, of the same integration and host.
  expect((await read(opened, integration)).status).toBe(200)
  expect(opened.seen()).toHaveLength(1)

  await new Promise(resolve => setTimeout(resolve, body.retry_after * 1000 + 50))
  // One call tries, and the others wait for how it ends.
  await opened.next('slow-head=600', { method: 'GET' })
  const trying = read(opened, broken)
  await expect.poll(() => opened.sandbox.requests.length, { timeout: 10_000 }).toBe(1)
  problem(await read(opened, broken), 502, 'provider-unreachable')
  expect((await trying).status).toBe(200)
  expect((await read(opened, broken)).status).toBe(200)
})

it.concurrent('rests once for many failures at once, and does not stay open when its trial’s caller goes away', async ({
  opened,
  expect,
}) => {
  const broken = await opened.connectTo('hubspot')
  await opened.next('server-error', { times: 3 * FAILURES, method: 'POST' })
  await Promise.all(Array.from({ length: 3 * FAILURES }, () => create(opened, broken)))
  const { retry_after } = (await create(opened, broken)).body
  expect(retry_after).toBeLessThanOrEqual(5)
  opened.seen()

  await new Promise(resolve => setTimeout(resolve, retry_after * 1000 + 50))
  await opened.next('slow-head', { method: 'GET' })
  const leaving = new AbortController()
  const left = opened.entryPoint.fetch('/contacts/1001', {
    headers: { authorization: `Bearer ${opened.entryPoint.key}`, 'connection-id': broken },
    signal: leaving.signal,
  })
  await expect.poll(() => opened.sandbox.requests.length, { timeout: 10_000 }).toBe(1)
  leaving.abort()
  await expect(left).rejects.toThrow()
  await expect.poll(async () => (await read(opened, broken)).status, { timeout: 10_000 }).toBe(200)
})

// By itself: what unpacks the large ones keeps this process, and with it the other tests, from going on.
it('refusals and answers that are too large are none of its failures', async ({ opened, expect }) => {
  const rejected = await opened.connectTo('hubspot', { fault: 'rate-limited' })
  for (let i = 0; i < 2 * FAILURES; i++) problem(await create(opened, rejected), 429, 'provider-rate-limited')
  const large = await opened.connectTo('hubspot', { fault: 'gzip-bomb' })
  for (let i = 0; i < FAILURES + 1; i++)
    expect((await create(opened, large)).body.code).toMatch(/^provider-(answer-unreadable|timeout)$/)
})
