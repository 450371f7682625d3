import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import { covers } from '../../store/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, jsonText, problem, problemResponses, security } from '../schemas.ts'
import { runId } from './schemas.ts'
import { isExpired } from './shown-run.ts'

/** Records on a page, at most. */
const LIMIT = 100
const item = z
  .object({
    index: z.int().openapi({ description: 'Its place in the batch, from 0.' }),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'interrupted']),
    output: z.unknown().optional().openapi({ description: 'What the single request would answer; null for a delete.' }),
    problem: problem.optional(),
  })
  .openapi('BatchResult', {
    description: 'What became of one record of a batch.',
    example: { index: 0, state: 'succeeded', output: { data: { id: '1001' }, warnings: [] } },
  })
const query = z.strictObject({
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, `A whole number from 1 to ${LIMIT}.`)
    .optional()
    .openapi({ type: 'integer', minimum: 1, maximum: LIMIT, default: 50, example: 50 }),
  cursor: z
    .string()
    .regex(/^\d{1,4}$/, 'Send `next_cursor` of the page before.')
    .optional()
    .openapi({ description: '`next_cursor` of the page before.' }),
})

/** `GET /runs/{id}/results`: what became of each record of a batch. */
export function resultRoutes(app: App, services: HttpServices): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/runs/{id}/results',
      operationId: 'listBatchResults',
      tags: ['Runs'],
      security,
      middleware: requireKey(services, 'actions:execute', 'records:write'),
      summary: 'List the results of a batch',
      description:
        'What became of each record, in the order of the batch, also while it is under way: `output`, or `problem`, for five days. Needs the scope `records:write`.',
      request: { params: z.object({ id: runId }), query },
      responses: {
        200: jsonText(
          z
            .object({ data: z.array(item), next_cursor: z.string().nullable().openapi({ example: null }) })
            .openapi('BatchResultList'),
          'A page of results.',
        ),
        ...problemResponses(...authErrors, 'bad-parameter', 'run-not-found', 'run-expired', 'storage-integrity'),
      },
    }),
    async c => {
      const { environment, scopes } = c.get('access')
      const { limit = '50', cursor = '0' } = c.req.valid('query')
      const found = await services.runs.results({ environment }, c.req.valid('param').id, {
        from: Number(cursor),
        limit: Number(limit),
      })
      const mayKnow = covers(scopes, 'actions:execute') || found?.run.kind !== 'action'
      if (!found || !mayKnow) throw new ProblemError('run-not-found')
      if (found.run.kind !== 'batch')
        throw new ProblemError('bad-parameter', {
          detail: 'The run is no batch.',
          errors: [{ pointer: '/path/id', detail: 'Ask `GET /runs/{id}`, which has its result.' }],
        })
      if (isExpired(found.run, services.now())) throw new ProblemError('run-expired')
      if ('refused' in found) throw new ProblemError('storage-integrity')
      const data = found.items.map(({ item: index, state, result }) => ({ index, state, ...(result as object) }))
      const next_cursor = found.next === null ? null : String(found.next)
      return c.body(JSON.stringify({ data, next_cursor }), 200, { 'content-type': 'application/json' })
    },
  )
}
