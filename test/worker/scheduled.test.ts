import {
  applyD1Migrations,
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import worker from '../../src/worker.ts'
import { callerOf } from '../contract/caller.ts'

const DAY = 86_400_000
const { call, keyWith } = callerOf(
  () =>
    ({
      key: env.KOINE_SECRET_KEY,
      fetch: async (path: string, init?: RequestInit) =>
        worker.fetch(new Request(`http://gateway.example${path}`, init), env, createExecutionContext()),
    }) as never,
)
const keysLeft = async (): Promise<string[]> => {
  const { results } = await env.DB.prepare('SELECT id FROM api_keys').all<{ id: string }>()
  return results.map(({ id }) => id)
}

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS))

it('the cron erases what has had its time, and nothing else', async () => {
  const [old, recent, current] = [await keyWith('*'), await keyWith('*'), await keyWith('*')]
  for (const [{ id }, days] of [
    [old, 31],
    [recent, 29],
  ] as const) {
    expect((await call(`DELETE /environment/api-keys/${id}`)).status).toBe(204)
    await env.DB.prepare('UPDATE api_keys SET revoked_at = ? WHERE id = ?')
      .bind(new Date(Date.now() - days * DAY).toISOString(), id)
      .run()
  }
  expect(await keysLeft()).toEqual(expect.arrayContaining([old.id, recent.id, current.id]))

  const invocation = createExecutionContext()
  worker.scheduled(createScheduledController({ cron: '17 * * * *' }), env, invocation)
  await waitOnExecutionContext(invocation)

  const left = await keysLeft()
  expect(left).toEqual(expect.arrayContaining([recent.id, current.id]))
  expect(left).not.toContain(old.id)
  expect((await call('GET /environment', { key: current.key })).status).toBe(200)
})
