import { z } from 'zod'
import { describeRequest } from './describe-request.ts'
import { dialect } from './dialect.ts'
import { condition, select, sharedRequest } from './requests.ts'

const path = z.string()
const place = z.union([
  path,
  z.strictObject({ header: z.string().meta({ description: 'A header, in place of a path.', examples: ['x-error'] }) }),
])
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
      .meta({ description: 'The status, or several; any when left out.', examples: [403, [400, 422]] }),
    on: z
      .enum(['list', 'get', 'create', 'update', 'delete'])
      .optional()
      .meta({ description: 'Only for this verb; any when left out.', examples: ['list'] }),
    when: condition.optional().meta({
      description: 'What the body must hold: path → value, list of values, or `"*"` for anything.',
      examples: [{ 'errors.0.code': 'REQUEST_LIMIT_EXCEEDED' }],
    }),
    error: z.enum(failureWords).meta({ description: 'The format’s word for it.', examples: ['quota-spent'] }),
  })
  .meta({ id: 'FailureRow', description: 'Tried in order on every answer, also a 200.' })

export const question = z
  .strictObject({
    label: z.string().meta({ description: 'What people are asked.', examples: ['Company domain'] }),
    type: z
      .enum(['host-part', 'word', 'segment', 'origin'])
      .optional()
      .meta({
        description:
          'What is accepted: `host-part`, one label of a host; `word`, letters, digits, `-` and `_`; `segment`, one segment of a path, also with dots; `origin`, an https origin on `hosts`. `word` when left out.',
        examples: ['host-part'],
      }),
    one_of: z
      .array(z.string())
      .min(1)
      .optional()
      .meta({ description: 'The answers to choose from, in place of `type`.', examples: [['com', 'eu']] }),
  })
  .meta({ id: 'Question', description: 'Asked when a connection is made; the answer is `{connection.<name>}`.' })

const limitScope = z
  .enum(['connection', 'integration'])
  .optional()
  .meta({ description: 'Whose budget it is.', examples: ['connection'] })

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

/** `mappings/<provider>/provider.json` */
export const providerFile = z
  .strictObject({
    $schema: z
      .string()
      .optional()
      .meta({ description: 'For editors, which complete from it.', examples: ['../provider.schema.json'] }),
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
    empty_value: z
      .union([z.null(), z.literal(''), z.array(z.never()).max(0)])
      .optional()
      .meta({ description: 'What the provider wants for "nothing"; null when left out.', examples: [''] }),
    connection_config: z
      .record(z.string(), question)
      .optional()
      .meta({
        description: 'What a connection is asked when it is made; the answer is `{connection.<name>}`.',
        examples: [{ company: { label: 'Company domain', type: 'host-part' } }],
      }),
    requests: z
      .record(z.string(), sharedRequest)
      .optional()
      .meta({
        description: 'Requests that the models share, by name; `{object}` is what each model calls its own.',
        examples: [{ get: { get: '/objects/{object}/{id}', record: 'data' } }],
      }),
    dialect: dialect.optional().meta({
      description: 'How filters, sorts and the continuation of a list are written, once for all models.',
      examples: [{ equal: '{path} = {value:single}', at_least: '{path} >= {value}', and: ' AND ' }],
    }),
    select: select.optional().meta({
      description: 'How the provider is told which of its fields to answer, unless a model says otherwise.',
      examples: [{ by: 'names', under: 'properties' }],
    }),
    describe: describeRequest.optional().meta({
      description: 'The request that tells which fields a customer has of their own, with `{object}`.',
      examples: [
        {
          get: '/properties/{object}',
          records: 'results',
          name: 'name',
          type: { at: 'type', enum: { number: 'number' } },
          path: 'properties.{name}',
        },
      ],
    }),
    auth: z
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
      }),
    after_sign_in: z
      .strictObject({
        get: z.string().meta({ description: 'The address asked.', examples: ['https://api.xero.com/connections'] }),
        list: path
          .optional()
          .meta({ description: 'Path to the list in the answer; the whole when left out.', examples: ['data'] }),
        choose: z.record(z.string(), path).meta({
          description: 'What is kept of the element chosen, as `{connection.<name>}`; `label` is shown.',
          examples: [{ tenant_id: 'tenantId', label: 'tenantName' }],
        }),
      })
      .optional()
      .meta({
        description: 'Asked after sign-in; one answer is taken, several are offered.',
        examples: [{ get: 'https://api.xero.com/connections', choose: { tenant_id: 'tenantId', label: 'tenantName' } }],
      }),
    timeout: z
      .number()
      .positive()
      .max(300)
      .optional()
      .meta({
        description:
          'Seconds that one call may take in all, if not the 30 of `KOINE_PROVIDER_TIMEOUT`: for a provider that is known to be slow.',
        examples: [60],
      }),
    limits: z
      .union([
        z.strictObject({
          remaining: z
            .string()
            .optional()
            .meta({ description: 'The header that says what is left.', examples: ['x-ratelimit-remaining'] }),
          limit: z
            .string()
            .optional()
            .meta({ description: 'The header that says the whole.', examples: ['x-ratelimit-limit'] }),
          reset: z
            .strictObject({
              header: z.string().meta({ description: 'The header.', examples: ['x-ratelimit-reset'] }),
              format: z
                .enum(['seconds', 'milliseconds', 'unix-seconds', 'unix-millis'])
                .meta({ description: 'What its number is.', examples: ['unix-seconds'] }),
            })
            .optional()
            .meta({
              description: 'The header that says when it is full again.',
              examples: [{ header: 'x-ratelimit-reset', format: 'unix-seconds' }],
            }),
          window: z
            .strictObject({
              header: z.string().meta({ description: 'The header.', examples: ['x-ratelimit-interval'] }),
              format: z
                .enum(['seconds', 'milliseconds'])
                .meta({ description: 'What its number is.', examples: ['milliseconds'] }),
            })
            .optional()
            .meta({
              description: 'The header that says how long a window is, where none says when it ends.',
              examples: [{ header: 'x-ratelimit-interval', as: 'milliseconds' }],
            }),
          scope: limitScope,
        }),
        z.strictObject({
          header: z.string().meta({ description: 'One header that says it all.', examples: ['sforce-limit-info'] }),
          like: z.string().meta({
            description: 'How it reads, with `{used}`, `{limit}` or `{remaining}`, and `{reset}` in seconds.',
            examples: ['api-usage={used}/{limit}'],
          }),
          scope: limitScope,
        }),
      ])
      .optional()
      .meta({
        description:
          'Headers that say what is left of the budget: one for each number, or one that says it all (`header` and `like`).',
        examples: [{ remaining: 'x-ratelimit-remaining' }],
      }),
    errors: z
      .strictObject({
        message: places.optional().meta({
          description:
            'Where the provider says what went wrong; first found wins. `.*` at the end is the first value of an object.',
          examples: ['message', 'field-errors.*'],
        }),
        code: places
          .optional()
          .meta({ description: 'Where it names the failure.', examples: [['category', 'errorType']] }),
        rows: z
          .array(failureRow)
          .optional()
          .meta({
            description: 'What answers mean that their status alone does not say; tried in order.',
            examples: [[{ status: 403, when: { category: 'MISSING_SCOPES' }, error: 'scope-missing' }]],
          }),
      })
      .optional()
      .meta({ description: 'How the provider says no.', examples: [{ message: 'message', code: 'code' }] }),
  })
  .meta({ id: 'ProviderFile', description: 'How one provider is reached, signed in to, and says no.' })
export type ProviderFile = z.infer<typeof providerFile>
