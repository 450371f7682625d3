import type { App, HttpServices } from '../context.ts'
import { problemResponse } from '../problem-response.ts'
import { connectAssetRoutes } from './asset-routes.ts'
import { connectPage } from './connect-page.ts'
import { connectUiRoutes } from './connect-ui-routes.ts'
import type { ConnectFlow } from './flow.ts'
import { plainOrigins } from './page-headers.ts'

/** The shape of a session's token. What is none is answered as a session that is over. */
const TOKEN = /^[\w-]{1,200}$/
/** Words below `/connect/` that are routes of the documented API. */
const TAKEN = ['session', 'sessions', 'telemetry']

/**
 * The page where a person connects an account, at `/connect/{token}`, and the files that show it: `/connect.js` for apps,
 * `/connect-ui/` for the documented client. All public: who has the token of a session may do what the session allows.
 */
export function connectPageRoutes(
  app: App,
  services: Pick<HttpServices, 'asset'> & { readonly flow: ConnectFlow },
): void {
  const { flow } = services
  connectAssetRoutes(app, services)
  connectUiRoutes(app)

  app.on(['GET', 'POST'], '/connect/:token', (c, next) => {
    const token = c.req.param('token')
    return TAKEN.includes(token) ? next() : connectPage(c, flow, TOKEN.test(token) ? token : undefined)
  })

  // For scripts that are about to show the page: whether there is a session, and who may show it.
  app.get('/connect/:token/status', async c => {
    const token = c.req.param('token')
    const view = TOKEN.test(token) ? await flow.view(token) : undefined
    c.header('access-control-allow-origin', '*')
    if (!view) return problemResponse(c, { code: 'not-found' })
    return c.json({ expires_at: view.expires_at, allowed_origins: plainOrigins(view.allowedOrigins) })
  })
}
