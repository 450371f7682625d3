import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { readConfig } from '../../src/config.ts'
import { createSessionTokens } from '../../src/credentials/session-token.ts'
import { connectionRoutes } from '../../src/http/connections/routes.ts'
import type { App, HttpServices, Variables } from '../../src/http/context.ts'
import { environmentRoutes } from '../../src/http/environments/routes.ts'
import { integrationRoutes } from '../../src/http/integrations/routes.ts'
import { throwInvalidRequest } from '../../src/http/invalid-request.ts'
import { problemResponse } from '../../src/http/problem-response.ts'
import { sessionRoutes } from '../../src/http/sessions/routes.ts'
import type { ProviderSummary } from '../../src/mapping/catalogue.ts'
import { ProblemError } from '../../src/problem/index.ts'
import { MASTER_KEY, newPath, openOn, SECRET_KEY } from '../store/disk.ts'

const providers: Readonly<Record<string, ProviderSummary>> = {
  plain: { id: 'plain', name: 'Plain CRM', hosts: [], auth: ['API_KEY', 'BASIC'], questions: {} },
  oauth: { id: 'oauth', name: 'OAuth CRM', hosts: [], auth: ['OAUTH2'], questions: {} },
  open: { id: 'open', name: 'Open data', hosts: [], auth: [], questions: {} },
  asking: {
    id: 'asking',
    name: 'Asking CRM',
    auth: ['API_KEY'],
    hosts: ['*.example.com'],
    questions: {
      company: { label: 'Company domain', type: 'host-part', host: true },
      account: { label: 'Account', type: 'word', host: false },
      site: { label: 'Site', type: 'origin', host: true },
      region: { label: 'Region', type: { one_of: ['eu', 'us'] }, host: false },
    },
  },
}

/** As much of a provider's file as its sign-in takes. */
const fileOf = (id: string) => {
  const { name, hosts, auth } = providers[id]!
  const ways = { ...(auth.includes('API_KEY') && { api_key: {} }), ...(auth.includes('BASIC') && { basic: {} }) }
  return { name, source: 'invented', base: 'https://api.example.com', hosts, auth: ways }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers
  readonly body: any
}

/** The management routes over a database of their own, and a caller of them. */
export function gateway({ allowPrivate = false, quota = 0 } = {}) {
  const path = newPath()
  let ahead = 0
  const { store, driver } = openOn(path, { quota, now: () => Date.now() + ahead })
  const read = readConfig({
    KOINE_MASTER_KEY: MASTER_KEY,
    KOINE_SECRET_KEY: SECRET_KEY,
    KOINE_ALLOW_PRIVATE_HOSTS: allowPrivate ? '1' : '0',
    KOINE_ENVIRONMENT_QUOTA: String(quota),
  })
  if (!read.ok) throw new Error(read.faults.join())
  const services: HttpServices = {
    config: read.config,
    store,
    catalogue: { providers: Object.keys(providers), summary: async (id: string) => providers[id], provider: fileOf },
    sessions: createSessionTokens(MASTER_KEY, Date.now),
    webhooks: { auth: async () => {} },
    now: Date.now,
    fetch: () => Promise.reject(new Error('nothing is called')),
    asset: async () => undefined,
    log: () => {},
  } as unknown as HttpServices
  const app: App = new OpenAPIHono<Variables>({ defaultHook: throwInvalidRequest })
  let requests = 0
  app.use(async (c, next) => {
    c.set('requestId', `request-${++requests}`)
    await next()
  })
  environmentRoutes(app, services)
  integrationRoutes(app, services)
  connectionRoutes(app, services)
  sessionRoutes(app, services)
  app.notFound(c => problemResponse(c, { code: 'not-found' }))
  app.onError((error, c) => {
    if (error instanceof ProblemError) return problemResponse(c, error.failure)
    if (error instanceof HTTPException)
      return problemResponse(c, { code: error.status === 415 ? 'unsupported-media-type' : 'malformed-json' })
    throw error
  })

  async function call(
    key: string | undefined,
    request: string,
    sent?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const [method, url] = request.split(' ')
    const answer = await app.request(url!, {
      method: method!,
      headers: {
        // The documented client sends it with every request, also without a body.
        'content-type': 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...headers,
      },
      ...(sent !== undefined && { body: typeof sent === 'string' ? sent : JSON.stringify(sent) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, body: text ? JSON.parse(text) : undefined }
  }

  /** A new environment and its key. */
  async function tenant(name: string): Promise<{ id: string; key: string }> {
    const { status, body } = await call(SECRET_KEY, 'POST /environments', { name })
    if (status !== 201) throw new Error(JSON.stringify(body))
    return { id: body.data.id, key: body.data.api_key.key }
  }
  /** A key of a tenant with just these scopes. */
  async function keyWith(key: string, ...scopes: string[]): Promise<string> {
    const { status, body } = await call(key, 'POST /environment/api-keys', {
      name: scopes.join().slice(0, 255) || 'none',
      scopes,
    })
    if (status !== 201) throw new Error(JSON.stringify(body))
    return body.data.key
  }
  /** Sets the clock of the store ahead, by milliseconds. */
  const later = (ms: number) => {
    ahead += ms
  }
  return { app, path, store, driver, call, tenant, keyWith, later }
}

/** A body without what differs from request to request. */
export const withoutId = ({ text }: Answer): string => text.replace(/"instance":"request-\d+"/, '"instance":""')

/** What makes a connection. */
export const connectionBody = (connection_id: string, more: object = {}) => ({
  provider_config_key: 'crm',
  connection_id,
  credentials: { type: 'API_KEY', apiKey: 'planted-api-key' },
  ...more,
})
