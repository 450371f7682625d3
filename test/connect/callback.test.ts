import { expect, test } from 'vitest'
import { renderCallbackPage } from '../../src/http/connect/callback-page.ts'

test('a popup tells which sign-in is back, and has a way back in words', async () => {
  const { body, headers } = await renderCallbackPage({
    attempt: 'a"1',
    mode: 'popup',
    connectUrl: '/connect/abc?lang=de',
  })
  expect(body).toContain('<html lang="de">')
  expect(body).toContain('data-attempt="a&quot;1"')
  expect(body).toMatch(/<script type="module" src="\.\.\/connect-ui\/callback\.js\?v=[0-9a-f]{16}">/)
  expect(body).toContain('href="/connect/abc?lang=de&amp;attempt=a%221"')
  expect(body).not.toContain('http-equiv')
  expect(headers['referrer-policy']).toBe('no-referrer')
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(Object.keys(headers)).not.toContain('cross-origin-opener-policy')
})

test('a page leads back at once, without a script', async () => {
  const { body } = await renderCallbackPage({
    attempt: 'a1',
    mode: 'page',
    connectUrl: 'https://koine.example/connect/abc',
  })
  expect(body).toContain('content="0;url=https://koine.example/connect/abc?attempt=a1"')
  expect(body).not.toContain('<script')
})

test('an answer that belongs to nothing is said in words', async () => {
  const failure = { code: 'state_unknown', detail: 'This sign-in is <unknown>.' }
  const { body } = await renderCallbackPage({ mode: 'popup', failure }, { acceptLanguage: 'de' })
  expect(body).toContain('Das Konto ließ sich nicht verbinden')
  expect(body).toContain('This sign-in is &lt;unknown&gt;.')
  expect(body).not.toContain('<a ')
  expect(body).not.toContain('data-attempt')
})

test.each(['javascript:alert(1)', '//evil.example/', '/\\evil.example', 'data:text/html,x'])(
  'the way back is never %s',
  async connectUrl => {
    const { body } = await renderCallbackPage({ attempt: 'a', mode: 'page', connectUrl })
    expect(body).not.toMatch(/http-equiv|<a /)
  },
)
