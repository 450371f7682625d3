import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Server } from '../../src/node.ts'
import { startAlone } from '../openapi/gateway.ts'
import { hasChromium, launchChromium, PATIENCE, TEST_TIMEOUT } from './chromium.ts'

describe.skipIf(!hasChromium)('pages in a browser', { timeout: TEST_TIMEOUT }, () => {
  let gateway: Server
  let browser: Browser
  beforeAll(async () => {
    gateway = await startAlone()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.close()
  })

  /** Opens a page, and notes what it asks of the network and what it complains of. */
  async function open(path: string): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } })
    const requests: string[] = []
    const complaints: string[] = []
    // Of the context, so that workers count too.
    context.on('request', request => requests.push(request.url()))
    await context.exposeFunction('complain', (text: string) => complaints.push(text))
    await context.addInitScript(`
      addEventListener('securitypolicyviolation', event =>
        complain('policy ' + event.effectiveDirective + ' ' + event.blockedURI))
    `)
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE)
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(`console ${message.text()}`)
    })
    page.on('pageerror', error => complaints.push(`error ${error.message}`))
    await page.goto(gateway.url + path)
    return { page, requests, complaints }
  }
  const elsewhere = (requests: readonly string[]): string[] =>
    // What stands in the page itself is asked of nobody.
    requests.filter(url => !/^(?:data|blob):/.test(url) && new URL(url).origin !== gateway.url)

  test('the reference renders, and nothing is asked of another host', async () => {
    const { page, requests, complaints } = await open('/docs')
    await page.getByRole('heading', { name: 'List contacts' }).waitFor()
    await page.getByRole('link', { name: 'Connections', exact: true }).click()
    await page.getByRole('heading', { name: 'List connections' }).waitFor()
    // A trial call goes to the gateway itself, through no proxy.
    await page.getByRole('link', { name: 'Operations', exact: true }).click()
    await page.getByRole('button', { name: /Test Request.*\/health/ }).click()
    await page.getByRole('button', { name: /^Send get request/ }).click()
    await page.getByText('200 OK').first().waitFor()
    await page.waitForLoadState('networkidle')
    expect(requests.map(url => new URL(url).pathname)).toEqual(
      expect.arrayContaining(['/docs', '/docs/reference.js', '/docs/start.js', '/openapi.json', '/health']),
    )
    expect(elsewhere(requests)).toEqual([])
    expect(complaints).toEqual([])
  })

  test('the page of a problem renders', async () => {
    const { page, requests, complaints } = await open('/problems/bad-cursor')
    await page.getByRole('heading', { name: 'Bad cursor' }).waitFor()
    expect(await page.locator('body').innerText()).toContain('Start again without a cursor')
    await page.waitForLoadState('networkidle')
    expect(elsewhere(requests)).toEqual([])
    expect(complaints).toEqual([])
  })
})
