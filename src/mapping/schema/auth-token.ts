import { z } from 'zod'

const path = z.string()

/** Name → text, with what it means. */
export const parameters = (description: string, example: Record<string, string>) =>
  z
    .record(z.string(), z.string())
    .optional()
    .meta({ description, examples: [example] })

export const signByToken = parameters(
  'Headers of a signed request; `authorization: Bearer {access_token}` when left out.',
  { authorization: 'Zoho-oauthtoken {access_token}' },
)

/** Where the answer to a request for a token says what. */
export const answer = z
  .strictObject({
    access_token: path
      .optional()
      .meta({ description: 'Path to the token; `access_token`.', examples: ['authed_user.access_token'] }),
    refresh_token: path
      .optional()
      .meta({ description: 'Path to the refresh token; `refresh_token`.', examples: ['authed_user.refresh_token'] }),
    expires_in: path
      .optional()
      .meta({ description: 'Path to the seconds that it lasts; `expires_in`.', examples: ['data.expires_in'] }),
    expires_at: path.optional().meta({
      description: 'Path to the time when it ends: RFC 3339, or seconds since 1970. In place of `expires_in`.',
      examples: ['expires_at'],
    }),
    error: path.optional().meta({ description: 'Path to the code of a refusal; `error`.', examples: ['error.code'] }),
  })
  .optional()
  .meta({
    description: 'Where the answer of the token endpoint says what, where that is not as RFC 6749 has it.',
    examples: [{ access_token: 'authed_user.access_token' }],
  })

/** What is said of the answer with a token, whichever way it was asked for. */
export const tokenAnswer = {
  answer,
  expires_in: z
    .number()
    .int()
    .positive()
    .optional()
    .meta({
      description:
        'Seconds that a token lasts whose answer does not say so. Without it, such a token is refreshed once the provider refuses it.',
      examples: [3600],
    }),
  capture: z
    .record(z.string(), path)
    .optional()
    .meta({
      description:
        'Answers kept from the token response, by their name in the connection. An answer that a question of `connection_config` asks for must be one that the question accepts.',
      examples: [{ instance_url: 'instance_url' }],
    }),
  sign: signByToken,
}

/** What is said of a token endpoint (RFC 6749), whichever the grant. */
export const tokenEndpoint = {
  token: z.string().meta({ description: 'The token endpoint.', examples: ['https://api.hubapi.com/oauth/v1/token'] }),
  client: z.enum(['body', 'basic', 'basic_raw', 'none']).meta({
    description:
      'How the client authenticates itself: `body`, its id and secret among the parameters; `basic`, percent-encoded in the header as RFC 6749 wants; `basic_raw`, as they are, for a provider that does not decode them; `none`, its id alone.',
    examples: ['body'],
  }),
  token_body: z
    .enum(['form', 'json'])
    .optional()
    .meta({ description: 'How the parameters are sent; `form` when left out.', examples: ['json'] }),
  token_params: parameters('Further parameters of every request for a token.', { audience: 'https://api.example.com' }),
  scopes: z
    .array(z.string())
    .optional()
    .meta({ description: 'What is asked for.', examples: [['crm.objects.contacts.read']] }),
  scope_separator: z
    .string()
    .optional()
    .meta({ description: 'What stands between scopes; a space when left out.', examples: [','] }),
  ...tokenAnswer,
}
