import { applyD1Migrations } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { callerOf, problem } from '../contract/caller.ts'

const caller = callerOf(
  () =>
    ({
      key: env.KOINE_SECRET_KEY,
      fetch: (path: string, init?: RequestInit) => exports.default.fetch(`http://gateway.example${path}`, init),
    }) as never,
)
beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  await caller.connect('odd', 'http://127.0.0.1:9')
})
afterEach(() => vi.restoreAllMocks())

it.each([101, 600, 999])('a provider’s status %i is a failure of the provider, not of ours', async status => {
  const odd = () => ({ status, headers: new Headers(), body: new Response('{}').body })
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => odd() as unknown as Response)
  problem(await caller.call('GET /proxy/anything', { connection: 'odd' }), 502, 'provider-answer-unreadable')
  const unified = await caller.call('GET /contacts/1', { connection: 'odd' })
  expect([unified.status, unified.body.source]).toEqual([502, 'provider'])
})
