import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { requireRoom } from '../require-room.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security } from '../schemas.ts'

const tags = ['Environment variables']
const name = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'Letters, digits and _ are allowed, no digit first.')
  .max(255)
  .openapi({ example: 'REGION' })
// 65,536 characters: sealed, that stays far below the 1 MB that a row may hold.
const value = z.string().max(65_536).openapi({ example: 'eu' })
const variable = z.object({ name, value }).openapi('EnvironmentVariable')

/** `/environment-variables`: values that action functions read, sealed at rest. */
export function variableRoutes(app: App, services: HttpServices): void {
  const { store } = services

  app.openapi(
    createRoute({
      method: 'get',
      path: '/environment-variables',
      operationId: 'listEnvironmentVariables',
      summary: 'List environment variables',
      description: 'Names and values, as a bare array. Needs the scope `variables:read`.',
      tags,
      security,
      middleware: requireKey(services, 'variables:read'),
      request: { query: z.strictObject({}) },
      responses: {
        200: json(z.array(variable), 'Variables by name.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => c.json(await store.variables.list(c.var.access.environment), 200),
  )

  app.openapi(
    createRoute({
      method: 'put',
      path: '/environment-variables/{name}',
      operationId: 'setEnvironmentVariable',
      summary: 'Set an environment variable',
      description: 'Makes the variable or replaces its value. Needs the scope `variables:write`.',
      tags,
      security,
      middleware: requireKey(services, 'variables:write'),
      request: {
        params: z.object({ name }),
        body: body(z.strictObject({ value }).openapi('EnvironmentVariableInput')),
      },
      responses: {
        200: json(variable, 'The variable.'),
        ...problemResponses(...authErrors, ...bodyErrors, 'bad-parameter', 'quota-exceeded'),
      },
    }),
    async c => {
      const variable = { ...c.req.valid('param'), ...c.req.valid('json') }
      const { environment } = c.var.access
      await requireRoom(services, environment)
      const answer = await store.variables.set(environment, variable)
      if ('full' in answer)
        throw new ProblemError('quota-exceeded', {
          detail: `The variables of an environment may take ${answer.full} bytes in all, sealed.`,
        })
      return c.json(variable, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/environment-variables/{name}',
      operationId: 'deleteEnvironmentVariable',
      summary: 'Delete an environment variable',
      description: 'Erases the variable. Needs the scope `variables:write`.',
      tags,
      security,
      middleware: requireKey(services, 'variables:write'),
      request: { params: z.object({ name }), query: z.strictObject({}) },
      responses: {
        204: { description: 'Erased.' },
        ...problemResponses(...authErrors, 'bad-parameter', 'not-found'),
      },
    }),
    async c => {
      const { name } = c.req.valid('param')
      if (!(await store.variables.remove(c.var.access.environment, name))) throw new ProblemError('not-found')
      return c.body(null, 204)
    },
  )
}
