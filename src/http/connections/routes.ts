import { createRoute, z } from '@hono/zod-openapi'
import { covers } from '../../store/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey, requireScope } from '../middleware/authenticate.ts'
import { throwFaults } from '../request-faults.ts'
import { authErrors, body, bodyErrors, connectionId, json, problemResponses, security, success } from '../schemas.ts'
import { endUserOf, faultsOfWebhook, full, lower, notFoundError, shared, shown } from './connection-answer.ts'
import { connectionCreateRoute } from './connection-create.ts'
import { metadataRoutes } from './connection-metadata.ts'
import { filterOf, isSet, listQuery, ofIntegration, oneQuery } from './connection-query.ts'
import { connection, connectionChange, listed } from './schemas.ts'

const tags = ['Connections']
const params = z.object({ connectionId })
const notFound = ['connection-not-found', 'integration-not-found', 'connection-ambiguous'] as const

/** The connections of an environment: make, list, read, change, delete, and their metadata. */
export function connectionRoutes(app: App, services: HttpServices): void {
  const { store, config } = services
  const allowPrivate = config.KOINE_ALLOW_PRIVATE_HOSTS
  // First, since `/connections/{connectionId}` would take `metadata` for an id.
  metadataRoutes(app, services)
  connectionCreateRoute(app, services)

  app.openapi(
    createRoute({
      method: 'get',
      path: '/connections',
      operationId: 'listConnections',
      summary: 'List connections',
      description:
        'Connections of the environment, without credentials; all filters given must hold. Needs the scope `connections:read`.',
      tags,
      security,
      middleware: requireKey(services, 'connections:read'),
      request: { query: listQuery },
      responses: {
        200: json(z.object({ connections: z.array(listed) }), 'Connections, oldest first.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const list = await store.connections.list(c.var.access.environment, filterOf(c.req.valid('query')))
      return c.json({ connections: list.map(each => ({ ...shared(each), created: each.created_at })) }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/connections/{connectionId}',
      operationId: 'getConnection',
      summary: 'Read a connection',
      description:
        'One connection. Its credentials are shown to a key with the scope `connections:credentials`, which the flags ask for too. Needs the scope `connections:read`.',
      tags,
      security,
      middleware: requireKey(services, 'connections:read'),
      request: { params, query: oneQuery },
      responses: {
        200: json(connection, 'The connection.'),
        ...problemResponses(...authErrors, 'bad-parameter', ...notFound),
      },
    }),
    async c => {
      const { environment, scopes } = c.var.access
      const { connectionId } = c.req.valid('param')
      const { provider_config_key, force_refresh, refresh_token } = c.req.valid('query')
      if (isSet(force_refresh) || isSet(refresh_token)) requireScope(c.var.access, 'connections:credentials')
      if (!covers(scopes, 'connections:credentials')) {
        const answer = await store.connections.find(environment, connectionId, provider_config_key)
        if (!('found' in answer)) throw notFoundError(answer)
        return c.json(full(answer.found, {}), 200)
      }
      const answer = await store.connections.reveal(environment, connectionId, provider_config_key)
      if (!('found' in answer)) throw notFoundError(answer)
      return c.json(full(answer.found, shown(answer.credentials, isSet(refresh_token))), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/connections/{connectionId}',
      operationId: 'updateConnection',
      summary: 'Change a connection',
      description: 'Replaces the members that the body names. Needs the scope `connections:write`.',
      tags,
      security,
      middleware: requireKey(services, 'connections:write'),
      request: { params, query: ofIntegration, body: body(connectionChange) },
      responses: { 200: success, ...problemResponses(...authErrors, ...bodyErrors, 'bad-parameter', ...notFound) },
    }),
    async c => {
      const { tags, end_user, webhook_url_override } = c.req.valid('json')
      throwFaults(faultsOfWebhook(webhook_url_override, allowPrivate))
      const answer = await store.connections.change(
        c.var.access.environment,
        c.req.valid('param').connectionId,
        c.req.valid('query').provider_config_key,
        {
          ...(tags && { tags: lower(tags) }),
          ...(end_user && { end_user: endUserOf(end_user) }),
          ...(webhook_url_override !== undefined && { webhook_url_override: webhook_url_override || null }),
        },
      )
      if (!('changed' in answer)) throw notFoundError(answer)
      return c.json({ success: true as const }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/connections/{connectionId}',
      operationId: 'deleteConnection',
      summary: 'Delete a connection',
      description: 'Erases the connection and all that belongs to it. Needs the scope `connections:write`.',
      tags,
      security,
      middleware: requireKey(services, 'connections:write'),
      request: { params, query: ofIntegration },
      responses: { 200: success, ...problemResponses(...authErrors, 'bad-parameter', ...notFound) },
    }),
    async c => {
      const answer = await store.connections.remove(
        c.var.access.environment,
        c.req.valid('param').connectionId,
        c.req.valid('query').provider_config_key,
      )
      if (!('removed' in answer)) throw notFoundError(answer)
      return c.json({ success: true as const }, 200)
    },
  )
}
