import { z } from 'zod'
import { condition } from './request.ts'

const path = z.string()
const place = z.union([path, z.strictObject({ header: z.string() })])
const places = z.union([place, z.array(place).min(1)])

/** The format's words for a failure; each is one problem. */
export const failureWords = [
  'invalid',
  'unauthorized',
  'scope-missing',
  'forbidden',
  'not-found',
  'conflict',
  'stale',
  'rate-limited',
  'quota-spent',
  'page-limit',
  'bad-cursor',
  'provider-down',
] as const
export type FailureWord = (typeof failureWords)[number]

export const failureRow = z
  .strictObject({
    status: z
      .union([z.int(), z.array(z.int()).min(1)])
      .optional()
      .meta({ examples: [403] }),
    on: z
      .enum(['list', 'get', 'create', 'update', 'delete'])
      .optional()
      .meta({ examples: ['list'] }),
    when: condition.optional(),
    is: z.enum(failureWords).meta({ examples: ['quota-spent'] }),
  })
  .meta({ id: 'FailureRow', description: 'Tried in order on every answer, also a 200.' })

export const question = z
  .strictObject({
    label: z.string().meta({ examples: ['Company domain'] }),
    is: z
      .enum(['host-part', 'word', 'origin'])
      .optional()
      .meta({ examples: ['host-part'] }),
    one_of: z
      .array(z.string())
      .min(1)
      .optional()
      .meta({ examples: [['com', 'eu']] }),
  })
  .meta({ id: 'Question', description: 'Asked when a connection is made; the answer is `{connection.<name>}`.' })

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
      .meta({ examples: [['crm.objects.contacts.read']] }),
    scope_separator: z
      .string()
      .optional()
      .meta({ examples: [','] }),
    pkce: z
      .boolean()
      .optional()
      .meta({ examples: [true] }),
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
    keep: z
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
  .meta({ id: 'OAuth2' })

/** `mappings/<provider>/provider.json` */
export const providerFile = z
  .strictObject({
    $schema: z.string().optional(),
    name: z
      .string()
      .min(1)
      .meta({ description: 'The product’s name.', examples: ['HubSpot'] }),
    source: z.union([z.string(), z.array(z.string()).min(1)]).meta({
      description: 'What the file was written from.',
      examples: ['evidence/specs/hubspot/crm-contacts.v3.json'],
    }),
    base: z
      .string()
      .meta({ description: 'Where its paths begin.', examples: ['https://{connection.company}.bamboohr.com/api/v1'] }),
    hosts: z
      .array(z.string())
      .min(1)
      .meta({
        description: 'Hosts that may be called; a wildcard is the leftmost label.',
        examples: [['*.bamboohr.com']],
      }),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'Sent with every request.', examples: [{ 'xero-tenant-id': '{connection.tenant_id}' }] }),
    sends: z
      .enum(['json', 'form'])
      .optional()
      .meta({ description: 'How bodies are sent; `json` when left out.', examples: ['form'] }),
    clears: z
      .union([z.null(), z.literal(''), z.array(z.never()).max(0)])
      .optional()
      .meta({ description: 'What the provider wants for "nothing"; null when left out.', examples: [''] }),
    questions: z.record(z.string(), question).optional(),
    auth: z
      .strictObject({
        oauth2: oauth2.optional(),
        api_key: z
          .strictObject({ label: z.string().optional(), sign: z.record(z.string(), z.string()).optional() })
          .optional(),
        basic: z.strictObject({ label: z.string().optional() }).optional(),
      })
      .meta({ description: 'How a customer signs in.' }),
    after_sign_in: z
      .strictObject({ get: z.string(), list: path.optional(), choose: z.record(z.string(), path) })
      .optional()
      .meta({ description: 'Asked after sign-in; one answer is taken, several are offered.' }),
    limits: z
      .union([
        z.strictObject({
          remaining: z.string().optional(),
          limit: z.string().optional(),
          reset: z
            .strictObject({
              header: z.string(),
              as: z.enum(['seconds', 'milliseconds', 'unix-seconds', 'unix-millis']),
            })
            .optional(),
          window: z.strictObject({ header: z.string(), as: z.enum(['seconds', 'milliseconds']) }).optional(),
          scope: z.enum(['connection', 'integration']).optional(),
        }),
        z.strictObject({
          header: z.string(),
          like: z.string(),
          scope: z.enum(['connection', 'integration']).optional(),
        }),
      ])
      .optional()
      .meta({
        description: 'Headers that say what is left of the budget.',
        examples: [{ remaining: 'x-ratelimit-remaining' }],
      }),
    errors: z
      .strictObject({
        message: places
          .optional()
          .meta({ description: 'Where the provider says what went wrong; first found wins.', examples: ['message'] }),
        code: places
          .optional()
          .meta({ description: 'Where it names the failure.', examples: [['category', 'errorType']] }),
        rows: z.array(failureRow).optional(),
      })
      .optional()
      .meta({ description: 'How the provider says no.' }),
  })
  .meta({ id: 'ProviderFile', description: 'How one provider is reached, signed in to, and says no.' })
export type ProviderFile = z.infer<typeof providerFile>
