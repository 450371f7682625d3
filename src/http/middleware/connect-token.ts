import type { MiddlewareHandler } from 'hono'
import { ProblemError } from '../../problem/index.ts'
import { isLikeConnectToken, type Scope } from '../../store/index.ts'
import type { HttpContext, HttpServices, Variables } from '../context.ts'
import { requireKey } from './authenticate.ts'

const BEARER = /^Bearer +(\S+)$/i
type Needed = Pick<HttpServices, 'store' | 'limiter' | 'sessions'>

/** The bearer token of a request, whatever it is. */
const bearerOf = (c: HttpContext): string | undefined => BEARER.exec(c.req.header('authorization') ?? '')?.[1]

/**
 * Puts the connect session of a token into `c.var.connectSession`, and its environment into `c.var.access`, without any scope.
 * @throws ProblemError `unauthenticated` for a token that is unknown or over, or `rate-limited`
 */
async function admit({ store, limiter }: Needed, c: HttpContext, token: string): Promise<void> {
  const session = await store.connectSessions.find(token)
  if (!session)
    throw new ProblemError('unauthenticated', {
      detail: 'The connect session does not exist, or is over: sessions last 30 minutes. Make another one.',
      documented: 'unknown_connect_session_token',
      headers: { 'www-authenticate': 'Bearer' },
    })
  c.set('connectSession', session)
  c.set('access', {
    environment: session.environment,
    environmentName: '',
    key: session.id,
    scopes: new Set(),
    allowedOrigins: [],
    allowsKeysFromBrowsers: false,
  })
  const taken = limiter?.(session.id)
  if (taken && !taken.allowed) throw new ProblemError('rate-limited', { retry_after: taken.reset })
}

/** Middleware that lets a request pass that carries the token of a connect session, and puts it into `c.var.connectSession`. */
export const requireConnectSession =
  (services: Needed): MiddlewareHandler<Variables> =>
  async (c, next) => {
    await admit(services, c, bearerOf(c) ?? '')
    await next()
  }

/** As `requireConnectSession`, with the token in the query, where the documented browser client has it. Receives the body. */
export const requireConnectSessionInQuery =
  (services: Needed): MiddlewareHandler<Variables> =>
  async (c, next) => {
    const token = c.req.query('connect_session_token')
    if (!token)
      throw new ProblemError('unauthenticated', {
        detail: 'The parameter `connect_session_token` is needed: your server makes one by `POST /connect/sessions`.',
        documented: 'missing_connect_session_token',
      })
    await admit(services, c, token)
    await c.var.receiveBody?.(c, c.var.access.key)
    await next()
  }

/** As `requireKey`, and lets the token of a connect session pass, too. What it may see the handler decides. */
export function requireKeyOrConnectSession(services: Needed, ...scopes: Scope[]): MiddlewareHandler<Variables> {
  const byKey = requireKey(services, ...scopes)
  return async (c, next) => {
    const token = bearerOf(c)
    if (token === undefined || !isLikeConnectToken(token)) return byKey(c, next)
    await admit(services, c, token)
    await next()
  }
}
