import { z } from '@hono/zod-openapi'
import { time, uniqueKey } from '../schemas.ts'

const secret = z.string().min(1).max(8192)
const client = {
  client_id: secret,
  client_secret: secret,
  scopes: z.string().max(8192).optional().openapi({ description: 'Separated by commas.' }),
  webhook_secret: z
    .string()
    .max(8192)
    .optional()
    .openapi({ description: 'Kept; webhooks of providers are not received yet.' }),
}
const installed = {
  app_id: z.string().min(1).max(255),
  app_link: z
    .string()
    .max(2048)
    .regex(/^https:\/\/\S+$/, 'An https address is needed.')
    .openapi({ description: 'The app’s page at the provider, where people install it.' }),
  private_key: z
    .string()
    .max(16_384)
    .regex(/-----BEGIN (?:RSA )?PRIVATE KEY-----/, 'A private key in PEM is needed.')
    .openapi({ description: 'PEM, PKCS#8 or PKCS#1.' }),
}
const credentials = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('OAUTH2'), ...client }),
    z.strictObject({ type: z.literal('APP'), ...installed }),
    z.strictObject({ type: z.literal('CUSTOM'), ...client, ...installed }),
  ])
  .openapi('IntegrationCredentials', {
    description: 'The OAuth client that customers sign in with, the app that they install, or both.',
    example: { type: 'OAUTH2', client_id: 'client', client_secret: 'secret', scopes: 'contacts.read,contacts.write' },
  })

const texts = z
  .record(z.string().max(255), z.string().max(8192))
  .refine(all => Object.keys(all).length <= 50, 'At most 50 members.')
  .refine(all => JSON.stringify(all).length <= 16_384, 'At most 16 KiB.')
const config = texts.openapi({
  description:
    'Settings of the integration, no place for secrets. `base_url` replaces the host of the provider (its sandbox, a self-hosted instance); `authorize_url` and `token_url` do the same for sign-in.',
  example: { base_url: 'https://api.sandbox.example.com' },
})
const custom = texts.openapi({ description: 'Settings of your own, no place for secrets.', example: { tier: 'gold' } })
const nangoKey = z.string().min(1).max(8192).openapi({ description: 'The backend’s environment key.' })
const backendInput = z
  .union([
    z.strictObject({ type: z.literal('direct') }),
    z.strictObject({
      type: z.literal('nango'),
      host: z.string().max(2048).openapi({ description: 'Where the backend listens, without a path.' }),
      api_key: nangoKey,
      provider_config_key: uniqueKey
        .optional()
        .openapi({ description: 'The integration’s name there, if it is not the name here.' }),
    }),
  ])
  .openapi('BackendInput', {
    description: 'Who carries out the requests: Koine itself, or a backend that holds the credentials and signs them.',
    example: { type: 'nango', host: 'https://nango.example.com', api_key: 'environment-key' },
  })
const backendShown = z
  .object({
    type: z.enum(['direct', 'nango']),
    host: z.string().optional(),
    provider_config_key: z.string().optional(),
  })
  .openapi('Backend', { example: { type: 'direct' } })
const displayName = z.string().min(1).max(255).openapi({ example: 'CRM of our customers' })
/** Of the documented API. It has one value, so it is not kept; clients that send it off may go on doing so. */
const forwardWebhooks = z
  .literal(false, 'Webhooks of providers are not forwarded: leave it out, or send false.')
  .openapi({ description: 'Always false: webhooks of providers are not forwarded. Sending true is refused.' })
const changeable = {
  display_name: displayName.optional(),
  credentials: credentials.optional(),
  integration_config: config.optional(),
  custom: custom.optional(),
  forward_webhooks: forwardWebhooks.optional(),
  backend: backendInput.optional(),
}

export const integrationInput = z
  .strictObject({
    provider: z.string().max(255).openapi({ description: 'Id of the provider.' }),
    unique_key: uniqueKey,
    ...changeable,
  })
  .openapi('IntegrationInput', { example: { provider: 'my-crm', unique_key: 'crm' } })

export const integrationChange = z
  .strictObject({ unique_key: uniqueKey.optional(), ...changeable })
  .openapi('IntegrationChange', { example: { display_name: 'CRM of our customers' } })

export const integration = z
  .object({
    unique_key: uniqueKey,
    provider: z.string().openapi({ example: 'my-crm' }),
    display_name: displayName,
    logo: z.string().openapi({ description: 'Address of a logo; empty where there is none.', example: '' }),
    forward_webhooks: forwardWebhooks,
    integration_config: config.optional(),
    custom: custom.optional(),
    backend: backendShown.optional(),
    created_at: time,
    updated_at: time,
    webhook_url: z
      .string()
      .nullable()
      .optional()
      .openapi({ description: 'With `include=webhook`. Always null: webhooks of providers are not received.' }),
    credentials: credentials
      .nullable()
      .optional()
      .openapi({ description: 'With `include=credentials`; null: none were set.' }),
  })
  .openapi('Integration', {
    description: 'A connect session sees it without `integration_config`, `custom` and `backend`.',
  })
