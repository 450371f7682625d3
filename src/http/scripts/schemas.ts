import { z } from '@hono/zod-openapi'
import { uniqueKey } from '../schemas.ts'

const jsonSchema = z.record(z.string(), z.unknown())
const facts = {
  name: z.string(),
  type: z.literal('action'),
  description: z.string(),
  scopes: z.array(z.string()).readonly().openapi({ description: 'Permissions at the provider that it needs.' }),
  input: z.string().optional().openapi({ description: 'Name of the input’s schema; missing where there is none.' }),
  returns: z.array(z.string()).openapi({ description: 'Name of the output’s schema; empty for a void action.' }),
  json_schema: z.object({ definitions: z.record(z.string(), jsonSchema) }).openapi({
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
/** An action as a list of functions has it. */
export const actionFunction = z.object(facts).openapi('ActionFunction', { example })
/** An action as `GET /scripts/config` has it. */
export const script = z
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
/** An action as a tool of a language model. */
export const tool = z
  .object({
    name: z.string(),
    description: z.string(),
    parameters: z.object({
      type: z.literal('object'),
      properties: z.record(z.string(), jsonSchema),
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
const alwaysEmpty = () => z.array(z.string()).max(0).openapi({ description: 'Always empty: there are none.' })
/** The answer of `GET /scripts/config`: integrations with their actions, or tools. */
export const configuration = z.union([
  z.array(
    z.object({
      providerConfigKey: uniqueKey,
      provider: z.string(),
      syncs: alwaysEmpty(),
      actions: z.array(script),
      'on-events': alwaysEmpty(),
    }),
  ),
  z.object({ data: z.array(tool) }),
])

/** Functions on one page, at most. */
const LIMIT = 100
/** The query of a list of functions. */
export const functionQuery = z.strictObject({
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
/** The query of one function. */
export const typeQuery = z.strictObject({ type: functionQuery.shape.type })
