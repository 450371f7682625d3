import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, connectionId, json, problemResponses, security, uniqueKey } from '../schemas.ts'

const tags = ['Syncs']
const status = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  variant: z.string(),
  connection_id: z.string(),
  status: z.string(),
})

/** `GET /sync/status` of the documented action API: an empty list, since there are no syncs. */
export function syncRoutes(app: App, services: HttpServices): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/sync/status',
      operationId: 'getSyncStatus',
      summary: 'Read the status of syncs',
      description:
        'Always an empty list: the gateway keeps no copy of records. Needs the scope `integrations:read` or `actions:execute`.',
      tags,
      security,
      middleware: requireKey(services, 'integrations:read', 'actions:execute'),
      request: {
        query: z.strictObject({
          syncs: z.string().max(8192).openapi({ description: '`*`, or names separated by commas.', example: '*' }),
          provider_config_key: uniqueKey,
          connection_id: connectionId.optional(),
        }),
      },
      responses: {
        200: json(z.object({ syncs: z.array(status).max(0) }), 'An empty list.'),
        ...problemResponses(...authErrors, 'bad-parameter', 'integration-not-found'),
      },
    }),
    async c => {
      const { provider_config_key } = c.req.valid('query')
      const found = await services.store.integrations.find(c.var.access.environment, provider_config_key)
      if (!found) throw new ProblemError('integration-not-found')
      return c.json({ syncs: [] }, 200)
    },
  )
}
