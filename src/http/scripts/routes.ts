import { createRoute, z } from '@hono/zod-openapi'
import type { DescribedAction } from '../../actions/describe-action.ts'
import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, jsonText, problemResponses, security } from '../schemas.ts'
import { scriptOf, toolsOf } from './action-answer.ts'
import { describedActions } from './described-actions.ts'
import { functionRoutes } from './function-routes.ts'
import { configuration } from './schemas.ts'

/** Characters of the largest configuration that is answered: that of some hundred integrations. */
const LARGEST = 8_388_608

/** Actions as elements of a JSON array, without its brackets. */
const textOf = (actions: readonly DescribedAction[], isTools: boolean): string =>
  JSON.stringify(isTools ? actions.flatMap(toolsOf) : actions.map(scriptOf)).slice(1, -1)

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
        200: jsonText(configuration, 'Integrations, oldest first, with their actions by name.'),
        ...problemResponses(...authErrors, 'bad-parameter', 'output-too-large'),
      },
    }),
    async c => {
      const integrations = await store.integrations.list(c.var.access.environment)
      const isTools = c.req.valid('query').format === 'openai'
      // Many integrations have one provider: its actions are described, and written as text, once.
      const texts = new Map<string, string>()
      for (const { provider } of integrations)
        if (!texts.has(provider)) texts.set(provider, textOf(await describedActions(services, provider), isTools))
      const parts = integrations.flatMap(({ unique_key, provider }) => {
        const actions = texts.get(provider) ?? ''
        if (isTools) return actions === '' ? [] : [actions]
        const [key, id] = [JSON.stringify(unique_key), JSON.stringify(provider)]
        return [`{"providerConfigKey":${key},"provider":${id},"syncs":[],"actions":[${actions}],"on-events":[]}`]
      })
      if (parts.reduce((sum, part) => sum + part.length, 0) > LARGEST)
        throw new ProblemError('output-too-large', {
          detail: `The actions of ${integrations.length} integrations are more than ${LARGEST} characters: ask for those of one, GET /integrations/{uniqueKey}/functions.`,
        })
      const text = isTools ? `{"data":[${parts.join()}]}` : `[${parts.join()}]`
      return c.body(text, 200, { 'content-type': 'application/json' })
    },
  )

  functionRoutes(app, services)
}
