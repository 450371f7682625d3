import { beforeAll, describe, expect, it } from 'vitest'
import { type Caller, pointers, problem } from './caller.ts'

/** What a provider's failures become, and what is refused before a provider is asked. */
export function problems(caller: Caller): void {
  const { call, connect } = caller

  describe('what a provider fails with', () => {
    const faults = [
      'unauthorized',
      'unscoped',
      'forbidden',
      'missing',
      'gone',
      'conflict',
      'invalid',
      'hasty',
      'spent',
      'failed',
      'unavailable',
      'page',
      'listless',
      'elsewhere',
      'silent',
      'cut-short',
    ]
    beforeAll(async () => {
      const { entryPoint } = caller
      for (const fault of faults) await connect(fault, `${entryPoint.faults}/${fault}`)
      await connect('closed', entryPoint.closed)
      await connect('signed-out', entryPoint.sandbox, { token: 'a-token-that-was-revoked' })
    })
    const list = (connection: string) => call('GET /contacts', { connection })
    const get = (connection: string) => call('GET /contacts/1', { connection })
    const create = (connection: string) => call('POST /contacts', { connection, body: { last_name: 'X' } })
    const failed = { source: 'provider', provider: 'hubspot' }

    it('401: the connection needs a reconnect', async () => {
      const answer = await list('signed-out')
      const body = problem(answer, 424, 'connection-needs-reconnect')
      expect(body).toMatchObject({
        ...failed,
        retryable: false,
        upstream: { status: 401, code: 'INVALID_AUTHENTICATION', message: expect.stringContaining('credentials') },
      })
      expect(answer.text).not.toContain('a-token-that-was-revoked')
      for (const each of [get, create]) problem(await each('unauthorized'), 424, 'connection-needs-reconnect')
    })

    it('403: a scope is missing, or the account may not', async () => {
      const missing = problem(await list('unscoped'), 403, 'scope-missing')
      expect(missing).toMatchObject({ ...failed, upstream: { status: 403, code: 'MISSING_SCOPES' } })
      expect(problem(await get('forbidden'), 403, 'provider-forbidden')).toMatchObject(failed)
    })

    it('404 and 410: the record is not there; without a record, the request was refused', async () => {
      expect(problem(await get('missing'), 404, 'record-not-found')).toMatchObject(failed)
      expect(problem(await get('gone'), 404, 'record-not-found')).toMatchObject(failed)
      for (const verb of [list, create]) problem(await verb('missing'), 422, 'provider-rejected')
    })

    it('409: a conflict', async () => {
      const body = problem(await create('conflict'), 409, 'conflict')
      expect(body).toMatchObject({ ...failed, upstream: { status: 409, code: 'CONFLICT', message: 'said CONFLICT' } })
    })

    it('400: the provider rejected it', async () => {
      const body = problem(await create('invalid'), 422, 'provider-rejected')
      expect(body).toMatchObject({ ...failed, upstream: { status: 400, code: 'VALIDATION_ERROR' } })
    })

    it('429: with the seconds to wait', async () => {
      const answer = await list('hasty')
      const body = problem(answer, 429, 'provider-rate-limited')
      expect(body).toMatchObject({ ...failed, retryable: true, retry_after: 7, upstream: { status: 429 } })
      expect(answer.headers.get('retry-after')).toBe('7')
      const spent = await list('spent')
      expect(problem(spent, 429, 'provider-rate-limited')).not.toHaveProperty('retry_after')
      expect(spent.headers.has('retry-after')).toBe(false)
    })

    it('500 and 503: the provider failed', async () => {
      const body = problem(await list('failed'), 502, 'provider-failed')
      expect(body).toMatchObject({
        ...failed,
        retryable: true,
        upstream: { status: 500, message: 'said INTERNAL_ERROR' },
      })
      const unavailable = problem(await list('unavailable'), 502, 'provider-failed')
      expect(unavailable).toMatchObject({ retry_after: 12, upstream: { status: 503 } })
      expect(JSON.stringify(unavailable)).not.toContain('<h1>')
    })

    it('200 with a page instead of JSON: the answer is unreadable', async () => {
      for (const verb of [list, get, create]) {
        const answer = await verb('page')
        expect(problem(answer, 502, 'provider-answer-unreadable')).toMatchObject(failed)
        expect(answer.text).not.toContain('<html>')
      }
    })

    it('200 without the list that was promised: the answer is unreadable', async () => {
      problem(await list('listless'), 502, 'provider-answer-unreadable')
    })

    it('an answer that breaks off: the answer is unreadable', async () => {
      problem(await list('cut-short'), 502, 'provider-answer-unreadable')
    })

    it('a redirection: it is not followed', async () => {
      problem(await list('elsewhere'), 502, 'provider-answer-unreadable')
    })

    it('nobody listens: the provider is unreachable', async () => {
      expect(problem(await list('closed'), 502, 'provider-unreachable')).toMatchObject({ ...failed, retryable: true })
    })

    it('no answer in time: a timeout', async () => {
      expect(problem(await list('silent'), 504, 'provider-timeout')).toMatchObject({ ...failed, retryable: true })
    })
  })

  describe('what does not reach a provider', () => {
    it('an address that does not exist', async () => {
      for (const path of ['/', '/contact', '/contacts/1/emails', '/v1/contacts', '/favicon.ico'])
        problem(await call(`GET ${path}`), 404, 'not-found')
    })

    it('a method that the address does not have, with those it has', async () => {
      const wrong: Record<string, string> = {
        'PUT /contacts': 'GET, HEAD, POST',
        'DELETE /contacts': 'GET, HEAD, POST',
        'POST /contacts/1001': 'DELETE, GET, HEAD, PATCH',
        'POST /health': 'GET, HEAD',
        'PATCH /integrations': 'GET, HEAD, POST',
      }
      for (const [request, allow] of Object.entries(wrong)) {
        const answer = await call(request, { connection: 'people' })
        problem(answer, 405, 'method-not-allowed')
        expect(answer.headers.get('allow')).toBe(allow)
      }
    })

    it('a call that names no connection', async () => {
      for (const request of ['GET /contacts', 'GET /contacts/1001', 'DELETE /contacts/1001']) {
        const body = problem(await call(request), 400, 'bad-parameter')
        expect(pointers(body)).toEqual(['/header/connection-id'])
      }
    })
  })
}
