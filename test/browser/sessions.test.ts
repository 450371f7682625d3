import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configure, type Server, startGateway } from '../../src/node.ts'
import { ada } from '../contract/ada.ts'
import { type Caller, callerOf } from '../contract/caller.ts'
import { settings } from '../contract/entry-point.ts'
import { startUpstream } from '../contract/upstream.ts'
import { listen } from '../support/gateway.ts'
import { hasChromium, launchChromium, TEST_TIMEOUT } from './chromium.ts'

interface Options {
  readonly method?: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly credentials?: 'include'
}
/** What a page's own `fetch` came to: what it could read, or that the browser kept it from the answer. */
type Fetched = { status: number; body: unknown; headers: Record<string, string> } | { blocked: true }

describe.skipIf(!hasChromium)('a page on another origin', { timeout: TEST_TIMEOUT }, () => {
  const closing: (() => unknown)[] = []
  let gateway: Server
  let caller: Caller
  let browser: Browser
  let allowed: string
  let foreign: string
  let token: string
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'koine-page-'))
    closing.push(() => rmSync(directory, { recursive: true, force: true }))
    const { upstream, close } = await startUpstream()
    closing.push(close)
    const configured = configure({ ...settings, KOINE_DATA: directory, PORT: '0' })
    if (!configured.ok) throw new Error(configured.faults.join('\n'))
    gateway = await startGateway(configured.config, () => {})
    closing.push(() => gateway.close())
    const key = settings.KOINE_SECRET_KEY
    caller = callerOf(() => ({ ...upstream, key, fetch: (path, init) => fetch(gateway.url + path, init) }))
    const html = () => new Response('<!doctype html><title>App</title>', { headers: { 'content-type': 'text/html' } })
    for (const set of [(url: string) => (allowed = url), (url: string) => (foreign = url)]) {
      const page = await listen(html)
      closing.push(page.close)
      set(page.url)
    }
    await caller.connect('people', upstream.sandbox)
    await caller.connect('scratch', upstream.scratch)
    await caller.call('PATCH /environment', { body: { allowed_origins: [allowed] } })
    token = (await caller.call('POST /sessions', { body: { connection_id: 'people' } })).body.token
    browser = await launchChromium()
    closing.push(() => browser.close())
  })
  afterAll(async () => {
    for (const close of closing.reverse()) await close()
  })

  /** A page for each origin, which stays open. */
  const pages = new Map<string, Page>()
  async function pageAt(address: string): Promise<Page> {
    const page = pages.get(address) ?? (await browser.newPage())
    if (!pages.has(address)) await page.goto(address)
    pages.set(address, page)
    return page
  }
  /** Calls the gateway with `fetch` of a page at that address. */
  async function fetchFrom(address: string, path: string, options: Options): Promise<Fetched> {
    const page = await pageAt(address)
    return page.evaluate(
      async ([url, init]) => {
        try {
          const response = await fetch(url, init)
          const text = await response.text()
          const headers = Object.fromEntries(response.headers)
          return { status: response.status, body: text === '' ? null : JSON.parse(text), headers }
        } catch {
          return { blocked: true as const }
        }
      },
      [gateway.url + path, options] as const,
    )
  }
  const bearer = (secret: string, more: Record<string, string> = {}) => ({
    headers: { authorization: `Bearer ${secret}`, ...more },
  })

  test('reads, makes, changes and deletes with a token', async () => {
    const one = await fetchFrom(allowed, '/contacts/1001', bearer(token))
    expect(one).toMatchObject({
      status: 200,
      body: { data: ada },
      // Those that the browser lets the page read.
      headers: { 'x-request-id': expect.any(String), 'ratelimit-remaining': expect.any(String) },
    })
    const list = await fetchFrom(allowed, '/contacts?limit=2', bearer(token, { 'connection-id': 'people' }))
    expect(list).toMatchObject({ status: 200, body: { data: [{ id: expect.any(String) }, {}] } })
    const { body } = await caller.call('POST /sessions', { body: { connection_id: 'scratch' } })
    const writing = bearer(body.token, { 'content-type': 'application/json', 'idempotency-key': 'from-a-page' })
    const made = await fetchFrom(allowed, '/contacts', {
      ...writing,
      method: 'POST',
      body: '{"last_name":"Hopper"}',
    })
    expect(made).toMatchObject({ status: 201, headers: { location: expect.stringMatching(/^\/contacts\/\d+$/) } })
    if ('blocked' in made) throw new Error('blocked')
    const at = made.headers.location!
    const changed = await fetchFrom(allowed, at, { ...writing, method: 'PATCH', body: '{"title":"Admiral"}' })
    expect(changed).toMatchObject({ status: 200, body: { data: { last_name: 'Hopper', title: 'Admiral' } } })
    const deleted = await fetchFrom(allowed, at, { ...bearer(body.token), method: 'DELETE' })
    expect(deleted).toMatchObject({ status: 204, headers: { 'delete-means': 'archived' } })
  })

  test('reads why a call failed', async () => {
    const missing = await fetchFrom(allowed, '/contacts/999999', bearer(token))
    expect(missing).toMatchObject({ status: 404, body: { code: 'record-not-found' } })
    const over = `${token.slice(0, -4)}AAAA`
    expect(await fetchFrom(allowed, '/contacts', bearer(over))).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    })
    const other = await fetchFrom(allowed, '/contacts', bearer(token, { 'connection-id': 'scratch' }))
    expect(other).toMatchObject({ status: 403, body: { code: 'outside-session' } })
  })

  test('is kept out where the environment does not allow its origin, and with cookies', async () => {
    expect(await fetchFrom(foreign, '/contacts/1001', bearer(token))).toEqual({ blocked: true })
    expect(await fetchFrom(allowed, '/contacts/1001', { ...bearer(token), credentials: 'include' })).toEqual({
      blocked: true,
    })
    expect(await fetchFrom(allowed, '/connections', bearer(token))).toEqual({ blocked: true })
  })

  test('cannot use a key, and is told so where its origin is allowed', async () => {
    const { KOINE_SECRET_KEY: key } = settings
    const told = await fetchFrom(allowed, '/contacts/1001', bearer(key, { 'connection-id': 'people' }))
    expect(told).toMatchObject({
      status: 403,
      body: { code: 'key-in-browser', detail: expect.stringContaining('/sessions') },
    })
    expect(await fetchFrom(foreign, '/contacts/1001', bearer(key, { 'connection-id': 'people' }))).toEqual({
      blocked: true,
    })
    // A page of the gateway's own, such as the reference at `/docs`, may.
    const own = await fetchFrom(
      `${gateway.url}/problems/not-found`,
      '/contacts/1001',
      bearer(key, { 'connection-id': 'people' }),
    )
    expect(own).toMatchObject({ status: 200, body: { data: { id: '1001' } } })
  })
})
