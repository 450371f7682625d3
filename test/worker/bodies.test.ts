import { applyD1Migrations } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS))

const PIECE = 16_384
/** Sends pieces of a body without end to the Worker, and counts those that were taken. */
async function send(key: string | undefined): Promise<{ status: number; code: string; pieces: number }> {
  let pieces = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      // Far more than may be taken, so that a failure ends.
      if (++pieces > 100) controller.close()
      else controller.enqueue(new Uint8Array(PIECE).fill(0x20))
    },
  })
  const answer = await exports.default.fetch('http://gateway.example/environment/api-keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    body,
  })
  const { code } = (await answer.json()) as { code: string }
  return { status: answer.status, code, pieces }
}

describe('bodies at the edge', () => {
  it('are not waited for without a key', async () => {
    for (const key of [undefined, 'nobody']) {
      const { pieces, ...answer } = await send(key)
      expect(answer).toEqual({ status: 401, code: 'unauthenticated' })
      // What the runtime itself takes ahead.
      expect(pieces).toBeLessThan(5)
    }
  })

  it('are cut off at the limit', async () => {
    const { pieces, ...answer } = await send(env.KOINE_SECRET_KEY)
    expect(answer).toEqual({ status: 413, code: 'body-too-large' })
    expect(pieces * PIECE).toBeLessThan(Number(env.KOINE_BODY_LIMIT) * 3)
  })
})
