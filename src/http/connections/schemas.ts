import { z } from '@hono/zod-openapi'
import { anyJson } from '../../models/any-json.ts'
import { connectionId, time, uniqueKey } from '../schemas.ts'

const secret = z.string().min(1).max(65_536)

export const credentials = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('OAUTH2'),
      access_token: secret,
      refresh_token: secret.optional(),
      expires_at: z.iso.datetime({ offset: true }).optional(),
    }),
    z.strictObject({ type: z.literal('API_KEY'), apiKey: secret }),
    z.strictObject({ type: z.literal('BASIC'), username: z.string().max(65_536), password: z.string().max(65_536) }),
    z.strictObject({ type: z.literal('NONE') }),
  ])
  .openapi('Credentials', { example: { type: 'API_KEY', apiKey: 'secret' } })

/** Tags, their names in lower case as they are kept. */
const tags = z
  .record(
    z
      .string()
      .regex(/^[a-zA-Z][a-zA-Z0-9_\-./]*$/, 'Letters, digits and _ - . / are allowed, a letter first.')
      .max(64),
    z.string().min(1).max(255),
  )
  .superRefine((all, context) => {
    const names = Object.keys(all)
    const issue = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', message, path })
    if (names.length > 10) issue('At most 10 tags.')
    const seen = new Set<string>()
    for (const name of names) {
      const lower = name.toLowerCase()
      if (seen.has(lower)) issue('The same tag in another spelling is there already.', [name])
      seen.add(lower)
      if (lower === 'end_user_email' && !z.email().safeParse(all[name]).success)
        issue('An email address is needed.', [name])
    }
  })
  .openapi({ description: 'Kept with their names in lower case.', example: { plan: 'gold' } })

const endUserInput = z
  .strictObject({
    id: z.string().min(1).max(255),
    email: z.email().optional(),
    display_name: z.string().max(255).optional(),
    tags: tags.optional(),
  })
  .openapi('EndUserInput', { example: { id: 'user-7', email: 'ada@example.com' } })

// Kept as text; a row may hold 1 MB in all.
const config = z
  .record(z.string().max(255), anyJson)
  .refine(all => JSON.stringify(all).length <= 65_536, 'At most 64 KiB.')
  .openapi({
    description: 'Answers to the provider’s questions, and what else you want to keep beside them.',
    example: {},
  })
const metadata = z.record(z.string(), anyJson).openapi({
  description: 'Anything of your own about the connection, at most 512 KiB as JSON.',
  example: { plan: 'gold' },
})
const webhook = z.string().max(2048).openapi({ description: 'Empty: none. Kept; no webhooks are sent yet.' })

export const connectionInput = z
  .strictObject({
    provider_config_key: uniqueKey,
    connection_id: connectionId.optional().openapi({ description: 'Made up when absent.' }),
    credentials,
    connection_config: config.optional(),
    metadata: metadata.nullable().optional(),
    tags: tags.optional(),
    end_user: endUserInput.optional(),
    webhook_url_override: webhook.optional(),
  })
  .openapi('ConnectionInput', {
    example: {
      provider_config_key: 'crm',
      connection_id: 'customer-42',
      credentials: { type: 'API_KEY', apiKey: 'secret' },
    },
  })

export const connectionChange = z
  .strictObject({
    end_user: endUserInput.optional(),
    tags: tags.optional(),
    webhook_url_override: webhook.optional(),
  })
  .openapi('ConnectionChange', { example: { tags: { plan: 'gold' } } })

export const metadataInput = z
  .strictObject({
    connection_id: z.union([connectionId, z.array(connectionId).min(1).max(100)]),
    provider_config_key: uniqueKey,
    metadata,
  })
  .openapi('MetadataInput', {
    example: { connection_id: ['customer-42'], provider_config_key: 'crm', metadata: { plan: 'gold' } },
  })

const endUser = z
  .object({
    id: z.string(),
    display_name: z.string().nullable(),
    email: z.string().nullable(),
    tags: z.record(z.string(), z.string()),
    organization: z.object({ id: z.string(), display_name: z.string().nullable() }).nullable(),
  })
  .nullable()
  .openapi({ description: 'For whom the connection was made.' })

const common = {
  id: z.int().openapi({ example: 17 }),
  connection_id: connectionId,
  provider_config_key: uniqueKey,
  provider: z.string().openapi({ example: 'my-crm' }),
  errors: z.array(z.object({ type: z.string(), log_id: z.string() })).openapi({ example: [] }),
  end_user: endUser,
  tags: z.record(z.string(), z.string()),
  metadata: z.record(z.string(), z.unknown()).nullable(),
}

/** An element of a list. */
export const listed = z.object({ ...common, created: time }).openapi('ListedConnection')

const shown = z.union([
  z.object({
    type: z.literal('OAUTH2'),
    access_token: z.string(),
    refresh_token: z.string().optional(),
    expires_at: z.string().optional(),
    raw: z.record(z.string(), z.unknown()),
  }),
  z.object({ type: z.literal('API_KEY'), apiKey: z.string() }),
  z.object({ type: z.literal('BASIC'), username: z.string(), password: z.string() }),
  z.object({ type: z.literal('NONE') }),
  z.object({}),
])
export type ShownCredentials = z.output<typeof shown>

export const connection = z
  .object({
    ...common,
    connection_config: z.record(z.string(), z.unknown()),
    webhook_url_override: z.string().nullable().openapi({ description: 'Kept; no webhooks are sent yet.' }),
    created_at: time,
    updated_at: time,
    last_fetched_at: time.nullable(),
    credentials: shown.openapi({ description: 'Empty for a key without the scope `connections:credentials`.' }),
  })
  .openapi('Connection')
