import { createRoute, type z } from '@hono/zod-openapi'
import type { Verb } from '../../mapping/errors.ts'
import { percent } from '../../mapping/escape.ts'
import type { Model } from '../../models/index.ts'
import type { App, HttpServices } from '../context.ts'
import { idempotent, once } from '../idempotent.ts'
import { requireKeyOrSession } from '../middleware/authenticate.ts'
import { body, bodyErrors, json, jsonText, problemResponses, securityOrSession } from '../schemas.ts'
import { throwInvalidWrite } from './invalid-record.ts'
import { callErrors } from './on-behalf.ts'
import { noParameters, writeParameters } from './parameters.ts'
import { runVerb } from './run-verb.ts'
import { callerHeaders, capital, idempotencyHeader, params, recordSchemas } from './schemas.ts'

/** `POST`, `PATCH` and `DELETE` of a model's records. */
export function writeRoutes(app: App, services: HttpServices, model: Model): void {
  const { name, singular } = model
  const schemas = recordSchemas(model)
  const allowing = (...verbs: Verb[]) => requireKeyOrSession(services, { model: name, verbs })
  const common = {
    tags: [capital(name)],
    security: securityOrSession,
    parameters: callerHeaders,
  }
  const throwInvalid = throwInvalidWrite(model)

  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      parameters: [...callerHeaders, idempotencyHeader],
      path: `/${name}`,
      operationId: `create${capital(singular)}`,
      middleware: allowing('create'),
      summary: `Create a ${singular}`,
      description: 'Answers the whole record, read back from the provider.',
      request: { query: writeParameters, body: body(schemas.input) },
      responses: {
        201: {
          ...jsonText(schemas.one, `The ${singular}.`),
          headers: { location: { description: 'Where the record is.', schema: { type: 'string' } } },
        },
        ...problemResponses(...callErrors, ...bodyErrors, 'conflict', ...idempotent),
      },
    }),
    async c => {
      const given = c.req.valid('json')
      const explained = c.req.valid('query').explain === 'true'
      const idempotencyKey = c.req.header('idempotency-key') || undefined
      const call = { verb: 'create' as const, ...writeOf(given), idempotencyKey }
      return once(c, services, { body: given }, async log => {
        const result = await runVerb(c, services, { model, call, explained, log })
        const { id } = result.data
        return {
          status: 201,
          headers: {
            'content-type': 'application/json',
            ...(typeof id === 'string' && { location: `/${name}/${percent(id)}` }),
          },
          body: JSON.stringify(result satisfies z.input<typeof schemas.one>),
        }
      })
    },
    (result, c) => throwInvalid(result, c),
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'patch',
      path: `/${name}/{id}`,
      operationId: `update${capital(singular)}`,
      middleware: allowing('update'),
      summary: `Update a ${singular}`,
      description: 'Only what is sent changes: null clears, a list replaces the whole list. Answers the whole record.',
      request: { params, query: writeParameters, body: body(schemas.input) },
      responses: {
        200: json(schemas.one, `The ${singular}.`),
        ...problemResponses(...callErrors, ...bodyErrors, 'record-not-found', 'conflict'),
      },
    }),
    async c => {
      const call = { verb: 'update' as const, id: c.req.valid('param').id, ...writeOf(c.req.valid('json')) }
      return c.json(
        await runVerb(c, services, { model, call, explained: c.req.valid('query').explain === 'true' }),
        200,
      )
    },
    (result, c) => throwInvalid(result, c),
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'delete',
      path: `/${name}/{id}`,
      operationId: `delete${capital(singular)}`,
      middleware: allowing('delete'),
      summary: `Delete a ${singular}`,
      description: 'Where the provider archives, closes or deactivates instead, the header `Delete-Means` says so.',
      request: { params, query: noParameters },
      responses: {
        204: {
          description: 'Done.',
          headers: {
            'delete-means': {
              description: '`deleted`, `archived`, `closed` or `deactivated`.',
              schema: { type: 'string' },
            },
          },
        },
        ...problemResponses(...callErrors, 'record-not-found', 'conflict'),
      },
    }),
    async c => {
      const call = { verb: 'delete' as const, id: c.req.valid('param').id }
      const { means } = await runVerb(c, services, { model, call })
      return c.body(null, 204, { 'delete-means': means })
    },
  )
}

/** The body of a write, divided into the record and what is passed through to the provider. */
function writeOf(given: Record<string, unknown>) {
  const { pass_through, ...input } = given
  return { input, passThrough: pass_through as Record<string, unknown> | undefined }
}
