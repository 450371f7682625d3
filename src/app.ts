import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { actionRoutes } from './http/actions/routes.ts'
import { allowedMethods } from './http/allowed-methods.ts'
import { connectionRoutes } from './http/connections/routes.ts'
import type { App, HttpServices, Variables } from './http/context.ts'
import { coverageRoutes } from './http/coverage/routes.ts'
import { docsRoutes } from './http/docs/routes.ts'
import { environmentRoutes } from './http/environments/routes.ts'
import { healthRoutes } from './http/health/routes.ts'
import { integrationRoutes } from './http/integrations/routes.ts'
import { throwInvalidRequest } from './http/invalid-request.ts'
import { logRoutes } from './http/logs/routes.ts'
import { accessLog } from './http/middleware/access-log.ts'
import { errorResponse, problemResponse } from './http/problem-response.ts'
import { providerRoutes } from './http/providers/routes.ts'
import { proxyRoutes } from './http/proxy/routes.ts'
import { recordRoutes } from './http/records/routes.ts'
import { scriptRoutes } from './http/scripts/routes.ts'

export type { App, HttpServices } from './http/context.ts'

/** The whole gateway as one Hono app, for any entry point: middleware and routes. */
export function createApp(services: HttpServices): App {
  const app: App = new OpenAPIHono<Variables>({ defaultHook: throwInvalidRequest })
  app.use(accessLog(services))
  const maxSize = services.config.KOINE_BODY_LIMIT
  const limited = bodyLimit({
    maxSize,
    onError: c => problemResponse(c, { code: 'body-too-large', detail: `A body may have ${maxSize} bytes.` }),
  })
  app.use((c, next) => {
    const { method, path } = c.req
    // A GET has no body, and on Node looking for one would build a whole web `Request` for nothing. The body of a
    // proxied request is streamed to the provider and never held here, so its size does not matter.
    return method === 'GET' || method === 'HEAD' || path.startsWith('/proxy/') ? next() : limited(c, next)
  })
  for (const routes of [
    healthRoutes,
    docsRoutes,
    environmentRoutes,
    integrationRoutes,
    connectionRoutes,
    actionRoutes,
    scriptRoutes,
    providerRoutes,
    proxyRoutes,
    logRoutes,
    coverageRoutes,
    recordRoutes,
  ])
    routes(app, services)

  const methods = allowedMethods(app)
  app.notFound(c => {
    const allowed = methods(c.req.path)
    return allowed.length === 0
      ? problemResponse(c, { code: 'not-found' })
      : problemResponse(c, { code: 'method-not-allowed', headers: { allow: allowed.join(', ') } })
  })
  app.onError((error, c) => errorResponse(error, c, services.log))
  return app
}
