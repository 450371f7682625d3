import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startConnect } from './gateway.ts'
import { AGAIN, OAUTH, ONE, TOKEN } from './session.ts'

let page: Awaited<ReturnType<typeof startConnect>>
beforeAll(async () => {
  page = await startConnect()
})
afterAll(() => page?.close())
beforeEach(() => {
  page.submitted.length = 0
})
const text = async (answer: Promise<Response>) => (await answer).text()
const submit = { do: 'submit', integration: 'acme', type: 'API_KEY', back: 'page' }

describe('the page', () => {
  test('lists the integrations as buttons, with a logo or initials', async () => {
    const html = await text(page.get(`/connect/${TOKEN}`))
    expect(html).toContain('<html lang="en">')
    expect(html.match(/<button name="integration" value="\w+">/g)).toHaveLength(3)
    expect(html).toContain('aria-hidden="true">AC</span>')
    expect(html).toContain('<img class="logo" src="data:image/svg+xml;base64,')
    expect(html).toContain('<input type="search"')
  })

  test('searches without JavaScript', async () => {
    const html = await text(page.get(`/connect/${TOKEN}?q=BOOK`))
    expect(html.match(/name="integration" value="\w+"/g)).toEqual(['name="integration" value="books"'])
    expect(html).toContain('1 found')
    expect(await text(page.get(`/connect/${TOKEN}?q=zzz`))).toContain('Nothing found for “zzz”.')
  })

  test('skips the list where there is one integration', async () => {
    const html = await text(page.get(`/connect/${ONE}`))
    expect(html).toContain('Connect Acme CRM')
    expect(html).not.toContain('type="search"')
    expect(await text(page.get(`/connect/${AGAIN}`))).toContain('Sign in to Acme CRM again')
  })

  test('shows one way to sign in, and leads to the others', async () => {
    const first = await text(page.get(`/connect/${TOKEN}?integration=acme`))
    expect(first).toContain('name="field.apiKey"')
    expect(first).toContain('Settings, then Developers.')
    expect(first).toContain('href="https://docs.acme.example/keys" target="_blank" rel="noopener noreferrer"')
    expect(first).toContain('<dt>Plan</dt><dd>gold</dd>')
    expect(first).not.toContain('name="question.plan"')
    const other = await text(page.get(`/connect/${TOKEN}?integration=acme&way=OAUTH2`))
    expect(other).not.toContain('name="field.apiKey"')
    expect(other).toContain('Sign in at Acme CRM')
    expect(other).toContain('name="question.region"')
  })

  test('says of an integration without its sign-in that it cannot be connected', async () => {
    expect(await text(page.get(`/connect/${TOKEN}?integration=bare`))).toContain('Bare cannot be connected yet')
  })

  test('speaks the language that is asked for, or that the browser prefers', async () => {
    expect(await text(page.get(`/connect/${ONE}?lang=de`))).toContain('<html lang="de">')
    const preferred = await text(page.get(`/connect/${ONE}`, { 'accept-language': 'fr, de-AT;q=0.8, en;q=0.5' }))
    expect(preferred).toContain('Acme CRM verbinden')
    expect(await text(page.get(`/connect/${ONE}?lang=xx`, { 'accept-language': 'fr' }))).toContain('<html lang="en">')
    expect(await text(page.get(`/connect/${ONE}?lang=constructor`))).toContain('<html lang="en">')
    // What a form sends goes on in the same language.
    const sent = await text(page.post(`/connect/${ONE}`, { ...submit, lang: 'de', 'field.apiKey': '' }))
    expect(sent).toContain('Bitte ausfüllen.')
  })

  test('has a theme where one is asked for', async () => {
    expect(await text(page.get(`/connect/${ONE}?theme=dark`))).toContain('data-theme="dark"')
    expect(await text(page.get(`/connect/${ONE}?theme=system`))).not.toContain('data-theme')
  })

  test('is found with its token alone', async () => {
    const answer = await page.get('/connect/session_that_nobody_made_at_all')
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('This link is no longer valid')
    expect((await page.get('/connect/%3Cscript%3E')).status).toBe(404)
    // Routes of the documented API are none of this page.
    expect((await page.get('/connect/sessions')).headers.get('content-type')).toBe('application/problem+json')
  })
})

describe('a form', () => {
  test('that is filled in connects; only what is asked is passed on, without spaces around it', async () => {
    const answer = await page.post(`/connect/${TOKEN}`, {
      ...submit,
      'field.apiKey': ' ak_1234567890123456789\n',
      'field.account': 'a',
      'field.other': 'x',
      'question.region': 'eu',
      'question.plan': 'platinum',
    })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Acme CRM is connected')
    expect(page.submitted).toEqual([
      {
        token: TOKEN,
        key: 'acme',
        answers: {
          type: 'API_KEY',
          fields: { apiKey: 'ak_1234567890123456789', account: 'a' },
          questions: { region: 'eu' },
        },
        back: { mode: 'page' },
      },
    ])
  })

  test('with a fault is shown again: the fault beside its field, the rest as typed, no secret', async () => {
    const form = { ...submit, 'field.apiKey': 'wrong-s3cret', 'field.account': 'kept', 'question.region': 'us' }
    const answer = await page.post(`/connect/${ONE}`, form)
    const html = await answer.text()
    expect(answer.status).toBe(422)
    expect(html).toMatch(
      /id="field-apiKey"[^>]* aria-invalid="true" aria-describedby="field-apiKey-help field-apiKey-fault"/,
    )
    expect(html).toContain('id="field-apiKey-fault">This does not look right. It does not begin with ak_.</p>')
    expect(html).toContain(
      'name="field.account" autocomplete="off" autocapitalize="none" spellcheck="false" value="kept"',
    )
    expect(html).toContain('<option selected>us</option>')
    expect(html).not.toContain('s3cret')
  })

  test('that the provider refuses says why in its words, escaped, and can be sent again', async () => {
    const html = await text(page.post(`/connect/${ONE}`, { ...submit, 'field.apiKey': 'ak_refused' }))
    expect(html).toContain('The provider did not accept these details.')
    expect(html).toContain('Acme says: &lt;b&gt;key revoked&lt;/b&gt;')
    expect(html).toContain('name="field.apiKey"')
    expect(html).not.toContain('ak_refused')
    expect(html).toContain(
      'data-event="{&quot;state&quot;:&quot;error&quot;,&quot;code&quot;:&quot;connection_test_failed&quot;',
    )
  })

  test('for the provider’s page leads there without JavaScript, by no redirect of a form', async () => {
    const answer = await page.post(`/connect/${OAUTH}`, {
      ...submit,
      integration: 'books',
      type: 'OAUTH2',
      theme: 'dark',
    })
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(html).toContain('content="0;url=https://provider.example/?state=attempt-1"')
    expect(html).toContain('<a class="main button" href="https://provider.example/?state=attempt-1" rel="noreferrer"')
    expect(page.submitted[0]!.back).toEqual({ mode: 'page', query: 'theme=dark' })
    // Back from there.
    expect(await text(page.get(`/connect/${OAUTH}?attempt=attempt-1`))).toContain('Great Books is connected')
    // Another session's attempt is none of this one's.
    expect((await page.get(`/connect/${TOKEN}?attempt=attempt-1`)).status).toBe(404)
  })

  test('for a choice takes one of several accounts', async () => {
    const attempt = { token: OAUTH, back: { mode: 'page' } } as const
    page.attempts.set('several', {
      ...attempt,
      step: {
        choose: {
          attempt: 'several',
          choices: [
            { id: 't"1', label: 'Café & Söhne' },
            { id: 't2', label: 'Two' },
          ],
        },
      },
    })
    const html = await text(page.get(`/connect/${OAUTH}?attempt=several`))
    expect(html).toContain('<button name="choice" value="t&quot;1"><span>Café &amp; Söhne</span></button>')
    const chosen = await text(page.post(`/connect/${OAUTH}`, { do: 'choose', attempt: 'several', choice: 't2' }))
    expect(chosen).toContain('&quot;connection_id&quot;:&quot;of-books-t2&quot;')
  })

  test('of a failed attempt can be tried again', async () => {
    const failed = { code: 'access_denied', detail: 'The user said no.', provider_config_key: 'books' }
    page.attempts.set('refused', { token: TOKEN, back: { mode: 'page' }, step: { failed } })
    const html = await text(page.get(`/connect/${TOKEN}?attempt=refused`))
    expect(html).toContain('Great Books could not be connected')
    expect(html).toContain('The permission was refused at the provider.')
    expect(html).toContain('<input type="hidden" name="integration" value="books">')
    expect(html).toContain('Try again')
  })

  test('of a kind that the integration has not shows the integrations', async () => {
    await page.post(`/connect/${TOKEN}`, { ...submit, type: 'JWT' })
    await page.post(`/connect/${TOKEN}`, { ...submit, integration: 'nothing' })
    expect(page.submitted).toEqual([])
  })
})

describe('the way back to the app', () => {
  test('is offered where it is on an allowed origin, with what came of it', async () => {
    page.change(ONE, { allowedOrigins: ['https://app.example.com'], returnUrl: 'https://app.example.com/done?x=1' })
    const html = await text(page.post(`/connect/${ONE}`, { ...submit, 'field.apiKey': 'ak_1' }))
    expect(html).toContain(
      'href="https://app.example.com/done?x=1&amp;status=connected&amp;connection_id=of-acme&amp;provider_config_key=acme"',
    )
    expect(await text(page.get(`/connect/${ONE}`))).toContain('status=cancelled')
  })

  test.each([
    'https://evil.example/',
    'javascript:alert(1)',
    '//evil.example',
    'https://app.example.com.evil.example/',
  ])('is not offered at %s', async returnUrl => {
    page.change(ONE, { allowedOrigins: ['https://app.example.com'], returnUrl })
    const html = await text(page.post(`/connect/${ONE}`, { ...submit, 'field.apiKey': 'ak_1' }))
    expect(html).not.toContain('data-return')
  })
})

describe('for scripts', () => {
  test('the status of a session says who may show the page', async () => {
    page.change(TOKEN, { allowedOrigins: ['https://app.example.com', 'https://x.example; script-src *'] })
    const answer = await page.get(`/connect/${TOKEN}/status`)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(await answer.json()).toEqual({
      expires_at: '2026-11-21T12:00:00.000Z',
      allowed_origins: ['https://app.example.com'],
    })
    const none = await page.get('/connect/session_that_nobody_made_at_all/status')
    expect([none.status, none.headers.get('access-control-allow-origin')]).toEqual([404, '*'])
  })

  test('a hosted link of the documented client leads to the page', async () => {
    const answer = await page.get(`/connect-ui/?session_token=${TOKEN}&lang=de&apiURL=https%3A%2F%2Fevil.example`)
    expect(answer.status).toBe(302)
    expect(new URL(answer.headers.get('location')!, answer.url).href).toBe(`${page.url}/connect/${TOKEN}?lang=de`)
    const strange = await page.get('/connect-ui/?session_token=%2F%2Fevil.example')
    expect(strange.status).toBe(200)
    const bare = await page.get('/connect-ui?lang=de')
    expect(new URL(bare.headers.get('location')!, bare.url).href).toBe(`${page.url}/connect-ui/?lang=de`)
  })
})
