import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type Request as Incoming, type Response as Outgoing, Router } from 'express'
import { middleware as validator } from 'express-openapi-validator'

export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  nullable?: boolean
  required?: string[]
  properties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  items?: Schema
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
}
interface Content {
  content?: Record<string, { schema?: Schema }>
}
export interface Operation {
  parameters?: { name?: string; in?: string; allowReserved?: boolean }[]
  requestBody?: Content
  responses?: Record<string, Content>
  security?: unknown
}
export interface Specification {
  openapi: string
  servers?: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema>; responses?: Record<string, Content>; securitySchemes?: unknown }
  security?: unknown
}

export interface Violation {
  /** Method and path, with the query. */
  request: string
  where: 'request' | 'response'
  detail: string
}

export interface GateOptions {
  /** OpenAPI documents; each request is judged by the one that has its path. */
  specs: object | object[]
  /** Allowed deviations of requests and responses alike; see deviations.ts. */
  relax?: (spec: Specification) => Specification
  /** Allowed deviations of responses only, on top of `relax`: what we send stays strictly judged. */
  relaxResponses?: (spec: Specification) => Specification
  /** Judges requests alone: the schemas of a large document's answers take seconds to compile. */
  requestsOnly?: boolean
  handler: (request: Request) => Promise<Response> | Response
}

export interface Gate {
  url: string
  violations: Violation[]
  close(): Promise<void>
}

type Note = (req: Incoming, where: Violation['where'], detail: string) => void

/** The bytes of each request as they came: the validator changes what it judges, the handler gets the original. */
const bodies = new WeakMap<object, Buffer>()
const parsing = {
  type: (req: object) => isJson((req as Incoming).headers['content-type']),
  limit: '10mb',
  strict: false,
  verify: (req: object, _res: object, bytes: Buffer) => void bodies.set(req, bytes),
}

const isJson = (type: string | null | undefined): boolean => /^application\/([\w.-]+\+)?json\b/i.test(type ?? '')

/** What a provider demands as its sign-in is not judged: the imitation answers 401 by itself. */
function withoutSecurity(spec: Specification): Specification {
  const open = structuredClone(spec)
  delete open.security
  delete open.components?.securitySchemes
  for (const operations of Object.values(open.paths))
    for (const operation of Object.values(operations)) delete operation.security
  return open
}

/** What a document says of requests: without its answers, and without the parts that only they hold. */
function requestsIn(spec: Specification): Specification {
  const paths = Object.fromEntries(
    Object.entries(spec.paths).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([name, operation]) => [
          name,
          'responses' in operation ? { ...operation, responses: { default: {} } } : operation,
        ]),
      ),
    ]),
  )
  const all = (spec.components ?? {}) as Record<string, Record<string, unknown>>
  const components: typeof all = {}
  const look = (node: unknown): void => {
    for (const [, kind = '', name = ''] of JSON.stringify(node).matchAll(/"#\/components\/([^"/]+)\/([^"/]+)/g)) {
      const part = all[kind]?.[name]
      if (part === undefined || components[kind]?.[name] !== undefined) continue
      components[kind] = { ...components[kind], [name]: part }
      look(part)
    }
  }
  look(paths)
  return { ...spec, paths, components }
}

/**
 * What the validator refuses to start with, said in other words: `nullable` beside `$ref` or `allOf`, which is
 * published widely, becomes `anyOf`; examples go, since an `id` in one is taken for the id of a schema.
 */
function digestible<T>(node: T): T {
  if (Array.isArray(node)) return node.map(digestible) as T
  if (typeof node !== 'object' || node === null) return node
  const copy = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, digestible(value)]))
  if ('schema' in copy || typeof copy.type === 'string') {
    delete copy.example
    delete copy.examples
  }
  if (typeof copy.nullable !== 'boolean' || copy.type !== undefined) return copy as T
  const { nullable, ...schema } = copy
  return (nullable ? { anyOf: [schema, { enum: [null] }] } : schema) as T
}

const FORMATS =
  'date date-time time uri email uuid hostname ipv4 ipv6 int32 int64 float double byte binary password'.split(' ')

/** Formats of a provider's own making, which say nothing that could be judged. */
function ownFormats(spec: Specification): Record<string, true> {
  const named = [...JSON.stringify(spec).matchAll(/"format":"([^"]+)"/g)].map(([, name = '']) => name)
  return Object.fromEntries(named.filter(name => !FORMATS.includes(name)).map(name => [name, true]))
}

function pathPattern(template: string, base: string): RegExp {
  const parts = `${base}${template}`.split('/').map(part => part.replace(/[.+?^$()|[\]\\*]/g, '\\$&'))
  return new RegExp(`^${parts.map(part => part.replace(/\{[^}]*\}/g, '[^/]+')).join('/')}/?$`)
}

const basePath = (server: { url: string }): string => server.url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/\/$/, '')

/** How well a document fits a request: paths of more literal segments first, those with the method before others. */
function rankOf(spec: Specification): (method: string, path: string) => number {
  const bases = (spec.servers ?? [{ url: '' }]).map(basePath)
  const routes = Object.entries(spec.paths).flatMap(([template, operations]) => {
    const literal = template.split('/').filter(part => !part.includes('{')).length
    return bases.map(base => ({ pattern: pathPattern(template, base), operations, literal }))
  })
  return (method, path) => {
    const fits = routes.filter(route => route.pattern.test(path))
    return Math.max(0, ...fits.map(({ operations, literal }) => literal + (operations[method] ? 1_000 : 0)))
  }
}

const COMMON = { validateApiSpec: false, validateSecurity: false, fileUploader: false } as const

/**
 * Two validators in a row, so that the answer to a request that broke the specification is judged all the same, and
 * so that answers can be judged more leniently than requests.
 */
function judgesOf(spec: Specification, { relaxResponses = same, requestsOnly }: GateOptions, note: Note): Router {
  const requests = structuredClone(spec)
  const common = { ...COMMON, formats: ownFormats(spec) }
  const router = Router()
  const validateRequests = { allowUnknownQueryParameters: false, allErrors: true }
  router.use(...validator({ ...common, apiSpec: requests as never, validateRequests, validateResponses: false }))
  router.use(onError((error, req) => note(req, 'request', error.message)))
  router.use((_req, res, next) => {
    res.json = () => res // The validator judges what passes here; the original bytes are sent by `forward`.
    next()
  })
  if (requestsOnly) return router
  const responses = relaxResponses(structuredClone(spec))
  const validateResponses = {
    allErrors: true,
    onError: (error: Error, _body: unknown, req: Incoming) => note(req, 'response', error.message),
  }
  router.use(...validator({ ...common, apiSpec: responses as never, validateRequests: false, validateResponses }))
  router.use(onError(() => undefined)) // The same misfit of path or method that the first validator has told.
  return router
}

const same = (spec: Specification): Specification => spec

/** Express knows an error handler by its four parameters. */
const onError =
  (tell: (error: Error, req: Incoming) => void): ErrorRequestHandler =>
  (error, req, _res, next) => {
    tell(error, req)
    next()
  }

function toRequest(req: Incoming): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers))
    if (value !== undefined && !['connection', 'content-length', 'transfer-encoding'].includes(name))
      headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  const bytes = bodies.get(req)
  const body = bytes && bytes.length > 0 && !['GET', 'HEAD'].includes(req.method) ? new Uint8Array(bytes) : null
  return new Request(`http://${req.headers.host}${req.originalUrl}`, { method: req.method, headers, body })
}

/** What is wrong with an answer that has no JSON body, or nothing. */
function judgeWithoutJson(req: Incoming, status: number, empty: boolean): string | undefined {
  const declared = (req as { openapi?: { schema?: Operation } }).openapi?.schema?.responses
  if (declared === undefined || status >= 500) return undefined
  const response = declared[status] ?? declared[`${String(status)[0]}XX`] ?? declared.default
  if (response === undefined) return `status ${status} is not in the specification`
  const wantsJson = '$ref' in response || Object.keys(response.content ?? {}).some(isJson)
  if (wantsJson) return `status ${status}: a JSON body is expected${empty ? '' : ', another type came'}`
  return undefined
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A handler that throws is a fault of its own, told with a status that no provider answers. */
async function answerOf(options: GateOptions, note: Note, req: Incoming): Promise<Response> {
  try {
    return await options.handler(toRequest(req))
  } catch (error) {
    note(req, 'response', `the handler failed: ${error}`)
    return new Response(String(error), { status: 599 })
  }
}

async function forward(options: GateOptions, note: Note, req: Incoming, res: Outgoing): Promise<void> {
  const answer = await answerOf(options, note, req)
  const bytes = Buffer.from(await answer.arrayBuffer())
  res.status(answer.status)
  for (const [name, value] of answer.headers) if (name !== 'content-length') res.appendHeader(name, value)
  const json = isJson(answer.headers.get('content-type')) ? (parsed(bytes.toString()) ?? undefined) : undefined
  const judged = (req as { openapi?: unknown }).openapi !== undefined
  if (json !== undefined && judged) res.json(json)
  const fault = json === undefined ? judgeWithoutJson(req, answer.status, bytes.length === 0) : undefined
  if (fault !== undefined) note(req, 'response', fault)
  res.end(bytes)
}

/**
 * Stands between a client and a handler on a real socket, and judges both by the provider's own specification. A
 * request that breaks it is recorded and forwarded all the same; what the handler answers goes out unchanged.
 *
 * @example
 * const gate = await startGate({ specs: specification('hubspot', 'crm-contacts.v3.json'), ...hubspot, handler: app.fetch })
 * await fetch(`${gate.url}/crm/v3/objects/contacts`)
 * expect(gate.violations).toEqual([])
 */
export async function startGate(options: GateOptions): Promise<Gate> {
  const violations: Violation[] = []
  const note: Note = (req, where, detail) =>
    void violations.push({ request: `${req.method} ${req.originalUrl}`, where, detail })
  const { relax = same } = options
  const documents = [options.specs].flat().map(given => {
    const judged = options.requestsOnly ? requestsIn(given as Specification) : (given as Specification)
    const spec = relax(digestible(withoutSecurity(judged)))
    return { rank: rankOf(spec), judges: judgesOf(spec, options, note) }
  })
  const app = express()
  app.set('etag', false)
  app.disable('x-powered-by')
  app.use(express.json(parsing))
  app.use(express.urlencoded({ ...parsing, extended: true, type: 'application/x-www-form-urlencoded' }))
  app.use(express.raw({ ...parsing, type: () => true }))
  app.use(onError((error, req) => note(req, 'request', error.message)))
  app.use((req, res, next) => {
    const ranks = documents.map(({ rank }) => rank(req.method.toLowerCase(), req.path))
    const best = Math.max(0, ...ranks)
    if (best > 0) return documents[ranks.indexOf(best)]?.judges(req, res, next)
    note(req, 'request', 'no specification has this path')
    next()
  })
  app.use((req, res) => forward(options, note, req, res))
  // A response schema that cannot be compiled ends here, while `forward` goes on to answer.
  app.use(((error, req, _res, _next) => note(req, 'response', error.message)) satisfies ErrorRequestHandler)
  const server = await listen(app)
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, violations, close: () => close(server) }
}

const listen = (app: express.Express): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = app.listen(0, '127.0.0.1', error => (error ? reject(error) : resolve(server)))
  })

const close = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close(error => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })

/** A schema that takes null too, in the words of its OpenAPI version; `nullable` beside a `$ref` would be ignored. */
function orNull(schema: Schema): Schema {
  if (schema.$ref === undefined && typeof schema.type === 'string' && schema.enum === undefined)
    return { ...schema, nullable: true }
  return { anyOf: [schema, { enum: [null] }] }
}

function relaxSchema(schema: Schema): Schema {
  const relaxed: Schema = { ...schema }
  if (schema.properties)
    relaxed.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, orNull(relaxSchema(property))]),
    )
  if (typeof schema.additionalProperties === 'object')
    relaxed.additionalProperties = orNull(relaxSchema(schema.additionalProperties))
  if (schema.items) relaxed.items = relaxSchema(schema.items)
  for (const word of ['allOf', 'anyOf', 'oneOf'] as const)
    if (schema[word]) relaxed[word] = schema[word].map(relaxSchema)
  return relaxed
}

/** A copy in which every property and map value of every schema also takes null. */
export function relaxNullable(spec: Specification): Specification {
  const relaxed = structuredClone(spec)
  const { schemas = {}, responses = {} } = relaxed.components ?? {}
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = relaxSchema(schema)
  const operations = Object.values(relaxed.paths).flatMap(path => Object.values(path))
  for (const response of [responses, ...operations.map(operation => operation.responses ?? {})].flatMap(Object.values))
    for (const media of Object.values((response as Content).content ?? {}))
      if (media.schema) media.schema = relaxSchema(media.schema)
  return relaxed
}

/** A copy in which the named members of the named schemas are no longer required. */
export function relaxRequired(spec: Specification, members: Record<string, readonly string[]>): Specification {
  const relaxed = structuredClone(spec)
  for (const [name, optional] of Object.entries(members)) {
    const schema = relaxed.components?.schemas?.[name]
    if (schema?.required === undefined) continue
    schema.required = schema.required.filter(member => !optional.includes(member))
    if (schema.required.length === 0) delete schema.required // OpenAPI 3.0 wants at least one entry.
  }
  return relaxed
}
