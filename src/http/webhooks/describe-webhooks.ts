import type { z } from '@hono/zod-openapi'
import type { App } from '../context.ts'
import { authWebhook, runWebhook, webhookHeaders } from './schemas.ts'

/** How every webhook is delivered. */
const DELIVERY =
  'An answer with a status from 200 to 299 within 15 seconds ends it; 410 gives it up; after anything else it is sent again 5 seconds later, then 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours, or as much later as `Retry-After` says. Redirects are not followed. It may come more than once, and not in order.'

interface Described {
  readonly path: string
  readonly operationId: string
  readonly summary: string
  /** When it is sent, and where. */
  readonly description: string
  readonly schema: z.ZodType
}

/** Describes what environments are told by webhooks in the document. */
export function describeWebhooks(app: App): void {
  const describe = ({ schema, description, ...named }: Described) =>
    app.openAPIRegistry.registerWebhook({
      method: 'post',
      ...named,
      description: `${description} ${DELIVERY}`,
      tags: ['Webhooks'],
      security: [],
      request: {
        headers: webhookHeaders,
        body: { required: true, content: { 'application/json': { schema } } },
      },
      responses: {
        '2XX': { description: 'It is delivered.' },
        410: { description: 'Nobody is there any more: it is not sent again.' },
      },
    })
  describe({
    path: 'auth',
    operationId: 'authWebhook',
    summary: 'A connection was made or changed',
    description:
      'Sent to `webhook_url`, or to the connection’s `webhook_url_override`, when a connection is made, when a refresh of its token is refused for the first time, and when one works again.',
    schema: authWebhook,
  })
  describe({
    path: 'async_action',
    operationId: 'runWebhook',
    summary: 'A run has ended',
    description:
      'Sent to `webhook_url`, or to the connection’s `webhook_url_override`, when a run has succeeded or failed for good, was interrupted or was cancelled. Its `webhook-id` is `msg_` and the id of the run without hyphens.',
    schema: runWebhook,
  })
}
