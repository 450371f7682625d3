import type { Hook } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { describe, type Failure, type Fault, ProblemError, problems } from '../problem/index.ts'
import type { Services } from '../services.ts'
import type { HttpContext, Variables } from './context.ts'

/** Bytes of a body that are surely taken in, read or not. */
const TAKEN_IN = 65_536

/**
 * Whether the connection may still carry a body that nobody reads. Node closes it some time later, in the middle of the
 * next request; so the caller is told not to send one.
 */
const isLeftUnread = (c: HttpContext): boolean =>
  Number(c.req.header('content-length') ?? 0) > TAKEN_IN || c.req.header('transfer-encoding') !== undefined

/** Answers a request with a problem, keeping the headers that every answer has. */
export function problemResponse(c: HttpContext, failure: Failure): Response {
  c.set('failure', failure)
  const text = JSON.stringify(describe(failure, c.get('requestId')))
  return c.body(text, problems[failure.code].status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
    ...(isLeftUnread(c) && { connection: 'close' }),
    ...(failure.retry_after !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(failure.retry_after))) }),
    ...failure.headers,
  })
}

/**
 * The answer to what a handler threw: a problem on purpose, what the validator throws before any schema is asked, or a
 * bug of ours.
 */
export function errorResponse(error: Error, c: HttpContext, log: Services['log']): Response {
  if (error instanceof ProblemError) return problemResponse(c, error.failure)
  // A body that is no JSON, or not declared as such.
  if (error instanceof HTTPException && error.status === 400) return problemResponse(c, { code: 'malformed-json' })
  if (error instanceof HTTPException && error.status === 415)
    return problemResponse(c, { code: 'unsupported-media-type' })
  // The message and stack may hold a caller's data: the log gets the kind of error and where it was thrown.
  log({
    level: 'error',
    request_id: c.get('requestId'),
    error: error.name,
    at: error.stack
      ?.split('\n')
      .filter(line => /^\s+at /.test(line))
      .slice(0, 6)
      .map(line => line.trim()),
  })
  return problemResponse(c, { code: 'internal' })
}

interface Issue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
}

const pointer = (path: readonly PropertyKey[]): string =>
  path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** zod's issues as faults with JSON pointers; an unknown key is named by its own pointer. */
export function faults(issues: readonly unknown[], under: string): Fault[] {
  return (issues as readonly Issue[]).flatMap(({ code, path, message, keys }) =>
    code === 'unrecognized_keys' && keys
      ? keys.map(key => ({
          pointer: under + pointer([...path, key]),
          code: 'unknown',
          detail: 'There is no such member.',
        }))
      : [{ pointer: under + pointer(path), code, detail: message }],
  )
}

/** What zod refused, as a problem: 400 for parameters, 422 for members of a body. */
export const invalidResponse: Hook<unknown, Variables, string, Response | undefined> = (result, c) => {
  if (result.success) return undefined
  const { issues } = result.error
  if (result.target === 'json') {
    const list = faults(issues, '')
    const unknown = list.every(fault => fault.code === 'unknown')
    return problemResponse(c, {
      code: unknown ? 'unknown-field' : 'invalid-field',
      detail: sentence(list),
      errors: list,
    })
  }
  const list = faults(issues, `/${result.target === 'param' ? 'path' : result.target}`)
  return problemResponse(c, { code: 'bad-parameter', detail: sentence(list), errors: list })
}

const sentence = (list: readonly Fault[]): string => {
  const [first] = list
  if (!first) return 'The request is not valid.'
  return `${first.pointer || 'The body'}: ${first.detail}${list.length > 1 ? ` (and ${list.length - 1} more)` : ''}`
}
