import { readFileSync } from 'node:fs'
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startConnect } from '../connect/gateway.ts'
import { AGAIN, OAUTH, ONE, TOKEN } from '../connect/session.ts'
import { hasChromium, launchChromium, PATIENCE, TEST_TIMEOUT } from './chromium.ts'
import { appPage, documentedClientPage, servePages } from './connect-hosts.ts'

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
const GOOD = 'ak_1'

type Setting = Parameters<Browser['newContext']>[0]

describe.skipIf(!hasChromium)('the connect page in a browser', { timeout: TEST_TIMEOUT }, () => {
  let browser: Browser
  let connect: Awaited<ReturnType<typeof startConnect>>
  let hosts: Awaited<ReturnType<typeof servePages>>
  let app: string
  let foreign: string
  /** Whether the provider cuts its window off from the one that opened it. */
  let isAlone = false
  const contexts: BrowserContext[] = []

  beforeAll(async () => {
    hosts = await servePages({
      '/frame': () => appPage(connect.url, TOKEN, '{}'),
      '/popup': () => appPage(connect.url, OAUTH, `{ mode: 'popup' }`),
      '/frame-oauth': () => appPage(connect.url, OAUTH, `{ theme: 'dark' }`),
      '/frame-over': () => appPage(connect.url, 'session_that_nobody_made_at_all', '{}'),
      '/client': () => documentedClientPage(connect.url, ONE),
      '/client-over': () => documentedClientPage(connect.url, 'session_that_nobody_made_at_all'),
      '/provider': query => {
        const page = `<!doctype html><title>Provider</title><a href="/allow?state=${query.get('state')}">Allow</a>`
        return isAlone ? { alone: page } : page
      },
      '/allow': query => ({ to: `${connect.url}/oauth/callback?state=${query.get('state')}&code=c0de` }),
      '/mute': () => `<!doctype html><title>App</title><iframe src="${connect.url}/connect-ui/"></iframe>`,
      '/done': query => `<!doctype html><title>Done</title><p id="query">${query}</p>`,
    })
    connect = await startConnect(state => `http://127.0.0.1:${hosts.port}/provider?state=${state}`)
    app = `http://localhost:${hosts.port}`
    foreign = `http://127.0.0.1:${hosts.port}`
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await connect?.close()
    hosts?.close()
  })
  beforeEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
    for (const token of [TOKEN, ONE, AGAIN, OAUTH]) connect.change(token, { allowedOrigins: [app] })
    connect.submitted.length = 0
    isAlone = false
  })

  /** A browser of its own, and what its pages complain of. */
  async function context(
    setting: Setting = {},
  ): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...setting })
    contexts.push(context)
    context.setDefaultTimeout(PATIENCE)
    const complaints: string[] = []
    context.on('console', message => {
      // A form with a fault is answered by 422, which the browser notes, too.
      if (message.type() === 'error' && !/status of (422|404)/.test(message.text())) complaints.push(message.text())
    })
    context.on('weberror', error => complaints.push(error.error().message))
    return { context, page: await context.newPage(), complaints }
  }
  /** What axe finds wrong, by rule and element. */
  async function faultsOf(page: Page | Frame): Promise<string[]> {
    await page.evaluate(AXE)
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }),
    )
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target} ${failureSummary}`),
    )
  }
  const isTooWide = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  const heading = (page: Page | Frame, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()

  describe.each([
    ['wide and light', { viewport: { width: 1280, height: 900 } }],
    ['320 px and dark', { viewport: { width: 320, height: 640 }, colorScheme: 'dark', reducedMotion: 'reduce' }],
    ['German, 320 px', { viewport: { width: 320, height: 640 }, locale: 'de-DE' }],
  ] as [string, Setting][])('every screen, %s', (_, setting) => {
    test('has no fault of accessibility, and scrolls in one direction', async () => {
      const { page, complaints } = await context(setting)
      // A light colour, on which white could not be read.
      connect.change(TOKEN, {
        brand: { name: 'A shop with a long name', color: '#ffd400', logo: null },
        returnUrl: `${app}/done`,
      })
      const attempt = { token: TOKEN, back: { mode: 'page' } } as const
      connect.attempts.set('several', {
        ...attempt,
        step: {
          choose: { attempt: 'several', choices: [{ id: '1', label: 'Donaudampfschifffahrtsgesellschaftskapitän' }] },
        },
      })
      const refused = { code: 'access_denied', detail: 'No.', provider_config_key: 'books' }
      connect.attempts.set('refused', { ...attempt, step: { failed: refused } })
      const connected = { connection_id: 'c', provider_config_key: 'acme', warning: 'It did not answer.' }
      connect.attempts.set('warned', { ...attempt, step: { connected } })
      for (const path of [
        `${TOKEN}`,
        `${TOKEN}?q=zzz`,
        `${TOKEN}?integration=acme`,
        `${TOKEN}?integration=acme&way=OAUTH2`,
        `${TOKEN}?integration=bare`,
        `${TOKEN}?attempt=several`,
        `${TOKEN}?attempt=refused`,
        `${TOKEN}?attempt=warned`,
        'session_that_nobody_made_at_all',
      ]) {
        await page.goto(`${connect.url}/connect/${path}`)
        expect({ path, faults: await faultsOf(page), wide: await isTooWide(page) }).toEqual({
          path,
          faults: [],
          wide: false,
        })
      }
      // A form with a fault, and one that the provider refused.
      for (const key of ['wrong', 'ak_refused']) {
        await page.goto(`${connect.url}/connect/${TOKEN}?integration=acme`)
        await page.locator('[name="field.apiKey"]').fill(key)
        await page.locator('form[data-at] button').click()
        await page.getByRole('alert').filter({ visible: true }).waitFor()
        expect({ key, faults: await faultsOf(page), wide: await isTooWide(page) }).toEqual({
          key,
          faults: [],
          wide: false,
        })
      }
      expect(complaints).toEqual([])
    })
  })

  test('the theme that is asked for goes before the one that is set', async () => {
    const { page } = await context({ colorScheme: 'light' })
    const background = () => page.evaluate(() => getComputedStyle(document.querySelector('.card')!).backgroundColor)
    await page.goto(`${connect.url}/connect/${ONE}?theme=dark`)
    expect(await background()).toBe('rgb(25, 28, 34)')
    await page.goto(`${connect.url}/connect/${ONE}`)
    expect(await background()).toBe('rgb(255, 255, 255)')
  })

  test('a key form works without JavaScript', async () => {
    const { page } = await context({ javaScriptEnabled: false, locale: 'de-DE' })
    await page.goto(`${connect.url}/connect/${TOKEN}`)
    await page.locator('#search').fill('acme')
    await page.locator('[role=search] button').click()
    await page.getByRole('button', { name: 'Acme CRM' }).click()
    await page.locator('[name="question.region"]').selectOption('eu')
    await page.locator('[name="field.account"]').fill('main')
    await page.locator('form[data-at] button').click()
    expect(await page.locator('#field-apiKey-fault').innerText()).toBe('Bitte ausfüllen.')
    expect(await page.locator('[name="field.account"]').inputValue()).toBe('main')
    await page.locator('[name="field.apiKey"]').fill(GOOD)
    await page.locator('form[data-at] button').click()
    await heading(page, 'Acme CRM ist verbunden')
    expect(connect.submitted.at(-1)!.answers.questions).toEqual({ region: 'eu' })
  })

  test('the provider’s page is reached and left without JavaScript', async () => {
    const { page } = await context({ javaScriptEnabled: false })
    await page.goto(`${connect.url}/connect/${OAUTH}?theme=dark`)
    await page.getByRole('button', { name: 'Sign in at Great Books' }).click()
    await page.getByRole('link', { name: 'Allow' }).click()
    await heading(page, 'Great Books is connected')
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
  })

  test('a keyboard is enough, and the focus is where one goes on', async () => {
    const { page } = await context()
    await page.goto(`${connect.url}/connect/${TOKEN}`)
    await page.locator('#search').focus()
    await page.keyboard.type('acm')
    expect(await page.getByRole('button', { name: 'Great Books' }).isVisible()).toBe(false)
    expect(await page.getByRole('status').filter({ hasText: '1 found' }).count()).toBe(1)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await heading(page, 'Connect Acme CRM')
    const focused = () => page.evaluate(() => document.activeElement?.id)
    await expect.poll(focused).toBe('heading')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('question-region')
    await page.keyboard.press('Tab')
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await page.locator('#field-apiKey-fault').waitFor()
    await expect.poll(focused).toBe('field-apiKey')
    // What was typed is still there, and the server did not send it.
    expect(await page.locator('#field-apiKey').inputValue()).toBe('wrong')
    await page.goBack()
    await heading(page, 'What do you want to connect?')
  })

  test('as a page it signs in at the provider and leads back to the app', async () => {
    const { page, complaints } = await context()
    connect.change(OAUTH, { returnUrl: `${app}/done` })
    await page.goto(`${connect.url}/connect/${OAUTH}?lang=de`)
    await page.getByRole('button', { name: 'Bei Great Books anmelden' }).click()
    await page.getByRole('link', { name: 'Allow' }).click()
    await heading(page, 'Great Books ist verbunden')
    await page.getByRole('link', { name: 'Zurück zur App' }).click()
    await page.waitForURL(`${app}/done?**`)
    expect(await page.locator('#query').innerText()).toBe(
      'status=connected&connection_id=of-books&provider_config_key=books',
    )
    expect(await page.evaluate(() => document.referrer)).toBe('')
    expect(complaints).toEqual([])
  })

  test('in a frame it resolves with the connection, and is gone afterwards', async () => {
    const { page, complaints } = await context()
    await page.goto(`${app}/frame`)
    await page.locator('#open').click()
    const frame = page.frameLocator('iframe')
    await frame.getByRole('button', { name: 'Acme CRM' }).click()
    await frame.locator('[name="field.apiKey"]').fill(GOOD)
    await frame.getByRole('button', { name: 'Connect', exact: true }).click()
    await frame.getByRole('heading', { name: 'Acme CRM is connected' }).waitFor()
    expect(await faultsOf(page.frames().at(-1)!)).toEqual([])
    await expect
      .poll(() => page.locator('#result').innerText())
      .toBe('{"connection_id":"of-acme","provider_config_key":"acme"}')
    await page.locator('iframe').waitFor({ state: 'detached' })
    expect(await page.evaluate('heard')).toEqual([
      { origin: connect.url, data: { type: 'koine:connect', state: 'ready' } },
      {
        origin: connect.url,
        data: { type: 'koine:connect', state: 'connected', connection_id: 'of-acme', provider_config_key: 'acme' },
      },
    ])
    expect(complaints).toEqual([])
  })

  test('in a frame it signs in by a window, which closes itself', async () => {
    const { page, context: browserContext, complaints } = await context()
    await page.goto(`${app}/frame-oauth`)
    await page.locator('#open').click()
    const opened = browserContext.waitForEvent('page')
    await page.frameLocator('iframe').getByRole('button', { name: 'Sign in at Great Books' }).click()
    const popup = await opened
    await popup.getByRole('link', { name: 'Allow' }).waitFor()
    await page.frameLocator('iframe').getByRole('heading', { name: 'Signing in at Great Books …' }).waitFor()
    expect(await faultsOf(page.frames().at(-1)!)).toEqual([])
    const closed = popup.waitForEvent('close')
    await popup.getByRole('link', { name: 'Allow' }).click()
    await closed
    await expect.poll(() => page.locator('#result').innerText()).toContain('of-books')
    expect(complaints).toEqual([])
  })

  test('a window that is closed by hand is noticed, and can be opened again', async () => {
    const { page, context: browserContext } = await context()
    await page.goto(`${app}/frame-oauth`)
    await page.locator('#open').click()
    const frame = page.frameLocator('iframe')
    let opened = browserContext.waitForEvent('page')
    await frame.getByRole('button', { name: 'Sign in at Great Books' }).click()
    const popup = await opened
    await popup.getByRole('link', { name: 'Allow' }).waitFor()
    await popup.close()
    await frame.getByRole('alert').filter({ hasText: 'The window was closed' }).waitFor()
    opened = browserContext.waitForEvent('page')
    await frame.getByRole('link', { name: 'Open Great Books' }).click()
    await (await opened).getByRole('link', { name: 'Allow' }).click()
    await frame.getByRole('heading', { name: 'Great Books is connected' }).waitFor()
  })

  test('in a popup it signs in by a further window, and closes', async () => {
    const { page, context: browserContext, complaints } = await context()
    await page.goto(`${app}/popup`)
    let opened = browserContext.waitForEvent('page')
    await page.locator('#open').click()
    const popup = await opened
    const closed = popup.waitForEvent('close')
    opened = browserContext.waitForEvent('page')
    await popup.getByRole('button', { name: 'Sign in at Great Books' }).click()
    await (await opened).getByRole('link', { name: 'Allow' }).click()
    await heading(popup, 'Great Books is connected')
    await closed
    expect(await page.locator('#result').innerText()).toContain('of-books')
    expect(complaints).toEqual([])
  })

  test('a provider that cuts its window off ends in success all the same', async () => {
    const { page, context: browserContext } = await context()
    isAlone = true
    await page.goto(`${app}/popup`)
    let opened = browserContext.waitForEvent('page')
    await page.locator('#open').click()
    const popup = await opened
    opened = browserContext.waitForEvent('page')
    await popup.getByRole('button', { name: 'Sign in at Great Books' }).click()
    await (await opened).getByRole('link', { name: 'Allow' }).click()
    await heading(popup, 'Great Books is connected')
    await expect.poll(() => page.locator('#result').innerText()).toContain('of-books')
  })

  test('from a frame of another site such a window says what came of it, and goes on by itself', async () => {
    const { page, context: browserContext } = await context()
    isAlone = true
    // Browsers keep channels of a frame apart by the site around it, which this one is told not to do when it is started.
    await browserContext.addInitScript('BroadcastChannel = class { postMessage() {} }')
    await page.goto(`${app}/frame-oauth`)
    await page.locator('#open').click()
    const opened = browserContext.waitForEvent('page')
    await page.frameLocator('iframe').getByRole('button', { name: 'Sign in at Great Books' }).click()
    const popup = await opened
    await popup.getByRole('link', { name: 'Allow' }).click()
    await heading(popup, 'The sign-in is finished')
    expect(await faultsOf(popup)).toEqual([])
    expect(new URL(popup.url()).search).toBe('')
    await popup.getByRole('link', { name: 'Go on' }).click()
    await heading(popup, 'Great Books is connected')
  })

  test('a window that the browser blocks is offered as a link, and the app is told', async () => {
    const { page, context: browserContext } = await context()
    await page.goto(`${app}/frame-oauth`)
    await page.locator('#open').click()
    const frame = page.frameLocator('iframe')
    await frame.getByRole('heading', { name: 'Connect Great Books' }).waitFor()
    await page.frames().at(-1)!.evaluate('window.reallyOpen = window.open; window.open = () => null')
    await frame.getByRole('button', { name: 'Sign in at Great Books' }).click()
    await frame.getByRole('alert').filter({ hasText: 'did not let the window open' }).waitFor()
    expect(await page.evaluate('heard.at(-1).data.code')).toBe('blocked')
    await page.frames().at(-1)!.evaluate('window.open = window.reallyOpen')
    const opened = browserContext.waitForEvent('page')
    await frame.getByRole('link', { name: 'Open Great Books' }).click()
    await (await opened).getByRole('link', { name: 'Allow' }).click()
    await frame.getByRole('heading', { name: 'Great Books is connected' }).waitFor()
  })

  test('a popup that is closed by hand rejects', async () => {
    const { page, context: browserContext } = await context()
    await page.goto(`${app}/popup`)
    const opened = browserContext.waitForEvent('page')
    await page.locator('#open').click()
    await heading((await opened) as Page, 'Connect Great Books')
    await (await opened).close()
    await expect.poll(() => page.locator('#result').innerText()).toBe('ConnectError closed')
  })

  test('a frame that is closed after a failure rejects with the failure; Escape closes it, too', async () => {
    const { page } = await context()
    await page.goto(`${app}/frame`)
    await page.locator('#open').click()
    const frame = page.frameLocator('iframe')
    await frame.getByRole('button', { name: 'Acme CRM' }).click()
    await frame.locator('[name="field.apiKey"]').fill('ak_refused')
    await frame.getByRole('button', { name: 'Connect', exact: true }).click()
    await frame.getByText('Acme says').waitFor()
    await frame.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => page.locator('#result').innerText()).toBe('ConnectError failed')
    await page.locator('#open').click()
    await frame.locator('#search').focus()
    // Not waited for: the key takes the frame away, and with it whoever would say that the key was handled.
    void page.keyboard.press('Escape').catch(() => undefined)
    await expect.poll(() => page.locator('#result').innerText()).toBe('ConnectError closed')
    expect(await page.locator('dialog').count()).toBe(0)
  })

  test('opened twice there is one frame, and none once it is closed', async () => {
    const { page } = await context()
    await page.goto(`${app}/frame`)
    await page.evaluate('void begin(); void begin()')
    await page.frameLocator('iframe').getByRole('button', { name: 'Acme CRM' }).waitFor()
    expect(await page.locator('iframe').count()).toBe(1)
    await page.frameLocator('iframe').getByRole('button', { name: 'Close' }).click()
    await page.locator('iframe').waitFor({ state: 'detached' })
  })

  test('a session that is over rejects at once', async () => {
    const { page } = await context()
    await page.goto(`${app}/frame-over`)
    await page.locator('#open').click()
    await expect.poll(() => page.locator('#result').innerText()).toBe('ConnectError expired')
    expect(await page.locator('iframe').count()).toBe(0)
  })

  test('an origin that is not allowed sees nothing and hears nothing', async () => {
    const { page, context: browserContext } = await context()
    await page.goto(`${foreign}/frame`)
    await page.locator('#open').click()
    // The button that is there before the page is closes the frame that stays empty.
    await page.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => page.locator('#result').innerText()).toBe('ConnectError closed')
    expect(await page.evaluate('heard')).toEqual([])
    // A popup is shown, and tells its opener nothing.
    await page.goto(`${foreign}/popup`)
    let opened = browserContext.waitForEvent('page')
    await page.locator('#open').click()
    const popup = await opened
    opened = browserContext.waitForEvent('page')
    await popup.getByRole('button', { name: 'Sign in at Great Books' }).click()
    await (await opened).getByRole('link', { name: 'Allow' }).click()
    await heading(popup, 'Great Books is connected')
    expect(await page.evaluate('heard')).toEqual([])
  })

  test('a message of another page is not taken for the end of a sign-in', async () => {
    const { page, context: browserContext } = await context()
    await page.goto(`${app}/frame-oauth`)
    await page.locator('#open').click()
    const opened = browserContext.waitForEvent('page')
    await page.frameLocator('iframe').getByRole('button', { name: 'Sign in at Great Books' }).click()
    const popup = await opened
    await popup.getByRole('link', { name: 'Allow' }).waitFor()
    const requests: string[] = []
    browserContext.on('request', request => requests.push(request.url()))
    await page.evaluate(`document.querySelector('iframe').contentWindow.postMessage(
      { type: 'koine:callback', attempt: 'attempt-of-another' }, '*')`)
    await popup.evaluate(`opener.postMessage({ type: 'koine:callback', attempt: 'attempt-of-another' }, '*')`)
    await popup.getByRole('link', { name: 'Allow' }).click()
    await page.frameLocator('iframe').getByRole('heading', { name: 'Great Books is connected' }).waitFor()
    expect(requests.filter(url => url.includes('attempt-of-another'))).toEqual([])
  })

  describe('for the documented client', () => {
    test('it waits for the token, and says what the client knows', async () => {
      const { page, complaints } = await context()
      await page.goto(`${app}/client`)
      const frame = page.frameLocator('#connect-ui')
      await frame.getByRole('heading', { name: 'Acme CRM verbinden' }).waitFor()
      await frame.locator('[name="field.apiKey"]').fill('ak_refused')
      await frame.getByRole('button', { name: 'Verbinden', exact: true }).click()
      await frame.getByText('Acme says').waitFor()
      await frame.locator('[name="field.apiKey"]').fill(GOOD)
      await frame.getByRole('button', { name: 'Verbinden', exact: true }).click()
      await frame.getByRole('heading', { name: 'Acme CRM ist verbunden' }).waitFor()
      await frame.locator('.top').getByRole('button', { name: 'Schließen' }).click()
      await page.locator('#connect-ui').waitFor({ state: 'detached' })
      expect(await page.evaluate('events')).toEqual([
        { type: 'ready' },
        {
          type: 'error',
          payload: { errorType: 'connection_test_failed', errorMessage: 'Acme says: <b>key revoked</b>' },
        },
        { type: 'connect', payload: { providerConfigKey: 'acme', connectionId: 'of-acme' } },
        { type: 'close' },
      ])
      expect(complaints).toEqual([])
    })

    test('it says that the session is over, and lets itself be closed', async () => {
      const { page } = await context()
      await page.goto(`${app}/client-over`)
      const frame = page.frameLocator('#connect-ui')
      await frame.getByText('Dieser Link gilt nicht mehr').waitFor()
      await frame.getByRole('button', { name: 'Schließen' }).click()
      await page.locator('#connect-ui').waitFor({ state: 'detached' })
      expect(await page.evaluate('events.map(event => event.type)')).toEqual(['ready', 'error', 'close'])
    })

    test('it shows nothing of a session to an origin that is not allowed', async () => {
      const { page } = await context()
      await page.goto(`${foreign}/client`)
      const frame = page.frameLocator('#connect-ui')
      await frame.getByText(`in ${foreign} nicht gezeigt`).waitFor()
      expect(await page.evaluate('events')).toEqual([{ type: 'ready' }])
      expect(await faultsOf(page.frames().at(-1)!)).toEqual([])
    })

    test('without a token it says so: in a tab at once, in a frame after ten seconds', async () => {
      const { page } = await context()
      await page.clock.install()
      await page.goto(`${app}/mute`)
      const frame = page.frameLocator('iframe')
      await frame.getByText('Loading …').waitFor()
      await page.clock.fastForward(9_000)
      expect(await frame.getByText('Loading …').isVisible()).toBe(true)
      await page.clock.fastForward(1_500)
      await frame.getByText('There is nothing to show here').waitFor()
      await page.goto(`${connect.url}/connect-ui/`)
      await page.getByText('There is nothing to show here').waitFor({ timeout: 8_000 })
      expect(await faultsOf(page)).toEqual([])
    })
  })
})
