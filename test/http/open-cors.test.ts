import { OpenAPIHono } from '@hono/zod-openapi'
import { describe, expect, it } from 'vitest'
import type { App, Variables } from '../../src/http/context.ts'
import { openCors } from '../../src/http/middleware/open-cors.ts'
import { problemResponse } from '../../src/http/problem-response.ts'
import { ProblemError } from '../../src/problem/index.ts'

const app: App = new OpenAPIHono<Variables>()
app.use((c, next) => {
  c.set('requestId', 'request-1')
  return next()
})
app.use('/open/*', openCors)
app.get('/open/works', c => c.json({ fine: true }))
app.get('/open/fails', () => {
  throw new ProblemError('conflict')
})
app.get('/closed', c => c.json({}))
app.notFound(c => problemResponse(c, { code: 'not-found' }))
app.onError((error, c) => {
  if (error instanceof ProblemError) return problemResponse(c, error.failure)
  throw error
})
const origin = 'https://anybody.example'

describe('routes that every page may call', () => {
  it('let every page read answers and failures', async () => {
    for (const [path, status] of [
      ['/open/works', 200],
      ['/open/fails', 409],
      ['/open/nothing', 404],
    ] as const) {
      const { status: answered, headers } = await app.request(path, { headers: { origin } })
      expect([answered, headers.get('access-control-allow-origin')]).toEqual([status, '*'])
      expect(headers.has('access-control-allow-credentials')).toBe(false)
    }
    expect((await app.request('/closed', { headers: { origin } })).headers.has('access-control-allow-origin')).toBe(
      false,
    )
  })

  it('are answered a preflight', async () => {
    const headers = { origin, 'access-control-request-method': 'POST' }
    const answer = await app.request('/open/works', { method: 'OPTIONS', headers })
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-headers')).toBe('content-type, authorization, accept-language')
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST')
    expect((await app.request('/open/works', { method: 'OPTIONS', headers: { origin } })).status).toBe(404)
  })
})
