import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { describe, type Failure, ProblemError, problems } from '../problem/index.ts'
import type { Services } from '../services.ts'
import type { HttpContext } from './context.ts'

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
