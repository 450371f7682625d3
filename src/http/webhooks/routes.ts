import { createRoute, z } from '@hono/zod-openapi'
import { type Failure, ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, json, problemResponses, security } from '../schemas.ts'
import { describeWebhooks } from './describe-webhooks.ts'
import { rotated, signingKeys, tried } from './schemas.ts'

const tags = ['Webhooks']

/** Why a receiver did not answer, for its owner. */
function errorOf({ code, retry_after }: Failure): { code: string; description: string } {
  if (code === 'provider-timeout') return { code, description: 'The receiver did not answer within 15 seconds.' }
  if (retry_after !== undefined)
    return { code, description: `Its last answers were failures: try again in ${retry_after} seconds.` }
  return {
    code,
    description:
      'The receiver could not be reached: its name does not resolve, leads to a private address, or nobody listens.',
  }
}

/** `/environment/webhook-…`: what webhooks are signed with, and a delivery to try a receiver. */
export function webhookRoutes(app: App, services: HttpServices): void {
  const { store, webhooks } = services
  describeWebhooks(app)

  app.openapi(
    createRoute({
      method: 'get',
      path: '/environment/webhook-signing-key',
      operationId: 'getWebhookSigningKey',
      summary: 'Read the webhook signing keys',
      description:
        'The keys that webhooks of the environment are signed with. The first one is made when it is first needed. Needs the scope `environment:write`.',
      tags,
      security,
      middleware: requireKey(services, 'environment:write'),
      request: { query: z.strictObject({}) },
      responses: {
        200: json(z.object({ data: signingKeys }), 'The keys.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const keys = await store.webhookKeys.inForce(c.var.access.environment)
      const [newest] = keys
      if (!newest) throw new ProblemError('unauthenticated')
      return c.json({ data: { webhook_signing_key: newest.key, keys: [...keys] } }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/environment/webhook-signing-key/rotate',
      operationId: 'rotateWebhookSigningKey',
      summary: 'Make a new webhook signing key',
      description:
        'Makes a new key. The former ones go on signing beside it for 24 hours, in `webhook-signature`; `X-Nango-Hmac-Sha256` is by the new one at once. At most five sign at once. Needs the scope `environment:write`.',
      tags,
      security,
      middleware: requireKey(services, 'environment:write'),
      request: { query: z.strictObject({}) },
      responses: {
        200: json(z.object({ data: rotated }), 'The new key.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const [newest] = await store.webhookKeys.rotate(c.var.access.environment)
      if (!newest) throw new ProblemError('unauthenticated')
      return c.json({ data: { webhook_signing_key: newest.key } }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/environment/webhook-test',
      operationId: 'testWebhook',
      summary: 'Try the receiver of webhooks',
      description:
        'Sends one webhook of the type `test` to `webhook_url`, signed as all are, and answers what came of it. It is sent once. Needs the scope `environment:write`.',
      tags,
      security,
      middleware: requireKey(services, 'environment:write'),
      request: { query: z.strictObject({}) },
      responses: {
        200: json(z.object({ data: tried }), 'What came of it; also where it was not delivered.'),
        ...problemResponses(...authErrors, 'bad-parameter', 'webhook-url-missing'),
      },
    }),
    async c => {
      const answer = await webhooks.test(c.var.access.environment)
      if (!answer) throw new ProblemError('webhook-url-missing')
      const { delivered, status, failure, ms } = answer
      return c.json(
        {
          data: { delivered, ms, ...(status !== undefined && { status }), ...(failure && { error: errorOf(failure) }) },
        },
        200,
      )
    },
  )
}
