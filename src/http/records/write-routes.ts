import { createRoute, type z } from '@hono/zod-openapi'
import { nameOfVerb } from '../../actions/verb-actions.ts'
import type { Verb } from '../../mapping/errors.ts'
import { percent } from '../../mapping/escape.ts'
import { isObject } from '../../mapping/path.ts'
import type { Model } from '../../models/index.ts'
import type { StoredAnswer } from '../../store/index.ts'
import type { App, HttpServices } from '../context.ts'
import { idempotent, once } from '../idempotent.ts'
import { requireKeyOrSession } from '../middleware/authenticate.ts'
import { acceptRun } from '../runs/accept-run.ts'
import { askedAsync, asyncHeaders } from '../runs/asked-async.ts'
import { acceptedResponse } from '../runs/schemas.ts'
import { body, bodyErrors, jsonText, problemResponses, securityOrSession } from '../schemas.ts'
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
  const named = (verb: Verb) => ({ kind: 'record' as const, name: nameOfVerb(model, verb) })
  /** The answer of a create, with the address of the record. */
  const createdAnswer = ({ value }: { readonly value?: unknown }): StoredAnswer => {
    const data = isObject(value) && isObject(value.data) ? value.data : {}
    return {
      status: 201,
      headers: {
        'content-type': 'application/json',
        ...(typeof data.id === 'string' && { location: `/${name}/${percent(data.id)}` }),
      },
      body: JSON.stringify(value),
    }
  }

  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      parameters: [...callerHeaders, idempotencyHeader, ...asyncHeaders],
      path: `/${name}`,
      operationId: `create${capital(singular)}`,
      middleware: allowing('create'),
      summary: `Create a ${singular}`,
      description: 'Answers the whole record, read back from the provider.',
      request: { query: writeParameters, body: body(schemas.input) },
      responses: {
        202: acceptedResponse,
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
      const how = askedAsync(c)
      if (how)
        return once(c, services, { body: given, isRun: true }, log =>
          acceptRun(c, services, { how, log, ...named('create'), input: given, answer: createdAnswer }),
        )
      return once(c, services, { body: given }, async log => {
        const result = await runVerb(c, services, { model, call, explained, log })
        return createdAnswer({ value: result satisfies z.input<typeof schemas.one> })
      })
    },
    (result, c) => throwInvalid(result, c),
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'patch',
      parameters: [...callerHeaders, idempotencyHeader, ...asyncHeaders],
      path: `/${name}/{id}`,
      operationId: `update${capital(singular)}`,
      middleware: allowing('update'),
      summary: `Update a ${singular}`,
      description: 'Only what is sent changes: null clears, a list replaces the whole list. Answers the whole record.',
      request: { params, query: writeParameters, body: body(schemas.input) },
      responses: {
        202: acceptedResponse,
        200: jsonText(schemas.one, `The ${singular}.`),
        ...problemResponses(...callErrors, ...bodyErrors, 'record-not-found', 'conflict', ...idempotent),
      },
    }),
    async c => {
      const given = c.req.valid('json')
      const { id } = c.req.valid('param')
      const how = askedAsync(c)
      if (how)
        return once(c, services, { body: given, isRun: true }, log =>
          acceptRun(c, services, { how, log, ...named('update'), input: { ...given, id }, answer: changedAnswer }),
        )
      const call = { verb: 'update' as const, id, ...writeOf(given) }
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
      parameters: [...callerHeaders, idempotencyHeader, ...asyncHeaders],
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
        202: acceptedResponse,
        ...problemResponses(...callErrors, 'record-not-found', 'conflict', ...idempotent),
      },
    }),
    async c => {
      const { id } = c.req.valid('param')
      const how = askedAsync(c)
      if (how)
        return once(c, services, { body: { id }, isRun: true }, log =>
          acceptRun(c, services, { how, log, ...named('delete'), input: { id }, answer: deletedAnswer }),
        )
      const call = { verb: 'delete' as const, id }
      const { means } = await runVerb(c, services, { model, call })
      return c.body(null, 204, { 'delete-means': means })
    },
  )
}

/** The answer of an update. */
const changedAnswer = ({ value }: { readonly value?: unknown }): StoredAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})
/** The answer of a delete. */
const deletedAnswer = ({ means = 'deleted' }: { readonly means?: string | undefined }): StoredAnswer => ({
  status: 204,
  headers: { 'delete-means': means },
  body: '',
})

/** The body of a write, divided into the record and what is passed through to the provider. */
function writeOf(given: Record<string, unknown>) {
  const { pass_through, ...input } = given
  return { input, passThrough: pass_through as Record<string, unknown> | undefined }
}
