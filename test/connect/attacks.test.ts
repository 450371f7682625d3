// What a page of this kind is attacked with: frames, foreign forms, texts that are code, addresses that lead elsewhere.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startConnect } from './gateway.ts'
import { OAUTH, ONE, TOKEN } from './session.ts'

let page: Awaited<ReturnType<typeof startConnect>>
beforeAll(async () => {
  page = await startConnect(() => redirect)
})
let redirect = 'https://provider.example/'
afterAll(() => page?.close())
beforeEach(() => {
  page.submitted.length = 0
})
const submit = { do: 'submit', integration: 'acme', type: 'API_KEY', back: 'page', 'field.apiKey': 'ak_1' }
/** The sources of each directive of a policy. */
const policyOf = (answer: Response): Record<string, string> =>
  Object.fromEntries(
    answer.headers
      .get('content-security-policy')!
      .split('; ')
      .map(directive => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
  )

describe('headers', () => {
  test('let nothing in, and tell nobody the address', async () => {
    page.change(ONE, { brand: { name: 'Shop', color: '#ffcc00', logo: 'https://cdn.example.com/a;b,c/logo.png?x' } })
    for (const path of [`/connect/${ONE}`, '/connect/nobody', '/connect-ui/']) {
      const answer = await page.get(path)
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.has('cross-origin-opener-policy')).toBe(false)
      const policy = policyOf(answer)
      expect(policy).toMatchObject({
        'default-src': "'none'",
        'script-src': "'self'",
        'form-action': "'self'",
        'base-uri': "'none'",
        'connect-src': "'self'",
      })
      const html = await answer.text()
      expect(html).not.toMatch(/<script(?![^>]* src="\.\.\/connect-ui\/)/)
      expect(html).not.toMatch(/ on\w+=| style="/)
    }
    const policy = policyOf(await page.get(`/connect/${ONE}`))
    expect(policy['img-src']).toBe("'self' data: https://cdn.example.com/a%3Bb%2Cc/logo.png")
    // printf ':root{--brand:#ffcc00;--on-brand:#000000}' | openssl dgst -sha256 -binary | base64
    expect(policy['style-src']).toBe("'self' 'sha256-JLZNWf+Rm+fCbMEDDrtxPOY+nLL5CXpoqtqiWiywSRU='")
  })

  test('let the allowed origins alone show the page in a frame', async () => {
    const framed = async () => {
      const answer = await page.get(`/connect/${TOKEN}`)
      return [policyOf(answer)['frame-ancestors'], answer.headers.get('x-frame-options')]
    }
    page.change(TOKEN, { allowedOrigins: [] })
    expect(await framed()).toEqual(["'none'", 'DENY'])
    page.change(TOKEN, { allowedOrigins: ['https://app.example.com', 'http://localhost:3000'] })
    expect(await framed()).toEqual(['https://app.example.com http://localhost:3000', null])
    for (const origin of [
      '*',
      'https://*',
      "'self'",
      'https://a.example; script-src *',
      'https://a.example/path',
      'null',
    ]) {
      page.change(TOKEN, { allowedOrigins: [origin] })
      expect([origin, ...(await framed())]).toEqual([origin, "'none'", 'DENY'])
    }
    // A session that is over shows nothing worth a frame.
    expect(policyOf(await page.get('/connect/nobody'))['frame-ancestors']).toBe("'none'")
  })
})

describe('a form of another page', () => {
  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'null' },
    { 'sec-fetch-site': '', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  ])('is refused: %o', async headers => {
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))
    const answer = await fetch(`${page.url}/connect/${TOKEN}`, {
      method: 'POST',
      body: new URLSearchParams(submit),
      headers: given as Record<string, string>,
    })
    expect(answer.status).toBe(403)
    expect(page.submitted).toEqual([])
  })

  test('is told from our own, which a browser without Sec-Fetch-Site sends, too', async () => {
    for (const origin of ['null', page.url]) {
      const answer = await fetch(`${page.url}/connect/${TOKEN}`, {
        method: 'POST',
        body: new URLSearchParams(submit),
        headers: { origin },
      })
      expect(answer.status).toBe(200)
    }
  })
})

describe('a body', () => {
  test('that is larger than a form is not held, nor one without a session', async () => {
    const large = new URLSearchParams({ ...submit, 'field.account': 'a'.repeat(70_000) })
    expect((await fetch(`${page.url}/connect/${TOKEN}`, { method: 'POST', body: large })).status).toBe(413)
    const chunked = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < 20; i++) controller.enqueue(new Uint8Array(10_000).fill(97))
        controller.close()
      },
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const streamed = { method: 'POST', body: chunked, headers, duplex: 'half' } as RequestInit
    expect((await fetch(`${page.url}/connect/${TOKEN}`, streamed)).status).toBe(413)
    expect((await fetch(`${page.url}/connect/nobody`, { method: 'POST', body: large })).status).toBe(404)
    expect(page.submitted).toEqual([])
  })

  test('of another kind is refused', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${page.url}/connect/${TOKEN}`, { method: 'POST', body: '{}', headers })
    expect(answer.status).toBe(415)
  })
})

describe('texts that are code', () => {
  const EVIL = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`
  /** No element that a text smuggled in. */
  const expectEscaped = (html: string) => {
    expect(html).not.toContain('<script>')
    expect(html).not.toContain('<img src=x')
  }

  test('stay texts, wherever they come from', async () => {
    const evil = {
      key: EVIL,
      name: EVIL,
      logo: `javascript:${EVIL}`,
      ways: [
        {
          type: 'API_KEY' as const,
          at: 'form' as const,
          fields: [{ name: EVIL, label: EVIL, help: EVIL, pattern: `${EVIL}.*`, secret: false, required: true }],
          help: EVIL,
          page: `javascript:alert(1)//${EVIL}`,
        },
        { type: 'OAUTH2' as const, at: 'provider' as const },
      ],
      questions: [
        { name: EVIL, label: EVIL, value: EVIL },
        { name: `q${EVIL}`, label: EVIL, one_of: [EVIL] },
      ],
    }
    page.change(OAUTH, {
      brand: { name: EVIL, color: `red}</style>${EVIL}`, logo: `https://x.example/"${EVIL}` },
      integrations: [evil, { ...evil, key: 'other' }],
    })
    const form = {
      do: 'submit',
      integration: EVIL,
      type: 'API_KEY',
      [`field.${EVIL}`]: EVIL,
      [`question.q${EVIL}`]: EVIL,
    }
    page.attempts.set('evil', {
      token: OAUTH,
      back: { mode: 'page' },
      step: { failed: { code: EVIL, detail: EVIL, provider_config_key: EVIL } },
    })
    page.attempts.set('choice', {
      token: OAUTH,
      back: { mode: 'page' },
      step: { choose: { attempt: EVIL, choices: [{ id: EVIL, label: EVIL }] } },
    })
    page.attempts.set('connected', {
      token: OAUTH,
      back: { mode: 'page' },
      step: { connected: { connection_id: EVIL, provider_config_key: EVIL, warning: EVIL } },
    })
    const quoted = encodeURIComponent(EVIL)
    for (const answer of [
      await page.get(`/connect/${OAUTH}`),
      await page.get(`/connect/${OAUTH}?q=${quoted}&lang=${quoted}&theme=${quoted}&events=${quoted}`),
      await page.get(`/connect/${OAUTH}?integration=${quoted}`),
      await page.get(`/connect/${OAUTH}?attempt=evil`),
      await page.get(`/connect/${OAUTH}?attempt=choice`),
      await page.get(`/connect/${OAUTH}?attempt=connected`),
      await page.post(`/connect/${OAUTH}`, form),
      await page.get(`/connect-ui/?lang=${quoted}&theme=${quoted}&session_token=${quoted}`),
    ]) {
      const html = await answer.text()
      expectEscaped(html)
      expect(html).not.toContain('javascript:')
      expect(html).not.toContain('</style>')
    }
  })

  test('are no address to sign in at', async () => {
    redirect = 'javascript:alert(1)'
    page.change(ONE, {})
    const answer = await page.post(`/connect/${ONE}`, { ...submit, type: 'OAUTH2' })
    expect(answer.status).toBe(500)
    redirect = 'https://provider.example/'
  })
})

test('a page with script and style is smaller than 60 KB, and the browser client than 5 KB', async () => {
  const size = (name: string) => readFileSync(new URL(`../../openapi/connect/${name}`, import.meta.url)).length
  const integrations = Array.from({ length: 60 }, (_, i) => ({
    key: `integration-${i}`,
    name: `Integration number ${i}`,
    logo: '',
    ways: [],
    questions: [],
  }))
  page.change(TOKEN, { integrations })
  const html = await (await page.get(`/connect/${TOKEN}`)).text()
  expect(html.match(/value="integration-/g)).toHaveLength(60)
  expect(Buffer.byteLength(html) + size('page.js') + size('page.css')).toBeLessThan(60_000)
  expect(size('connect.js')).toBeLessThan(5_000)
  expect(gzipSync(readFileSync(new URL('../../openapi/connect/connect.js', import.meta.url))).length).toBeLessThan(
    2_500,
  )
})

test('the files of the page are kept for good by their content, and the client is for every origin', async () => {
  const html = await (await page.get(`/connect/${ONE}`)).text()
  const addresses = [...html.matchAll(/(?:src|href)="(\.\.\/connect-ui\/[^"]+)"/g)].map(([, found]) => found!)
  expect(addresses).toHaveLength(2)
  for (const address of addresses) {
    const answer = await fetch(new URL(address, `${page.url}/connect/${ONE}`))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  }
  const client = await page.get('/connect.js')
  expect(client.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(client.headers.get('access-control-allow-origin')).toBe('*')
  const etag = client.headers.get('etag')!
  expect((await page.get('/connect.js', { 'if-none-match': etag })).status).toBe(304)
})
