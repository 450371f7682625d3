import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { framesOf } from '../problem/frames.ts'
import { describe, type Failure, ProblemError, problems } from '../problem/index.ts'
import type { Services } from '../services.ts'
import { StorageError } from '../store/index.ts'
import type { HttpContext } from './context.ts'

/** Bytes up to which Node receives a body whole, even when no handler reads it. */
const RECEIVED = 65_536

/**
 * Whether a part of the body may never be read. Node closes such a connection a little later, which may be in the
 * middle of the caller's next request; with `Connection: close` the caller does not use it for another.
 */
const mayBeUnread = (c: HttpContext): boolean =>
  Number(c.req.header('content-length') ?? 0) > RECEIVED || c.req.header('transfer-encoding') !== undefined

/** A problem as the answer of a request, with the headers that middleware has set already. Notes it for the log. */
export function problemResponse(c: HttpContext, failure: Failure): Response {
  c.set('failure', failure)
  const text = JSON.stringify(describe(failure, c.get('requestId')))
  return c.body(text, problems[failure.code].status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
    ...(mayBeUnread(c) && { connection: 'close' }),
    ...(failure.retry_after !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(failure.retry_after))) }),
    ...failure.headers,
  })
}

/**
 * The answer to what middleware or a handler threw: a `ProblemError`, hono's own error for a body that it cannot read,
 * a failure of the storage, or a bug, which is `internal` to the caller and a line of the log for us.
 */
export function errorResponse(error: Error, c: HttpContext, log: Services['log']): Response {
  if (error instanceof ProblemError) return problemResponse(c, error.failure)
  // hono throws these before any schema is asked: the body is no JSON, or its content type is not JSON's.
  if (error instanceof HTTPException && error.status === 400) return problemResponse(c, { code: 'malformed-json' })
  if (error instanceof HTTPException && error.status === 415)
    return problemResponse(c, { code: 'unsupported-media-type' })
  if (error instanceof StorageError) {
    log({ level: 'error', request_id: c.get('requestId'), storage: error.code })
    return problemResponse(
      c,
      error.code === 'NOT_MIGRATED' ? { code: 'unavailable' } : { code: 'storage-unavailable', retry_after: 1 },
    )
  }
  // The message and stack may hold a caller's data: the log gets the kind of error and where it was thrown.
  log({
    level: 'error',
    request_id: c.get('requestId'),
    error: error.name,
    at: framesOf(error),
  })
  return problemResponse(c, { code: 'internal' })
}
