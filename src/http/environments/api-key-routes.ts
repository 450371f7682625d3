import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import { scopeNames, scopes as scopeTable } from '../../store/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey, requireScope } from '../middleware/authenticate.ts'
import { requireRoom } from '../require-room.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security, time } from '../schemas.ts'

const tags = ['Keys']
const scopes = z
  .array(z.enum(scopeNames))
  .min(1)
  .max(scopeNames.length)
  .readonly()
  .openapi({
    description: Object.entries(scopeTable)
      .map(([name, about]) => `- \`${name}\`: ${about}`)
      .join('\n'),
    example: ['records:read', 'connections:read'],
  })
const key = z
  .object({
    id: z.string().openapi({ example: '5f0b6d7a-3c8e-4a55-9d57-2f4f0a1f9c22' }),
    name: z.string().openapi({ example: 'web app' }),
    last_four: z.string().openapi({ description: 'The last characters of the key.', example: 'NcQ0' }),
    scopes,
    created_at: time,
  })
  .openapi('ApiKey')
const newKey = key
  .extend({
    key: z
      .string()
      .openapi({ description: 'Shown this once.', example: 'koine_oY2e6b0mC5w8s1Zq3dVnTg4uHk7JxR9pLfAi-EvNcQ0' }),
  })
  .openapi('NewApiKey')
const input = z
  .strictObject({
    name: z.string().min(1).max(255).openapi({ example: 'web app' }),
    scopes: scopes
      .optional()
      .openapi({ description: 'What the key may do; `*` when absent. None that your own key lacks.' }),
  })
  .openapi('ApiKeyInput', { example: { name: 'web app', scopes: ['records:read', 'connections:read'] } })

/** `/environment/api-keys`: the keys of an environment. */
export function keyRoutes(app: App, services: HttpServices): void {
  const { store } = services

  app.openapi(
    createRoute({
      method: 'get',
      path: '/environment/api-keys',
      operationId: 'listApiKeys',
      summary: 'List keys',
      description:
        'The keys of the environment that are in force; never the keys themselves. Needs the scope `keys:write`.',
      tags,
      security,
      middleware: requireKey(services, 'keys:write'),
      request: { query: z.strictObject({}) },
      responses: {
        200: json(z.object({ data: z.array(key) }), 'Keys, oldest first.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => c.json({ data: await store.keys.list(c.var.access.environment) }, 200),
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/environment/api-keys',
      operationId: 'createApiKey',
      summary: 'Make a key',
      description:
        'Makes a key of the environment. A key may not grant a scope that it does not have. Needs the scope `keys:write`.',
      tags,
      security,
      middleware: requireKey(services, 'keys:write'),
      request: { body: body(input) },
      responses: {
        201: json(z.object({ data: newKey }), 'The key, shown this once.'),
        ...problemResponses(...authErrors, ...bodyErrors, 'quota-exceeded'),
      },
    }),
    async c => {
      const { access } = c.var
      await requireRoom(services, access.environment)
      const { name, scopes = ['*'] } = c.req.valid('json')
      for (const scope of scopes) requireScope(access, scope)
      return c.json({ data: await store.keys.create(access.environment, name, [...new Set(scopes)]) }, 201)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/environment/api-keys/{id}',
      operationId: 'revokeApiKey',
      summary: 'Revoke a key',
      description:
        'Ends a key: at once in the process that answers, within 30 seconds in others at the edge. A key may revoke itself. KOINE_SECRET_KEY is revoked by changing that setting. Needs the scope `keys:write`.',
      tags,
      security,
      middleware: requireKey(services, 'keys:write'),
      request: { params: z.object({ id: z.string() }), query: z.strictObject({}) },
      responses: {
        204: { description: 'Revoked.' },
        ...problemResponses(...authErrors, 'bad-parameter', 'not-found'),
      },
    }),
    async c => {
      const outcome = await store.keys.revoke(c.var.access.environment, c.req.valid('param').id)
      if (outcome === 'missing') throw new ProblemError('not-found')
      if (outcome === 'setting')
        throw new ProblemError('forbidden', {
          detail: 'This key is KOINE_SECRET_KEY: change that setting to revoke it.',
        })
      return c.body(null, 204)
    },
  )
}
