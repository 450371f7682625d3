import { createRoute, z } from '@hono/zod-openapi'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, json, problemResponses, security } from '../schemas.ts'
import { scriptOf, toolsOf } from './action-answer.ts'
import { describedActions } from './described-actions.ts'
import { functionRoutes } from './function-routes.ts'
import { configuration } from './schemas.ts'

/** What can be triggered: `GET /scripts/config` for a whole environment, and the functions of each integration. */
export function scriptRoutes(app: App, services: HttpServices): void {
  const { store } = services

  app.openapi(
    createRoute({
      method: 'get',
      tags: ['Actions'],
      security,
      middleware: requireKey(services, 'integrations:read', 'actions:execute'),
      path: '/scripts/config',
      operationId: 'getScriptsConfig',
      summary: 'List the actions of every integration',
      description:
        'Action functions and verbs of mappings, with their schemas; with `format=openai` as tools of a language model. Needs the scope `integrations:read` or `actions:execute`.',
      request: {
        query: z.strictObject({
          format: z.enum(['nango', 'openai']).optional().openapi({ description: '`nango` when absent.' }),
        }),
      },
      responses: {
        200: json(configuration, 'Integrations, oldest first, with their actions by name.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const integrations = await store.integrations.list(c.var.access.environment)
      const all = await Promise.all(
        integrations.map(async ({ unique_key, provider }) => ({
          key: unique_key,
          provider,
          actions: await describedActions(services, provider),
        })),
      )
      const answer: z.output<typeof configuration> =
        c.req.valid('query').format === 'openai'
          ? { data: all.flatMap(({ actions }) => actions.flatMap(toolsOf)) }
          : all.map(({ key, provider, actions }) => ({
              providerConfigKey: key,
              provider,
              syncs: [],
              actions: actions.map(scriptOf),
              'on-events': [],
            }))
      return c.json(answer, 200)
    },
  )

  functionRoutes(app, services)
}
