// The connect page over the whole gateway, in Chromium: real sign-ins, real keys, connections that work afterwards.
import type { BrowserContext, FrameLocator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from './chromium.ts'
import { allow, GOOD_KEY, openWorldOfSignIns, type World } from './sign-in-world.ts'

const SIZES = [
  ['1280 px', { viewport: { width: 1280, height: 900 } }],
  ['320 px', { viewport: { width: 320, height: 640 } }],
] as const

/** Registers the cases against a gateway that listens somewhere. */
export function signInCases(where: string, start: () => Promise<{ url: string; close(): Promise<void> }>): void {
  describe.skipIf(!hasChromium)(`the connect page signs in, ${where}`, () => {
    let gateway: { url: string; close(): Promise<void> }
    let world: World
    beforeAll(async () => {
      gateway = await start()
      world = await openWorldOfSignIns(gateway.url)
    }, 120_000)
    afterEach(() => world?.closeBrowsers())
    afterAll(async () => {
      await world?.close()
      await gateway?.close()
    })

    /** Opens the page by the client that the gateway serves; what came of it is a promise in the app's page. */
    async function openClient(page: Page, token: string, mode: 'iframe' | 'popup') {
      // As a text: what is compiled for the tests has its own word for `import`.
      await page.evaluate(`import(${JSON.stringify(`${world.url}/connect.js`)}).then(({ open }) => {
        window.outcome = open(${JSON.stringify({ token, mode })}).catch(({ code }) => ({ code }))
      })`)
    }
    const outcomeIn = (page: Page) =>
      page.evaluate(() => (globalThis as { outcome?: Promise<unknown> }).outcome) as Promise<{
        connection_id: string
        code?: string
      }>
    /** Waits for the page's script, before which its forms are plain ones: it is what shows the button. */
    const ready = (on: Page | FrameLocator) => on.getByRole('button', { name: 'Close' }).first().waitFor()
    /** Clicks what opens the provider's window, and gives the window to somebody. */
    async function atProvider(
      context: BrowserContext,
      on: Page | FrameLocator,
      person: (popup: Page) => Promise<void>,
    ) {
      await ready(on)
      const opened = context.waitForEvent('page')
      await on.getByRole('button', { name: /^Sign in at/ }).click()
      await person(await opened)
    }
    const decline = (popup: Page) => popup.getByRole('link', { name: 'Cancel' }).click()
    const crm = { allowed_integrations: ['crm'] }
    const connectionOf = (id: string, key: string) => world.call(`GET /connections/${id}?provider_config_key=${key}`)

    describe.each(SIZES)('%s', (_, size) => {
      test('in a frame, at the provider: the connection is there, and works', async () => {
        const { context, page } = await world.open(size)
        await openClient(page, await world.session(crm), 'iframe')
        await atProvider(context, page.frameLocator('iframe'), allow)
        const { connection_id } = await outcomeIn(page)
        expect(await world.contactsOf(connection_id)).toBeGreaterThan(0)
        await expect.poll(() => context.pages().length).toBe(1)
      })

      test('in a popup', async () => {
        const { context, page } = await world.open(size)
        const token = await world.session(crm)
        const opened = context.waitForEvent('page')
        await openClient(page, token, 'popup')
        await atProvider(context, await opened, allow)
        const { connection_id } = await outcomeIn(page)
        expect(await world.contactsOf(connection_id)).toBeGreaterThan(0)
      })

      test('as a page, with a way back to the app', async () => {
        const { page } = await world.open(size)
        const token = await world.session({ ...crm, return_url: `${world.app}/done` })
        await page.goto(`${world.url}/connect/${token}?lang=de`)
        await page.getByRole('button', { name: 'Bei HubSpot anmelden' }).click()
        await allow(page)
        await page.getByRole('heading', { name: 'HubSpot ist verbunden' }).waitFor()
        await page.getByRole('link', { name: 'Zurück zur App' }).click()
        await page.waitForURL(`${world.app}/done?**`)
        const said = new URLSearchParams(await page.locator('#query').innerText())
        expect([said.get('status'), said.get('provider_config_key')]).toEqual(['connected', 'crm'])
        expect(await world.contactsOf(said.get('connection_id')!)).toBeGreaterThan(0)
      })

      test('by a key: a wrong one is refused in place, the right one connects', async () => {
        const { page } = await world.open(size)
        await openClient(page, await world.session({ allowed_integrations: ['sales'] }), 'iframe')
        const frame = page.frameLocator('iframe')
        await ready(frame)
        await frame.locator('[name="field.username"]').fill('api_wrong')
        await frame.getByRole('button', { name: 'Connect', exact: true }).click()
        await frame.getByRole('alert').filter({ visible: true }).filter({ hasText: '401' }).waitFor()
        expect(await frame.locator('[name="field.username"]').inputValue()).toBe('api_wrong')
        await frame.locator('[name="field.username"]').fill(GOOD_KEY)
        await frame.getByRole('button', { name: 'Connect', exact: true }).click()
        const { connection_id } = await outcomeIn(page)
        expect(await connectionOf(connection_id, 'sales')).toMatchObject({ credentials: { username: GOOD_KEY } })
      })

      test('one of several accounts is chosen', async () => {
        const { context, page } = await world.open(size)
        await openClient(page, await world.session({ allowed_integrations: ['books'] }), 'iframe')
        const frame = page.frameLocator('iframe')
        await atProvider(context, frame, allow)
        await frame.getByRole('heading', { name: /Which account/i }).waitFor()
        await frame.getByRole('button', { name: 'Harbour Ltd' }).click()
        const { connection_id } = await outcomeIn(page)
        expect(await connectionOf(connection_id, 'books')).toMatchObject({
          connection_config: { tenant_id: 'tenant-1' },
        })
      })
    })

    test('what is signed in again keeps its id and its metadata, and gets the new credentials', async () => {
      await world.call('POST /connections?verify=false', {
        provider_config_key: 'crm',
        connection_id: 'kept',
        credentials: { type: 'OAUTH2', access_token: 'pat-old' },
        metadata: { team: 'north' },
      })
      const again = { connection_id: 'kept', integration_id: 'crm' }
      const { data } = await world.call('POST /connect/sessions/reconnect', again)
      const { context, page } = await world.open()
      await openClient(page, data.token, 'iframe')
      await atProvider(context, page.frameLocator('iframe'), allow)
      expect(await outcomeIn(page)).toMatchObject({ connection_id: 'kept' })
      expect(await world.contactsOf('kept')).toBeGreaterThan(0)
      expect(await connectionOf('kept', 'crm')).toMatchObject({ metadata: { team: 'north' } })
    })

    test('who declines at the provider reads so, and can try again', async () => {
      const { context, page } = await world.open()
      await openClient(page, await world.session(), 'iframe')
      const frame = page.frameLocator('iframe')
      await ready(frame)
      await frame.getByRole('button', { name: 'HubSpot' }).click()
      await atProvider(context, frame, decline)
      await frame.getByRole('heading', { name: 'HubSpot could not be connected' }).waitFor()
      await frame.getByRole('button', { name: 'Try again' }).click()
      await atProvider(context, frame, allow)
      expect(await outcomeIn(page)).toMatchObject({ provider_config_key: 'crm' })
    })

    test('a person who signs in without JavaScript comes to the end', async () => {
      const { context } = await world.open()
      const plain = await context.browser()!.newContext({ javaScriptEnabled: false })
      try {
        const page = await plain.newPage()
        await page.goto(`${world.url}/connect/${await world.session(crm)}`)
        await page.getByRole('button', { name: 'Sign in at HubSpot' }).click()
        await allow(page)
        await page.getByRole('heading', { name: 'HubSpot is connected' }).waitFor()
      } finally {
        await plain.close()
      }
    })
  })
}
