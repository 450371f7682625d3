import { z } from 'zod'

const path = z.string()

const oauth2 = z
  .strictObject({
    authorize: z
      .string()
      .meta({ description: 'The authorization endpoint.', examples: ['https://app.hubspot.com/oauth/authorize'] }),
    token: z.string().meta({ description: 'The token endpoint.', examples: ['https://api.hubapi.com/oauth/v1/token'] }),
    client: z
      .enum(['body', 'basic'])
      .meta({ description: 'Where the client authenticates itself.', examples: ['body'] }),
    scopes: z
      .array(z.string())
      .optional()
      .meta({ description: 'What is asked for.', examples: [['crm.objects.contacts.read']] }),
    scope_separator: z
      .string()
      .optional()
      .meta({ description: 'What stands between scopes; a space when left out.', examples: [','] }),
    pkce: z
      .boolean()
      .optional()
      .meta({ description: 'Whether the provider takes a code challenge (RFC 7636).', examples: [true] }),
    params: z
      .record(z.string(), z.string())
      .optional()
      .meta({
        description: 'Further parameters of the authorization request.',
        examples: [{ access_type: 'offline' }],
      }),
    refresh: z
      .literal(false)
      .optional()
      .meta({ description: 'Tokens do not expire and cannot be refreshed.', examples: [false] }),
    capture: z
      .record(z.string(), path)
      .optional()
      .meta({ description: 'Answers kept from the token response.', examples: [{ instance_url: 'instance_url' }] }),
    redirect: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'Answers kept from the redirect’s query.', examples: [{ realm_id: 'realmId' }] }),
    sign: z
      .record(z.string(), z.string())
      .optional()
      .meta({
        description: 'Headers of a signed request; `authorization: Bearer {access_token}` when left out.',
        examples: [{ authorization: 'Zoho-oauthtoken {access_token}' }],
      }),
  })
  .meta({ id: 'OAuth2', description: 'Sign-in by an authorization code (RFC 6749).' })

/** How a customer signs in. */
export const auth = z
  .strictObject({
    oauth2: oauth2.optional().meta({
      description: 'Sign-in by OAuth 2.',
      examples: [
        {
          authorize: 'https://app.hubspot.com/oauth/authorize',
          token: 'https://api.hubapi.com/oauth/v1/token',
          client: 'body',
        },
      ],
    }),
    api_key: z
      .strictObject({
        label: z
          .string()
          .optional()
          .meta({ description: 'What people call the key.', examples: ['Private app access token'] }),
        sign: z
          .record(z.string(), z.string())
          .optional()
          .meta({
            description: 'Headers of a signed request; `authorization: Bearer {api_key}` when left out.',
            examples: [{ 'x-api-key': '{api_key}' }],
          }),
      })
      .optional()
      .meta({ description: 'Sign-in by a key.', examples: [{ label: 'API key' }] }),
    basic: z
      .strictObject({
        label: z
          .string()
          .optional()
          .meta({
            description: 'What people are asked for.',
            examples: ['API key as the user, x as the password'],
          }),
      })
      .optional()
      .meta({ description: 'Sign-in by user and password (RFC 7617).', examples: [{}] }),
  })
  .meta({
    description: 'How a customer signs in: one way or several. `{}` is a provider without sign-in.',
    examples: [{ api_key: { label: 'API key' } }],
  })
