import { createRoute, z } from '@hono/zod-openapi'
import { describe, ProblemError } from '../../problem/index.ts'
import type { Seen } from '../../runs/index.ts'
import { covers, type RunKind, runKinds, runStates } from '../../store/index.ts'
import type { App, HttpContext, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, json, jsonText, problem, problemResponses, security } from '../schemas.ts'
import { progress, run, runId } from './schemas.ts'
import { isExpired, shownRun } from './shown-run.ts'

const tags = ['Runs']
const text = z.string().min(1).max(255).optional()
const query = z.strictObject({
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'A whole number from 1 to 100.')
    .optional()
    .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 50, example: 50 }),
  cursor: text.openapi({ description: '`next_cursor` of the page before.' }),
  state: z.enum(runStates).optional(),
  kind: z.enum(runKinds).optional(),
  action: text,
  integration: text,
  connection_id: text,
  since: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Accepted then or later.' }),
  until: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Accepted before then.' }),
})
const utc = (given: string | undefined): string | undefined => given && new Date(given).toISOString()

/** Kinds of runs that a key may see: one that writes records sees what came of its writes, and of no action. */
const kindsFor = (c: HttpContext): readonly RunKind[] =>
  covers(c.get('access').scopes, 'actions:execute') ? runKinds : runKinds.filter(kind => kind !== 'action')

/** A result with what it ended in: `output`, or `problem`. */
function outcomeOf({ run: found, result, refused }: Seen) {
  if (refused) return { problem: describe({ code: 'storage-integrity' }, found.request_id) }
  if (!result)
    return found.state === 'cancelled' ? { problem: describe({ code: 'run-cancelled' }, found.request_id) } : {}
  if (!result.ok) return { problem: describe(result.failure, found.request_id) }
  return { output: result.value.value ?? null }
}

/** `GET /action/{id}` of the documented action API; `GET /runs`, `GET /runs/{id}` and `DELETE /runs/{id}`. */
export function runRoutes(app: App, services: HttpServices): void {
  const middleware = requireKey(services, 'actions:execute', 'records:write')
  const request = { params: z.object({ id: runId }) }
  /** The run of a request. @throws ProblemError `run-not-found` */
  async function seen(c: HttpContext, id: string, withResult: boolean): Promise<Seen> {
    const found = await services.runs.see({ environment: c.get('access').environment }, id, withResult)
    if (!found || !kindsFor(c).includes(found.run.kind)) throw new ProblemError('run-not-found')
    return found
  }

  app.openapi(
    createRoute({
      method: 'get',
      path: '/action/{id}',
      operationId: 'getAsyncActionResult',
      tags,
      security,
      middleware,
      summary: 'Get the output of a run',
      description:
        'As the documented action API has it: 404 while the run has not ended, 200 with its output (an empty body where it has none), 500 with the problem that it ended with, whatever its code is. Needs the scope `actions:execute`, or `records:write` for runs of the unified API.',
      request,
      responses: {
        200: jsonText(z.unknown().openapi({ example: { open: 3 } }), 'What the action returned.'),
        ...problemResponses(
          ...authErrors,
          'bad-parameter',
          'run-not-found',
          'run-not-ended',
          'run-expired',
          'run-interrupted',
          'run-cancelled',
          'storage-integrity',
        ),
      },
    }),
    async c => {
      const found = await seen(c, c.req.valid('param').id, true)
      if (found.run.ended_at === null) throw new ProblemError('run-not-ended', { retry_after: 1 })
      const { result } = found
      if (result?.ok) {
        const { value } = result.value
        return value === undefined
          ? c.body(null, 200)
          : c.body(JSON.stringify(value), 200, { 'content-type': 'application/json' })
      }
      const { problem: body } = outcomeOf(found)
      if (!body) throw new ProblemError('run-expired')
      return c.body(JSON.stringify({ ...body, status: 500 }), 500, { 'content-type': 'application/problem+json' })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/runs',
      operationId: 'listRuns',
      tags,
      security,
      middleware,
      summary: 'List runs',
      description:
        'The runs of the last 30 days, the latest first. At the edge a run is listed some moments after it was accepted or ended, and `queued` also while it is under way; `GET /runs/{id}` knows at once. Needs the scope `actions:execute`, or `records:write` for runs of the unified API.',
      request: { query },
      responses: {
        200: json(
          z
            .object({ data: z.array(run), next_cursor: z.string().nullable().openapi({ example: null }) })
            .openapi('RunList'),
          'A page of runs.',
        ),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const { limit = '50', since, until, action, kind, ...rest } = c.req.valid('query')
      const { runs, next_cursor } = await services.runs.list(c.get('access').environment, {
        ...rest,
        name: action,
        kinds: kindsFor(c).filter(one => kind === undefined || one === kind),
        since: utc(since),
        until: utc(until),
        limit: Number(limit),
      })
      return c.json({ data: runs.map(shownRun), next_cursor }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/runs/{id}',
      operationId: 'getRun',
      tags,
      security,
      middleware,
      summary: 'Get a run',
      description:
        'How far a run is, and what came of it: `output`, or `problem`, for five days. 404 only for what never was, or ended 30 days ago. Needs the scope `actions:execute`, or `records:write` for runs of the unified API.',
      request,
      responses: {
        200: jsonText(
          run
            .extend({
              output: z.unknown().optional().openapi({ description: 'What the action returned.' }),
              problem: problem.optional(),
              progress: progress.optional(),
            })
            .openapi('RunWithResult'),
          'The run.',
        ),
        ...problemResponses(...authErrors, 'bad-parameter', 'run-not-found'),
      },
    }),
    async c => {
      const found = await seen(c, c.req.valid('param').id, true)
      // Its records are erased with their results: then nobody knows how they stood.
      const done = isExpired(found.run, services.now()) ? undefined : found.progress
      const body = { ...shownRun(found.run), ...(done && { progress: done }), ...outcomeOf(found) }
      return c.body(JSON.stringify(body), 200, { 'content-type': 'application/json' })
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/runs/{id}',
      operationId: 'cancelRun',
      tags,
      security,
      middleware,
      summary: 'Cancel a run',
      description:
        'Cancels a run that waits for its turn or for its next attempt, and has a batch that is under way end before its next record; one that has ended stays as it is. Needs the scope `actions:execute`, or `records:write` for runs of the unified API.',
      request,
      responses: {
        200: json(run, 'The run as it stands now.'),
        ...problemResponses(...authErrors, 'bad-parameter', 'run-not-found', 'run-under-way'),
      },
    }),
    async c => {
      const { id } = c.req.valid('param')
      const { run: found } = await seen(c, id, false)
      const cancelled = await services.runs.cancel({ environment: found.environment }, id)
      if (!cancelled) throw new ProblemError('run-not-found')
      const isStopping = cancelled.kind === 'batch'
      if (cancelled.ended_at === null && !isStopping) throw new ProblemError('run-under-way', { retry_after: 1 })
      return c.json(shownRun(cancelled), 200)
    },
  )
}
