import { createRoute, type z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import type { Credentials } from '../../store/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { throwFaults } from '../request-faults.ts'
import { requireRoom } from '../require-room.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security } from '../schemas.ts'
import { endUserOf, faultsOfWebhook, lower, notFoundError } from './connection-answer.ts'
import { changeQuery, isVerified } from './connection-query.ts'
import { changed, connectionChange, oneConnection } from './schemas.ts'
import { faultsOfGiven, tried } from './try-credentials.ts'

/** How often a replacement is tried, where a refresh or somebody else changes the same connection meanwhile. */
const ATTEMPTS = 5

type Change = z.output<typeof connectionChange>
/** The connection that a request names. */
interface Asked {
  readonly id: string
  readonly integration: string | undefined
}

/** `PATCH /connections/{connectionId}`: changes a connection, or signs it in with other credentials. */
export function connectionChangeRoute(app: App, services: HttpServices): void {
  const { store, config, webhooks } = services

  /** Tells the environment that a connection has other credentials. */
  async function tell(environment: string, id: string, key: string, { type: authMode }: Credentials) {
    const now = await store.connections.find(environment, id, key)
    if (!('found' in now)) return
    await webhooks.auth({ environment, connection: now.found, authMode, operation: 'override', success: true })
  }

  /**
   * Replaces credentials, answers to questions, or both, and what else the body names, together.
   * @throws ProblemError where the connection is not there, what was given is at fault, or the provider refuses it
   */
  async function replace(environment: string, asked: Asked, change: Change, verify: boolean) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await store.connections.open(environment, asked.id, asked.integration)
      if (!('connection' in before)) throw notFoundError(before)
      const { integration, uuid, credentials, config: answers } = before.connection
      const given = {
        credentials: change.credentials ?? credentials,
        connection_config: change.connection_config ?? answers,
      }
      const faults = await faultsOfGiven(services, given, integration, integration.backend.type !== 'direct')
      // What is there already was accepted once; it is no fault of this request.
      throwFaults(faults.filter(({ pointer }) => change.credentials || !pointer.startsWith('/credentials')))
      const {
        credentials: kept,
        connection_config,
        warnings,
      } = verify
        ? await tried(services, given, environment, { integration, connection: uuid })
        : { ...given, warnings: [] }
      const isDone = await store.connections.replace(before, {
        credentials: kept,
        connection_config,
        change: valuesOf(change),
      })
      if (isDone) {
        if (change.credentials) await tell(environment, asked.id, integration.unique_key, kept)
        return warnings
      }
    }
    throw new ProblemError('concurrent-change', { retry_after: 1 })
  }

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/connections/{connectionId}',
      operationId: 'updateConnection',
      summary: 'Change a connection',
      description:
        'Replaces the members that the body names. With `credentials` the account is signed in anew: they are tried as when a connection is made, and metadata, tags and field mappings stay. `connection_config` replaces all answers. Needs the scope `connections:write`.',
      tags: ['Connections'],
      security,
      middleware: requireKey(services, 'connections:write'),
      request: { params: oneConnection, query: changeQuery, body: body(connectionChange) },
      responses: {
        200: json(changed, 'Done.'),
        ...problemResponses(
          ...authErrors,
          ...bodyErrors,
          'bad-parameter',
          'connection-not-found',
          'integration-not-found',
          'connection-ambiguous',
          'connection-test-failed',
          'concurrent-change',
          'quota-exceeded',
          'storage-integrity',
        ),
      },
    }),
    async c => {
      const { environment } = c.var.access
      await requireRoom(services, environment)
      const change = c.req.valid('json')
      const id = c.req.valid('param').connectionId
      const query = c.req.valid('query')
      throwFaults(faultsOfWebhook(change.webhook_url_override, config.KOINE_ALLOW_PRIVATE_HOSTS))
      if (change.credentials || change.connection_config) {
        const asked = { id, integration: query.provider_config_key }
        const warnings = await replace(environment, asked, change, isVerified(query))
        return c.json({ success: true as const, ...(warnings.length > 0 && { warnings }) }, 200)
      }
      const answer = await store.connections.change(environment, id, query.provider_config_key, valuesOf(change))
      if (!('changed' in answer)) throw notFoundError(answer)
      return c.json({ success: true as const }, 200)
    },
  )
}

/** The members of a change beside what a connection signs in with, as the store takes them. */
const valuesOf = ({ tags, end_user, webhook_url_override }: Change) => ({
  ...(tags && { tags: lower(tags) }),
  ...(end_user && { end_user: endUserOf(end_user) }),
  ...(webhook_url_override !== undefined && { webhook_url_override: webhook_url_override || null }),
})
