import { describe, expect, it } from 'vitest'
import { type Caller, problem } from './caller.ts'

/** Whether the gateway serves, and what every answer has. */
export function health({ call }: Caller): void {
  describe('health', () => {
    it('serves without a key', async () => {
      const { status, body } = await call('GET /health', { key: null })
      expect([status, body]).toEqual([200, { status: 'ok' }])
    })

    it('is ready once its migrations are applied', async () => {
      const { status, body } = await call('GET /ready', { key: null })
      expect([status, body]).toEqual([200, { status: 'ok' }])
    })

    it('gives every request an id', async () => {
      const [one, two] = [await call('GET /health'), await call('GET /health')]
      const ids = [one, two].map(answer => answer.headers.get('x-request-id'))
      expect(ids).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), expect.stringMatching(/^[0-9a-f-]{36}$/)])
      expect(ids[0]).not.toBe(ids[1])
    })

    it('takes the caller’s own request id, also into a problem', async () => {
      const headers = { 'x-request-id': 'trace:2026-01-05.42' }
      expect((await call('GET /health', { headers })).headers.get('x-request-id')).toBe('trace:2026-01-05.42')
      const refused = await call('GET /contacts', { key: null, headers })
      expect(problem(refused, 401, 'unauthenticated').instance).toBe('trace:2026-01-05.42')
    })

    it('gives an id of its own where the caller’s is no plain token', async () => {
      for (const given of ['short', 'x'.repeat(129), 'with a space', '<script>alert(1)</script>']) {
        const { headers } = await call('GET /health', { headers: { 'x-request-id': given } })
        expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      }
    })

    it('says what is left of the caller’s own budget', async () => {
      const { headers } = await call('GET /environment')
      const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map(name =>
        Number(headers.get(`ratelimit-${name}`) ?? Number.NaN),
      )
      expect(limit).toBe(300_000)
      expect(remaining).toBeGreaterThan(290_000)
      expect(remaining).toBeLessThan(300_000)
      expect(reset).toBeGreaterThan(0)
      expect(reset).toBeLessThanOrEqual(60)
    })
  })
}
