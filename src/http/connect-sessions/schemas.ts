import { z } from '@hono/zod-openapi'
import { isOwnParameter } from '../../credentials/authorization.ts'
import { anyJson } from '../../models/any-json.ts'
import { endUser, endUserInput, tags, webhook } from '../connections/schemas.ts'
import { connectionId, time, uniqueKey } from '../schemas.ts'

/** Bytes of a session as JSON: far below the 1 MB that a row may hold, also when it is sealed. */
const LARGEST = 131_072

const organization = z
  .strictObject({ id: z.string().min(1).max(255), display_name: z.string().max(255).optional() })
  .openapi('EndUserOrganization', { example: { id: 'org-3', display_name: 'Example Ltd' } })
const defaults = z
  .strictObject({
    user_scopes: z
      .string()
      .max(8192)
      .optional()
      .openapi({ description: 'Scopes that the person grants, separated by commas.' }),
    authorization_params: z
      .record(z.string().min(1).max(255), z.string().max(2048))
      .refine(all => Object.keys(all).length <= 20, 'At most 20 members.')
      .superRefine((all, context) => {
        for (const name of Object.keys(all))
          if (isOwnParameter(name))
            context.addIssue({ code: 'custom', path: [name], message: 'Sign-in itself sets this parameter.' })
      })
      .optional()
      .openapi({ description: 'Further parameters of the authorization request.', example: { prompt: 'consent' } }),
    connection_config: z
      .record(z.string().max(255), anyJson)
      .optional()
      .openapi({ description: 'Answers to the provider’s questions, which are then not asked.', example: {} }),
  })
  .openapi('IntegrationDefaults', { example: { user_scopes: 'contacts.read' } })
const override = z.strictObject({
  docs_connect: z
    .url({ protocol: /^https?$/, error: 'An http or https address is needed.' })
    .max(2048)
    .optional()
    .openapi({ description: 'Address of help for the person, in place of the provider’s.' }),
})

const members = {
  end_user: endUserInput.optional(),
  organization: organization.optional(),
  integrations_config_defaults: z
    .record(uniqueKey, defaults)
    .optional()
    .openapi({ description: 'What sign-in begins with, by integration.', example: { crm: {} } }),
  overrides: z
    .record(uniqueKey, override)
    .optional()
    .openapi({ description: 'What the page shows otherwise, by integration.', example: { crm: {} } }),
  webhook_url_override: webhook.optional(),
  tags: tags.optional(),
  return_url: z.string().max(2048).optional().openapi({
    description:
      'Where the page leads back to when it was opened as a page, as on a mobile. On one of the `allowed_origins` of the environment. Not of the documented API.',
    example: 'https://app.example.com/settings',
  }),
}
const isSmall = (session: object): boolean => JSON.stringify(session).length <= LARGEST
const TOO_LARGE = `At most ${LARGEST} bytes.`

export const sessionInput = z
  .strictObject({
    ...members,
    allowed_integrations: z
      .array(uniqueKey)
      .max(1000)
      .optional()
      .openapi({ description: 'Keys of the integrations that the person may choose; all when absent.' }),
  })
  .superRefine(({ end_user, tags: given }, context) => {
    if (end_user === undefined && given === undefined)
      context.addIssue({ code: 'custom', path: ['end_user'], message: 'Name the person, or give `tags`.' })
  })
  .refine(isSmall, TOO_LARGE)
  .openapi('ConnectSessionInput', {
    description:
      'For whom an account is connected (`end_user`, which may be left out where there are `tags`), and how.',
    example: { end_user: { id: 'user-7', email: 'ada@example.com' }, allowed_integrations: ['crm'] },
  })
export const reconnectInput = z
  .strictObject({ connection_id: connectionId, integration_id: uniqueKey, ...members })
  .refine(isSmall, TOO_LARGE)
  .openapi('ReconnectSessionInput', { example: { connection_id: 'customer-42', integration_id: 'crm' } })
export type SessionInput = z.output<typeof sessionInput>
export type ReconnectInput = z.output<typeof reconnectInput>

export const made = z.object({
  data: z
    .object({
      token: z.string().openapi({ description: 'For the browser, for 30 minutes. Shown this once.' }),
      connect_link: z.string().openapi({ description: 'Address of the page for the person.' }),
      expires_at: time,
    })
    .openapi('ConnectSessionToken', {
      example: {
        token: `nango_connect_session_${'0123456789abcdef'.repeat(4)}`,
        connect_link: `https://koine.example.com/connect/nango_connect_session_${'0123456789abcdef'.repeat(4)}`,
        expires_at: '2026-01-05T09:30:00.000Z',
      },
    }),
})

const palette = z.object({ primary: z.string() })
export const shownSession = z
  .object({
    endUser,
    connectUISettings: z.object({
      theme: z.object({ light: palette, dark: palette }),
      defaultTheme: z.enum(['light', 'dark', 'system']),
      showWatermark: z.boolean(),
    }),
    allowed_integrations: z.array(z.string()).optional().openapi({ description: 'Missing: all.' }),
    integrations_config_defaults: z.record(z.string(), defaults).optional(),
    overrides: z.record(z.string(), override).optional(),
    isReconnecting: z.boolean().openapi({ description: 'Whether an account that exists is signed in again.' }),
    websocketsPath: z.string().openapi({ description: 'Path of the sign-in socket.' }),
  })
  .openapi('ConnectSession', {
    example: {
      endUser: { id: 'user-7', display_name: null, email: 'ada@example.com', tags: {}, organization: null },
      connectUISettings: {
        theme: { light: { primary: '#1d4ed8' }, dark: { primary: '#93c5fd' } },
        defaultTheme: 'system',
        showWatermark: false,
      },
      allowed_integrations: ['crm'],
      isReconnecting: false,
      websocketsPath: '/',
    },
  })
