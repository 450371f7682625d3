import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { json, problemResponses } from '../schemas.ts'

const ok = json(z.object({ status: z.literal('ok') }).openapi('Health', { example: { status: 'ok' } }), 'It does.')

/** `GET /health`: whether the process serves. `GET /ready`: whether its storage and migrations do, too. Both public. */
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
      if (!(await store.ready().catch(() => false))) throw new ProblemError('unavailable')
      return c.json({ status: 'ok' as const }, 200)
    },
  )
}
