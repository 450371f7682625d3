import { readFileSync } from 'node:fs'
import type { ValidateFunction } from 'ajv'
import { documentedCodes } from '../../src/problem/index.ts'
import { type Code, problems } from '../../src/problem/problems.ts'
import { validator } from '../openapi/formats.ts'
import type { Schema } from './schema.ts'
import type { Received } from './send.ts'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Schema
}
interface Described {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}
export interface Operation extends Described {
  /** `GET /contacts/{id}` */
  readonly name: string
  readonly method: string
  readonly path: string
  /** Schema of the JSON body; undefined where the operation takes none. */
  readonly body: Schema | undefined
}

export const document = JSON.parse(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, described]) => ({
    ...described,
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    body: described.requestBody?.content['application/json']?.schema,
  })),
)

const ajv = validator().addSchema(document, 'openapi.json')
const compiled = new Map<string, ValidateFunction | undefined>()

/** The validator of a documented answer, by its place in the document; undefined where no JSON is documented. */
function validatorOf(
  { path, method, responses }: Operation,
  status: number,
  type: string,
): ValidateFunction | undefined {
  const step = (name: string) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
  const key = `${method} ${path} ${status} ${type}`
  if (!compiled.has(key)) {
    const is = responses[String(status)]?.content?.[type] !== undefined
    const at = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema']
    compiled.set(key, is ? ajv.compile({ $ref: `openapi.json#/${at.map(step).join('/')}` }) : undefined)
  }
  return compiled.get(key)
}
const problemOf = ajv.compile({ $ref: 'openapi.json#/components/schemas/Problem' })

const parsed = (text: string): { json: unknown } | undefined => {
  try {
    return { json: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** Pages for people, which a request can come upon by its path alone. */
const PAGE = 'text/html; charset=utf-8'

/** What speaks against the body of a failure: its members, its headers, and the table of problems. */
function faultsOfProblem({ status, headers, text }: Received): string[] {
  if (headers['content-type'] !== 'application/problem+json') return [`a failure of type ${headers['content-type']}`]
  const body = parsed(text)?.json as Record<string, unknown> & { error: Record<string, unknown> }
  if (!problemOf(body)) return [`no problem: ${ajv.errorsText(problemOf.errors)}`]
  if (!Object.hasOwn(problems, String(body.code))) return [`no code of the table: ${body.code}`]
  const row = problems[body.code as Code]
  const wanted: Readonly<Record<string, readonly [unknown, unknown]>> = {
    status: [status, row.status],
    'status in the body': [body.status, row.status],
    type: [body.type, `/problems/${body.code}`],
    title: [body.title, row.title],
    source: [body.source, row.source],
    retryable: [body.retryable, row.retryable],
    instance: [body.instance, headers['x-request-id']],
    'error.code': [
      (documentedCodes as readonly unknown[]).includes(body.error.code) ? body.code : body.error.code,
      body.code,
    ],
    'error.message': [body.error.message, body.detail],
    'retry-after': [headers['retry-after'] !== undefined, body.retry_after !== undefined],
  }
  return Object.entries(wanted).flatMap(([name, [is, due]]) => (is === due ? [] : [`${name}: ${is}, not ${due}`]))
}

/** Statuses that any address may answer, whatever is documented for the operation that it resembles. */
export const GENERAL: readonly number[] = [400, 401, 404, 405, 413, 415]

/**
 * What speaks against an answer: an undocumented status, a body that its schema refuses, a problem that the table does
 * not have. `also` are statuses that are fine besides.
 */
export function faultsOf(
  operation: Operation | undefined,
  answer: Received,
  { method, also = [] }: { method: string; also?: readonly number[] },
): string[] {
  const { status, headers, text } = answer
  const isDocumented = operation?.responses[String(status)] !== undefined
  if (status === 500) return [`500: ${text}`]
  if (operation && !isDocumented && !also.includes(status)) return [`the status ${status} is not documented: ${text}`]
  if (method === 'HEAD') return text === '' ? [] : ['an answer to HEAD has a body']
  if (!operation && headers['content-type'] === PAGE) return []
  if (status >= 400) return faultsOfProblem(answer)
  if (!operation) return []
  const type = String(headers['content-type'] ?? '').split(';')[0]!
  const validate = validatorOf(operation, status, type)
  if (!validate) return text === '' ? [] : [`${status} with an undocumented body of type ${type}`]
  const body = parsed(text)
  if (!body) return ['an answer that is no JSON']
  return validate(body.json) ? [] : [`${status}: ${ajv.errorsText(validate.errors)} in ${text.slice(0, 2_000)}`]
}
