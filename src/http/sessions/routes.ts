import { createRoute } from '@hono/zod-openapi'
import { unwrap } from '../../problem/index.ts'
import { lookupProblem } from '../../records/resolve.ts'
import { type Access, covers } from '../../store/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey, requireScope } from '../middleware/authenticate.ts'
import { scopeOf } from '../middleware/session.ts'
import { isOrigin } from '../origins.ts'
import { faultAt, throwFaults } from '../request-faults.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security } from '../schemas.ts'
import { verbs as allVerbs, madeSession, sessionInput } from './schemas.ts'

/**
 * The verbs that a token may have: those that are asked for, or all that the key may.
 * @throws ProblemError `forbidden`, where the key lacks the scope of one, or of all
 */
function verbsFor(access: Access, asked: readonly (typeof allVerbs)[number][] | undefined) {
  for (const verb of asked ?? []) requireScope(access, scopeOf(verb))
  const allowed = allVerbs.filter(verb => covers(access.scopes, scopeOf(verb)))
  if (allowed.length === 0) requireScope(access, 'records:read')
  return asked ? allowed.filter(verb => asked.includes(verb)) : allowed
}

/** Refuses origins that are none, and those from which the environment's pages do not call. */
function checkOrigins({ allowedOrigins }: Access, origins: readonly string[]): void {
  throwFaults(
    origins.flatMap((origin, index) => {
      const at = `/origins/${index}`
      if (!isOrigin(origin)) return [faultAt(at, 'An origin is needed, such as https://app.example.com.')]
      if (allowedOrigins.includes(origin)) return []
      return [faultAt(at, 'The origin is not among `allowed_origins` of the environment (`PATCH /environment`).')]
    }),
  )
}

/** `POST /sessions`: tokens with which pages in a browser call for one connection. */
export function sessionRoutes(app: App, services: HttpServices): void {
  const { store, sessions, now } = services

  app.openapi(
    createRoute({
      method: 'post',
      path: '/sessions',
      operationId: 'createSession',
      summary: 'Make a session token',
      description:
        'A short-lived token with which a page in a browser calls the unified routes of records for one connection. It never does more than the key that made it, counts against its limit, and ends with it and with the connection. Needs the scope `sessions:write`.',
      tags: ['Sessions'],
      security,
      middleware: requireKey(services, 'sessions:write'),
      request: { body: body(sessionInput) },
      responses: {
        201: json(madeSession, 'The token. It is kept nowhere.'),
        ...problemResponses(
          ...authErrors,
          ...bodyErrors,
          'connection-not-found',
          'integration-not-found',
          'connection-ambiguous',
          'storage-integrity',
        ),
      },
    }),
    async c => {
      const { access } = c.var
      const { connection_id, provider_config_key, models, verbs, origins, expires_in } = c.req.valid('json')
      const allowed = verbsFor(access, verbs)
      if (origins) checkOrigins(access, origins)
      const lookup = await store.lookup(access.environment, connection_id, provider_config_key)
      if (!('found' in lookup)) return unwrap(lookupProblem(lookup))
      const { uuid, connection_id: id, integration } = lookup.found
      // Whole seconds, as the token has them.
      const ends = (Math.floor(now() / 1000) + expires_in) * 1000
      const token = await sessions.sign({
        environment: access.environment,
        key: access.key,
        connection: { uuid, id, integration: integration.unique_key },
        ...(models && { models: [...new Set(models)] }),
        verbs: allowed,
        ...(origins && { origins: [...new Set(origins)] }),
        ends,
      })
      return c.json({ token, expires_at: new Date(ends).toISOString() }, 201)
    },
  )
}
