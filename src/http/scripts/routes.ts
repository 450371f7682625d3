import { createRoute, z } from '@hono/zod-openapi'
import { type DescribedAction, describeAction } from '../../actions/describe-action.ts'
import { listActions } from '../../actions/registry.ts'
import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { authErrors, json, problemResponses, security, uniqueKey } from '../schemas.ts'

const schema = z.record(z.string(), z.unknown())
const facts = {
  name: z.string(),
  type: z.literal('action'),
  description: z.string(),
  scopes: z.array(z.string()).openapi({ description: 'Permissions at the provider that it needs.' }),
  input: z.string().optional().openapi({ description: 'Name of the input’s schema; missing where there is none.' }),
  returns: z.array(z.string()).openapi({ description: 'Name of the output’s schema; empty for a void action.' }),
  json_schema: z.object({ definitions: z.record(z.string(), schema) }).openapi({
    description: 'The schemas, by name (JSON Schema, draft 7).',
  }),
  enabled: z.literal(true),
}
const example = {
  name: 'count-issues',
  type: 'action' as const,
  description: 'Counts the open issues of a repository.',
  scopes: [],
  input: 'CountIssuesInput',
  returns: ['CountIssuesOutput'],
  json_schema: {
    definitions: {
      CountIssuesInput: { type: 'object', properties: { repo: { type: 'string' } }, required: ['repo'] },
      CountIssuesOutput: { type: 'object', properties: { open: { type: 'number' } }, required: ['open'] },
    },
  },
  enabled: true as const,
}
const listed = z.object(facts).openapi('ActionFunction', { example })
const script = z
  .object({
    ...facts,
    version: z.string(),
    runs: z.null(),
    endpoints: z.array(z.string()),
    features: z.array(z.string()),
    sdk_version: z.null(),
    last_deployed: z.null(),
  })
  .openapi('ActionScript')
const tool = z
  .object({
    name: z.string(),
    description: z.string(),
    parameters: z.object({
      type: z.literal('object'),
      properties: z.record(z.string(), schema),
      required: z.array(z.string()),
    }),
  })
  .openapi('ActionTool', {
    example: {
      name: 'count-issues',
      description: 'Counts the open issues of a repository.',
      parameters: { type: 'object', properties: { repo: { type: 'string' } }, required: ['repo'] },
    },
  })
const none = () => z.array(z.string()).max(0).openapi({ description: 'Always empty: there are none.' })
const configuration = z.union([
  z.array(
    z.object({
      providerConfigKey: uniqueKey,
      provider: z.string(),
      syncs: none(),
      actions: z.array(script),
      'on-events': none(),
    }),
  ),
  z.object({ data: z.array(tool) }),
])

function listedOf({ name, description, scopes, input, output }: DescribedAction): z.output<typeof listed> {
  const named = [input, output].flatMap(one => (one ? [[one.name, { ...one.schema }]] : []))
  return {
    name,
    type: 'action',
    description,
    scopes: [...scopes],
    ...(input && { input: input.name }),
    returns: output ? [output.name] : [],
    json_schema: { definitions: Object.fromEntries(named) },
    enabled: true,
  }
}
const scriptOf = (action: DescribedAction): z.output<typeof script> => ({
  ...listedOf(action),
  version: action.version,
  runs: null,
  endpoints: [],
  features: [],
  sdk_version: null,
  last_deployed: null,
})

type Member = Readonly<Record<string, unknown>>
/** An action as a tool of a language model; one whose input is no object cannot be one. */
function toolsOf({ name, description, input }: DescribedAction): z.output<typeof tool>[] {
  const given = (input?.schema ?? { type: 'object' }) as Member
  // An input that may be left out stands beside null.
  const object = [given, ...((given.anyOf as Member[] | undefined) ?? [])].find(({ type }) => type === 'object')
  if (!object) return []
  const { properties = {}, required = [], ...rest } = object as Partial<z.output<typeof tool>['parameters']>
  return [{ name, description, parameters: { ...rest, type: 'object', properties, required } }]
}

const LIMIT = 100
const functionQuery = z.strictObject({
  type: z
    .enum(['sync', 'action', 'on-event'])
    .optional()
    .openapi({ description: 'Only functions of this type; there are only actions.' }),
  search: z.string().max(255).optional().openapi({ description: 'A part of the name or description.' }),
  page: z
    .string()
    .regex(/^\d{1,6}$/, 'A number from 0 is needed.')
    .optional()
    .openapi({ type: 'integer', minimum: 0, default: 0, description: 'Counted from 0.', example: 0 }),
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, `A number from 1 to ${LIMIT} is needed.`)
    .optional()
    .openapi({ type: 'integer', minimum: 1, maximum: LIMIT, default: 20, example: 20 }),
})
const typeQuery = z.strictObject({ type: functionQuery.shape.type })

/** What can be triggered: for whole environments, and integration by integration. */
export function scriptRoutes(app: App, services: HttpServices): void {
  const { store, catalogue } = services
  const middleware = requireKey(services, 'integrations:read', 'actions:execute')
  const common = { method: 'get' as const, tags: ['Actions'], security, middleware }
  const NEEDS = 'Needs the scope `integrations:read` or `actions:execute`.'
  const actionsOf = async (provider: string): Promise<DescribedAction[]> =>
    (await listActions(catalogue, provider)).map(({ name, found }) => describeAction(name, found))
  const actionsAt = async (environment: string, key: string): Promise<DescribedAction[]> => {
    const integration = await store.integrations.find(environment, key)
    if (!integration) throw new ProblemError('integration-not-found')
    return actionsOf(integration.provider)
  }

  app.openapi(
    createRoute({
      ...common,
      path: '/scripts/config',
      operationId: 'getScriptsConfig',
      summary: 'List the actions of every integration',
      description: `Action functions and verbs of mappings, with their schemas; with \`format=openai\` as tools of a language model. ${NEEDS}`,
      request: {
        query: z.strictObject({
          format: z.enum(['nango', 'openai']).optional().openapi({ description: '`nango` when absent.' }),
        }),
      },
      responses: {
        200: json(configuration, 'Integrations, oldest first, with their actions by name.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const integrations = await store.integrations.list(c.var.access.environment)
      const all = await Promise.all(
        integrations.map(async ({ unique_key, provider }) => ({
          key: unique_key,
          provider,
          actions: await actionsOf(provider),
        })),
      )
      const answer: z.output<typeof configuration> =
        c.req.valid('query').format === 'openai'
          ? { data: all.flatMap(({ actions }) => actions.flatMap(toolsOf)) }
          : all.map(({ key, provider, actions }) => ({
              providerConfigKey: key,
              provider,
              syncs: [],
              actions: actions.map(scriptOf),
              'on-events': [],
            }))
      return c.json(answer, 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      path: '/integrations/{uniqueKey}/functions',
      operationId: 'listFunctions',
      summary: 'List the actions of an integration',
      description: `Action functions and verbs of mappings, a page at a time. ${NEEDS}`,
      request: { params: z.object({ uniqueKey }), query: functionQuery },
      responses: {
        200: json(
          z.object({
            data: z.array(listed),
            pagination: z.object({ total: z.int(), page: z.int(), limit: z.int() }),
          }),
          'Actions by name.',
        ),
        ...problemResponses(...authErrors, 'bad-parameter', 'integration-not-found'),
      },
    }),
    async c => {
      const { type, search = '', page = '0', limit = '20' } = c.req.valid('query')
      const actions = await actionsAt(c.var.access.environment, c.req.valid('param').uniqueKey)
      const wanted = search.toLowerCase()
      const found = actions.filter(
        ({ name, description }) =>
          (type ?? 'action') === 'action' && `${name}\n${description}`.toLowerCase().includes(wanted),
      )
      const [from, size] = [Number(page) * Number(limit), Number(limit)]
      return c.json(
        {
          data: found.slice(from, from + size).map(listedOf),
          pagination: { total: found.length, page: Number(page), limit: size },
        },
        200,
      )
    },
  )

  app.openapi(
    createRoute({
      ...common,
      path: '/integrations/{uniqueKey}/functions/{name}',
      operationId: 'getFunction',
      summary: 'Read an action of an integration',
      description: NEEDS,
      request: {
        params: z.object({
          uniqueKey,
          name: z.string().max(255).openapi({ description: 'Name of the action.', example: 'list-contacts' }),
        }),
        query: typeQuery,
      },
      responses: {
        200: json(z.object({ data: listed }), 'The action.'),
        ...problemResponses(...authErrors, 'bad-parameter', 'integration-not-found', 'action-not-found'),
      },
    }),
    async c => {
      const { uniqueKey: key, name } = c.req.valid('param')
      const isAction = (c.req.valid('query').type ?? 'action') === 'action'
      const found = (await actionsAt(c.var.access.environment, key)).find(action => isAction && action.name === name)
      if (!found) throw new ProblemError('action-not-found')
      return c.json({ data: listedOf(found) }, 200)
    },
  )
}
