import type { MiddlewareHandler } from 'hono'
import { ProblemError } from '../../problem/index.ts'
import { type Access, covers, type Scope } from '../../store/index.ts'
import type { HttpServices, Variables } from '../context.ts'

const BEARER = /^Bearer +(\S+)$/i

/** The key that a request carries: `Authorization: Bearer <key>`, or `X-Api-Key`. */
function keyOf(header: (name: string) => string | undefined): string | undefined {
  return BEARER.exec(header('authorization') ?? '')?.[1] ?? (header('x-api-key') || undefined)
}

/**
 * For a request that needs a further scope than its route.
 * @throws ProblemError `forbidden`, unless the key has the scope
 */
export function requireScope(access: Access, scope: Scope): void {
  if (!covers(access.scopes, scope)) throw forbidden([scope])
}

const unauthenticated = () => new ProblemError('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } })
const forbidden = (missing: readonly Scope[]) =>
  new ProblemError('forbidden', {
    detail: `The key lacks the scope ${missing.map(scope => `\`${scope}\``).join(' or ')}.`,
  })

/**
 * Middleware that lets a request pass whose key has one of these scopes, and puts who calls into `c.var.access`. Without
 * scopes, any key of any environment passes. It throws a ProblemError: `unauthenticated`, `rate-limited` or `forbidden`.
 *
 * @example
 * createRoute({ middleware: requireKey(services, 'records:read'), … })
 */
export function requireKey(
  { store, limiter }: Pick<HttpServices, 'store' | 'limiter'>,
  ...scopes: Scope[]
): MiddlewareHandler<Variables> {
  return async (c, next) => {
    const header = (name: string) => c.req.header(name)
    const key = keyOf(header)
    if (key === undefined) throw unauthenticated()
    const connection = header('connection-id')
    const integration = header('provider-config-key')
    const found = store.access(key, { ...(connection && { connection }), ...(integration && { integration }) })
    const access = found instanceof Promise ? await found : found
    if (!access) throw unauthenticated()
    c.set('access', access)
    const taken = limiter?.(access.key)
    if (taken) {
      c.header('ratelimit-limit', String(taken.limit))
      c.header('ratelimit-remaining', String(taken.remaining))
      c.header('ratelimit-reset', String(taken.reset))
      if (!taken.allowed) throw new ProblemError('rate-limited', { retry_after: taken.reset })
    }
    if (scopes.length > 0 && !scopes.some(scope => covers(access.scopes, scope))) throw forbidden(scopes)
    await next()
  }
}
