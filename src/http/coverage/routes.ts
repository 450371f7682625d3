import { createRoute, z } from '@hono/zod-openapi'
import { type Coverage, coverageOf } from '../../mapping/coverage.ts'
import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { noParameters } from '../records/parameters.ts'
import { authErrors, json, problemResponses, security, uniqueKey } from '../schemas.ts'

const field = z.union([
  z.object({ read: z.boolean(), write: z.boolean(), verified: z.enum(['documented', 'recorded']) }),
  z.object({ absent: z.string() }),
])
const answer = z
  .object({
    data: z.array(
      z.object({
        provider: z.string(),
        models: z.record(
          z.string(),
          z.object({
            verbs: z.array(z.string()).readonly(),
            fields: z.record(z.string(), field),
            filters: z.array(z.string()).readonly(),
            sorts: z.array(z.string()).readonly(),
            notes: z.array(z.string()).readonly(),
          }),
        ),
      }),
    ),
  })
  .openapi('CoverageAnswer', {
    example: {
      data: [
        {
          provider: 'example',
          models: {
            contacts: {
              verbs: ['list', 'get'],
              fields: {
                first_name: { read: true, write: false, verified: 'recorded' },
                tags: { absent: 'contacts are not tagged' },
              },
              filters: ['email'],
              sorts: ['created_at'],
              notes: [],
            },
          },
        },
      ],
    },
  })

/** The coverage of one provider, from its mappings. */
export async function coverageFor(
  { catalogue }: Pick<HttpServices, 'catalogue'>,
  provider: string,
): Promise<{ provider: string; models: Record<string, Coverage> }> {
  const models: Record<string, Coverage> = {}
  for (const name of catalogue.models(provider)) {
    const mapping = await catalogue.mapping(provider, name)
    if (mapping) models[name] = coverageOf(mapping)
  }
  return { provider, models }
}

/** `GET /coverage`, and of one integration: what each provider can do, for callers to know before they call. */
export function coverageRoutes(app: App, services: HttpServices): void {
  const { catalogue, store } = services
  const common = { method: 'get' as const, tags: ['Coverage'], security }
  app.openapi(
    createRoute({
      ...common,
      path: '/coverage',
      operationId: 'getCoverage',
      summary: 'What every provider can do',
      middleware: requireKey(services),
      request: { query: noParameters },
      responses: { 200: json(answer, 'All providers.'), ...problemResponses(...authErrors, 'bad-parameter') },
    }),
    async c => {
      const data = await Promise.all(catalogue.providers.map(provider => coverageFor(services, provider)))
      return c.json({ data }, 200)
    },
  )
  app.openapi(
    createRoute({
      ...common,
      path: '/integrations/{uniqueKey}/coverage',
      operationId: 'getIntegrationCoverage',
      summary: 'What an integration can do',
      middleware: requireKey(services, 'integrations:read', 'records:read'),
      request: { params: z.object({ uniqueKey }), query: noParameters },
      responses: {
        200: json(answer, 'The integration’s provider.'),
        ...problemResponses(...authErrors, 'bad-parameter', 'integration-not-found'),
      },
    }),
    async c => {
      const integration = await store.integrations.find(c.get('access').environment, c.req.valid('param').uniqueKey)
      if (!integration) throw new ProblemError('integration-not-found')
      return c.json({ data: [await coverageFor(services, integration.provider)] }, 200)
    },
  )
}
