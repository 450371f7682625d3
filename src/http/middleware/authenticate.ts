import type { MiddlewareHandler } from 'hono'
import { isSessionToken, type Session } from '../../credentials/session-token.ts'
import { ProblemError } from '../../problem/index.ts'
import { type Access, covers, type Scope } from '../../store/index.ts'
import type { HttpContext, HttpServices, Variables } from '../context.ts'
import { faultOfPage, pageOf } from '../origins.ts'
import { hideFromForeign } from './record-cors.ts'
import { checkSession, findSession, type RecordUse, scopeOf } from './session.ts'

const BEARER = /^Bearer +(\S+)$/i

/** The key or session token that a request carries: `Authorization: Bearer <key>`, or `X-Api-Key`. */
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

/** Characters of the longest id of a connection, and of the longest key of an integration. */
const LONGEST = 255
/**
 * Refuses a name in a header that nothing has, before anything is kept or looked up under it.
 * @throws ProblemError `bad-parameter`
 */
function checkLength(header: string, name: string | undefined): void {
  if (name === undefined || name.length <= LONGEST) return
  const detail = `At most ${LONGEST} characters are allowed.`
  throw new ProblemError('bad-parameter', {
    detail: `The header ${header}: ${detail}`,
    errors: [{ pointer: `/header/${header}`, code: 'too_big', detail }],
  })
}

const unauthenticated = () => new ProblemError('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } })
const forbidden = (missing: readonly Scope[]) =>
  new ProblemError('forbidden', {
    detail: `The key lacks the scope ${missing.map(scope => `\`${scope}\``).join(' or ')}.`,
  })

/** What a route asks of its callers: a key with one of the scopes, or a session token where `use` says for what. */
interface Asked {
  readonly scopes: readonly Scope[]
  readonly use?: RecordUse | undefined
}
type Parts = Pick<HttpServices, 'store' | 'limiter' | 'sessions'>

/** Counts a request of a key, and says in headers what is left. */
function count(c: HttpContext, { limiter }: Parts, key: string): void {
  const taken = limiter?.(key)
  if (!taken) return
  c.header('ratelimit-limit', String(taken.limit))
  c.header('ratelimit-remaining', String(taken.remaining))
  c.header('ratelimit-reset', String(taken.reset))
  if (!taken.allowed) throw new ProblemError('rate-limited', { retry_after: taken.reset })
}

const letPass =
  (services: Parts, { scopes, use }: Asked): MiddlewareHandler<Variables> =>
  async (c, next) => {
    const header = (name: string) => c.req.header(name)
    const key = keyOf(header)
    if (key === undefined) throw unauthenticated()
    const connection = header('connection-id')
    const integration = header('provider-config-key')
    checkLength('connection-id', connection)
    checkLength('provider-config-key', integration)
    let access: Access | undefined
    let session: Session | undefined
    if (isSessionToken(key)) {
      const found = await findSession(services, key)
      access = found.access
      session = found.session
      c.set('session', session)
    } else {
      const hint = { ...(connection && { connection }), ...(integration && { integration }) }
      const found = services.store.access(key, hint)
      access = found instanceof Promise ? await found : found
      if (!access) throw unauthenticated()
    }
    c.set('access', access)
    const page = pageOf(c)
    if (page && !page.isOwn) hideFromForeign(c, access)
    count(c, services, access.key)
    const fault = faultOfPage(page, access, session)
    if (fault) throw new ProblemError(fault.code, fault)
    if (session) checkSession(session, use, { connection, integration })
    if (scopes.length > 0 && !scopes.some(scope => covers(access.scopes, scope))) throw forbidden(scopes)
    // Nothing is held for a caller without a key.
    const receiving = c.get('receiveBody')?.(c, access.key)
    if (receiving) await receiving
    await next()
  }

/**
 * Middleware that lets a request pass whose key has one of these scopes, and puts who calls into `c.var.access`; only
 * then is the body received. Without scopes, any key of any environment passes. It throws a ProblemError:
 * `unauthenticated`, `rate-limited`, `forbidden`, `key-in-browser` for a key from a page of another origin,
 * `outside-session` for a session token, or what receiving the body throws.
 *
 * @example
 * createRoute({ middleware: requireKey(services, 'records:read'), … })
 */
export const requireKey = (services: Parts, ...scopes: Scope[]): MiddlewareHandler<Variables> =>
  letPass(services, { scopes })

/**
 * The same for a route of records, which a session token passes, too, where it allows the model and one of the verbs;
 * what it allows is then in `c.var.session`. It throws `session-ended` and `origin-not-allowed` besides.
 *
 * @example
 * createRoute({ middleware: requireKeyOrSession(services, { model: 'contacts', verbs: ['list'] }), … })
 */
export const requireKeyOrSession = (services: Parts, use: RecordUse): MiddlewareHandler<Variables> =>
  letPass(services, { scopes: [...new Set(use.verbs.map(scopeOf))], use })
