import { z } from 'zod'
import { formField, guidance } from './auth-form.ts'
import { parameters, tokenAnswer, tokenEndpoint } from './auth-token.ts'

const oauth2 = z
  .strictObject({
    authorize: z
      .string()
      .meta({ description: 'The authorization endpoint.', examples: ['https://app.hubspot.com/oauth/authorize'] }),
    ...tokenEndpoint,
    pkce: z
      .boolean()
      .optional()
      .meta({
        description:
          'Whether a code challenge (RFC 7636) is sent, which it is when left out; `false` for a provider that refuses one.',
        examples: [false],
      }),
    params: parameters('Further parameters of the authorization request.', { access_type: 'offline' }),
    scope_param: z
      .string()
      .optional()
      .meta({ description: 'The parameter that names the scopes; `scope` when left out.', examples: ['user_scope'] }),
    code_param: z
      .string()
      .optional()
      .meta({
        description: 'The parameter of the redirect that holds the code; `code` when left out.',
        examples: ['spapi_oauth_code'],
      }),
    refresh: z
      .union([
        z.literal(false),
        z.strictObject({
          token: z
            .string()
            .optional()
            .meta({
              description: 'The endpoint for it, where it is another.',
              examples: ['https://api.example.com/oauth/refresh'],
            }),
          params: parameters('Further parameters of the request.', { scope: 'offline_access' }),
        }),
      ])
      .optional()
      .meta({
        description: '`false`: tokens do not expire and cannot be refreshed. Or how the request for a new one differs.',
        examples: [false],
      }),
    redirect: z
      .record(z.string(), z.string())
      .optional()
      .meta({
        description:
          'Answers kept from the redirect’s query: name in the connection → parameter. The same rule as for `capture`.',
        examples: [{ realm_id: 'realmId' }],
      }),
    token_host: z
      .strictObject({
        param: z.string().meta({ description: 'The parameter with the origin.', examples: ['accounts-server'] }),
        hosts: z
          .array(z.string())
          .min(1)
          .meta({
            description: 'The only hosts that are believed, since the client’s secret is sent there.',
            examples: [['accounts.zoho.com', 'accounts.zoho.eu']],
          }),
      })
      .optional()
      .meta({
        description:
          'The redirect says at which of several hosts the token endpoint is; kept in the connection under the name of the parameter, for refreshes.',
        examples: [{ param: 'accounts-server', hosts: ['accounts.zoho.com'] }],
      }),
    revoke: z
      .string()
      .optional()
      .meta({
        description: 'The endpoint that ends a grant (RFC 7009).',
        examples: ['https://api.example.com/oauth/revoke'],
      }),
  })
  .meta({ id: 'OAuth2', description: 'Sign-in by an authorization code (RFC 6749, 4.1).' })

const clientCredentials = z
  .strictObject({ ...tokenEndpoint, ...guidance })
  .meta({ id: 'ClientCredentials', description: 'Sign-in by a client of the customer’s own (RFC 6749, 4.4).' })

const apiKey = z.strictObject({
  label: z
    .string()
    .optional()
    .meta({ description: 'What people call the key.', examples: ['Private app access token'] }),
  pattern: z
    .string()
    .optional()
    .meta({
      description:
        'A regular expression that the whole key matches, in the notation of an HTML `pattern`; any key without it.',
      examples: [String.raw`pat-[a-z0-9\-]+`],
    }),
  ...guidance,
  sign: z
    .record(z.string(), z.string())
    .optional()
    .meta({
      description:
        'Headers of a signed request; `authorization: Bearer {api_key}` when left out. `{api_key:base64}` is its base64.',
      examples: [{ 'x-api-key': '{api_key}' }, { authorization: 'Basic {api_key:base64}' }],
    }),
  query: z
    .record(z.string(), z.string())
    .optional()
    .meta({
      description: 'Parameters of a signed request’s query, for a provider that takes the key nowhere else.',
      examples: [{ api_token: '{api_key}' }],
    }),
})

const basic = z.strictObject({
  label: z
    .string()
    .optional()
    .meta({ description: 'What people are asked for.', examples: ['API key as the user, x as the password'] }),
  username: formField.optional().meta({
    description: 'The user, as people are asked for it.',
    examples: [{ label: 'Email', secret: false }],
  }),
  password: z
    .union([formField, z.literal(false)])
    .optional()
    .meta({
      description: 'The password, as people are asked for it; `false` where there is none.',
      examples: [{ label: 'API token' }, false],
    }),
  ...guidance,
  user: z
    .string()
    .optional()
    .meta({
      description: 'The user as it is sent; `{username}` when left out.',
      examples: ['{username}/token'],
    }),
  pass: z
    .string()
    .optional()
    .meta({ description: 'The password as it is sent; `{password}` when left out.', examples: ['x'] }),
  base: z
    .string()
    .optional()
    .meta({
      description:
        'Where paths begin for connections that sign in so, in place of `base`. Only for a provider without models.',
      examples: ['https://{connection.site}.atlassian.net/rest/api/3'],
    }),
})

const fields = z.record(z.string(), formField).meta({
  description: 'What a person fills in; `{field.<name>}` stands for it.',
  examples: [{ client_id: { label: 'Client ID', secret: false } }],
})

const twoStep = z
  .strictObject({
    fields,
    ...guidance,
    post: z
      .string()
      .meta({ description: 'Where a token is asked for.', examples: ['https://api.personio.de/v1/auth'] }),
    headers: parameters('Headers of the request.', { authorization: 'Basic {field.key:base64}' }),
    body: z
      .record(z.string(), z.string())
      .optional()
      .meta({
        description: 'The body of the request.',
        examples: [{ client_id: '{field.client_id}', client_secret: '{field.client_secret}' }],
      }),
    token_body: tokenEndpoint.token_body,
    ...tokenAnswer,
  })
  .meta({ id: 'TwoStep', description: 'A token, asked for with what the customer fills in, again each time it ends.' })

const jwtClaims = {
  algorithm: z
    .enum(['RS256', 'ES256', 'HS256'])
    .meta({ description: 'How the JSON Web Token is signed (RFC 7518).', examples: ['RS256'] }),
  header: parameters('Further members of its header.', { kid: '{field.key_id}' }),
  claims: parameters('Its claims, beside `iat` and `exp`.', { iss: '{field.email}', scope: '{scopes}' }),
  lifetime: z
    .number()
    .int()
    .positive()
    .max(3600)
    .meta({ description: 'Seconds that it is good for.', examples: [540] }),
}

const jwt = z
  .strictObject({
    fields,
    ...guidance,
    key: z.string().meta({
      description: 'The field with the key that signs: PEM, or for HS256 hexadecimal.',
      examples: ['private_key'],
    }),
    ...jwtClaims,
    scopes: tokenEndpoint.scopes,
    post: z
      .string()
      .optional()
      .meta({
        description:
          'The endpoint that gives a token for it (RFC 7523). Without it, the signed JSON Web Token is the token.',
        examples: ['https://oauth2.googleapis.com/token'],
      }),
    ...tokenAnswer,
  })
  .meta({ id: 'JwtBearer', description: 'Sign-in by a JSON Web Token that a key of the customer signs.' })

const app = z
  .strictObject({
    install: z.string().meta({
      description: 'Where a person installs the app; `{app_link}` is the address that the integration has.',
      examples: ['{app_link}/installations/new'],
    }),
    token: z.string().meta({
      description: 'Where a token of an installation is asked for; `{installation_id}` is of the redirect.',
      examples: ['https://api.github.com/app/installations/{installation_id}/access_tokens'],
    }),
    headers: parameters('Further headers of that request.', { accept: 'application/vnd.github+json' }),
    reach: z
      .string()
      .optional()
      .meta({
        description:
          'What is asked with the token of the person, where the app is installed together with `oauth2`: a success says that the person reaches the installation. Anybody can name any installation in the redirect, so a provider that has both needs it.',
        examples: ['https://api.github.com/user/installations/{installation_id}/repositories?per_page=1'],
      }),
    ...jwtClaims,
    ...tokenAnswer,
  })
  .meta({
    id: 'App',
    description:
      'Sign-in by installing an app, whose key signs a JSON Web Token for each token of the installation. `{app_id}` stands in `claims`.',
  })

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
    client_credentials: clientCredentials.optional().meta({
      description: 'Sign-in by a client id and secret of the customer’s own.',
      examples: [{ token: 'https://api.example.com/oauth/token', client: 'basic' }],
    }),
    api_key: apiKey.optional().meta({ description: 'Sign-in by a key.', examples: [{ label: 'API key' }] }),
    basic: basic.optional().meta({ description: 'Sign-in by user and password (RFC 7617).', examples: [{}] }),
    two_step: twoStep.optional().meta({
      description: 'Sign-in by what the customer fills in, for which there is a token.',
      examples: [
        {
          fields: { key: { label: 'Key' } },
          post: 'https://api.example.com/token',
          body: { key: '{field.key}' },
        },
      ],
    }),
    jwt: jwt.optional().meta({
      description: 'Sign-in by a key that signs.',
      examples: [{ fields: { key: { label: 'Admin key' } }, key: 'key', algorithm: 'HS256', lifetime: 300 }],
    }),
    app: app.optional().meta({
      description: 'Sign-in by installing an app. Together with `oauth2` and one redirect, it is `CUSTOM`.',
      examples: [
        {
          install: '{app_link}/installations/new',
          token: 'https://api.github.com/app/installations/{installation_id}/access_tokens',
          algorithm: 'RS256',
          claims: { iss: '{app_id}' },
          lifetime: 540,
        },
      ],
    }),
  })
  .meta({
    description: 'How a customer signs in: one way or several. `{}` is a provider without sign-in.',
    examples: [{ api_key: { label: 'API key' } }],
  })
