import { createRoute, type Hook } from '@hono/zod-openapi'
import { type Model, models } from '../../models/index.ts'
import type { Call } from '../../records/call.ts'
import { listFields } from '../../records/own-fields.ts'
import type { App, HttpServices, Variables } from '../context.ts'
import { idempotent, once } from '../idempotent.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { faults, invalidResponse, problemResponse } from '../problem-response.ts'
import { body, bodyErrors, json, problemResponses, security } from '../schemas.ts'
import { callErrors, onBehalf, runVerb } from './on-behalf.ts'
import { fieldsOf, listParameters, listQuery, noParameters, oneParameters, writeParameters } from './parameters.ts'
import { callerHeaders, capital, fieldsAnswer, idempotencyHeader, params, schemasOf } from './schemas.ts'

type Refusal = Hook<unknown, Variables, string, Response | undefined>

/** An unknown filter is a problem of its own; the rest is as everywhere. */
const refuseQuery: Refusal = (result, c) => {
  if (result.success || result.target !== 'query') return invalidResponse(result, c)
  const list = faults(result.error.issues, '/query')
  const onlyFilters = list.every(fault => fault.code === 'unknown' && fault.pointer.startsWith('/query/filter['))
  return onlyFilters
    ? problemResponse(c, { code: 'unsupported-filter', detail: 'There is no such filter.', errors: list })
    : invalidResponse(result, c)
}

/** A field of the model that no caller writes is refused as read-only, not as unknown. */
const refuseBody =
  (model: Model): Refusal =>
  (result, c) => {
    if (result.success || result.target !== 'json') return invalidResponse(result, c)
    const list = faults(result.error.issues, '').map(fault =>
      fault.code === 'unknown' && Object.hasOwn(model.fields, fault.pointer.slice(1))
        ? { ...fault, code: 'read-only', detail: 'The provider sets it.' }
        : fault,
    )
    const [first] = list
    const code = list.every(fault => fault.code === 'unknown') ? 'unknown-field' : 'invalid-field'
    return problemResponse(c, { code, detail: `${first?.pointer || 'The body'}: ${first?.detail}`, errors: list })
  }

/** The unified routes, from the table of models. */
export function recordRoutes(app: App, services: HttpServices): void {
  for (const model of Object.values(models)) {
    readRoutes(app, services, model)
    writeRoutes(app, services, model)
  }
}

const commonOf = ({ name }: Model) => ({ tags: [capital(name)], security, parameters: callerHeaders })

function readRoutes(app: App, services: HttpServices, model: Model): void {
  const { name, singular } = model
  const common = { ...commonOf(model), method: 'get', middleware: requireKey(services, 'records:read') } as const
  const schemas = schemasOf(model)

  app.openapi(
    createRoute({
      ...common,
      path: `/${name}`,
      operationId: `list${capital(name)}`,
      summary: `List ${name}`,
      description: `One page of the connection’s ${name}. Where the provider cannot filter or sort as asked, the call is refused with what it offers. \`next_cursor\` is null on the last page.`,
      request: { query: listParameters(model) },
      responses: {
        200: json(schemas.list, `A page of ${name}.`),
        ...problemResponses(...callErrors, 'bad-cursor', 'unsupported-filter', 'unsupported-sort', 'unsupported-field'),
      },
    }),
    async c => {
      const query = c.req.valid('query') as Record<string, string | undefined>
      const call: Call = { verb: 'list', query: listQuery(model, query) }
      return c.json((await runVerb(c, services, model, { call, explained: query.explain === 'true' })) as never, 200)
    },
    refuseQuery as never,
  )

  app.openapi(
    createRoute({
      ...common,
      path: `/${name}/fields`,
      operationId: `list${capital(singular)}Fields`,
      summary: `List the fields of ${name}`,
      description:
        'The fields of the model as this connection has them, what is required on create, and the customer’s own fields with the path to map them by.',
      request: { query: noParameters },
      responses: { 200: json(fieldsAnswer, 'The fields.'), ...problemResponses(...callErrors) },
    }),
    async c => {
      const { value } = await onBehalf(c, services, `list-${singular}-fields`, caller =>
        listFields(services, caller, name),
      )
      return c.json({ data: value, warnings: [] } as never, 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      path: `/${name}/{id}`,
      operationId: `get${capital(singular)}`,
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
      const call: Call = { verb: 'get', id, fields: fieldsOf(fields), raw: raw === 'true' }
      return c.json((await runVerb(c, services, model, { call, explained: explain === 'true' })) as never, 200)
    },
  )
}

function writeRoutes(app: App, services: HttpServices, model: Model): void {
  const { name, singular } = model
  const common = { ...commonOf(model), middleware: requireKey(services, 'records:write') } as const
  const schemas = schemasOf(model)
  const answer = json(schemas.one, `The ${singular}.`)

  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      parameters: [...callerHeaders, idempotencyHeader],
      path: `/${name}`,
      operationId: `create${capital(singular)}`,
      summary: `Create a ${singular}`,
      description: 'Answers the whole record, read back from the provider.',
      request: { query: writeParameters, body: body(schemas.input) },
      responses: {
        201: { ...answer, headers: { location: { description: 'Where the record is.', schema: { type: 'string' } } } },
        ...problemResponses(...callErrors, ...bodyErrors, 'conflict', ...idempotent),
      },
    }),
    async c => {
      const given = c.req.valid('json')
      const explained = c.req.valid('query').explain === 'true'
      const idempotencyKey = c.req.header('idempotency-key') || undefined
      const call: Call = { verb: 'create', ...writeOf(given), idempotencyKey }
      return once(c, services, { connectionId: c.req.header('connection-id') ?? '', asked: given }, async () => {
        const result = await runVerb(c, services, model, { call, explained })
        const { id } = result.data as { id?: string }
        return {
          status: 201,
          headers: {
            'content-type': 'application/json',
            ...(id !== undefined && { location: `/${name}/${encodeURIComponent(id)}` }),
          },
          body: JSON.stringify(result),
        }
      }) as never
    },
    refuseBody(model) as never,
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'patch',
      path: `/${name}/{id}`,
      operationId: `update${capital(singular)}`,
      summary: `Update a ${singular}`,
      description: 'Only what is sent changes: null clears, a list replaces the whole list. Answers the whole record.',
      request: { params, query: writeParameters, body: body(schemas.input) },
      responses: { 200: answer, ...problemResponses(...callErrors, ...bodyErrors, 'record-not-found', 'conflict') },
    }),
    async c => {
      const call: Call = { verb: 'update', id: c.req.valid('param').id, ...writeOf(c.req.valid('json')) }
      return c.json(
        (await runVerb(c, services, model, { call, explained: c.req.valid('query').explain === 'true' })) as never,
        200,
      )
    },
    refuseBody(model) as never,
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'delete',
      path: `/${name}/{id}`,
      operationId: `delete${capital(singular)}`,
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
      const result = await runVerb(c, services, model, { call: { verb: 'delete', id: c.req.valid('param').id } })
      return c.body(null, 204, 'means' in result ? { 'delete-means': result.means } : {})
    },
  )
}

/** A body, parted into the record and what is passed through. */
function writeOf(given: Record<string, unknown>) {
  const { pass_through, ...input } = given
  return { input, passThrough: pass_through as Record<string, unknown> | undefined }
}
