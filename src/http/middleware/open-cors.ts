import type { MiddlewareHandler } from 'hono'
import type { Variables } from '../context.ts'

/** Headers that pages may send to such routes. */
const REQUEST_HEADERS = 'content-type, authorization, accept-language'
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
/** Seconds that a browser may go by the answer to a preflight. */
const PREFLIGHT_SECONDS = '7200'

/**
 * Middleware for routes that pages of every origin may call (CORS, the Fetch standard 3.3): those whose token or state
 * itself says who calls. It stands before everything that may fail, so that a page can read the failure, too. Cookies
 * are not allowed.
 *
 * @example
 * app.use('/connect/*', openCors)
 */
export const openCors: MiddlewareHandler<Variables> = async (c, next) => {
  c.header('access-control-allow-origin', '*')
  if (c.req.method !== 'OPTIONS' || c.req.header('access-control-request-method') === undefined) {
    c.header('access-control-expose-headers', 'x-request-id, retry-after')
    return next()
  }
  return c.body(null, 204, {
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': PREFLIGHT_SECONDS,
  })
}
