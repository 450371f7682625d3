import { z } from 'zod'
import { auth } from './auth.ts'
import { verify } from './auth-verify.ts'
import { describeRequest } from './describe-request.ts'
import { dialect } from './dialect.ts'
import { errors } from './failures.ts'
import { limits } from './limits.ts'
import { select, sharedRequest } from './requests.ts'

const path = z.string()

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
    for: z
      .array(z.enum(['OAUTH2', 'OAUTH2_CC', 'API_KEY', 'BASIC', 'TWO_STEP', 'JWT', 'APP', 'CUSTOM']))
      .min(1)
      .optional()
      .meta({
        description: 'The ways to sign in for which it is asked; all when left out.',
        examples: [['BASIC']],
      }),
  })
  .meta({ id: 'Question', description: 'Asked when a connection is made; the answer is `{connection.<name>}`.' })

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
    auth,
    verify: verify
      .optional()
      .meta({ description: 'How credentials are tried.', examples: [{ get: '/v2/self', success: { active: true } }] }),
    after_sign_in: z
      .strictObject({
        get: z.string().meta({ description: 'The address asked.', examples: ['https://api.xero.com/connections'] }),
        list: path
          .optional()
          .meta({ description: 'Path to the list in the answer; the whole when left out.', examples: ['data'] }),
        where: z
          .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
          .optional()
          .meta({
            description: 'Path → value of the elements that count; the others are left out.',
            examples: [{ tenantType: 'ORGANISATION' }],
          }),
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
    limits: limits.optional().meta({
      description:
        'Headers that say what is left of the budget, one for each number or one that says it all (`header` and `like`), and the rates that the provider documents (`rates`).',
      examples: [{ remaining: 'x-ratelimit-remaining' }],
    }),
    errors: errors.optional().meta({
      description: 'How the provider says no.',
      examples: [{ message: 'message', code: 'code' }],
    }),
  })
  .meta({ id: 'ProviderFile', description: 'How one provider is reached, signed in to, and says no.' })
export type ProviderFile = z.infer<typeof providerFile>
