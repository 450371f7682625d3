import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createLimiter } from '../../src/http/middleware/rate-limit.ts'
import { type Server, startGateway } from '../../src/node.ts'

const KEY = 'the-key-of-the-operator'
const directory = mkdtempSync(join(tmpdir(), 'koine-limit-'))
let gateway: Server
beforeAll(async () => {
  const read = readConfig({
    KOINE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    KOINE_SECRET_KEY: KEY,
    KOINE_DATA: directory,
    KOINE_RATE_LIMIT: '3',
    PORT: '0',
  })
  if (!read.ok) throw new Error(read.faults.join())
  gateway = await startGateway(read.config, () => {})
})
afterAll(async () => {
  await gateway?.close()
  rmSync(directory, { recursive: true })
})

it('a key has so many requests a minute, and is told when it may go on', async () => {
  const ask = (key = KEY) => fetch(`${gateway.url}/environment`, { headers: { authorization: `Bearer ${key}` } })
  const other = await fetch(`${gateway.url}/environment/api-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'another' }),
  })
  const { data } = (await other.json()) as { data: { key: string } }
  const left = [await ask(), await ask()].map(({ status, headers }) => [status, headers.get('ratelimit-remaining')])
  expect(left).toEqual([
    [200, '1'],
    [200, '0'],
  ])
  const refused = await ask()
  const body = (await refused.json()) as Record<string, unknown>
  expect([refused.status, body.code, body.source]).toEqual([429, 'rate-limited', 'gateway'])
  expect(refused.headers.get('ratelimit-limit')).toBe('3')
  expect(refused.headers.get('retry-after')).toBe(refused.headers.get('ratelimit-reset'))
  expect(body.retry_after).toBe(Number(refused.headers.get('retry-after')))
  // Another key has a budget of its own, and what needs none is not counted.
  expect((await ask(data.key)).status).toBe(200)
  expect((await fetch(`${gateway.url}/health`)).status).toBe(200)
})

it('the budget is full again after the minute, and 0 is no limit', () => {
  let now = 0
  const take = createLimiter({ KOINE_RATE_LIMIT: 2 }, () => now)!
  expect([take('a'), take('a'), take('a')].map(taken => taken.allowed)).toEqual([true, true, false])
  now = 59_999
  expect(take('a')).toMatchObject({ allowed: false, reset: 1 })
  now = 60_000
  expect(take('a')).toMatchObject({ allowed: true, remaining: 1, reset: 60 })
  expect(createLimiter({ KOINE_RATE_LIMIT: 0 }, () => now)).toBeUndefined()
})
