import { createRoute } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import { faultsOfFieldMappings } from '../../records/field-mappings.ts'
import { METADATA_LIMIT, tooLarge } from '../../store/metadata.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { faultAt, throwFaults } from '../request-faults.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security } from '../schemas.ts'
import { endUserOf, faultsOfWebhook, full, lower, notFoundError, shown } from './connection-answer.ts'
import { faultsOfAnswers } from './connection-config.ts'
import { connection, connectionInput } from './schemas.ts'

/** `POST /connections`: brings in an account with its credentials. */
export function connectionCreateRoute(app: App, services: HttpServices): void {
  const { store, catalogue, config } = services
  const allowPrivate = config.KOINE_ALLOW_PRIVATE_HOSTS

  app.openapi(
    createRoute({
      method: 'post',
      path: '/connections',
      operationId: 'createConnection',
      summary: 'Make a connection',
      description:
        'Brings in an account of a customer with its credentials. An id that the integration already has is refused. Needs the scope `connections:write`.',
      tags: ['Connections'],
      security,
      middleware: requireKey(services, 'connections:write'),
      request: { body: body(connectionInput) },
      responses: {
        201: json(connection, 'The connection with its credentials.'),
        ...problemResponses(...authErrors, ...bodyErrors, 'integration-not-found', 'already-exists'),
      },
    }),
    async c => {
      const { environment } = c.var.access
      const input = c.req.valid('json')
      const { credentials, connection_config = {}, metadata = null, webhook_url_override } = input
      const integration = await store.integrations.find(environment, input.provider_config_key)
      if (!integration) throw new ProblemError('integration-not-found')
      const provider = await catalogue.summary(integration.provider)
      // A backend holds the credentials itself, so none are needed here.
      const isBackend = integration.backend.type !== 'direct'
      const fits =
        credentials.type === 'NONE'
          ? isBackend || provider?.auth.length === 0
          : provider?.auth.includes(credentials.type) === true
      throwFaults([
        ...(fits ? [] : [faultAt('/credentials/type', `The provider does not sign in with ${credentials.type}.`)]),
        ...faultsOfAnswers(provider?.questions ?? {}, connection_config, {
          hosts: provider?.hosts ?? [],
          hasBaseUrl: isBackend || integration.integration_config.base_url !== undefined,
          allowPrivate,
        }),
        ...(metadata && tooLarge(JSON.stringify(metadata), METADATA_LIMIT)
          ? [faultAt('/metadata', `At most ${METADATA_LIMIT} bytes.`)]
          : []),
        ...faultsOfWebhook(webhook_url_override, allowPrivate),
        ...(await faultsOfFieldMappings(services, integration.provider, metadata)),
      ])
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
      return c.json(full(answer.made, shown(credentials, true)), 201)
    },
  )
}
