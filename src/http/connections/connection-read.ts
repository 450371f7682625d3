import { createRoute, z } from '@hono/zod-openapi'
import { canRenew } from '../../credentials/token-endpoint.ts'
import { isDue, wantedOf } from '../../credentials/token-life.ts'
import { ProblemError } from '../../problem/index.ts'
import { type Connection, type Credentials, covers, tokenOf } from '../../store/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey, requireScope } from '../middleware/authenticate.ts'
import { authErrors, connectionId, json, problemResponses, security } from '../schemas.ts'
import { full, notFoundError, shown } from './connection-answer.ts'
import { isSet, oneQuery } from './connection-query.ts'
import { connection } from './schemas.ts'

/** `GET /connections/{connectionId}`, with credentials that last. */
export function connectionReadRoute(app: App, services: HttpServices): void {
  const { store, catalogue, renewToken, now } = services

  /**
   * Asks for another token than the one that was read, which somebody else may have replaced since.
   * @throws ProblemError where that was `force`d, and there is none
   */
  async function renew({ uuid, provider }: Connection, read: Credentials, force: boolean): Promise<void> {
    const stored = await store.tokens.read(uuid)
    // A backend refreshes the tokens that it holds.
    if (!stored || !renewToken || stored.connection.integration.backend.type !== 'direct') return
    const { connection: opened, bound } = stored
    if (!canRenew(opened, await catalogue.provider(provider))) return
    const wanted = { ...wantedOf(bound.environment_id, opened), stale: tokenOf(read)?.token, force }
    const outcome = await renewToken(wanted)
    // Who only reads sees the token that there is, and in `errors` that it could not be refreshed.
    if (outcome.ok || !force) return
    const { code, ...more } = outcome.failure
    if (code !== 'connection-needs-reconnect') throw new ProblemError(code, more)
    const { connection_id, integration } = opened
    const now = await store.connections.find(bound.environment_id, connection_id, integration.unique_key)
    const payload = 'found' in now ? { connection: full(now.found, {}) } : undefined
    throw new ProblemError(code, { ...more, payload, documented: 'invalid_credentials' })
  }

  app.openapi(
    createRoute({
      method: 'get',
      path: '/connections/{connectionId}',
      operationId: 'getConnection',
      summary: 'Read a connection',
      description:
        'One connection. Its credentials are shown to a key with the scope `connections:credentials`, which the flags ask for too; a token that is about to end is refreshed first. Where `force_refresh` brings no token because the provider refuses, 424 with `error.code` `invalid_credentials`, and the connection without its credentials in `error.payload.connection`. Needs the scope `connections:read`.',
      tags: ['Connections'],
      security,
      middleware: requireKey(services, 'connections:read'),
      request: { params: z.object({ connectionId }), query: oneQuery },
      responses: {
        200: json(connection, 'The connection.'),
        ...problemResponses(
          ...authErrors,
          'bad-parameter',
          'connection-not-found',
          'integration-not-found',
          'connection-ambiguous',
          'storage-integrity',
          'connection-needs-reconnect',
          'provider-unreachable',
        ),
      },
    }),
    async c => {
      const { environment, scopes } = c.var.access
      const { connectionId: id } = c.req.valid('param')
      const { provider_config_key, force_refresh, refresh_token, refresh_github_app_jwt_token } = c.req.valid('query')
      if ([force_refresh, refresh_token, refresh_github_app_jwt_token].some(isSet))
        requireScope(c.var.access, 'connections:credentials')
      if (!covers(scopes, 'connections:credentials')) {
        const answer = await store.connections.find(environment, id, provider_config_key)
        if (!('found' in answer)) throw notFoundError(answer)
        return c.json(full(answer.found, {}), 200)
      }
      let answer = await store.connections.reveal(environment, id, provider_config_key)
      if (!('found' in answer)) throw notFoundError(answer)
      const { type } = answer.credentials
      const isApp = type === 'APP' || type === 'CUSTOM'
      const force = isSet(force_refresh) || (isApp && isSet(refresh_github_app_jwt_token))
      if (force || isDue(answer.credentials, now())) {
        await renew(answer.found, answer.credentials, force)
        answer = await store.connections.reveal(environment, id, answer.found.provider_config_key)
        if (!('found' in answer)) throw notFoundError(answer)
      }
      return c.json(full(answer.found, shown(answer.credentials, isSet(refresh_token))), 200)
    },
  )
}
