import { createRoute } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import { faultsOfFieldMappings } from '../../records/field-mappings.ts'
import { METADATA_LIMIT, tooLarge } from '../../store/metadata.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { faultAt, throwFaults } from '../request-faults.ts'
import { requireRoom } from '../require-room.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security } from '../schemas.ts'
import { endUserOf, faultsOfWebhook, full, lower, notFoundError, shown } from './connection-answer.ts'
import { createQuery, isVerified } from './connection-query.ts'
import { connectionInput, madeConnection } from './schemas.ts'
import { faultsOfGiven, tried } from './try-credentials.ts'

/** `POST /connections`: brings in an account with its credentials. */
export function connectionCreateRoute(app: App, services: HttpServices): void {
  const { store, webhooks, config } = services
  const allowPrivate = config.KOINE_ALLOW_PRIVATE_HOSTS

  app.openapi(
    createRoute({
      method: 'post',
      path: '/connections',
      operationId: 'createConnection',
      summary: 'Make a connection',
      description:
        'Brings in an account of a customer with its credentials. Keys are tried at the provider first: what it refuses is not kept, and where it does not say, the answer has a warning. An id that the integration already has is refused. Needs the scope `connections:write`.',
      tags: ['Connections'],
      security,
      middleware: requireKey(services, 'connections:write'),
      request: { query: createQuery, body: body(connectionInput) },
      responses: {
        201: json(madeConnection, 'The connection with its credentials.'),
        ...problemResponses(
          ...authErrors,
          ...bodyErrors,
          'bad-parameter',
          'integration-not-found',
          'connection-test-failed',
          'already-exists',
          'quota-exceeded',
          'storage-integrity',
        ),
      },
    }),
    async c => {
      const { environment } = c.var.access
      await requireRoom(services, environment)
      const input = c.req.valid('json')
      const { connection_config: answers = {}, metadata = null, webhook_url_override } = input
      const integration = await store.integrations.open(environment, input.provider_config_key)
      if (!integration) throw new ProblemError('integration-not-found')
      if ('refused' in integration) throw new ProblemError('storage-integrity')
      const given = { credentials: input.credentials, connection_config: answers }
      const isBackend = integration.backend.type !== 'direct'
      throwFaults([
        ...(await faultsOfGiven(services, given, integration, isBackend)),
        ...(metadata && tooLarge(JSON.stringify(metadata), METADATA_LIMIT)
          ? [faultAt('/metadata', `At most ${METADATA_LIMIT} bytes.`)]
          : []),
        ...faultsOfWebhook(webhook_url_override, allowPrivate),
        ...(await faultsOfFieldMappings(services, integration.provider, metadata)),
      ])
      const { credentials, connection_config, warnings } = isVerified(c.req.valid('query'))
        ? await tried(services, given, environment, { integration })
        : { ...given, warnings: [] }
      const answer = await store.connections.create(environment, input.provider_config_key, {
        connection_id: input.connection_id ?? crypto.randomUUID(),
        credentials,
        connection_config,
        metadata,
        tags: lower(input.tags),
        end_user: endUserOf(input.end_user),
        webhook_url_override: webhook_url_override || null,
      })
      if ('taken' in answer) throw new ProblemError('already-exists')
      if ('missing' in answer) throw notFoundError(answer)
      const { made: connection } = answer
      const authMode = credentials.type
      await webhooks.auth({ environment, connection, authMode, operation: 'creation', success: true })
      return c.json({ ...full(connection, shown(credentials, true)), ...(warnings.length > 0 && { warnings }) }, 201)
    },
  )
}
