// The real browser client of the documented action API, in Chromium, against a gateway that listens somewhere.
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, TEST_TIMEOUT } from './chromium.ts'
import {
  type FrontendCall as Call,
  callFrontend,
  frontendBundle,
  isFrontendInstalled,
  type Outcome,
} from './frontend-bundle.ts'
import { allow, GOOD_KEY, openWorldOfSignIns, type World } from './sign-in-world.ts'

/** Registers the cases. Whatever happens, each promise of the client settles: a test that waits for ever fails. */
export function frontendCases(where: string, start: () => Promise<{ url: string; close(): Promise<void> }>): void {
  describe.skipIf(!hasChromium || !isFrontendInstalled)(
    `the documented browser client, ${where}`,
    { timeout: TEST_TIMEOUT },
    () => {
      let gateway: { url: string; close(): Promise<void> }
      let world: World
      let client: string
      beforeAll(async () => {
        gateway = await start()
        world = await openWorldOfSignIns(gateway.url)
        client = await frontendBundle()
      }, 120_000)
      afterEach(() => world?.closeBrowsers())
      afterAll(async () => {
        await world?.close()
        await gateway?.close()
      })

      async function open(): Promise<{ context: BrowserContext; page: Page }> {
        const opened = await world.open()
        await opened.page.addScriptTag({ content: client })
        return opened
      }
      const run = (page: Page, call: Call): Promise<Outcome> => callFrontend(page, world.url, call)
      /** Calls it, and gives its window to somebody. */
      async function inWindow(
        { context, page }: { context: BrowserContext; page: Page },
        call: Call,
        person: (popup: Page) => Promise<void>,
      ): Promise<Outcome> {
        const opened = context.waitForEvent('page')
        const outcome = run(page, call)
        await person(await opened)
        return outcome
      }
      /** Somebody who does nothing: the client closes the window at once. */
      const nobody = async () => {}
      const failed = (type: string, message: unknown = expect.stringMatching(/./)) => ({
        error: 'AuthError',
        type,
        message,
      })
      const connections = async (): Promise<Record<string, unknown>[]> =>
        (await world.call('GET /connections')).connections

      describe('keys', () => {
        test('an API key that works becomes a connection that works', async () => {
          const { page } = await open()
          const token = await world.session()
          const outcome = await run(page, { key: 'crm', token, options: { credentials: { apiKey: GOOD_KEY } } })
          expect(outcome).toEqual({
            connected: { providerConfigKey: 'crm', connectionId: expect.any(String), isPending: false },
          })
          const { connectionId } = (outcome as { connected: { connectionId: string } }).connected
          expect(await world.contactsOf(connectionId)).toBeGreaterThan(0)
        })

        test('one that the provider refuses leaves nothing', async () => {
          const { page } = await open()
          const before = (await connections()).length
          const token = await world.session()
          expect(await run(page, { key: 'crm', token, options: { credentials: { apiKey: 'pat-wrong' } } })).toEqual(
            failed('connection_test_failed'),
          )
          expect(await connections()).toHaveLength(before)
        })

        test('none at all is named', async () => {
          const { page } = await open()
          const token = await world.session()
          expect(await run(page, { key: 'crm', token, options: { credentials: { apiKey: '' } } })).toEqual(
            failed('connection_validation_failed', expect.stringContaining('apiKey')),
          )
        })

        test('Basic: the right one and a wrong one', async () => {
          const { page } = await open()
          const token = await world.session()
          const basic = (username: string) =>
            run(page, { key: 'sales', token, options: { credentials: { username, password: '' } } })
          expect(await basic('wrong')).toEqual(failed('connection_test_failed'))
          expect(await basic(GOOD_KEY)).toMatchObject({ connected: { providerConfigKey: 'sales' } })
        })

        test('a session that signs in again gives its connection the new key, and leaves the rest', async () => {
          const { page } = await open()
          await world.call('POST /connections?verify=false', {
            provider_config_key: 'crm',
            connection_id: 'again',
            credentials: { type: 'API_KEY', apiKey: 'pat-old' },
            metadata: { team: 'north' },
          })
          const again = { connection_id: 'again', integration_id: 'crm' }
          const { data } = await world.call('POST /connect/sessions/reconnect', again)
          const options = { credentials: { apiKey: GOOD_KEY } }
          expect(await run(page, { method: 'reconnect', key: 'crm', token: data.token, options })).toMatchObject({
            connected: { connectionId: 'again' },
          })
          expect(await world.call('GET /connections/again?provider_config_key=crm')).toMatchObject({
            credentials: { apiKey: GOOD_KEY },
            metadata: { team: 'north' },
          })
        })
      })

      test.each([
        ['an unknown session', { token: `nango_connect_session_${'0'.repeat(64)}` }, 'unknown_connect_session_token'],
        ['an unknown integration', { key: 'nothing' }, 'unknown_provider_config'],
        [
          'a way that the provider does not have',
          { options: { credentials: { username: 'a' } } },
          'auth_mode_not_supported',
        ],
        ['a key pair', { options: { credentials: { type: 'JWT', privateKey: 'a' } } }, 'auth_mode_not_supported'],
        ['two steps', { options: { credentials: { type: 'TWO_STEP', a: 'b' } } }, 'auth_mode_not_supported'],
        [
          'client credentials',
          { options: { credentials: { client_id: 'a', client_secret: 'b' } } },
          'auth_mode_not_supported',
        ],
        [
          'a signature',
          { options: { credentials: { type: 'SIGNATURE', username: 'a', password: 'b' } } },
          'auth_mode_not_supported',
        ],
        ['AWS', { options: { credentials: { type: 'AWS_SIGV4', role_arn: 'a' } } }, 'auth_mode_not_supported'],
        [
          'Bill',
          { options: { credentials: { username: 'a', password: 'b', organization_id: 'c', dev_key: 'd' } } },
          'auth_mode_not_supported',
        ],
        [
          'token-based sign-in',
          { options: { credentials: { token_id: 'a', token_secret: 'b' } } },
          'auth_mode_not_supported',
        ],
        ['outbound', { options: { installation: 'outbound', credentials: {} } }, 'auth_mode_not_supported'],
        ['no credentials where some are needed', { method: 'create', options: {} }, 'auth_mode_not_supported'],
      ] as const)('%s is refused with a type and a sentence', async (_, call, type) => {
        const { page } = await open()
        const token = await world.session()
        expect(await run(page, { key: 'crm', token, options: { credentials: { apiKey: GOOD_KEY } }, ...call })).toEqual(
          failed(type),
        )
      })

      describe('a window at the provider', () => {
        test('a person signs in, and the connection works', async () => {
          const token = await world.session()
          const opened = await open()
          const outcome = await inWindow(
            opened,
            { key: 'crm', token, options: { detectClosedAuthWindow: true } },
            allow,
          )
          expect(outcome).toEqual({
            connected: { providerConfigKey: 'crm', connectionId: expect.any(String), isPending: false },
          })
          const { connectionId } = (outcome as { connected: { connectionId: string } }).connected
          expect(await world.contactsOf(connectionId)).toBeGreaterThan(0)
          // The client closes its window half a second later.
          await expect.poll(() => opened.context.pages().length).toBe(1)
        })

        test('a person declines', async () => {
          const token = await world.session()
          const outcome = await inWindow(await open(), { key: 'crm', token }, popup =>
            popup.getByRole('link', { name: 'Cancel' }).click(),
          )
          expect(outcome).toEqual(failed('access_denied', expect.stringMatching(/declined/)))
        })

        test('a window that is closed by hand, where the client is to notice it', async () => {
          const token = await world.session()
          const call = { key: 'crm', token, options: { detectClosedAuthWindow: true } }
          const outcome = await inWindow(await open(), call, async popup => {
            await popup.locator('input[name=login]').waitFor()
            await popup.close()
          })
          expect(outcome).toEqual(failed('window_closed'))
        })

        test.each([
          ['an unknown session', { token: `nango_connect_session_${'0'.repeat(64)}` }, 'unknown_connect_session_token'],
          ['an unknown integration', { key: 'nothing' }, 'unknown_provider_config'],
        ] as const)('%s is told at once', async (_, call, type) => {
          const token = await world.session()
          const outcome = await inWindow(await open(), { key: 'crm', token, ...call }, nobody)
          expect(outcome).toEqual(failed(type))
        })

        test('an integration that lacks its OAuth client is told at once', async () => {
          await world.call('POST /integrations', { provider: 'hubspot', unique_key: `bare-${where}` })
          const token = await world.session()
          const outcome = await inWindow(await open(), { key: `bare-${where}`, token }, nobody)
          expect(outcome).toEqual(failed('auth_mode_not_supported'))
        })

        test('a browser that keeps back the cookie of the sign-in', async () => {
          const token = await world.session()
          const opened = await open()
          const outcome = await inWindow(opened, { key: 'crm', token }, async popup => {
            await popup.locator('input[name=login]').waitFor()
            await opened.context.clearCookies({ name: /^koine-/ })
            await allow(popup)
          })
          expect(outcome).toEqual(failed('sign_in_over'))
        })

        test('a session that ends meanwhile', async () => {
          const token = await world.session()
          const outcome = await inWindow(await open(), { key: 'crm', token }, async popup => {
            await popup.locator('input[name=login]').waitFor()
            await world.call('DELETE /connect/session', undefined, { authorization: `Bearer ${token}` })
            await allow(popup)
          })
          expect(outcome).toEqual(failed('sign_in_over'))
        })

        test('one of several accounts is chosen in the window', async () => {
          const token = await world.session()
          const outcome = await inWindow(await open(), { key: 'books', token }, async popup => {
            await allow(popup)
            await popup.getByRole('button', { name: 'Lighthouse GmbH' }).click()
          })
          const { connectionId } = (outcome as { connected: { connectionId: string } }).connected
          expect(await world.call(`GET /connections/${connectionId}?provider_config_key=books`)).toMatchObject({
            connection_config: { tenant_id: 'tenant-2' },
          })
        })

        test('signs a connection in again, which keeps its id and its metadata', async () => {
          await world.call('POST /connections?verify=false', {
            provider_config_key: 'crm',
            connection_id: 'by-window',
            credentials: { type: 'OAUTH2', access_token: 'pat-old' },
            metadata: { team: 'south' },
          })
          const again = { connection_id: 'by-window', integration_id: 'crm' }
          const { data } = await world.call('POST /connect/sessions/reconnect', again)
          const call = { method: 'reconnect', key: 'crm', token: data.token } as const
          expect(await inWindow(await open(), call, allow)).toMatchObject({ connected: { connectionId: 'by-window' } })
          expect(await world.contactsOf('by-window')).toBeGreaterThan(0)
          expect(await world.call('GET /connections/by-window?provider_config_key=crm')).toMatchObject({
            metadata: { team: 'south' },
          })
        })
      })

      describe('openConnectUI', () => {
        /** Opens the page of the client, which notes what it hears. */
        const openUI = (page: Page, token: string) =>
          page.evaluate(
            ([host, sessionToken]) => {
              const { Nango } = globalThis as unknown as {
                Nango: new (of: object) => { openConnectUI(of: object): void }
              }
              const heard: unknown[] = []
              Object.assign(globalThis, { heard })
              new Nango({ host }).openConnectUI({
                baseURL: `${host}/connect-ui`,
                apiURL: host,
                sessionToken,
                onEvent: (event: unknown) => heard.push(event),
              })
            },
            [world.url, token] as const,
          )

        test('says ready, connect and close, and is gone', async () => {
          const { page, context } = await open()
          await openUI(page, await world.session({ allowed_integrations: ['crm'] }))
          const frame = page.frameLocator('#connect-ui')
          // The page's script is there: before, its forms are plain ones.
          await frame.getByRole('heading', { name: 'Connect HubSpot' }).waitFor()
          await frame.getByRole('button', { name: 'Close' }).first().waitFor()
          const opened = context.waitForEvent('page')
          await frame.getByRole('button', { name: /^Sign in at/ }).click()
          await allow(await opened)
          await frame.getByRole('heading', { name: 'HubSpot is connected' }).waitFor()
          await frame.getByRole('button', { name: 'Close' }).first().click()
          await page.locator('#connect-ui').waitFor({ state: 'detached' })
          const heard = (await page.evaluate('heard')) as { type: string; payload?: { connectionId: string } }[]
          expect(heard).toEqual([
            { type: 'ready' },
            { type: 'connect', payload: { providerConfigKey: 'crm', connectionId: expect.any(String) } },
            { type: 'close' },
          ])
          expect(await world.contactsOf(heard[1]!.payload!.connectionId)).toBeGreaterThan(0)
        })
      })
    },
  )
}
