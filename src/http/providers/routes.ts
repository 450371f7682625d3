import { createRoute, z } from '@hono/zod-openapi'
import { signInForm } from '../../credentials/form.ts'
import { authTypesOf } from '../../mapping/catalogue.ts'
import { splitBase } from '../../mapping/request.ts'
import type { ProviderFile } from '../../mapping/schema/index.ts'
import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { requireKeyOrConnectSession } from '../middleware/connect-token.ts'
import { authErrors, json, problemResponses, security } from '../schemas.ts'

const question = z.object({
  type: z.literal('string'),
  title: z.string(),
  description: z.string(),
  order: z.int(),
  automated: z.boolean().openapi({ description: 'Whether sign-in answers it by itself.' }),
  format: z.enum(['hostname', 'uri']).optional(),
  enum: z.array(z.string()).optional(),
})
const field = z.object({
  type: z.literal('string'),
  title: z.string(),
  description: z.string(),
  order: z.int(),
  secret: z.boolean().openapi({ description: 'Whether it is hidden while it is typed.' }),
  optional: z.boolean(),
  pattern: z.string().optional().openapi({ description: 'What the whole text matches, as in HTML.' }),
})
const form = z.record(z.string(), field)
const authMode = z.enum(['OAUTH2', 'OAUTH2_CC', 'API_KEY', 'BASIC', 'TWO_STEP', 'JWT', 'APP', 'CUSTOM', 'NONE'])
const provider = z
  .object({
    name: z.string().openapi({ description: 'Id of the provider, as integrations name it.' }),
    display_name: z.string(),
    auth_mode: authMode.openapi({ description: 'The first way to sign in; `auth_modes` has all.' }),
    auth_modes: z.array(authMode),
    authorization_url: z.string().optional(),
    authorization_params: z.record(z.string(), z.string()).optional(),
    token_url: z.string().optional(),
    default_scopes: z.array(z.string()).optional(),
    scope_separator: z.string().optional(),
    disable_pkce: z.boolean().optional(),
    proxy: z.object({
      base_url: z
        .string()
        .openapi({ description: 'Where paths of `/proxy` begin; a placeholder is an answer of the connection.' }),
      headers: z.record(z.string(), z.string()).optional(),
    }),
    connection_config: z
      .record(z.string(), question)
      .optional()
      .openapi({ description: 'What a connection is asked when it is made.' }),
    credentials: form.optional().openapi({
      description:
        'What a person fills in, by its name in `credentials` of a connection, for the first way to sign in that has a form.',
    }),
    credentials_by_mode: z
      .record(z.string(), form)
      .optional()
      .openapi({ description: 'The same for each way to sign in that has a form.' }),
    docs: z.string().openapi({ description: 'Empty: none.' }),
    logo_url: z.string().openapi({ description: 'Empty: none.' }),
  })
  .openapi('Provider', {
    example: {
      name: 'my-crm',
      display_name: 'My CRM',
      auth_mode: 'OAUTH2',
      auth_modes: ['OAUTH2', 'API_KEY'],
      authorization_url: 'https://my-crm.example.com/oauth/authorize',
      token_url: 'https://my-crm.example.com/oauth/token',
      default_scopes: ['contacts.read'],
      disable_pkce: true,
      credentials: {
        apiKey: {
          type: 'string',
          title: 'API key',
          description: 'Settings, Developers, API keys.',
          order: 1,
          secret: true,
          optional: false,
        },
      },
      proxy: { base_url: 'https://api.my-crm.example.com' },
      docs: '',
      logo_url: '',
    },
  })
type Provider = z.output<typeof provider>

/** A template of our files as the documented API writes it: `{connection.company}` is `${connectionConfig.company}`. */
const asDocumented = (template: string): string =>
  template.replace(/\{connection\.([^}]+)\}/g, (_, name) => `\${connectionConfig.${name}}`)
const allAsDocumented = (templates: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, asDocumented(template)]))

/** JSON Schema's `format` for each type of question. */
const FORMATS = { 'host-part': 'hostname', origin: 'uri', word: undefined, segment: undefined } as const

function questionsOf({
  connection_config = {},
  auth,
  after_sign_in,
}: ProviderFile): Record<string, z.output<typeof question>> {
  const fromSignIn = { ...auth.oauth2?.capture, ...auth.oauth2?.redirect, ...after_sign_in?.choose }
  return Object.fromEntries(
    Object.entries(connection_config).map(([name, { label, type = 'word', one_of }], i) => {
      const format = one_of ? undefined : FORMATS[type]
      return [
        name,
        {
          type: 'string',
          title: label,
          description: label,
          order: i + 1,
          automated: Object.hasOwn(fromSignIn, name),
          ...(format && { format }),
          ...(one_of && { enum: one_of }),
        },
      ]
    }),
  )
}

/** The form of a way to sign in, as the documented API writes it; undefined for one that has none. */
function documentedForm(file: ProviderFile, mode: string): z.output<typeof form> | undefined {
  const made = signInForm(file, mode)
  return (
    made &&
    Object.fromEntries(
      made.fields.map(({ name, label, help, pattern, secret, required }, i) => [
        name,
        {
          type: 'string',
          title: label,
          description: help ?? made.help ?? label,
          order: i + 1,
          secret,
          optional: !required,
          ...(pattern !== undefined && { pattern }),
        },
      ]),
    )
  )
}

/** The public facts of a provider's file, as the documented API has them. */
function answerOf(name: string, file: ProviderFile): Provider {
  const { oauth2 } = file.auth
  const modes = authTypesOf(file)
  const auth_modes: Provider['auth_modes'] = modes.length > 0 ? modes : ['NONE']
  const forms = modes.flatMap(mode => {
    const made = documentedForm(file, mode)
    return made ? [[mode, made] as const] : []
  })
  return {
    name,
    display_name: file.name,
    auth_mode: auth_modes[0]!,
    auth_modes,
    ...(oauth2 && {
      authorization_url: asDocumented(oauth2.authorize),
      token_url: asDocumented(oauth2.token),
      disable_pkce: oauth2.pkce === false,
      ...(oauth2.params && { authorization_params: oauth2.params }),
      ...(oauth2.scopes && { default_scopes: oauth2.scopes }),
      ...(oauth2.scope_separator !== undefined && { scope_separator: oauth2.scope_separator }),
    }),
    proxy: {
      base_url: asDocumented(splitBase(file.base).origin),
      ...(file.headers && { headers: allAsDocumented(file.headers) }),
    },
    ...(file.connection_config && { connection_config: questionsOf(file) }),
    ...(forms[0] && { credentials: forms[0][1], credentials_by_mode: Object.fromEntries(forms) }),
    docs: '',
    logo_url: '',
  }
}

/** `GET /providers`, and one of them: public facts about what this deployment has, the same in every environment. */
export function providerRoutes(app: App, services: HttpServices): void {
  const { catalogue } = services
  const common = {
    method: 'get' as const,
    tags: ['Providers'],
    security,
    middleware: requireKeyOrConnectSession(services),
  }
  const read = async (id: string): Promise<Provider> => answerOf(id, await catalogue.provider(id))

  app.openapi(
    createRoute({
      ...common,
      path: '/providers',
      operationId: 'listProviders',
      summary: 'List providers',
      description: 'Providers that an integration can be made of. Any key may read them, and any connect session.',
      request: {
        query: z.strictObject({
          search: z
            .string()
            .max(255)
            .optional()
            .openapi({ description: 'A part of the id or name; upper and lower case are one.', example: 'crm' }),
        }),
      },
      responses: {
        200: json(z.object({ data: z.array(provider) }), 'Providers by id.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const search = (c.req.valid('query').search ?? '').toLowerCase()
      const all = await Promise.all([...catalogue.providers].sort().map(read))
      const data = all.filter(({ name, display_name }) => `${name}\n${display_name}`.toLowerCase().includes(search))
      return c.json({ data }, 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      path: '/providers/{provider}',
      operationId: 'getProvider',
      summary: 'Read a provider',
      description: 'Any key may read it, and any connect session.',
      request: {
        params: z.object({
          provider: z.string().min(1).max(255).openapi({ description: 'Id of the provider.', example: 'my-crm' }),
        }),
        query: z.strictObject({}),
      },
      responses: {
        200: json(z.object({ data: provider }), 'The provider.'),
        ...problemResponses(...authErrors, 'bad-parameter', 'not-found'),
      },
    }),
    async c => {
      const id = c.req.valid('param').provider
      if (!catalogue.providers.includes(id))
        throw new ProblemError('not-found', { detail: 'There is no such provider.' })
      return c.json({ data: await read(id) }, 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      path: '/providers/{provider}/templates',
      operationId: 'listProviderTemplates',
      summary: 'List templates of a provider',
      description:
        'Of the documented action API, and always empty: an integration has all actions of its provider at once (`GET /integrations/{uniqueKey}/functions`), so none is made of a template. Any key may read it.',
      middleware: requireKey(services),
      request: {
        params: z.object({
          provider: z.string().min(1).max(255).openapi({ description: 'Id of the provider.', example: 'my-crm' }),
        }),
        query: z.strictObject({}),
      },
      responses: {
        200: json(z.object({ data: z.array(z.string()).max(0) }), 'An empty list.'),
        ...problemResponses(...authErrors, 'bad-parameter', 'not-found'),
      },
    }),
    c => {
      if (!catalogue.providers.includes(c.req.valid('param').provider))
        throw new ProblemError('not-found', { detail: 'There is no such provider.' })
      return c.json({ data: [] }, 200)
    },
  )
}
