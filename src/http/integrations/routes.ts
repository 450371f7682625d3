import { createRoute, z } from '@hono/zod-openapi'
import type { ProviderSummary } from '../../mapping/catalogue.ts'
import { type Fault, ProblemError } from '../../problem/index.ts'
import { covers, type Integration } from '../../store/index.ts'
import { faultOfAddress } from '../address-fault.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { requireKeyOrConnectSession } from '../middleware/connect-token.ts'
import { faultAt, invalidField, throwFaults } from '../request-faults.ts'
import { requireRoom } from '../require-room.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security, success, uniqueKey } from '../schemas.ts'
import { integration, integrationChange, integrationInput } from './schemas.ts'

const tags = ['Integrations']
const params = z.object({ uniqueKey })
const included = z.enum(['webhook', 'credentials'])
const one = json(z.object({ data: integration }), 'The integration.')
/** Members of `integration_config` that name an address to call. */
const ADDRESSES = ['base_url', 'authorize_url', 'token_url']

/** The integrations of an environment: list, make, read, change, delete. */
export function integrationRoutes(app: App, services: HttpServices): void {
  const { store, catalogue, config } = services

  const summaryOf = async (provider: string): Promise<ProviderSummary | undefined> =>
    catalogue.providers.includes(provider) ? catalogue.summary(provider) : undefined
  /** An integration as it is answered. */
  const answerOf = async ({ display_name, ...rest }: Integration) => ({
    ...rest,
    display_name: display_name ?? (await summaryOf(rest.provider))?.name ?? rest.provider,
    logo: '',
    forward_webhooks: false as const,
  })
  /** The same for a page in a browser: settings are the operator's, and may name hosts that are nobody's business. */
  const forBrowsers = ({
    integration_config: _,
    custom: __,
    backend: ___,
    ...rest
  }: Awaited<ReturnType<typeof answerOf>>) => rest
  const faultsOfHost = (backend: z.output<typeof integrationChange>['backend']): Fault[] => {
    const fault = backend?.type === 'nango' ? faultOfAddress(backend.host, config.KOINE_ALLOW_PRIVATE_HOSTS) : undefined
    return fault === undefined ? [] : [faultAt('/backend/host', fault)]
  }
  /** What is wrong with a body beyond its schema: with its sign-in, and with each address in it. */
  const faultsOf = (input: z.output<typeof integrationChange>, provider: ProviderSummary | undefined): Fault[] => [
    ...(input.credentials && provider && !provider.auth.includes(input.credentials.type)
      ? [faultAt('/credentials/type', `The provider does not sign in with ${input.credentials.type}.`)]
      : []),
    ...faultsOfHost(input.backend),
    ...ADDRESSES.flatMap(name => {
      const address = input.integration_config?.[name]
      const fault = address === undefined ? undefined : faultOfAddress(address, config.KOINE_ALLOW_PRIVATE_HOSTS)
      return fault === undefined ? [] : [faultAt(`/integration_config/${name}`, fault)]
    }),
  ]

  app.openapi(
    createRoute({
      method: 'get',
      path: '/integrations',
      operationId: 'listIntegrations',
      summary: 'List integrations',
      description:
        'All integrations of the environment. Needs the scope `integrations:read`, or the token of a connect session, which gets those that it allows, without settings.',
      tags,
      security,
      middleware: requireKeyOrConnectSession(services, 'integrations:read'),
      request: { query: z.strictObject({}) },
      responses: {
        200: json(z.object({ data: z.array(integration) }), 'Integrations, oldest first.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const { access, connectSession: session } = c.var
      const list = await store.integrations.list(access.environment)
      if (!session) return c.json({ data: await Promise.all(list.map(answerOf)) }, 200)
      const allowed = list.filter(({ unique_key }) => session.allowed_integrations?.includes(unique_key) ?? true)
      return c.json({ data: await Promise.all(allowed.map(async one => forBrowsers(await answerOf(one)))) }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/integrations',
      operationId: 'createIntegration',
      summary: 'Make an integration',
      description: 'Configures a provider in the environment. Needs the scope `integrations:write`.',
      tags,
      security,
      middleware: requireKey(services, 'integrations:write'),
      request: { query: z.strictObject({}), body: body(integrationInput) },
      responses: {
        200: one,
        ...problemResponses(...authErrors, ...bodyErrors, 'bad-parameter', 'already-exists', 'quota-exceeded'),
      },
    }),
    async c => {
      const { forward_webhooks: _, ...input } = c.req.valid('json')
      const { environment } = c.var.access
      await requireRoom(services, environment)
      const provider = await summaryOf(input.provider)
      throwFaults([
        ...(provider ? [] : [faultAt('/provider', 'There is no such provider.')]),
        ...faultsOf(input, provider),
      ])
      const answer = await store.integrations.create(environment, input)
      if ('many' in answer)
        throw new ProblemError('quota-exceeded', { detail: `An environment may have ${answer.many} integrations.` })
      if ('taken' in answer) throw new ProblemError('already-exists')
      return c.json({ data: await answerOf(answer.made) }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/integrations/{uniqueKey}',
      operationId: 'getIntegration',
      summary: 'Read an integration',
      description:
        'One integration; with `include=credentials` also its OAuth client, left out for a key without the scope `integrations:write`. Needs the scope `integrations:read`.',
      tags,
      security,
      middleware: requireKey(services, 'integrations:read'),
      request: {
        params,
        query: z.strictObject({
          include: z
            .union([included, z.array(included)])
            .optional()
            .openapi({ description: 'May be given more than once.', example: 'webhook' }),
        }),
      },
      responses: { 200: one, ...problemResponses(...authErrors, 'bad-parameter', 'integration-not-found') },
    }),
    async c => {
      const { access } = c.var
      const { uniqueKey } = c.req.valid('param')
      const include = [c.req.valid('query').include ?? []].flat()
      const found = await store.integrations.find(access.environment, uniqueKey)
      if (!found) throw new ProblemError('integration-not-found')
      const secret = include.includes('credentials') && covers(access.scopes, 'integrations:write')
      const credentials = secret ? await store.integrations.credentials(access.environment, uniqueKey) : undefined
      return c.json(
        {
          data: {
            ...(await answerOf(found)),
            ...(include.includes('webhook') && { webhook_url: null }),
            ...(secret && { credentials: credentials ?? null }),
          },
        },
        200,
      )
    },
  )

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/integrations/{uniqueKey}',
      operationId: 'updateIntegration',
      summary: 'Change an integration',
      description:
        'Changes what the body names; an object in it replaces the whole object. `unique_key` can change while there are no connections. Needs the scope `integrations:write`.',
      tags,
      security,
      middleware: requireKey(services, 'integrations:write'),
      request: { params, query: z.strictObject({}), body: body(integrationChange) },
      responses: {
        200: one,
        ...problemResponses(
          ...authErrors,
          ...bodyErrors,
          'bad-parameter',
          'integration-not-found',
          'already-exists',
          'concurrent-change',
          'quota-exceeded',
          'storage-integrity',
        ),
      },
    }),
    async c => {
      const { environment } = c.var.access
      const { uniqueKey } = c.req.valid('param')
      const { forward_webhooks: _, ...change } = c.req.valid('json')
      await requireRoom(services, environment)
      const before = await store.integrations.find(environment, uniqueKey)
      if (!before) throw new ProblemError('integration-not-found')
      throwFaults(faultsOf(change, await summaryOf(before.provider)))
      const answer = await store.integrations.change(environment, uniqueKey, change)
      if ('missing' in answer) throw new ProblemError('integration-not-found')
      if ('taken' in answer) throw new ProblemError('already-exists')
      if ('busy' in answer) throw new ProblemError('concurrent-change', { retry_after: 1 })
      if ('refused' in answer) throw new ProblemError('storage-integrity')
      if ('used' in answer)
        throw invalidField(
          faultAt('/unique_key', 'Connections go by the present key: delete them first, or make another integration.'),
        )
      return c.json({ data: await answerOf(answer.changed) }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/integrations/{uniqueKey}',
      operationId: 'deleteIntegration',
      summary: 'Delete an integration',
      description:
        'Erases the integration with its connections and all that belongs to them. Needs the scope `integrations:write`.',
      tags,
      security,
      middleware: requireKey(services, 'integrations:write'),
      request: { params, query: z.strictObject({}) },
      responses: { 200: success, ...problemResponses(...authErrors, 'bad-parameter', 'integration-not-found') },
    }),
    async c => {
      if (!(await store.integrations.remove(c.var.access.environment, c.req.valid('param').uniqueKey)))
        throw new ProblemError('integration-not-found')
      return c.json({ success: true as const }, 200)
    },
  )
}
