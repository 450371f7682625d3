import { createRoute, z } from '@hono/zod-openapi'
import type { DescribedAction } from '../../actions/describe-action.ts'
import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, json, problemResponses, security, uniqueKey } from '../schemas.ts'
import { functionOf } from './action-answer.ts'
import { describedActions } from './described-actions.ts'
import { actionFunction, functionQuery, typeQuery } from './schemas.ts'

const NEEDS = 'Needs the scope `integrations:read` or `actions:execute`.'

/** `GET /integrations/{uniqueKey}/functions`, and one of them by its name. */
export function functionRoutes(app: App, services: HttpServices): void {
  const common = {
    method: 'get' as const,
    tags: ['Actions'],
    security,
    middleware: requireKey(services, 'integrations:read', 'actions:execute'),
  }
  /** The actions of an integration, or the problem that there is no such integration. */
  const actionsOf = async (environment: string, key: string): Promise<DescribedAction[]> => {
    const integration = await services.store.integrations.find(environment, key)
    if (!integration) throw new ProblemError('integration-not-found')
    return describedActions(services, integration.provider)
  }

  app.openapi(
    createRoute({
      ...common,
      path: '/integrations/{uniqueKey}/functions',
      operationId: 'listFunctions',
      summary: 'List the actions of an integration',
      description: `Action functions and verbs of mappings, a page at a time. ${NEEDS}`,
      request: { params: z.object({ uniqueKey }), query: functionQuery },
      responses: {
        200: json(
          z.object({
            data: z.array(actionFunction),
            pagination: z.object({ total: z.int(), page: z.int(), limit: z.int() }),
          }),
          'Actions by name.',
        ),
        ...problemResponses(...authErrors, 'bad-parameter', 'integration-not-found'),
      },
    }),
    async c => {
      const { type, search = '', page = '0', limit = '20' } = c.req.valid('query')
      const actions = await actionsOf(c.var.access.environment, c.req.valid('param').uniqueKey)
      const wanted = search.toLowerCase()
      const found = actions.filter(
        ({ name, description }) =>
          (type ?? 'action') === 'action' && `${name}\n${description}`.toLowerCase().includes(wanted),
      )
      const pagination = { total: found.length, page: Number(page), limit: Number(limit) }
      const from = pagination.page * pagination.limit
      return c.json({ data: found.slice(from, from + pagination.limit).map(functionOf), pagination }, 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      path: '/integrations/{uniqueKey}/functions/{name}',
      operationId: 'getFunction',
      summary: 'Read an action of an integration',
      description: NEEDS,
      request: {
        params: z.object({
          uniqueKey,
          name: z.string().max(255).openapi({ description: 'Name of the action.', example: 'list-contacts' }),
        }),
        query: typeQuery,
      },
      responses: {
        200: json(z.object({ data: actionFunction }), 'The action.'),
        ...problemResponses(...authErrors, 'bad-parameter', 'integration-not-found', 'action-not-found'),
      },
    }),
    async c => {
      const { uniqueKey: key, name } = c.req.valid('param')
      const isAction = (c.req.valid('query').type ?? 'action') === 'action'
      const found = (await actionsOf(c.var.access.environment, key)).find(action => isAction && action.name === name)
      if (!found) throw new ProblemError('action-not-found')
      return c.json({ data: functionOf(found) }, 200)
    },
  )
}
