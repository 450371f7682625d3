import { z } from '@hono/zod-openapi'
import { isObject } from '../../mapping/path.ts'
import { anyJson } from '../../models/any-json.ts'
import { connectionId, time, uniqueKey } from '../schemas.ts'

const secret = z.string().min(1).max(65_536)

const ends = z.iso.datetime({ offset: true }).optional()
/** What a customer fills in; its names are those of the provider's form. */
const fields = z
  .record(z.string().min(1).max(255), z.string().max(65_536))
  .refine(all => Object.keys(all).length <= 50, 'At most 50 members.')
const installation = z.string().regex(/^\d{1,20}$/, 'The number of the installation is needed.')
const appId = z
  .string()
  .max(255)
  .optional()
  .openapi({ description: 'Of the documented API; the app is the integration’s.' })

/** Sign-in by OAuth 1, of which token-based authentication is a kind. No provider here needs it. */
const isOAuth1 = (input: unknown): boolean => isObject(input) && (input.type === 'OAUTH1' || input.type === 'TBA')
const NO_OAUTH1 =
  'Sign-in by OAuth 1 or TBA is not offered: sign in by OAuth 2 or a key, where the provider has it, or let a backend hold the account.'

export const credentials = z
  .discriminatedUnion(
    'type',
    [
      z.strictObject({
        type: z.literal('OAUTH2'),
        access_token: secret,
        refresh_token: secret.optional(),
        expires_at: ends,
        config_override: z
          .strictObject({ client_id: secret, client_secret: secret })
          .optional()
          .openapi({ description: 'The OAuth client of the token, where it is not the integration’s.' }),
      }),
      z.strictObject({
        type: z.literal('OAUTH2_CC'),
        client_id: secret,
        client_secret: secret,
        token: secret.optional().openapi({ description: 'Asked for when it is first needed, if left out.' }),
        expires_at: ends,
      }),
      z.strictObject({ type: z.literal('API_KEY'), apiKey: secret }),
      z.strictObject({ type: z.literal('BASIC'), username: z.string().max(65_536), password: z.string().max(65_536) }),
      z.strictObject({ type: z.literal('TWO_STEP'), fields }),
      z.strictObject({ type: z.literal('JWT'), fields }),
      z.strictObject({ type: z.literal('APP'), installation_id: installation, app_id: appId }),
      z.strictObject({ type: z.literal('CUSTOM'), installation_id: installation, app_id: appId }),
      z.strictObject({ type: z.literal('NONE') }),
    ],
    {
      error: ({ input }) => (isOAuth1(input) ? NO_OAUTH1 : undefined),
    },
  )
  .openapi('Credentials', { example: { type: 'API_KEY', apiKey: 'secret' } })

/** Tags, their names in lower case as they are kept. */
export const tags = z
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

export const endUserInput = z
  .strictObject({
    id: z.string().min(1).max(255),
    email: z.email().max(254).optional(),
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
export const webhook = z.string().max(2048).openapi({
  description: 'Where webhooks about it are sent, in place of the `webhook_url` of the environment. Empty: none.',
})

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
    credentials: credentials.optional(),
    connection_config: config.optional(),
    end_user: endUserInput.optional(),
    tags: tags.optional(),
    webhook_url_override: webhook.optional(),
  })
  .openapi('ConnectionChange', { example: { tags: { plan: 'gold' } } })

const warnings = z
  .array(z.object({ field: z.string(), code: z.string(), detail: z.string() }))
  .optional()
  .openapi({ description: '`not-verified`: the credentials were kept, but could not be tried, and why.' })

/** The answer of a change. */
export const changed = z
  .object({ success: z.literal(true), warnings })
  .openapi('ConnectionChanged', { example: { success: true } })
/** The path of one connection. */
export const oneConnection = z.object({ connectionId })

export const metadataInput = z
  .strictObject({
    connection_id: z.union([connectionId, z.array(connectionId).min(1).max(100)]),
    provider_config_key: uniqueKey,
    metadata,
  })
  .openapi('MetadataInput', {
    example: { connection_id: ['customer-42'], provider_config_key: 'crm', metadata: { plan: 'gold' } },
  })

export const endUser = z
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
  errors: z.array(z.object({ type: z.literal('auth'), log_id: z.string() })).openapi({
    description:
      'Says that the connection’s token was not refreshed the last time; `log_id` is the entry of `GET /logs` about it. Empty once it is, or the account is signed in again.',
    example: [],
  }),
  end_user: endUser,
  tags: z.record(z.string(), z.string()),
}
const shownMetadata = z.record(z.string(), z.unknown()).nullable()

const listed = z
  .object({
    ...common,
    metadata: shownMetadata.optional().openapi({ description: 'Missing where a warning says that it was left out.' }),
    created: time,
  })
  .openapi('ListedConnection')
/** The answer of a list. */
export const list = z.object({
  connections: z.array(listed),
  warnings: z
    .array(z.object({ field: z.string(), code: z.string(), detail: z.string() }))
    .optional()
    .openapi({ description: 'What the list does not hold, and how to get it.' }),
})

const raw = z.record(z.string(), z.unknown())
const shownToken = {
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_at: z.string().optional(),
}
const shown = z.union([
  z.object({ type: z.literal('OAUTH2'), ...shownToken, raw }),
  z.object({
    type: z.literal('OAUTH2_CC'),
    token: z.string().optional(),
    client_id: z.string(),
    client_secret: z.string(),
    expires_at: z.string().optional(),
    raw,
  }),
  z.object({ type: z.literal('API_KEY'), apiKey: z.string() }),
  z.object({ type: z.literal('BASIC'), username: z.string(), password: z.string() }),
  z.object({
    type: z.enum(['TWO_STEP', 'JWT']),
    fields: z.record(z.string(), z.string()),
    token: z.string().optional(),
    expires_at: z.string().optional(),
    raw,
  }),
  z.object({
    type: z.literal('APP'),
    installation_id: z.string(),
    access_token: z.string().optional(),
    expires_at: z.string().optional(),
    raw,
  }),
  z.object({
    type: z.literal('CUSTOM'),
    app: z.object({
      installation_id: z.string(),
      access_token: z.string().optional(),
      expires_at: z.string().optional(),
    }),
    user: z.object(shownToken).nullable(),
    raw,
  }),
  z.object({ type: z.literal('NONE') }),
  z.object({}),
])
export type ShownCredentials = z.output<typeof shown>

export const connection = z
  .object({
    ...common,
    metadata: shownMetadata,
    connection_config: z.record(z.string(), z.unknown()),
    webhook_url_override: z
      .string()
      .nullable()
      .openapi({ description: 'Where webhooks about it are sent, in place of the `webhook_url` of the environment.' }),
    created_at: time,
    updated_at: time,
    last_fetched_at: time.nullable(),
    credentials: shown.openapi({ description: 'Empty for a key without the scope `connections:credentials`.' }),
  })
  .openapi('Connection')
/** A connection that was just made. */
export const madeConnection = connection.extend({ warnings }).openapi('MadeConnection')
