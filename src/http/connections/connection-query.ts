import { z } from '@hono/zod-openapi'
import type { ConnectionFilter } from '../../store/connection-filter.ts'
import { uniqueKey } from '../schemas.ts'

const TAG = /^tags\[([^\]]+)\]$/
/** Tags that a connection has at most, and so those of a filter. */
const TAGS = 10
const digits = (pattern: RegExp, about: string) => z.string().regex(pattern, about)

/** Connections that a list answers when it names no limit, as the documented API does. */
const LIMIT = 10_000

/** The query of `GET /connections`. A tag is a parameter of its own: `tags[plan]=gold`. */
export const listQuery = z
  .object({
    connectionId: z.string().max(255).optional().openapi({ description: 'Exactly this connection id.' }),
    search: z
      .string()
      .max(255)
      .optional()
      .openapi({ description: 'Part of the connection id, or of the end user’s id, email or name.' }),
    endUserId: z.string().max(255).optional(),
    endUserOrganizationId: z.string().max(255).optional(),
    integrationId: z
      .string()
      .max(8192)
      .optional()
      .openapi({ description: 'Unique keys of integrations, separated by commas.', example: 'crm,helpdesk' }),
    tags: z
      .record(z.string(), z.string())
      .optional()
      .openapi({
        param: { name: 'tags', in: 'query', style: 'deepObject', explode: true },
        description: 'Tags that the connection has, at most 10: `tags[plan]=gold`.',
        example: { plan: 'gold' },
      }),
    limit: digits(/^(?:[1-9]\d{0,2}|1\d{3}|2000)$/, 'A number from 1 to 2000 is needed.')
      .optional()
      .openapi({ type: 'integer', minimum: 1, maximum: 2000, description: `${LIMIT} when absent.`, example: 100 }),
    page: digits(/^\d{1,6}$/, 'A number from 0 is needed.')
      .optional()
      .openapi({ type: 'integer', minimum: 0, description: 'Counted from 0.', example: 0 }),
  })
  .catchall(z.string())
  .superRefine((query, context) => {
    const names = Object.keys(query).filter(name => !Object.hasOwn(listQuery.shape, name))
    for (const name of names)
      if (!TAG.test(name)) context.addIssue({ code: 'unrecognized_keys', keys: [name], input: query })
    const tags = names.filter(name => TAG.test(name))
    if (tags.length > TAGS)
      context.addIssue({ code: 'custom', path: ['tags'], message: `At most ${TAGS} tags; a connection has no more.` })
  })

/** The query as the store's filter. */
export function filterOf(query: z.output<typeof listQuery>): ConnectionFilter {
  const { connectionId, search, endUserId, endUserOrganizationId, integrationId, limit, page } = query
  const tags = Object.entries(query).flatMap(([name, value]) => {
    const tag = TAG.exec(name)?.[1]
    return tag === undefined ? [] : [[tag.toLowerCase(), value as string] as const]
  })
  return {
    connectionId,
    search,
    endUserId,
    endUserOrganizationId,
    integrations: integrationId?.split(',').map(key => key.trim()),
    tags: Object.fromEntries(tags),
    limit: limit === undefined ? LIMIT : Number(limit),
    page: page === undefined ? 0 : Number(page),
  }
}

const truth = z.enum(['true', 'false', '1', '0']).optional()

/** The query that names the integration, for a connection id that several integrations have. */
export const ofIntegration = z.strictObject({
  provider_config_key: uniqueKey.optional().openapi({
    description: 'The integration; may be left out where the environment has one connection of that id.',
  }),
})
const verify = truth.openapi({
  description:
    'Send false to keep credentials as they are, without trying them at the provider. Keys, and what a token is asked for with, are tried unless you do.',
})
/** The query of `POST /connections`. */
export const createQuery = z.strictObject({ verify })
/** The query of `PATCH /connections/{connectionId}`. */
export const changeQuery = ofIntegration.extend({ verify })
/** Whether credentials are to be tried. */
export const isVerified = ({ verify: flag }: z.output<typeof createQuery>): boolean => flag !== 'false' && flag !== '0'

/** The query of `GET /connections/{connectionId}`; its flags are sent by existing clients every time. */
export const oneQuery = ofIntegration.extend({
  force_refresh: truth.openapi({
    description:
      'Ask the provider for another token first, even where the present one lasts, or the provider refused a moment ago. Does nothing for credentials without a token that ends. Needs the scope `connections:credentials`.',
  }),
  refresh_token: truth.openapi({
    description: 'Show the refresh token too. Needs the scope `connections:credentials`.',
  }),
  refresh_github_app_jwt_token: truth.openapi({
    description:
      'As `force_refresh`, for an app that is installed (`APP`, `CUSTOM`) alone. Needs the scope `connections:credentials`.',
  }),
})
/** Whether a flag of a query is set. */
export const isSet = (flag: z.output<typeof truth>): boolean => flag === 'true' || flag === '1'
