import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { json, problemResponses } from '../schemas.ts'

const ok = json(z.object({ status: z.literal('ok') }).openapi('Health', { example: { status: 'ok' } }), 'It does.')

const readiness = z
  .object({
    status: z.literal('ok'),
    logs: z
      .literal('failing')
      .optional()
      .openapi({ description: 'Given where entries of `GET /logs` cannot be written; calls are served all the same.' }),
    lost_log_entries: z
      .int()
      .optional()
      .openapi({ description: 'Entries of `GET /logs` that this process could not write, where there were any.' }),
  })
  .openapi('Readiness', { example: { status: 'ok' } })

/** `GET /health`: whether the process serves. `GET /ready`: whether its storage and migrations do, too. Both public. */
export function healthRoutes(app: App, { store, stopping }: HttpServices): void {
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
      responses: {
        200: json(readiness, 'They are.'),
        ...problemResponses('bad-parameter', 'unavailable', 'storage-unavailable'),
      },
    }),
    async c => {
      if (stopping?.()) throw new ProblemError('unavailable', { detail: 'The gateway is shutting down.' })
      const { logs } = await store.ready()
      const lost = store.logs.lost()
      return c.json(
        {
          status: 'ok' as const,
          ...(logs === 'failing' && { logs }),
          ...(lost > 0 && { lost_log_entries: lost }),
        },
        200,
      )
    },
  )
}
