import { createRoute, z } from '@hono/zod-openapi'
import { nameOfVerb } from '../../actions/verb-actions.ts'
import type { Model } from '../../models/index.ts'
import type { App, HttpServices } from '../context.ts'
import { idempotent, once } from '../idempotent.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { acceptRun } from '../runs/accept-run.ts'
import { askedAsync, asyncHeaders } from '../runs/asked-async.ts'
import { acceptedResponse } from '../runs/schemas.ts'
import { body, bodyErrors, jsonText, problemResponses, security } from '../schemas.ts'
import { callErrors } from './on-behalf.ts'
import { callerHeaders, capital, idempotencyHeader, recordSchemas } from './schemas.ts'

/** Records of a batch, at most. */
const MOST = 1_000
const id = z.string().min(1).max(1_000).openapi({ description: 'The provider’s id.', example: '1001' })
/** What a batch answers that has ended while its caller waited. */
const summary = z
  .object({ total: z.int(), succeeded: z.int(), failed: z.int(), interrupted: z.int() })
  .openapi('BatchSummary', {
    description: 'How many records of a batch ended how.',
    example: { total: 1000, succeeded: 997, failed: 3, interrupted: 0 },
  })

/** `POST /{model}/batch`: many creates, updates or deletes, as one run. */
export function batchRoutes(app: App, services: HttpServices, model: Model): void {
  const { name, singular } = model
  const { input } = recordSchemas(model)
  const records = <T extends z.ZodType>(of: T) => z.array(of).min(1).max(MOST)
  // Not `input.extend`: the document would then demand an input that has no other members, and an `id` beside them.
  const change = z.strictObject({ id, ...input.shape }).openapi({ example: { id: '1001' } })
  const batch = z
    .discriminatedUnion('verb', [
      z.strictObject({ verb: z.literal('create'), records: records(input) }),
      z.strictObject({ verb: z.literal('update'), records: records(change) }),
      z.strictObject({ verb: z.literal('delete'), records: records(z.strictObject({ id })) }),
    ])
    .openapi(`${capital(singular)}Batch`, {
      description: `Up to ${MOST} ${name} to create, update or delete.`,
      example: { verb: 'delete', records: [{ id: '1001' }] },
    })

  app.openapi(
    createRoute({
      method: 'post',
      path: `/${name}/batch`,
      operationId: `batch${capital(name)}`,
      tags: [capital(name)],
      security,
      parameters: [...callerHeaders, idempotencyHeader, ...asyncHeaders.slice(1)],
      middleware: requireKey(services, 'records:write'),
      summary: `Write many ${name}`,
      description: `Accepts up to ${MOST} creates, updates or deletes as one run: through the provider’s own batch endpoint where it has one, else one after the other. \`GET /runs/{id}\` says how far it is, \`GET /runs/{id}/results\` what became of each record; one that fails stops no other. Needs the scope \`records:write\`.`,
      request: { body: body(batch) },
      responses: {
        200: jsonText(summary, 'The batch has ended while its caller waited (`Prefer`).'),
        202: acceptedResponse,
        ...problemResponses(...callErrors, ...bodyErrors, ...idempotent),
      },
    }),
    async c => {
      const given = c.req.valid('json')
      const how = askedAsync(c, true)
      return once(c, services, { body: given, isRun: true }, log =>
        acceptRun(c, services, {
          how,
          log,
          kind: 'batch',
          name: nameOfVerb(model, given.verb),
          input: { records: given.records },
          items: given.records.length,
          answer: ({ value }) => ({
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(value),
          }),
        }),
      )
    },
  )
}
