import { createRoute, z } from '@hono/zod-openapi'
import type { App, HttpServices } from '../context.ts'
import { problemResponse } from '../problem-response.ts'
import { json, problemResponses } from '../schemas.ts'

const ok = json(z.object({ status: z.literal('ok') }).openapi('Health', { example: { status: 'ok' } }), 'It does.')

/** `/health`: whether the process serves. `/ready`: whether its storage and migrations do, too. */
export function healthRoutes(app: App, { store }: HttpServices): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/health',
      operationId: 'getHealth',
      tags: ['Operations'],
      summary: 'Whether the process serves',
      security: [],
      responses: { 200: ok, ...problemResponses('bad-parameter') },
    }),
    c => c.json({ status: 'ok' as const }, 200),
  )
  app.openapi(
    createRoute({
      method: 'get',
      path: '/ready',
      operationId: 'getReady',
      tags: ['Operations'],
      summary: 'Whether storage and migrations are there',
      security: [],
      responses: { 200: ok, ...problemResponses('bad-parameter', 'unavailable') },
    }),
    async c => {
      const ready = await store.ready().catch(() => false)
      return ready ? c.json({ status: 'ok' as const }, 200) : (problemResponse(c, { code: 'unavailable' }) as never)
    },
  )
}
