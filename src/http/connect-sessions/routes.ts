import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import type { NewConnectSession } from '../../store/index.ts'
import type { App, HttpContext, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { requireConnectSession } from '../middleware/connect-token.ts'
import { publicOrigin } from '../public-origin.ts'
import { requireRoom } from '../require-room.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security } from '../schemas.ts'
import { throwInvalidBody } from './invalid-body.ts'
import { made, reconnectInput, sessionInput, shownSession } from './schemas.ts'
import { reconnectOf, sessionOf } from './session-of.ts'

const tags = ['Connect sessions']
const bySession = [{ connectSession: [] }]
const bodyProblems = bodyErrors.filter(code => code !== 'invalid-field' && code !== 'unknown-field')
/** The color of buttons, on white and on black: both have a contrast of more than 4.5 (WCAG 2.2, 1.4.3). */
const PRIMARY = { light: '#1d4ed8', dark: '#93c5fd' } as const
/** The theme as the documented API has it, in the color of the environment's brand. */
const themeOf = (color: string | null) => ({
  light: { primary: color ?? PRIMARY.light },
  dark: { primary: color ?? PRIMARY.dark },
})

/** Sessions in which a person signs an account in: made with a key, read and ended by their own token. */
export function connectSessionRoutes(app: App, services: HttpServices): void {
  const { store, config } = services

  const answerOf = async (c: HttpContext, session: NewConnectSession) => {
    const { token, expires_at } = await store.connectSessions.create(c.var.access.environment, session)
    const connect_link = `${publicOrigin(config, c.req.url)}/connect/${token}`
    return { data: { token, connect_link, expires_at } }
  }
  const making = {
    method: 'post' as const,
    tags,
    security,
    middleware: requireKey(services, 'connect_sessions:write'),
    responses: {
      201: json(made, 'The session’s token, and the page for the person.'),
      ...problemResponses(...authErrors, ...bodyProblems, 'bad-parameter', 'invalid-body', 'quota-exceeded'),
    },
  }

  app.openapi(
    createRoute({
      ...making,
      path: '/connect/sessions',
      operationId: 'createConnectSession',
      summary: 'Make a connect session',
      description:
        'Lets a person sign an account in, for 30 minutes: at the page of `connect_link`, or by a client that gets the token. Needs the scope `connect_sessions:write`.',
      request: { query: z.strictObject({}), body: body(sessionInput) },
    }),
    async c => {
      const { environment } = c.var.access
      await requireRoom(services, environment)
      const session = await sessionOf(services, environment, c.req.valid('json'))
      return c.json(await answerOf(c, { ...session, reconnect: null }), 201)
    },
    (result, c) => throwInvalidBody(result, c),
  )

  app.openapi(
    createRoute({
      ...making,
      path: '/connect/sessions/reconnect',
      operationId: 'createReconnectSession',
      summary: 'Make a connect session for a connection',
      description:
        'Lets a person sign an account in again that is connected already: the connection gets the new credentials, and keeps the rest. Needs the scope `connect_sessions:write`.',
      request: { query: z.strictObject({}), body: body(reconnectInput) },
    }),
    async c => {
      const { environment } = c.var.access
      await requireRoom(services, environment)
      return c.json(await answerOf(c, await reconnectOf(services, environment, c.req.valid('json'))), 201)
    },
    (result, c) => throwInvalidBody(result, c),
  )

  const own = {
    path: '/connect/session',
    tags,
    security: bySession,
    middleware: requireConnectSession(services),
    request: { query: z.strictObject({}) },
  }
  const ownProblems = problemResponses('unauthenticated', 'rate-limited', 'storage-unavailable', 'bad-parameter')

  app.openapi(
    createRoute({
      ...own,
      method: 'get',
      operationId: 'getConnectSession',
      summary: 'Read the connect session',
      description: 'What the session of this token lets a person do. The token stands in place of a key.',
      responses: { 200: json(z.object({ data: shownSession }), 'The session.'), ...ownProblems },
    }),
    async c => {
      const { connectSession: session } = c.var
      const environment = session && (await store.environments.find(session.environment))
      if (!session || !environment) throw new ProblemError('unauthenticated')
      const { allowed_integrations, integrations_config_defaults, overrides } = session
      return c.json(
        {
          data: {
            endUser: session.end_user,
            connectUISettings: {
              theme: themeOf(environment.brand.color),
              defaultTheme: 'system' as const,
              showWatermark: false,
            },
            ...(allowed_integrations && { allowed_integrations: [...allowed_integrations] }),
            ...(Object.keys(integrations_config_defaults).length > 0 && { integrations_config_defaults }),
            ...(Object.keys(overrides).length > 0 && { overrides }),
            isReconnecting: session.reconnect !== null,
            websocketsPath: '/',
          },
        },
        200,
      )
    },
  )

  app.openapi(
    createRoute({
      ...own,
      method: 'delete',
      operationId: 'endConnectSession',
      summary: 'End the connect session',
      description: 'The token is worth nothing from then on. It stands in place of a key.',
      responses: { 204: { description: 'Ended.' }, ...ownProblems },
    }),
    async c => {
      const token = c.req.header('authorization')?.replace(/^Bearer +/i, '') ?? ''
      await store.connectSessions.end(token)
      return c.body(null, 204)
    },
  )
}
