import { z } from '@hono/zod-openapi'
import { endStates } from '../../store/index.ts'
import { problem, time } from '../schemas.ts'

/** The keys that webhooks are signed with. */
export const signingKeys = z
  .object({
    webhook_signing_key: z.string().openapi({ description: 'The newest one: what receivers are to verify with.' }),
    keys: z
      .array(
        z.object({
          key: z.string(),
          until: time.optional().openapi({ description: 'Until when a former key signs beside it.' }),
        }),
      )
      .openapi({ description: 'All that sign just now, the newest first.' }),
  })
  .openapi('WebhookSigningKeys', {
    example: {
      webhook_signing_key: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDMPLPC9yJHoQ=',
      keys: [{ key: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDMPLPC9yJHoQ=' }],
    },
  })

export const rotated = z.object({ webhook_signing_key: z.string() }).openapi('NewWebhookSigningKey', {
  example: { webhook_signing_key: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDMPLPC9yJHoQ=' },
})

export const tried = z
  .object({
    delivered: z.boolean().openapi({ description: 'Whether it answered with a status from 200 to 299.' }),
    status: z.int().optional().openapi({ description: 'What the receiver answered, if it did.' }),
    ms: z.number(),
    error: z
      .object({ code: z.string(), description: z.string() })
      .optional()
      .openapi({ description: 'Why there was no answer.' }),
  })
  .openapi('WebhookTest', { example: { delivered: true, status: 204, ms: 87 } })

const tags = z.record(z.string(), z.string())
/** The body of the webhook `auth`. */
export const authWebhook = z
  .object({
    from: z.literal('nango').openapi({ description: 'Of the documented action API: what tells these webhooks apart.' }),
    type: z.literal('auth'),
    operation: z.enum(['creation', 'override', 'refresh']).openapi({
      description: 'A connection was made; its credentials were replaced; its token was refreshed, or was not.',
    }),
    success: z.boolean(),
    connectionId: z.string(),
    providerConfigKey: z.string(),
    provider: z.string(),
    authMode: z.string().openapi({ description: 'The type of its credentials.' }),
    environment: z.string().openapi({ description: 'Name of the environment.' }),
    tags: tags.optional(),
    endUser: z
      .object({
        endUserId: z.string(),
        endUserEmail: z.string().optional(),
        organizationId: z.string().optional(),
        tags,
      })
      .optional(),
    error: z.object({ type: z.string(), description: z.string() }).optional(),
  })
  .openapi('AuthWebhook', {
    example: {
      from: 'nango',
      type: 'auth',
      operation: 'creation',
      success: true,
      connectionId: 'customer-42',
      providerConfigKey: 'crm',
      provider: 'example',
      authMode: 'OAUTH2',
      environment: 'prod',
    },
  })

/** The body of the webhook `async_action`. */
export const runWebhook = z
  .object({
    from: z.literal('nango'),
    type: z.literal('async_action'),
    connectionId: z.string().openapi({ description: 'Empty for an action that needs no connection.' }),
    providerConfigKey: z.string(),
    payload: z.object({
      id: z.string().openapi({ description: 'The id of the run.' }),
      statusUrl: z.string().openapi({ description: 'Where its result is, for five days: a path.' }),
      action: z.string(),
      state: z.enum(endStates),
      success: z.boolean(),
      output: z.unknown().optional().openapi({
        description:
          'What the action returned, `null` for nothing. It is left out, as `error` is, where it is more than 20,000 characters of JSON.',
      }),
      error: problem.optional(),
    }),
  })
  .openapi('RunWebhook', {
    example: {
      from: 'nango',
      type: 'async_action',
      connectionId: 'customer-42',
      providerConfigKey: 'crm',
      payload: {
        id: '6f1c6d2e-0b7a-8f7e-8f53-2d1c8c1f2a10',
        statusUrl: '/action/6f1c6d2e-0b7a-8f7e-8f53-2d1c8c1f2a10',
        action: 'count-issues',
        state: 'succeeded',
        success: true,
        output: { open: 3 },
      },
    },
  })

/** What every delivery carries, by which a receiver knows who sent it. */
export const webhookHeaders = z.object({
  'webhook-id': z.string().openapi({
    description: 'The same for every attempt: what came already is to be passed over.',
    example: 'msg_2f0c',
  }),
  'webhook-timestamp': z
    .string()
    .openapi({ description: 'Seconds since 1970, of this attempt.', example: '1767605400' }),
  'webhook-signature': z.string().openapi({
    description:
      'Standard Webhooks: for each key in force, `v1,` and the base64 of HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}`, under the bytes that stand in base64 behind `whsec_`.',
    example: 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  }),
  'x-nango-hmac-sha256': z.string().openapi({
    description:
      'Hex of HMAC-SHA256 over the body alone, under the text of the newest key, as clients of the documented action API verify it.',
    example: '31521a9c511e5ac3633021196f2bc981f39a6e05655b0082e5e154a6c59ac465',
  }),
})
