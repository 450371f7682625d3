import { createRoute } from '@hono/zod-openapi'
import type { Verb } from '../../mapping/errors.ts'
import type { Model } from '../../models/index.ts'
import { listFields } from '../../records/own-fields.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKeyOrSession } from '../middleware/authenticate.ts'
import { json, problemResponses, securityOrSession } from '../schemas.ts'
import { throwInvalidList } from './invalid-record.ts'
import { callErrors, onBehalf } from './on-behalf.ts'
import { fieldsOf, listParameters, listQuery, noParameters, oneParameters } from './parameters.ts'
import { runVerb } from './run-verb.ts'
import { callerHeaders, capital, fieldsAnswer, params, recordSchemas } from './schemas.ts'

/** `GET` of a model's records: a page, the fields, and one by its id. */
export function readRoutes(app: App, services: HttpServices, model: Model): void {
  const { name, singular } = model
  const schemas = recordSchemas(model)
  const allowing = (...verbs: Verb[]) => requireKeyOrSession(services, { model: name, verbs })
  const common = {
    method: 'get' as const,
    tags: [capital(name)],
    security: securityOrSession,
    parameters: callerHeaders,
  }

  app.openapi(
    createRoute({
      ...common,
      path: `/${name}`,
      operationId: `list${capital(name)}`,
      middleware: allowing('list'),
      summary: `List ${name}`,
      description: `One page of the connection’s ${name}. Where the provider cannot filter or sort as asked, the call is refused with what it offers. \`next_cursor\` is null on the last page.`,
      request: { query: listParameters(model) },
      responses: {
        200: json(schemas.list, `A page of ${name}.`),
        ...problemResponses(...callErrors, 'bad-cursor', 'unsupported-filter', 'unsupported-sort', 'unsupported-field'),
      },
    }),
    async c => {
      const query = c.req.valid('query')
      const call = { verb: 'list' as const, query: listQuery(model, query) }
      return c.json(await runVerb(c, services, { model, call, explained: query.explain === 'true' }), 200)
    },
    (result, c) => throwInvalidList(result, c),
  )

  // Before `/{id}`, which would take `fields` for an id.
  app.openapi(
    createRoute({
      ...common,
      path: `/${name}/fields`,
      operationId: `list${capital(singular)}Fields`,
      middleware: allowing('list', 'get'),
      summary: `List the fields of ${name}`,
      description:
        'The fields of the model as this connection has them, what is required on create, and the customer’s own fields with the path to map them by.',
      request: { query: noParameters },
      responses: { 200: json(fieldsAnswer, 'The fields.'), ...problemResponses(...callErrors) },
    }),
    async c => {
      const { value } = await onBehalf(c, services, { name: `list-${singular}-fields` }, caller =>
        listFields(services, caller, name),
      )
      return c.json(value, 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      path: `/${name}/{id}`,
      operationId: `get${capital(singular)}`,
      middleware: allowing('get'),
      summary: `Get a ${singular}`,
      request: { params, query: oneParameters },
      responses: {
        200: json(schemas.one, `The ${singular}.`),
        ...problemResponses(...callErrors, 'record-not-found', 'unsupported-field'),
      },
    }),
    async c => {
      const { fields, raw, explain } = c.req.valid('query')
      const { id } = c.req.valid('param')
      const call = { verb: 'get' as const, id, fields: fieldsOf(fields), raw: raw === 'true' }
      return c.json(await runVerb(c, services, { model, call, explained: explain === 'true' }), 200)
    },
  )
}
