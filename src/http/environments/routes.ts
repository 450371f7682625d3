import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import { covers, type Environment, scopeNames } from '../../store/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security, time } from '../schemas.ts'
import { keyRoutes } from './api-key-routes.ts'
import { environmentSettingsRoutes } from './own-environment.ts'
import { variableRoutes } from './variable-routes.ts'

const tags = ['Environments']
const name = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9 ._-]*$/, 'Letters, digits, spaces and . _ - are allowed, a letter or digit first.')
  .max(255)
  .openapi({ description: 'Unique in this deployment.', example: 'prod' })
const id = z.string().openapi({ example: '0d9e0c1e-0c9a-4f5b-b5a4-6f6f0c8d7a11' })
const environment = z.object({ id, name, created_at: time }).openapi('Environment')
const made = environment
  .extend({
    api_key: z
      .object({
        id: z.string().openapi({ example: '5f0b6d7a-3c8e-4a55-9d57-2f4f0a1f9c22' }),
        name: z.string().openapi({ example: 'default' }),
        key: z
          .string()
          .openapi({ description: 'Shown this once.', example: 'koine_oY2e6b0mC5w8s1Zq3dVnTg4uHk7JxR9pLfAi-EvNcQ0' }),
        scopes: z
          .array(z.enum(scopeNames))
          .readonly()
          .openapi({ example: ['*'] }),
      })
      .openapi({ description: 'The first key of the environment.' }),
  })
  .openapi('NewEnvironment')

/** An environment as it is listed, without its settings. */
const answerOf = ({ id, name, created_at }: Environment) => ({ id, name, created_at })

/** Everything about tenants: environments, their settings, keys and variables. */
export function environmentRoutes(app: App, services: HttpServices): void {
  const { store } = services

  app.openapi(
    createRoute({
      method: 'post',
      path: '/environments',
      operationId: 'createEnvironment',
      summary: 'Make an environment',
      description:
        'Makes an environment and its first key, which has the scope `*` and is shown this once. Needs the scope `environments:manage`.',
      tags,
      security,
      middleware: requireKey(services, 'environments:manage'),
      request: { body: body(z.strictObject({ name }).openapi('EnvironmentInput')) },
      responses: {
        201: json(z.object({ data: made }), 'The environment and its first key.'),
        ...problemResponses(...authErrors, ...bodyErrors, 'already-exists'),
      },
    }),
    async c => {
      const answer = await store.environments.create(c.req.valid('json').name)
      if ('taken' in answer) throw new ProblemError('already-exists')
      const { id, name, key, scopes } = answer.key
      return c.json({ data: { ...answerOf(answer.made), api_key: { id, name, key, scopes } } }, 201)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/environments',
      operationId: 'listEnvironments',
      summary: 'List environments',
      description:
        'The environment of the key; with the scope `environments:manage`, every environment of the deployment.',
      tags,
      security,
      middleware: requireKey(services, 'environment:read', 'environments:manage'),
      request: { query: z.strictObject({}) },
      responses: {
        200: json(z.object({ data: z.array(environment) }), 'Environments, oldest first.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const { access } = c.var
      const all = covers(access.scopes, 'environments:manage')
      const own = all ? undefined : await store.environments.find(access.environment)
      return c.json({ data: (all ? await store.environments.list() : own ? [own] : []).map(answerOf) }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/environments/{id}',
      operationId: 'deleteEnvironment',
      summary: 'Delete an environment',
      description:
        'Erases the environment with its keys, integrations, connections, variables and all that belongs to them. Needs the scope `environments:manage`. The environment `dev` comes back empty when KOINE_SECRET_KEY is next used.',
      tags,
      security,
      middleware: requireKey(services, 'environments:manage'),
      request: { params: z.object({ id }), query: z.strictObject({}) },
      responses: {
        204: { description: 'Erased.' },
        ...problemResponses(...authErrors, 'bad-parameter', 'not-found'),
      },
    }),
    async c => {
      if (!(await store.environments.remove(c.req.valid('param').id))) throw new ProblemError('not-found')
      return c.body(null, 204)
    },
  )

  environmentSettingsRoutes(app, services)
  keyRoutes(app, services)
  variableRoutes(app, services)
}
