import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import type { Config } from './config.ts'
import { actionRoutes } from './http/actions/routes.ts'
import { methodsAt } from './http/allowed-methods.ts'
import { connectionRoutes } from './http/connections/routes.ts'
import { coverageRoutes } from './http/coverage/routes.ts'
import { docsRoutes } from './http/docs/routes.ts'
import { environmentRoutes } from './http/environments/routes.ts'
import { healthRoutes } from './http/health/routes.ts'
import { integrationRoutes } from './http/integrations/routes.ts'
import { logRoutes } from './http/logs/routes.ts'
import { observe } from './http/middleware/access-log.ts'
import type { Limiter } from './http/middleware/rate-limit.ts'
import { refuse, refuseInvalid } from './http/problem-response.ts'
import { providerRoutes } from './http/providers/routes.ts'
import { proxyRoutes } from './http/proxy/routes.ts'
import { recordRoutes } from './http/records/routes.ts'
import { scriptRoutes } from './http/scripts/routes.ts'
import type { Catalogue } from './mapping/catalogue.ts'
import { type Failure, ProblemError } from './problem/index.ts'
import { createCircuit } from './provider/circuit.ts'
import { type Carrier, sleep } from './provider/client.ts'
import type { StreamWire } from './provider/stream.ts'
import type { Wire } from './provider/wire.ts'
import type { Cursors } from './records/cursor.ts'
import type { Access, Store } from './store/index.ts'

/** What a door hands in. Nothing else under `src/` knows which runtime it is in. */
export interface Parts {
  readonly config: Config
  readonly store: Store
  /** The providers and their mappings. */
  readonly catalogue: Catalogue
  /** Seals where a walk through pages stands. */
  readonly cursors: Cursors
  /** Carries requests to providers: undici on Node, `fetch` at the edge. */
  readonly wire: Wire
  /** Passes requests through to providers, as streams. */
  readonly stream: StreamWire
  /** A static file by its path (`/openapi.json`), or undefined. */
  readonly asset: (path: string) => Promise<Response | undefined>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Counts a key's requests; without it there is no limit. */
  readonly limiter?: Limiter | undefined
  /** Writes one line of the log. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
}

/** The parts, with what the app makes of them once. */
export interface Gateway extends Parts {
  readonly carrier: Carrier
}

/** What a request carries through the app. */
export interface Context {
  Variables: {
    requestId: string
    /** Who calls; set by `requireKey`. */
    access: Access
    /** Why the request failed, for the log. */
    failure?: Failure
    /** What was called on the provider's side, for the log and the headers. */
    call?: { provider: string; ms: number; calls: number }
  }
}
export type App = OpenAPIHono<Context>

/** The whole gateway as one Hono app, for any door. */
export function createApp(given: Parts): App {
  const { wire, now } = given
  const parts: Gateway = { ...given, carrier: { wire, now, sleep, random: Math.random, circuit: createCircuit(now) } }
  const app: App = new OpenAPIHono<Context>({ defaultHook: refuseInvalid })
  app.use(observe(parts))
  const maxSize = parts.config.KOINE_BODY_LIMIT
  const limited = bodyLimit({
    maxSize,
    onError: c => refuse(c as never, { code: 'body-too-large', detail: `A body may have ${maxSize} bytes.` }),
  })
  // What is passed through to a provider is a stream, and none of ours to measure.
  // Nor has a GET a body, and asking it for one would make a whole web Request of it on Node.
  app.use((c, next) => {
    const { method, path } = c.req
    return method === 'GET' || method === 'HEAD' || path.startsWith('/proxy/') ? next() : limited(c, next)
  })
  healthRoutes(app, parts)
  docsRoutes(app, parts)
  environmentRoutes(app, parts)
  integrationRoutes(app, parts)
  connectionRoutes(app, parts)
  actionRoutes(app, parts)
  scriptRoutes(app, parts)
  providerRoutes(app, parts)
  proxyRoutes(app, parts)
  logRoutes(app, parts)
  coverageRoutes(app, parts)
  recordRoutes(app, parts)

  const methods = methodsAt(app)
  app.notFound(c => {
    const allowed = methods(c.req.path)
    return allowed.length === 0
      ? refuse(c, { code: 'not-found' })
      : refuse(c, { code: 'method-not-allowed', headers: { allow: allowed.join(', ') } })
  })
  app.onError((error, c) => {
    if (error instanceof ProblemError) return refuse(c, error.failure)
    // Thrown by the validator before any schema is asked: a body that is no JSON, or not declared as such.
    if (error instanceof HTTPException && error.status === 400) return refuse(c, { code: 'malformed-json' })
    if (error instanceof HTTPException && error.status === 415) return refuse(c, { code: 'unsupported-media-type' })
    // The message and stack may hold a caller's data: the log gets the kind of error and where it was thrown.
    parts.log({
      level: 'error',
      request_id: c.get('requestId'),
      error: error.name,
      at: error.stack
        ?.split('\n')
        .filter(line => /^\s+at /.test(line))
        .slice(0, 6)
        .map(line => line.trim()),
    })
    return refuse(c, { code: 'internal' })
  })
  return app
}
