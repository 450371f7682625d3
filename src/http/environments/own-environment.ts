import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import { webhookEvents } from '../../store/environments.ts'
import { faultOfAddress } from '../address-fault.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { isOrigin } from '../origins.ts'
import { faultAt, throwFaults } from '../request-faults.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security, time } from '../schemas.ts'
import { brand, brandChange } from './brand.ts'

const tags = ['Environments']
const ORIGINS =
  'Origins of your pages, such as `https://app.example.com`. Pages of these may call with a session token, and no other page; they may show the connect page in a frame, and hear from it.'
const KEYS =
  'Whether pages of other origins than the gateway’s own may call with a key. Whoever opens such a page has the key: for tools that only you open.'
const EVENTS = 'What webhooks are sent for. `auth`: the sign-in of a connection; `async_action`: a run has ended.'
const URL_OF_WEBHOOKS = 'Where webhooks are sent, unless the connection has an address of its own.'
const events = z
  .array(z.enum(webhookEvents))
  .max(webhookEvents.length)
  .readonly()
  .openapi({ description: EVENTS, example: ['auth'] })
const settings = z
  .object({
    id: z.string(),
    name: z.string(),
    webhook_url: z.string().nullable().openapi({ description: URL_OF_WEBHOOKS }),
    webhook_events: events,
    allowed_origins: z.array(z.string()).readonly().openapi({ description: ORIGINS }),
    allow_keys_from_browsers: z.boolean().openapi({ description: KEYS }),
    brand,
    created_at: time,
    updated_at: time,
  })
  .openapi('EnvironmentSettings', {
    example: {
      id: '0d9e0c1e-0c9a-4f5b-b5a4-6f6f0c8d7a11',
      name: 'prod',
      webhook_url: 'https://app.example.com/hooks/koine',
      webhook_events: ['auth', 'async_action'],
      allowed_origins: ['https://app.example.com'],
      allow_keys_from_browsers: false,
      brand: { name: 'Example Shop', color: '#1f4fd1', logo: null },
      created_at: '2026-01-05T09:30:00.000Z',
      updated_at: '2026-01-06T10:00:00.000Z',
    },
  })
const change = z
  .strictObject({
    webhook_url: z
      .string()
      .max(2048)
      .nullable()
      .optional()
      .openapi({ description: `${URL_OF_WEBHOOKS} \`null\` or empty: none. What waits is sent to the new one.` }),
    webhook_events: events.optional(),
    allowed_origins: z.array(z.string().max(255)).max(100).optional().openapi({ description: ORIGINS }),
    allow_keys_from_browsers: z.boolean().optional().openapi({ description: KEYS }),
    brand: brandChange.optional(),
  })
  .openapi('EnvironmentChange', { example: { webhook_url: 'https://app.example.com/hooks/koine' } })

/** `GET` and `PATCH /environment`: the settings of the key's own environment. */
export function environmentSettingsRoutes(app: App, services: HttpServices): void {
  const { store, config } = services

  app.openapi(
    createRoute({
      method: 'get',
      path: '/environment',
      operationId: 'getEnvironment',
      summary: 'Read the environment',
      description: 'The settings of the environment that the key belongs to. Needs the scope `environment:read`.',
      tags,
      security,
      middleware: requireKey(services, 'environment:read'),
      request: { query: z.strictObject({}) },
      responses: {
        200: json(z.object({ data: settings }), 'The environment.'),
        ...problemResponses(...authErrors, 'bad-parameter'),
      },
    }),
    async c => {
      const environment = await store.environments.find(c.var.access.environment)
      if (!environment) throw new ProblemError('unauthenticated')
      return c.json({ data: environment }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/environment',
      operationId: 'updateEnvironment',
      summary: 'Change the environment',
      description: 'Changes the settings that the body names. Needs the scope `environment:write`.',
      tags,
      security,
      middleware: requireKey(services, 'environment:write'),
      request: { body: body(change) },
      responses: {
        200: json(z.object({ data: settings }), 'The environment as it is now.'),
        ...problemResponses(...authErrors, ...bodyErrors),
      },
    }),
    async c => {
      const { webhook_url, webhook_events, allowed_origins, allow_keys_from_browsers, brand } = c.req.valid('json')
      const fault = webhook_url
        ? faultOfAddress(webhook_url, config.KOINE_ALLOW_PRIVATE_HOSTS, { query: true })
        : undefined
      throwFaults([
        ...(fault === undefined ? [] : [faultAt('/webhook_url', fault)]),
        ...(allowed_origins ?? []).flatMap((origin, index) =>
          isOrigin(origin)
            ? []
            : [faultAt(`/allowed_origins/${index}`, 'An origin is needed, such as https://app.example.com.')],
        ),
      ])
      const environment = await store.environments.change(c.var.access.environment, {
        ...(webhook_url !== undefined && { webhook_url: webhook_url || null }),
        ...(webhook_events && { webhook_events: [...new Set(webhook_events)] }),
        ...(allowed_origins && { allowed_origins: [...new Set(allowed_origins)] }),
        ...(allow_keys_from_browsers !== undefined && { allow_keys_from_browsers }),
        ...(brand && { brand }),
      })
      if (!environment) throw new ProblemError('unauthenticated')
      return c.json({ data: environment }, 200)
    },
  )
}
