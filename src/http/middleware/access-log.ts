import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { problems } from '../../problem/index.ts'
import type { HttpServices, Variables } from '../context.ts'
import { traceOf } from '../traceparent.ts'

/** An id that a caller may choose: a plain token. */
const GIVEN = /^[\w.:-]{8,128}$/

/**
 * Middleware that gives every request an id (the caller's own `X-Request-Id` where it is a plain token) and writes one line of the log
 * when it is answered: what was called, never what was said. The path is the route's pattern, since ids in paths may
 * be somebody's data.
 */
export const accessLog =
  ({ now, log }: HttpServices): MiddlewareHandler<Variables> =>
  async (c, next) => {
    const started = now()
    const given = c.req.header('x-request-id')
    const id = given !== undefined && GIVEN.test(given) ? given : crypto.randomUUID()
    c.set('requestId', id)
    c.header('x-request-id', id)
    // What is somebody's own is kept by nobody in between; what is the same for all says otherwise.
    c.header('cache-control', 'no-store')
    await next()
    const { failure, call, access } = c.var
    const trace = traceOf(c.req.header('traceparent'))
    log({
      level: c.res.status >= 500 ? 'error' : 'info',
      time: new Date(started).toISOString(),
      request_id: id,
      ...(trace !== undefined && { trace_id: trace }),
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      ms: Math.round((now() - started) * 10) / 10,
      ...(access && { environment: access.environment, key: access.key }),
      ...(call && { provider: call.provider, provider_ms: call.ms, provider_calls: call.calls }),
      ...(failure && { code: failure.code, source: problems[failure.code].source }),
      ...(failure?.upstream?.status !== undefined && { upstream_status: failure.upstream.status }),
    })
  }
