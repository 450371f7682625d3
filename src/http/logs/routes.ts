import { createRoute, z } from '@hono/zod-openapi'
import { logKinds } from '../../store/log-entry.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, json, problemResponses, security, time } from '../schemas.ts'

/** Entries on a page, at most. */
const LIMIT = 100
const entry = z
  .object({
    id: z.string(),
    at: time,
    kind: z.enum(logKinds),
    parent: z.string().optional().openapi({ description: 'The entry under which this one was made.' }),
    request_id: z.string().openapi({ description: '`X-Request-Id` of the call; `webhook-id` of a webhook.' }),
    name: z.string().openapi({
      description:
        'The action, the type of a webhook, or method, host and path of a request without what could be an id.',
    }),
    provider: z.string().optional(),
    integration: z.string().optional(),
    connection_id: z.string().optional(),
    status: z.int().optional(),
    code: z.string().optional().openapi({ description: 'The problem, where it failed.' }),
    attempt: z.int().optional().openapi({ description: 'Which try it was, from 1.' }),
    ms: z.number(),
    provider_ms: z.number().optional().openapi({ description: 'Of that, the provider’s time.' }),
    sent_bytes: z.int().optional(),
    received_bytes: z.int().optional(),
  })
  .openapi('LogEntry', {
    description: 'What was called, never what was said.',
    example: {
      id: '0mhxk3w7c0a1b2c30000001',
      at: '2026-03-01T12:00:00.000Z',
      kind: 'call',
      request_id: '9f1c6d2e-0b7a-4f7e-8f53-2d1c8c1f2a10',
      name: 'list-contacts',
      provider: 'example',
      integration: 'crm',
      connection_id: 'customer-42',
      status: 200,
      ms: 180,
      provider_ms: 178,
    },
  })
const text = z.string().min(1).max(255).optional()
const query = z.strictObject({
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, `A whole number from 1 to ${LIMIT}.`)
    .optional()
    .openapi({ type: 'integer', minimum: 1, maximum: LIMIT, default: 50, example: 50 }),
  cursor: text.openapi({ description: '`next_cursor` of the page before.' }),
  kind: z.enum(logKinds).optional(),
  name: text,
  integration: text,
  connection_id: text,
  parent: text.openapi({ description: 'Only what was made under that entry.' }),
  request_id: text,
  code: text.openapi({ description: 'Only failures with that problem.' }),
  failed: z.enum(['true', 'false']).optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
})
const utc = (given: string | undefined): string | undefined => given && new Date(given).toISOString()

/** `GET /logs`: what was called in the last 30 days, newest first. */
export function logRoutes(app: App, services: HttpServices): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/logs',
      operationId: 'listLogs',
      tags: ['Logs'],
      summary: 'List what was called',
      description:
        'Calls, actions and the requests they made at providers, requests for tokens, and attempts to deliver webhooks, newest first, for 30 days. Bodies, secrets and personal data are never kept. Where filters match few of many entries a page may be short or empty before the last: go on while there is a `next_cursor`. Needs the scope `logs:read`.',
      security,
      middleware: requireKey(services, 'logs:read'),
      request: { query },
      responses: {
        200: json(
          z
            .object({ data: z.array(entry), next_cursor: z.string().nullable().openapi({ example: null }) })
            .openapi('LogList'),
          'A page of entries.',
        ),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const { limit = '50', cursor, failed, since, until, ...rest } = c.req.valid('query')
      // Entries are written a moment after their call; those that wait belong to the answer, too.
      await services.store.logs.flush()
      const { entries, before } = await services.store.logs.list(c.get('access').environment, {
        ...rest,
        since: utc(since),
        until: utc(until),
        ...(failed !== undefined && { failed: failed === 'true' }),
        before: cursor,
        limit: Number(limit),
      })
      const data = entries.map(({ environment: _, connection: __, ...shown }) => shown)
      return c.json({ data, next_cursor: before }, 200)
    },
  )
}
