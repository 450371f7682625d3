// What the documented browser client calls with keys and passwords: each way to sign in has a path of its own. They take
// a connect session's token in the query, and answer in the shapes that the client reads.
import { createRoute } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import { throwInvalidBody } from '../connect-sessions/invalid-body.ts'
import type { App, HttpContext, HttpServices } from '../context.ts'
import { requireConnectSessionInQuery } from '../middleware/connect-token.ts'
import { body, bodyErrors, json, problemResponses } from '../schemas.ts'
import { submit } from './connect-flow.ts'
import { formBodies, formPath, formQuery, signedIn } from './form-schemas.ts'
import { membersOf } from './query-members.ts'
import { problemOfStep } from './step-problem.ts'

const problems = problemResponses(
  'unauthenticated',
  'rate-limited',
  'storage-unavailable',
  'storage-integrity',
  'bad-parameter',
  ...bodyErrors.filter(code => code !== 'unknown-field'),
  'invalid-body',
  'connection-test-failed',
  'sign-in-failed',
  'integration-not-found',
  'quota-exceeded',
)
const PARAMETERS = 'Answers to the provider’s questions are parameters `params[name]`.'

/** Texts of a body; other members are left out. */
const textsOf = (given: object): Record<string, string> =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

interface Form {
  readonly path: string
  readonly type: keyof typeof formBodies
  readonly operationId: string
  readonly summary: string
}
const FORMS: readonly Form[] = [
  { path: '/api-auth/api-key', type: 'API_KEY', operationId: 'signInByApiKey', summary: 'Connect by an API key' },
  { path: '/api-auth/basic', type: 'BASIC', operationId: 'signInByBasic', summary: 'Connect by a name and a password' },
  { path: '/auth/two-step', type: 'TWO_STEP', operationId: 'signInByTwoStep', summary: 'Connect by a token’s request' },
  { path: '/auth/jwt', type: 'JWT', operationId: 'signInByJwt', summary: 'Connect by a private key' },
  {
    path: '/oauth2/auth',
    type: 'OAUTH2_CC',
    operationId: 'signInByClientCredentials',
    summary: 'Connect by client credentials',
  },
]
/**
 * Ways to sign in that the client knows and the gateway does not. They are no part of the OpenAPI document: a client made
 * from it should have no method that always fails.
 */
export const unsupportedWays = [
  '/auth/signature/:key',
  '/auth/aws-sigv4/:key',
  '/auth/bill/:key',
  '/auth/tba/:key',
  '/auth/oauth-outbound/:key',
]

/** The routes of the documented browser client that open no window. */
export function signInFormRoutes(app: App, services: HttpServices): void {
  const common = {
    method: 'post' as const,
    tags: ['Connect sessions'],
    security: [],
    middleware: requireConnectSessionInQuery(services),
  }
  const request = { params: formPath, query: formQuery }
  const responses = { 200: json(signedIn, 'The account is connected.'), ...problems }

  /** Connects with what was sent, or throws why not. */
  async function connect(c: HttpContext, key: string, type: Form['type'] | 'NONE', fields: Record<string, string>) {
    const { connectSession: session } = c.var
    if (!session) throw new ProblemError('unauthenticated')
    const query = new URL(c.req.url).searchParams
    const step = await submit(services, session, key, {
      type,
      fields,
      questions: membersOf(query, 'params'),
      back: { mode: 'popup', token: query.get('connect_session_token') ?? '' },
    })
    if (!('connected' in step)) {
      const { code, ...more } = problemOfStep(step)
      throw new ProblemError(code, more)
    }
    const { provider_config_key, connection_id } = step.connected
    return { providerConfigKey: provider_config_key, connectionId: connection_id, isPending: false as const }
  }

  for (const { path, type, operationId, summary } of FORMS)
    app.openapi(
      createRoute({
        ...common,
        path: `${path}/{key}`,
        operationId,
        summary,
        description: `For pages in a browser: \`auth\` of the documented browser client. ${PARAMETERS}`,
        request: { ...request, body: body(formBodies[type]) },
        responses,
      }),
      async c => {
        const { type: _, ...fields } = textsOf(c.req.valid('json'))
        return c.json(await connect(c, c.req.valid('param').key, type, fields), 200)
      },
      (result, c) => throwInvalidBody(result, c),
    )

  app.openapi(
    createRoute({
      ...common,
      path: '/auth/unauthenticated/{key}',
      operationId: 'signInByNothing',
      summary: 'Connect without credentials',
      description: `For pages in a browser: \`create\` of the documented browser client. The body is not read. ${PARAMETERS}`,
      request,
      responses,
    }),
    async c => c.json(await connect(c, c.req.valid('param').key, 'NONE', {}), 200),
  )

  for (const path of unsupportedWays)
    app.post(path, requireConnectSessionInQuery(services), () => {
      throw new ProblemError('sign-in-failed', {
        detail: 'The gateway does not sign in this way.',
        documented: 'auth_mode_not_supported',
      })
    })
}
