// Ways to sign in that no provider of the repository has alone, by the real browser client: two steps, client
// credentials, and none.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import { listen } from '../support/gateway.ts'
import { type Opened, openApp } from '../support/opened.ts'
import { hasChromium, launchChromium, PATIENCE, TEST_TIMEOUT } from './chromium.ts'
import { callFrontend, frontendBundle, isFrontendInstalled } from './frontend-bundle.ts'

const provider = (name: string, auth: object, more: object = {}): ProviderFiles => ({
  provider: async () => ({
    default: {
      name,
      source: 'invented',
      base: 'https://api.harbour.example',
      hosts: ['api.harbour.example'],
      auth,
      connection_config: { dock: { label: 'Dock', type: 'word' } },
      ...more,
    },
  }),
  models: {},
})
const signIn = {
  two_step: {
    fields: { name: { label: 'Name', secret: false }, code: { label: 'Code' } },
    post: 'https://api.harbour.example/token',
    body: { name: '{field.name}', code: '{field.code}' },
  },
  client_credentials: { token: 'https://api.harbour.example/token', client: 'body' },
}
const files = {
  harbour: provider('Harbour', signIn, { verify: { get: '/me' } }),
  lighthouse: provider('Lighthouse', {}),
}

describe.skipIf(!hasChromium || !isFrontendInstalled)(
  'ways to sign in of the documented browser client',
  { timeout: TEST_TIMEOUT },
  () => {
    let opened: Opened
    let gateway: Awaited<ReturnType<typeof listen>>
    let api: Awaited<ReturnType<typeof listen>>
    let browser: Browser
    let page: Page
    let token: string

    async function call(request: string, body?: object) {
      const [method = '', path = ''] = request.split(' ')
      const answer = await fetch(`${gateway.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${opened.config.KOINE_SECRET_KEY}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      if (!answer.ok) throw new Error(`${request}: ${await answer.text()}`)
      return answer.json()
    }
    const run = (key: string, more: object) => callFrontend(page, gateway.url, { key, token, ...more })
    const params = { dock: 'north' }

    beforeAll(async () => {
      opened = openApp(files)
      gateway = await listen(request => opened.app.fetch(request))
      api = await listen(async request => {
        if (new URL(request.url).pathname !== '/token')
          return new Response('{}', { status: request.headers.get('authorization') === 'Bearer fresh' ? 200 : 401 })
        const text = await request.text()
        return /right/.test(text)
          ? Response.json({ access_token: 'fresh', token_type: 'bearer', expires_in: 600 })
          : Response.json({ error: 'invalid_client' }, { status: 401 })
      })
      for (const each of Object.keys(files))
        await call('POST /integrations', {
          provider: each,
          unique_key: each,
          integration_config: { base_url: api.url, token_url: `${api.url}/token` },
        })
      token = (await call('POST /connect/sessions', { end_user: { id: 'user-7' } })).data.token
      browser = await launchChromium()
      page = await browser.newPage()
      page.setDefaultTimeout(PATIENCE)
      await page.goto(`${gateway.url}/health`)
      await page.addScriptTag({ content: await frontendBundle() })
    })
    afterAll(async () => {
      await browser?.close()
      await gateway?.close()
      await api?.close()
      await opened?.close()
    })

    test('two steps: right, wrong, and a field that is missing', async () => {
      const withCode = (code?: string) =>
        run('harbour', { options: { params, credentials: { type: 'TWO_STEP', name: 'ada', ...(code && { code }) } } })
      expect(await withCode('right')).toMatchObject({ connected: { providerConfigKey: 'harbour', isPending: false } })
      expect(await withCode('wrong')).toMatchObject({ type: 'connection_test_failed' })
      expect(await withCode()).toMatchObject({ type: 'connection_validation_failed', message: 'code: Code is needed.' })
    })

    test('client credentials: right and wrong', async () => {
      const withSecret = (client_secret: string) =>
        run('harbour', { options: { params, credentials: { client_id: 'client', client_secret } } })
      expect(await withSecret('right')).toMatchObject({ connected: { providerConfigKey: 'harbour' } })
      expect(await withSecret('wrong')).toMatchObject({ type: 'connection_test_failed' })
    })

    test('`create` without credentials keeps the answers, and names one that is missing', async () => {
      const outcome = await run('lighthouse', { method: 'create', options: { params } })
      expect(outcome).toMatchObject({ connected: { providerConfigKey: 'lighthouse' } })
      const { connections } = await call('GET /connections?integrationId=lighthouse')
      const [{ connection_id }] = connections
      expect(await call(`GET /connections/${connection_id}`)).toMatchObject({ connection_config: { dock: 'north' } })
      expect(await run('lighthouse', { method: 'create', options: {} })).toMatchObject({
        type: 'connection_validation_failed',
        message: 'dock: Dock is needed.',
      })
      // What builds addresses is checked before it is in one.
      expect(await run('lighthouse', { method: 'create', options: { params: { dock: '../a' } } })).toMatchObject({
        type: 'connection_validation_failed',
      })
    })
  },
)
