import { createRoute } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, json, problemResponses, security, success } from '../schemas.ts'
import { notFoundError, shared } from './connection-answer.ts'
import { connectionChangeRoute } from './connection-change.ts'
import { connectionCreateRoute } from './connection-create.ts'
import { metadataRoutes } from './connection-metadata.ts'
import { filterOf, listQuery, ofIntegration } from './connection-query.ts'
import { connectionReadRoute } from './connection-read.ts'
import { list, oneConnection } from './schemas.ts'

const tags = ['Connections']
const notFound = ['connection-not-found', 'integration-not-found', 'connection-ambiguous'] as const

const WITHOUT_METADATA = [
  {
    field: 'metadata',
    code: 'left-out',
    detail:
      'The metadata of these connections is too much for a list: ask for fewer with `limit`, or for one by its id.',
  },
]
const tooMany = (fits: number) =>
  new ProblemError('bad-parameter', {
    detail: `These connections are too much for one answer: send a \`limit\` of at most ${fits}, and \`page\`.`,
    errors: [{ pointer: '/query/limit', code: 'too_big', detail: `Send at most ${fits}.` }],
  })

/** The connections of an environment: make, list, read, change, delete, and their metadata. */
export function connectionRoutes(app: App, services: HttpServices): void {
  const { store } = services
  // First, since `/connections/{connectionId}` would take `metadata` for an id.
  metadataRoutes(app, services)
  connectionCreateRoute(app, services)
  connectionChangeRoute(app, services)

  app.openapi(
    createRoute({
      method: 'get',
      path: '/connections',
      operationId: 'listConnections',
      summary: 'List connections',
      description:
        'Connections of the environment, without credentials; all filters given must hold. Where their metadata is more than 4 MiB in all, they come without it and a warning says so. Needs the scope `connections:read`.',
      tags,
      security,
      middleware: requireKey(services, 'connections:read'),
      request: { query: listQuery },
      responses: {
        200: json(list, 'Connections, oldest first.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const answer = await store.connections.list(c.var.access.environment, filterOf(c.req.valid('query')))
      if ('fits' in answer) throw tooMany(answer.fits)
      const connections = answer.connections.map(each => ({
        ...shared(each),
        ...(each.metadata !== undefined && { metadata: each.metadata }),
        created: each.created_at,
      }))
      return c.json({ connections, ...(!answer.isWhole && { warnings: WITHOUT_METADATA }) }, 200)
    },
  )

  connectionReadRoute(app, services)

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
      request: { params: oneConnection, query: ofIntegration },
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
