import type { MiddlewareHandler } from 'hono'
import { models } from '../../models/index.ts'
import type { Access } from '../../store/index.ts'
import type { HttpContext, Variables } from '../context.ts'
import { isOrigin, pageOf } from '../origins.ts'

const ALLOW_ORIGIN = 'access-control-allow-origin'
/** Headers that the routes of records read, beside those that every page may send. */
const REQUEST_HEADERS =
  'authorization, x-api-key, connection-id, provider-config-key, content-type, idempotency-key, x-request-id, traceparent'
/** Headers that they answer with, beside those that every page may read. */
const EXPOSED_HEADERS = [
  'x-request-id',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'www-authenticate',
  'location',
  'delete-means',
  'idempotent-replayed',
  'idempotent-replayable',
  'server-timing',
  'provider-ratelimit-limit',
  'provider-ratelimit-remaining',
  'provider-ratelimit-reset',
].join(', ')
/** Seconds that a browser may go by the answer to a preflight. None keeps it for longer than a day; Chromium two hours. */
const PREFLIGHT_SECONDS = '7200'

const paths = new Set(Object.values(models).map(({ name }) => name))
const isOfRecords = (path: string): boolean => paths.has(path.split('/', 2)[1] ?? '')

/**
 * Middleware that lets pages of other origins read the answers of the routes of records (CORS, the Fetch standard 3.3).
 * A preflight carries no token, so nothing says yet which environment is asked: it is answered to every origin, and
 * allows no cookies. The request itself is refused where its environment does not allow the origin; `hideFromForeign`
 * then takes back what is set here, which until then lets a page read why its token was not accepted.
 *
 * `methodsAt` answers the methods of a path.
 */
export const recordCors =
  (methodsAt: (path: string) => readonly string[]): MiddlewareHandler<Variables> =>
  async (c, next) => {
    const page = pageOf(c)
    if (!page || page.isOwn || !isOfRecords(c.req.path)) return next()
    c.header('vary', 'Origin', { append: true })
    if (!isOrigin(page.origin)) return next()
    c.header(ALLOW_ORIGIN, page.origin)
    if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined) {
      const methods = methodsAt(c.req.path)
      if (methods.length > 0)
        return c.body(null, 204, {
          'access-control-allow-methods': methods.join(', '),
          'access-control-allow-headers': REQUEST_HEADERS,
          'access-control-max-age': PREFLIGHT_SECONDS,
        })
    }
    c.header('access-control-expose-headers', EXPOSED_HEADERS)
    return next()
  }

/** Keeps the answer from a page whose origin the environment does not allow. */
export function hideFromForeign(c: HttpContext, { allowedOrigins }: Access): void {
  const origin = c.req.header('origin')
  if (origin !== undefined && !allowedOrigins.includes(origin)) c.header(ALLOW_ORIGIN, undefined)
}
