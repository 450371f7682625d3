import type { App, HttpContext, HttpServices } from '../context.ts'
import type { HeldSignIn } from './attempt.ts'
import { isAtProvider, submit } from './connect-flow.ts'
import { membersOf } from './query-members.ts'
import { failInWindow, goToProvider, inWindow } from './routes.ts'
import { openIntegration, waysOf } from './session-integration.ts'
import { STARTED } from './socket-messages.ts'
import { sayToSocket } from './tell-socket.ts'

/** Leads the window of a browser client to the provider, or says in it and at the socket why not. */
async function connectInWindow(c: HttpContext, services: HttpServices, key: string): Promise<Response> {
  const { store } = services
  const query = new URL(c.req.url).searchParams
  const socket = query.get('ws_client_id') ?? undefined
  const token = query.get('connect_session_token') ?? ''
  const fail = (code: string, detail: string) => failInWindow(c, services, socket, { code, detail })
  if (token === '') return fail('missing_connect_session_token', 'A connect session token is needed.')
  const session = await store.connectSessions.find(token)
  if (!session) return fail('unknown_connect_session_token', 'The connect session is over or unknown.')
  await sayToSocket(services, socket, STARTED)
  const { oauth_client_id_override: id, oauth_client_secret_override: secret = '' } = membersOf(query, 'credentials')
  const opened = await openIntegration(services, session, key)
  const step = await submit(services, session, key, {
    // The client opens a window for every way that leads to the provider, and does not say which.
    type: (opened && waysOf(opened).find(isAtProvider)) ?? 'OAUTH2',
    fields: {},
    questions: membersOf(query, 'params'),
    back: { mode: 'socket', token, socket },
    wishes: {
      params: membersOf(query, 'authorization_params'),
      userScopes: query.get('user_scope') || undefined,
      client: id === undefined ? undefined : { id, secret },
    },
  })
  if ('redirect' in step) {
    const attempt = step.redirect.slice(step.redirect.lastIndexOf('/') + 1)
    const found = await store.signIns.find<HeldSignIn>(attempt)
    return found
      ? goToProvider(c, services, { attempt, held: found.held })
      : fail('sign_in_over', 'The sign-in is over. Begin again.')
  }
  if ('failed' in step) return failInWindow(c, services, socket, step.failed)
  const faults = 'faults' in step ? step.faults : []
  return fail('connection_validation_failed', faults.map(({ name, detail }) => `${name}: ${detail}`).join(' '))
}

/** `GET /oauth/connect/{key}`: where the documented browser client opens a window for a sign-in at the provider's page. */
export function oauthConnectRoute(app: App, services: HttpServices): void {
  app.get('/oauth/connect/:key', c =>
    inWindow(c, services, waiting => {
      waiting(c.req.query('ws_client_id'))
      return connectInWindow(c, services, c.req.param('key'))
    }),
  )
}
