import type { App } from '../context.ts'
import { authWebhook, webhookHeaders } from './schemas.ts'

/** Describes the webhook `auth` in the document. */
export function describeAuthWebhook(app: App): void {
  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'auth',
    operationId: 'authWebhook',
    summary: 'A connection was made or changed',
    description:
      'Sent to `webhook_url`, or to the connection’s `webhook_url_override`, when a connection is made, when a refresh of its token is refused for the first time, and when one works again. An answer with a status from 200 to 299 within 15 seconds ends it; 410 gives it up; after anything else it is sent again 5 seconds later, then 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours, or as much later as `Retry-After` says. Redirects are not followed. It may come more than once, and not in order.',
    tags: ['Webhooks'],
    security: [],
    request: {
      headers: webhookHeaders,
      body: { required: true, content: { 'application/json': { schema: authWebhook } } },
    },
    responses: {
      '2XX': { description: 'It is delivered.' },
      410: { description: 'Nobody is there any more: it is not sent again.' },
    },
  })
}
