// What stands around a gateway when people sign in in a browser: a real OAuth server, providers, apps, and Chromium.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { settings } from '../contract/entry-point.ts'
import { CLIENT, startAuthorizationServer } from '../sign-in/authorization-server.ts'
import { listen } from '../support/gateway.ts'
import { launchChromium, PATIENCE } from './chromium.ts'
import { servePages } from './connect-hosts.ts'

/** The one key that the providers let in. What the OAuth server gave is let in as well. */
export const GOOD_KEY = 'pat-eu1-0123456789abcdef'
const SANDBOX = 'sandbox-hubspot-token'
/** The accounts that a sign-in at the second provider reaches. */
const TENANTS = [
  { tenantId: 'tenant-1', tenantType: 'ORGANISATION', tenantName: 'Harbour Ltd' },
  { tenantId: 'tenant-2', tenantType: 'ORGANISATION', tenantName: 'Lighthouse GmbH' },
]
/** For providers whose client is known by the body of its requests. */
const BODY_CLIENT = { client_id: 'the-other-client', client_secret: 'another secret' } as const

export type World = Awaited<ReturnType<typeof openWorldOfSignIns>>

/** Every provider of the tests on one address: HubSpot, Close by its key, and a Xero with two accounts. */
function startProviders() {
  const hubspot = createHubspot({ token: SANDBOX }).app
  return listen(request => {
    const { pathname } = new URL(request.url)
    const given = request.headers.get('authorization') ?? ''
    const [, user = ''] = /^(.*):/.exec(atob(/^Basic (.*)$/.exec(given)?.[1] ?? '')) ?? []
    const isLetIn = given === `Bearer ${GOOD_KEY}` || user === GOOD_KEY || /^Bearer (?!pat-)/.test(given)
    if (!isLetIn) return Response.json({ message: 'Who are you?' }, { status: 401 })
    if (pathname === '/me/') return Response.json({ id: 'user_1' })
    if (pathname === '/connections') return Response.json(TENANTS)
    if (pathname.startsWith('/account-info/')) return Response.json({ portalId: 1 })
    const headers = new Headers(request.headers)
    headers.set('authorization', `Bearer ${SANDBOX}`)
    return hubspot.fetch(new Request(request, { headers }))
  })
}

/** Opens it all around a gateway that listens at `url` with the settings of the contract. */
export async function openWorldOfSignIns(url: string) {
  const providers = await startProviders()
  const redirect = `${url}/oauth/callback`
  const server = await startAuthorizationServer(redirect, {
    clients: [
      { ...CLIENT, redirect_uris: [redirect], token_endpoint_auth_method: 'client_secret_basic' },
      { ...BODY_CLIENT, redirect_uris: [redirect], token_endpoint_auth_method: 'client_secret_post' },
    ].map(client => ({ ...client, grant_types: ['authorization_code', 'refresh_token'] })),
  })
  const apps = await servePages({
    '/': () => '<!doctype html><html lang="en"><title>App</title></html>',
    '/done': query => `<!doctype html><title>Done</title><p id="query">${query}</p>`,
  })
  const browser = await launchChromium()
  const app = `http://localhost:${apps.port}`
  const contexts: BrowserContext[] = []

  async function call(request: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    const [method = '', path = ''] = request.split(/ (.*)/s)
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${settings.KOINE_SECRET_KEY}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${request} answered ${answer.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const integration = (provider: string, unique_key: string, client?: object) =>
    call('POST /integrations', {
      provider,
      unique_key,
      integration_config: {
        base_url: providers.url,
        authorize_url: `${server.url}/auth`,
        token_url: `${server.url}/token`,
      },
      ...(client && { credentials: { type: 'OAUTH2', ...client, scopes: 'openid,offline_access' } }),
    })
  await integration('hubspot', 'crm', BODY_CLIENT)
  // Without an OAuth client, its key alone is offered.
  await integration('close', 'sales')
  await integration('xero', 'books', CLIENT)
  await call('PATCH /environment', { allowed_origins: [app] })

  return {
    url,
    /** Origin of the app, which may show the connect page. */
    app,
    call,
    /** The token of a new session. */
    async session(more: object = {}): Promise<string> {
      const { data } = await call('POST /connect/sessions', { end_user: { id: 'user-7' }, ...more })
      return data.token
    },
    /** How many contacts a connection lists. */
    async contactsOf(connection: string): Promise<number> {
      const { data } = await call('GET /contacts', undefined, { 'connection-id': connection })
      return data.length
    },
    /** A browser of its own with a page of the app, and what its pages complain of. */
    async open(setting: Parameters<Browser['newContext']>[0] = {}, at = app) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...setting })
      contexts.push(context)
      context.setDefaultTimeout(PATIENCE)
      // The OAuth server's own pages want a font of another host.
      await context.route(
        address => !['127.0.0.1', 'localhost'].includes(address.hostname),
        route => route.abort(),
      )
      const page = await context.newPage()
      await page.goto(`${at}/`)
      return { context, page }
    },
    async closeBrowsers() {
      for (const context of contexts.splice(0)) await context.close()
    },
    async close() {
      await browser.close()
      apps.close()
      await server.close()
      await providers.close()
    },
  }
}

/** Signs in at the OAuth server's own pages, and allows what is asked for. */
export async function allow(page: Page): Promise<void> {
  await page.locator('input[name=login]').fill('ada')
  await page.locator('input[name=password]').fill('x')
  await page.locator('button[type=submit]').click()
  await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' })
  await page.locator('button[type=submit]').click()
}
