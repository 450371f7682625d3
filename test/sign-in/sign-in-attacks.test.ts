// Attacks on a sign-in at the provider's page, over whole gateways, and what is kept while one is under way.

import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'
import { type Came, type Flows, invented, isConnected, openFlows, textOf } from './flows.ts'

const CLIENT = { client_id: 'client-1', client_secret: 'planted-client-secret' }
/** Two providers with an authorization server each; their tokens say whose they are. */
const providerAt = (name: string, more: object = {}) =>
  invented(`api.${name}.example`, {
    auth: {
      oauth2: {
        authorize: `https://login.${name}.example/authorize`,
        token: `https://login.${name}.example/token`,
        client: 'body',
        ...more,
      },
    },
  })
const shops = (): ReturnType<typeof invented> =>
  invented('*.shops.example', {
    base: 'https://{connection.shop}.shops.example',
    connection_config: { shop: { label: 'Shop', type: 'host-part' } },
    auth: {
      oauth2: {
        authorize: 'https://{connection.shop}.shops.example/authorize',
        token: 'https://{connection.shop}.shops.example/token',
        client: 'body',
      },
    },
  })

let flows: Flows
afterEach(() => flows.close())
const token = ({ url }: Came): Response => {
  const whose = new URL(url).hostname.split('.').at(-2)
  return Response.json({
    access_token: `planted-access-${whose}`,
    refresh_token: `planted-refresh-${whose}`,
    expires_in: 600,
  })
}
async function open(
  answer: (came: Came) => Response | undefined | Promise<Response | undefined> = () => undefined,
  more = {},
) {
  flows = await openFlows(
    { harbour: providerAt('harbour'), marina: providerAt('marina'), shops: shops() },
    async came =>
      (await answer(came)) ??
      (came.url.endsWith('/token')
        ? token(came)
        : came.url.endsWith('/people')
          ? Response.json({ people: [] })
          : undefined),
    more,
  )
  for (const provider of ['harbour', 'marina', 'shops'])
    await flows.must('POST /integrations', {
      provider,
      unique_key: provider,
      credentials: { type: 'OAUTH2', ...CLIENT },
    })
}

describe('a state', () => {
  it('that somebody else began with is worth nothing in another browser', async () => {
    await open()
    const attacker = flows.person(await flows.session({ end_user: { id: 'eve' } }))
    const address = await attacker.leave('harbour')
    const victim = flows.person(await flows.session())
    expect((await victim.comeBack(address, { code: 'of-the-attacker' })).status).toBe(400)
    expect([flows.asked, await flows.connections()]).toEqual([[], []])
    // And the attacker's own one is not used up by it.
    expect((await attacker.comeBack(address, { code: 'c' })).status).toBe(200)
  })

  it('is used once, also by many at the same time', async () => {
    await open()
    const person = flows.person(await flows.session())
    const address = await person.leave('harbour')
    const all = await Promise.all(Array.from({ length: 10 }, () => person.comeBack(address, { code: 'c' })))
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await person.comeBack(address, { code: 'c' })).status).toBe(400)
    expect([flows.asked.length, (await flows.connections()).length]).toEqual([1, 1])
  })

  it.each(['', 'x', '0'.repeat(64), '0'.repeat(63), `${'a'.repeat(64)}\u0000`, "' OR 1=1 --", '%', '_'.repeat(64)])(
    'that nobody gave is none: %j',
    async state => {
      await open()
      const person = flows.person(await flows.session())
      await person.leave('harbour')
      expect((await person.go(`/oauth/callback?code=c&state=${encodeURIComponent(state)}`)).status).toBe(400)
      expect(flows.asked).toEqual([])
    },
  )

  it('of before is void once the person went to the provider again', async () => {
    await open()
    const person = flows.person(await flows.session())
    const first = await person.leave('harbour')
    const start = person.browser.visited.at(-1)!.slice(flows.gateway.url.length)
    const again = await person.browser.go(flows.gateway.url + start)
    const second = new URL(again.headers.get('location') ?? '')
    expect((await person.comeBack(first, { code: 'c' })).status).toBe(400)
    expect((await person.comeBack(second, { code: 'c' })).status).toBe(200)
    expect((await person.go(start)).status).toBe(400)
  })
})

describe('an answer of another server (mix-up)', () => {
  it('that names its issuer is not shown to the one that was asked', async () => {
    await open()
    const person = flows.person(await flows.session())
    const atMarina = await person.leave('marina')
    // What the person consented to at harbour, delivered to the attempt at marina.
    const { status, page } = await person.comeBack(atMarina, {
      code: 'planted-code',
      iss: 'https://login.harbour.example',
    })
    expect([status, textOf(page).includes('another issuer')]).toEqual([400, true])
    expect([flows.asked, await flows.connections()]).toEqual([[], []])
  })

  it.each(['https://login.harbour.example', 'https://login.harbour.example/', 'https://login.harbour.example/tenant'])(
    'is told from its own: %s',
    async iss => {
      await open()
      const person = flows.person(await flows.session())
      expect((await person.comeBack(await person.leave('harbour'), { code: 'c', iss })).status).toBe(200)
    },
  )

  it.each(['https://evil.shops.example', 'https://acme.shops.example:444', 'acme.shops.example', '', 'null'])(
    'of another customer’s host is foreign, too: %j',
    async iss => {
      await open()
      const person = flows.person(await flows.session())
      const address = await person.leave('shops', 'OAUTH2', { 'question.shop': 'acme' })
      expect(address.host).toBe('acme.shops.example')
      expect((await person.comeBack(address, { code: 'c', iss })).status).toBe(400)
      expect(flows.asked).toEqual([])
    },
  )

  it('is foreign where the integration has a server of its own, be it the provider’s usual one', async () => {
    await open()
    const integration_config = {
      authorize_url: 'https://login.sandbox.example/authorize',
      token_url: 'https://login.sandbox.example/token',
    }
    await flows.must('PATCH /integrations/harbour', { integration_config })
    const person = flows.person(await flows.session())
    const address = await person.leave('harbour')
    expect((await person.comeBack(address, { code: 'c', iss: 'https://login.harbour.example' })).status).toBe(400)
    const again = await person.leave('harbour')
    expect((await person.comeBack(again, { code: 'c', iss: 'https://login.sandbox.example' })).status).toBe(200)
    expect(flows.asked.map(({ url }) => url)).toEqual(['https://login.sandbox.example/token'])
  })
})

describe('a way out', () => {
  it('leads to pages of the environment’s own origins alone', async () => {
    await open()
    await flows.must('PATCH /environment', { allowed_origins: ['https://app.example.com'] })
    for (const return_url of [
      'https://evil.example/',
      'https://app.example.com.evil.example/',
      'https://app.example.com@evil.example/',
      'https://app.example.com:444/',
      '//evil.example',
      'javascript:alert(1)',
      '/relative',
    ])
      expect((await flows.call('POST /connect/sessions', { end_user: { id: 'a' }, return_url })).status).toBe(400)
  })

  it('of a callback is the connect page, whatever its query says', async () => {
    await open()
    const person = flows.person(await flows.session())
    const back = {
      redirect: 'https://evil.example/',
      return_url: 'https://evil.example/',
      connectUrl: '//evil.example',
      next: '/x',
    }
    const { page } = await person.comeBack(await person.leave('harbour'), { code: 'c', ...back })
    expect(page).not.toContain('evil.example')
    for (const [, address] of page.matchAll(/(?:href="|;url=|action=")([^"]+)"/g))
      expect([flows.gateway.url, 'null']).toContain(
        new URL(address ?? '', `${flows.gateway.url}/oauth/callback`).origin,
      )
  })

  it('to the provider has nobody’s parameters in the place of its own, and no further rights', async () => {
    await open()
    const forged = ['client_id', 'redirect_uri', 'state', 'scope', 'code_challenge', 'response_type', 'request_uri']
    const query = forged.map(name => `authorization_params[${name}]=evil`).join('&')
    const session = await flows.session()
    const response = await fetch(
      `${flows.gateway.url}/oauth/connect/harbour?connect_session_token=${session}&${query}&authorization_params[login_hint]=a`,
      { redirect: 'manual' },
    )
    const { searchParams } = new URL(response.headers.get('location') ?? '')
    expect(searchParams.get('login_hint')).toBe('a')
    expect([...searchParams.values()]).not.toContain('evil')
    expect(searchParams.has('scope')).toBe(false)
  })

  it('with a client without an id is no way', async () => {
    await open()
    const own = 'credentials[oauth_client_id_override]=&credentials[oauth_client_secret_override]=x'
    const target = `/oauth/connect/harbour?connect_session_token=${await flows.session()}&${own}`
    const response = await fetch(flows.gateway.url + target, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
  })
})

describe('an address that leads inside', () => {
  it('is not followed from a token endpoint, with the secret', async () => {
    await open(({ url }) =>
      url.endsWith('/token')
        ? new Response(null, { status: 307, headers: { location: 'https://169.254.169.254/latest' } })
        : undefined,
    )
    const person = flows.person(await flows.session())
    expect((await person.comeBack(await person.leave('harbour'), { code: 'c' })).status).toBe(400)
    expect(flows.asked.map(({ url }) => url)).toEqual(['https://login.harbour.example/token'])
  })

  it('is not connected to, where its name leads there only when it is asked for', async () => {
    let connections = 0
    const inside = createServer(socket => {
      connections++
      socket.destroy()
    })
    await new Promise<void>(resolve => inside.listen(0, '127.0.0.1', resolve))
    const { port } = inside.address() as AddressInfo
    const sender = undiciSender({
      allowPrivate: false,
      lookup: ((_: string, options: { all?: boolean }, done: (...all: unknown[]) => void) =>
        options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)) as never,
    })
    try {
      flows = await openFlows({ harbour: providerAt('harbour') }, () => undefined, {}, sender)
      await flows.must('POST /integrations', {
        provider: 'harbour',
        unique_key: 'harbour',
        credentials: { type: 'OAUTH2', ...CLIENT },
        integration_config: { token_url: `https://rebound.example:${port}/token` },
      })
      const person = flows.person(await flows.session())
      const { status, page } = await person.comeBack(await person.leave('harbour'), { code: 'c' })
      expect([status, textOf(page).includes('did not answer')]).toEqual([400, true])
      await flows.must('POST /connections', {
        provider_config_key: 'harbour',
        connection_id: 'one',
        credentials: { type: 'OAUTH2', access_token: 'a', refresh_token: 'r', expires_at: '2020-01-01T00:00:00Z' },
      })
      expect((await flows.contacts('one')).body.code).toBe('provider-unreachable')
      expect(connections).toBe(0)
    } finally {
      await sender.close()
      inside.close()
    }
  })
})

describe('another environment', () => {
  it('has sessions, sign-ins and integrations of its own, though they have the same names', async () => {
    await open()
    const { key } = (await flows.must('POST /environments', { name: 'other' })).body.data.api_key
    const as = { authorization: `Bearer ${key}` }
    const theirs = (await flows.must('POST /connect/sessions', { end_user: { id: 'eve' } }, as)).body.data.token
    const eve = flows.person(theirs)
    expect((await eve.submit('harbour', 'OAUTH2')).page).not.toContain('/oauth/start/')
    // With the state, the cookie and the attempt of the first environment, in the same browser.
    const person = flows.person(await flows.session())
    const address = await person.leave('harbour')
    const back = await person.comeBack(address, { code: 'c' })
    const attempt = /data-attempt="([0-9a-f]{64})"/.exec(back.page)?.[1]
    expect(isConnected((await eve.go(`/connect/${theirs}?attempt=${attempt}`)).page)).toBe(false)
    const connection = (await flows.connections())[0].connection_id
    expect((await flows.call('GET /connections', undefined, as)).body.connections).toEqual([])
    const reconnection = { connection_id: connection, integration_id: 'harbour' }
    const answer = await flows.call('POST /connect/sessions/reconnect', reconnection, as)
    expect([answer.status, answer.text.includes(connection)]).toEqual([400, false])
  })
})

describe('the cookie of a sign-in', () => {
  const cookieOf = async (headers: Record<string, string> = {}) => {
    const person = flows.person(await flows.session())
    await person.leave('harbour')
    const response = await fetch(person.browser.visited.at(-1)!, { redirect: 'manual', headers })
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const state = new URL(response.headers.get('location') ?? '').searchParams.get('state') ?? ''
    return { cookie: response.headers.get('set-cookie') ?? '', state }
  }

  it('is for the way back alone, and says nothing of the state', async () => {
    await open()
    const { cookie, state } = await cookieOf()
    expect(cookie).toMatch(/^koine-sign-in-[0-9a-f]{32}=none; Path=\/oauth; HttpOnly; SameSite=Lax; Max-Age=1800$/)
    expect(state).not.toContain(/[0-9a-f]{32}/.exec(cookie)![0])
  })

  it('is one that no other host can set, where the gateway is reached over https', async () => {
    await open(undefined, { KOINE_PUBLIC_URL: 'https://gateway.example' })
    const { cookie, state } = await cookieOf()
    expect(cookie).toMatch(
      /^__Host-koine-sign-in-[0-9a-f]{32}=none; Path=\/; HttpOnly; SameSite=Lax; Max-Age=1800; Secure$/,
    )
    const back = (name: string) =>
      fetch(`${flows.gateway.url}/oauth/callback?code=c&state=${state}`, { headers: { cookie: `${name}=1` } })
    const name = cookie.split('=')[0]!
    expect((await back(name.replace('__Host-', ''))).status).toBe(400)
    expect(flows.asked).toEqual([])
    const done = await back(name)
    expect([done.status, done.headers.get('set-cookie')]).toEqual([200, expect.stringContaining(`${name}=; Path=/`)])
    expect(flows.asked[0]?.form.get('redirect_uri')).toBe('https://gateway.example/oauth/callback')
  })
})

describe('too much', () => {
  it('of a query or of cookies takes no sign-in away', async () => {
    await open()
    const person = flows.person(await flows.session())
    const address = await person.leave('harbour')
    const state = address.searchParams.get('state')
    const long = await person.go(`/oauth/callback?state=${state}&code=c&x=${'x'.repeat(17_000)}`)
    expect(long.status).toBeGreaterThanOrEqual(400)
    const many = Array.from({ length: 400 }, (_, i) => `koine-sign-in-${i}=1`).join('; ')
    const stuffed = await fetch(`${flows.gateway.url}/oauth/callback?state=${state}&code=c`, {
      headers: { cookie: many },
    })
    expect(stuffed.status).toBe(400)
    expect((await person.comeBack(address, { code: 'x'.repeat(8193) })).status).toBe(400)
    expect(flows.asked).toEqual([])
  })

  it('of sign-ins is begun by no session, and another one is not held up', async () => {
    await open()
    const one = flows.person(await flows.session())
    for (let i = 0; i < 100; i++) await one.leave('harbour')
    await expect(one.leave('harbour')).rejects.toThrow('too many')
    expect(flows.rows('SELECT count(*) AS n FROM sign_ins')).toEqual([{ n: 100 }])
    const other = flows.person(await flows.session())
    expect((await other.comeBack(await other.leave('harbour'), { code: 'c' })).status).toBe(200)
  }, 30_000)

  it('of time is taken by one token endpoint, and nobody else waits for it', async () => {
    let reached = () => {}
    const hangs = new Promise<void>(resolve => {
      reached = resolve
    })
    let answer = () => {}
    const late = new Promise<void>(resolve => {
      answer = resolve
    })
    await open(
      async ({ url }) => {
        if (!url.startsWith('https://login.harbour.example/')) return undefined
        reached()
        await late
        return undefined
      },
      { KOINE_PROVIDER_TIMEOUT: '30' },
    )
    const slow = flows.person(await flows.session())
    let isBack = false
    const pending = slow.comeBack(await slow.leave('harbour'), { code: 'c' }).then(seen => {
      isBack = true
      return seen
    })
    await hangs
    const other = flows.person(await flows.session())
    const seen = await other.signIn('marina', () => ({ code: 'c' }))
    expect([isConnected(seen.page), isBack]).toEqual([true, false])
    expect((await flows.contacts((await flows.newest()).connection_id)).status).toBe(200)
    answer()
    expect((await pending).status).toBe(200)
  })

  it('of time of its own ends as a failure, and the token endpoint is asked once', async () => {
    await open(({ url }) => (url.startsWith('https://login.harbour.example/') ? new Promise(() => {}) : undefined), {
      KOINE_PROVIDER_TIMEOUT: '1',
    })
    const person = flows.person(await flows.session())
    const { status, page } = await person.comeBack(await person.leave('harbour'), { code: 'c' })
    expect([status, textOf(page).includes('did not answer')]).toEqual([400, true])
    expect(flows.asked).toHaveLength(1)
  })
})

describe('secrets', () => {
  /** Everything that a sign-in knows and nobody else is to. */
  async function whole() {
    await open()
    const session = await flows.session({ end_user: { id: 'user-7', email: 'planted@person.example' } })
    const person = flows.person(session)
    const address = await person.leave('harbour')
    const begun = flows.stored()
    await person.comeBack(address, { code: 'planted-code' })
    const attempt =
      /start\/([0-9a-f]{64})/.exec(person.browser.visited.find(each => each.includes('/oauth/start/')) ?? '')?.[1] ?? ''
    await person.go(`/connect/${session}?attempt=${attempt}`)
    const { connection_id } = await flows.newest()
    flows.clock.ahead += 3_600_000
    await flows.contacts(connection_id)
    const provider = ['planted-client-secret', 'planted-code', 'planted-access-harbour', 'planted-refresh-harbour']
    const verifier = flows.asked[0]?.form.get('code_verifier') ?? ''
    const state = address.searchParams.get('state') ?? ''
    expect([verifier.length, state.length, attempt.length]).toEqual([43, 64, 64])
    return { begun, provider, verifier, state, attempt, session }
  }

  it('stand in no row, while a sign-in is under way and after it', async () => {
    const { begun, provider, verifier, state, attempt, session } = await whole()
    for (const stored of [begun, flows.stored()])
      for (const secret of [...provider, verifier, state, attempt, session, CLIENT.client_id])
        expect(stored).not.toContain(secret)
    // The person of a connection is kept as the app gave them; of a session it is sealed.
    expect(begun).not.toContain('planted@person.example')
  })

  it('stand in no line of the log, no page and no header', async () => {
    const { provider, verifier, state, attempt, session } = await whole()
    const log = flows.log.join('\n')
    for (const secret of [...provider, verifier, state, attempt, session, 'planted@person.example'])
      expect(log).not.toContain(secret)
    const said = flows.said.join('\n')
    for (const secret of [...provider, verifier]) expect(said).not.toContain(secret)
    for (const { url, query, headers } of flows.asked) {
      const inAddress = url + [...query.values()].join('\n')
      for (const secret of [...provider, verifier, session]) expect(inAddress).not.toContain(secret)
      expect(headers.get('referer')).toBeNull()
    }
    for (const page of flows.said.filter(each => each.includes('text/html')))
      expect(page).toContain('referrer-policy: no-referrer')
  })

  it('do not stay in what an attempt holds once it is over', async () => {
    await open()
    const person = flows.person(await flows.session())
    await person.signIn('harbour', () => ({ code: 'c' }))
    const rows = flows.rows('SELECT state, taken FROM sign_ins')
    expect(rows).toEqual([{ state: null, taken: 1 }])
  })
})
