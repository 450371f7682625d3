import { createRoute, type Hook, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { Call, Result } from '../actions/call.ts'
import type { Trace } from '../actions/exchange.ts'
import { run } from '../actions/run.ts'
import type { App, Context, Parts } from '../app.ts'
import { type Model, models } from '../models/index.ts'
import { recordSchema, writeSchema } from '../models/schema.ts'
import { ProblemError } from '../problem/index.ts'
import { requireKey } from './key.ts'
import { fieldsOf, listParameters, listQuery, oneParameters } from './query.ts'
import { faults, refuse, refuseInvalid } from './refuse.ts'
import { bodied, body, json, keyed, problemResponses, security } from './shapes.ts'

type Handling = HonoContext<Context>

const calling = [
  'bad-parameter',
  ...keyed,
  'connection-not-found',
  'integration-not-found',
  'connection-ambiguous',
  'scope-missing',
  'provider-forbidden',
  'provider-rate-limited',
  'connection-needs-reconnect',
  'provider-rejected',
  'unsupported-verb',
  'provider-failed',
  'provider-unreachable',
  'provider-answer-unreadable',
  'provider-timeout',
] as const

/** Who a call is for; the same on every unified route, so documented once and read without a schema. */
const parameters = [
  {
    name: 'connection-id',
    in: 'header' as const,
    required: true,
    description: 'The customer’s connection.',
    schema: { type: 'string' as const, example: 'demo' },
  },
  {
    name: 'provider-config-key',
    in: 'header' as const,
    required: false,
    description: 'The integration; needed only where several have a connection of that id.',
    schema: { type: 'string' as const, example: 'crm' },
  },
]
const warnings = z
  .array(
    z
      .object({
        record: z.string().optional().openapi({ description: 'Id of the record.' }),
        field: z.string().openapi({ description: 'The field, with dots below it.' }),
        code: z.string(),
        detail: z.string(),
        raw: z.unknown().optional().openapi({ description: 'The provider’s value, where it is short.' }),
      })
      .openapi('Warning', {
        description: 'Something about one record that the caller should know; the record is answered all the same.',
        example: {
          record: '1001',
          field: 'created_at',
          code: 'unreadable',
          detail: 'The provider’s value is not of the kind that this field has.',
          raw: 'soon',
        },
      }),
  )
  .openapi({ description: 'What a caller should know about single records and fields.' })
const id = z.object({
  id: z.string().min(1).max(1_000).openapi({ description: 'The provider’s id.', example: '1001' }),
})

/** Unknown filters and sorts are problems of their own; the rest is as everywhere. */
const refuseQuery: Hook<unknown, Context, string, Response | undefined> = (result, c) => {
  if (result.success || result.target !== 'query') return refuseInvalid(result, c)
  const list = faults(result.error.issues, '/query')
  return list.every(fault => /^\/query\/filter\[/.test(fault.pointer) && fault.code === 'unknown')
    ? refuse(c, { code: 'unsupported-filter', detail: 'There is no such filter.', errors: list })
    : refuseInvalid(result, c)
}

/** A field of the model that no caller writes is refused as read-only, not as unknown. */
const refuseBody =
  (model: Model): Hook<unknown, Context, string, Response | undefined> =>
  (result, c) => {
    if (result.success || result.target !== 'json') return refuseInvalid(result, c)
    const list = faults(result.error.issues, '').map(fault =>
      fault.code === 'unknown' && Object.hasOwn(model.fields, fault.pointer.slice(1))
        ? { ...fault, code: 'read-only', detail: 'The provider sets it.' }
        : fault,
    )
    const [first] = list
    const code = list.every(fault => fault.code === 'unknown') ? 'unknown-field' : 'invalid-field'
    return refuse(c, { code, detail: `${first?.pointer || 'The body'}: ${first?.detail}`, errors: list })
  }

/** The headers that say what a call cost: our own time beside the provider's, and what is left of its budget. */
function report(c: Handling, trace: Trace | undefined, started: number, now: () => number): void {
  const total = now() - started
  if (!trace) return
  const ms = trace.exchanges.reduce((sum, e) => sum + e.ms, 0)
  c.set('call', { provider: trace.provider, ms: Math.round(ms * 10) / 10, calls: trace.exchanges.length })
  c.header('server-timing', `provider;dur=${ms.toFixed(1)}, total;dur=${total.toFixed(1)}`)
  const { budget } = trace
  if (!budget) return
  if (budget.limit !== undefined) c.header('provider-ratelimit-limit', String(budget.limit))
  if (budget.remaining !== undefined) c.header('provider-ratelimit-remaining', String(budget.remaining))
  if (budget.reset !== undefined) c.header('provider-ratelimit-reset', String(budget.reset))
}

/** Runs a call on behalf of the connection that the headers name; a failure ends the request with its problem. */
async function carryOut(c: Handling, parts: Parts, model: Model, call: Call): Promise<Result> {
  const started = parts.now()
  const connectionId = c.req.header('connection-id')
  if (!connectionId)
    throw new ProblemError('bad-parameter', {
      detail: 'The header `Connection-Id` is missing.',
      errors: [{ pointer: '/header/connection-id', code: 'required', detail: 'Name the customer’s connection.' }],
    })
  const trace: { current?: Trace } = {}
  const caller = {
    environment: c.get('access').environment,
    connectionId,
    integrationKey: c.req.header('provider-config-key') || undefined,
    signal: c.req.raw.signal,
  }
  const outcome = await run(parts, caller, model.name, call, trace)
  report(c, trace.current, started, parts.now)
  if (outcome.ok) return outcome.value
  const { code, ...more } = outcome.failure
  throw new ProblemError(code, more)
}

/** The unified routes, from the table of models. */
export function recordRoutes(app: App, parts: Parts): void {
  for (const model of Object.values(models)) modelRoutes(app, parts, model)
}

function modelRoutes(app: App, parts: Parts, model: Model): void {
  const { name, one } = model
  const Name = name.charAt(0).toUpperCase() + name.slice(1)
  const One = one.charAt(0).toUpperCase() + one.slice(1)
  const record = recordSchema(model)
  const input = writeSchema(model)
  const answer = json(z.object({ data: record, warnings }).openapi(`${One}Answer`), `The ${one}.`)
  const common = { tags: [Name], security, parameters }
  const reads = requireKey(parts, 'records:read')
  const writes = requireKey(parts, 'records:write')

  app.openapi(
    createRoute({
      ...common,
      method: 'get',
      path: `/${name}`,
      operationId: `list${Name}`,
      summary: `List ${name}`,
      description: `One page of the connection’s ${name}. Where the provider cannot filter or sort as asked, the call is refused with what it offers. \`next_cursor\` is null on the last page.`,
      middleware: reads,
      request: { query: listParameters(model) },
      responses: {
        200: json(
          z
            .object({
              data: z.array(record),
              next_cursor: z.string().nullable().openapi({ description: 'Asks for the next page; null on the last.' }),
              warnings,
            })
            .openapi(`${One}List`),
          `A page of ${name}.`,
        ),
        ...problemResponses(...calling, 'bad-cursor', 'unsupported-filter', 'unsupported-sort', 'unsupported-field'),
      },
    }),
    async c =>
      c.json(
        (await carryOut(c, parts, model, {
          verb: 'list',
          query: listQuery(model, c.req.valid('query') as never),
        })) as never,
        200,
      ),
    refuseQuery as never,
  )
  app.openapi(
    createRoute({
      ...common,
      method: 'get',
      path: `/${name}/{id}`,
      operationId: `get${One}`,
      summary: `Get a ${one}`,
      middleware: reads,
      request: { params: id, query: oneParameters },
      responses: { 200: answer, ...problemResponses(...calling, 'record-not-found', 'unsupported-field') },
    }),
    async c => {
      const { fields, raw } = c.req.valid('query')
      const call: Call = { verb: 'get', id: c.req.valid('param').id, fields: fieldsOf(fields), raw: raw === 'true' }
      return c.json((await carryOut(c, parts, model, call)) as never, 200)
    },
  )
  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: `/${name}`,
      operationId: `create${One}`,
      summary: `Create a ${one}`,
      description: 'Answers the whole record, read back from the provider.',
      middleware: writes,
      request: { body: body(input) },
      responses: {
        201: { ...answer, headers: { location: { description: 'Where the record is.', schema: { type: 'string' } } } },
        ...problemResponses(...calling, ...bodied, 'conflict'),
      },
    }),
    async c => {
      const { pass_through: passThrough, ...fields } = c.req.valid('json') as Record<string, unknown>
      const result = await carryOut(c, parts, model, {
        verb: 'create',
        input: fields,
        passThrough: passThrough as never,
      })
      const made = (result.data as { id?: string }).id
      return c.json(
        result as never,
        201,
        made === undefined ? {} : { location: `/${name}/${encodeURIComponent(made)}` },
      )
    },
    refuseBody(model) as never,
  )
  app.openapi(
    createRoute({
      ...common,
      method: 'patch',
      path: `/${name}/{id}`,
      operationId: `update${One}`,
      summary: `Update a ${one}`,
      description: 'Only what is sent changes: null clears, a list replaces the whole list. Answers the whole record.',
      middleware: writes,
      request: { params: id, body: body(input) },
      responses: { 200: answer, ...problemResponses(...calling, ...bodied, 'record-not-found', 'conflict') },
    }),
    async c => {
      const { pass_through: passThrough, ...fields } = c.req.valid('json') as Record<string, unknown>
      const call: Call = {
        verb: 'update',
        id: c.req.valid('param').id,
        input: fields,
        passThrough: passThrough as never,
      }
      return c.json((await carryOut(c, parts, model, call)) as never, 200)
    },
    refuseBody(model) as never,
  )
  app.openapi(
    createRoute({
      ...common,
      method: 'delete',
      path: `/${name}/{id}`,
      operationId: `delete${One}`,
      summary: `Delete a ${one}`,
      description: 'Where the provider archives, closes or deactivates instead, the header `Delete-Means` says so.',
      middleware: writes,
      request: { params: id },
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
        ...problemResponses(...calling, 'record-not-found', 'conflict'),
      },
    }),
    async c => {
      const result = await carryOut(c, parts, model, { verb: 'delete', id: c.req.valid('param').id })
      return c.body(null, 204, 'means' in result ? { 'delete-means': result.means } : {})
    },
  )
}
