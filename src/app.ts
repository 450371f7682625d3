import { OpenAPIHono } from '@hono/zod-openapi'
import { actionRoutes } from './http/actions/routes.ts'
import { allowedMethods } from './http/allowed-methods.ts'
import { connectPageRoutes } from './http/connect/routes.ts'
import { connectSessionRoutes } from './http/connect-sessions/routes.ts'
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
import { refuseMalformedAddress } from './http/middleware/address.ts'
import { openCors } from './http/middleware/open-cors.ts'
import { createReceiveBody } from './http/middleware/receive-body.ts'
import { recordCors } from './http/middleware/record-cors.ts'
import { notOfferedRoutes } from './http/not-offered/routes.ts'
import { errorResponse, problemResponse } from './http/problem-response.ts'
import { providerRoutes } from './http/providers/routes.ts'
import { proxyRoutes } from './http/proxy/routes.ts'
import { recordRoutes } from './http/records/routes.ts'
import { resultRoutes } from './http/runs/result-routes.ts'
import { runRoutes } from './http/runs/routes.ts'
import { scriptRoutes } from './http/scripts/routes.ts'
import { sessionRoutes } from './http/sessions/routes.ts'
import { createConnectFlow } from './http/sign-in/connect-flow.ts'
import { signInFormRoutes } from './http/sign-in/form-routes.ts'
import { oauthConnectRoute } from './http/sign-in/oauth-connect-route.ts'
import { signInRoutes } from './http/sign-in/routes.ts'
import { syncRoutes } from './http/syncs/routes.ts'
import { webhookRoutes } from './http/webhooks/routes.ts'

export type { App, HttpServices } from './http/context.ts'

/** What pages of any origin may call: the token of a connect session, or the state of a sign-in, says who they are. */
const OPEN = ['/connect/*', '/oauth/*', '/oauth2/*', '/auth/*', '/api-auth/*']

/** The connect page over the gateway's own sign-in. */
const connectPages = (app: App, services: HttpServices): void =>
  connectPageRoutes(app, { asset: services.asset, flow: createConnectFlow(services) })

/** The whole gateway as one Hono app, for any entry point: middleware and routes. */
export function createApp(services: HttpServices): App {
  const app: App = new OpenAPIHono<Variables>({ defaultHook: throwInvalidRequest })
  app.use(accessLog(services))
  for (const surface of OPEN) app.use(surface, openCors)
  const methods = allowedMethods(app)
  app.use(recordCors(methods))
  const receiveBody = createReceiveBody(services.config.KOINE_BODY_LIMIT)
  app.use((c, next) => {
    c.set('receiveBody', receiveBody)
    refuseMalformedAddress(c)
    return next()
  })
  for (const routes of [
    healthRoutes,
    docsRoutes,
    environmentRoutes,
    webhookRoutes,
    integrationRoutes,
    connectionRoutes,
    connectSessionRoutes,
    sessionRoutes,
    actionRoutes,
    runRoutes,
    resultRoutes,
    scriptRoutes,
    syncRoutes,
    notOfferedRoutes,
    providerRoutes,
    proxyRoutes,
    logRoutes,
    coverageRoutes,
    connectPages,
    signInRoutes,
    oauthConnectRoute,
    signInFormRoutes,
    recordRoutes,
  ])
    routes(app, services)

  app.notFound(c => {
    const allowed = methods(c.req.path)
    return allowed.length === 0
      ? problemResponse(c, { code: 'not-found' })
      : problemResponse(c, { code: 'method-not-allowed', headers: { allow: allowed.join(', ') } })
  })
  app.onError((error, c) => errorResponse(error, c, services.log))
  return app
}
