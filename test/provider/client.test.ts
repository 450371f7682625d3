import { describe, expect, it } from 'vitest'
import { fail, type Outcome } from '../../src/problem/index.ts'
import type { Pacer, Signature } from '../../src/provider/client.ts'
import { version } from '../../src/version.ts'
import { HOST, openClient, streamOf, TOKEN } from './fake-sender.ts'

/** Failures in a row after which the circuit opens, and seconds that it stays open first: docs/operations.md. */
const FAILURES = 8
const REST = 5
const KINDS = ['send', 'stream'] as const
const signed = (token: string): Outcome<Signature> => ({ ok: true, value: { authorization: `Bearer ${token}` } })
const never = () => new Promise<never>(() => {})
const ok = { status: 200 }
const down = { status: 503 }

describe.each(KINDS)('authorization: %s', kind => {
  it('is asked for before each attempt, and may take its time', async () => {
    const opened = openClient({ replies: [down, ok] })
    const tokens = ['first', 'second']
    const authorize = async () => {
      await new Promise(resolve => setTimeout(resolve, 5))
      return signed(tokens.shift() ?? 'too many')
    }
    expect(await opened[kind]({}, { authorize })).toMatchObject({ response: ok, attempts: 2 })
    expect(opened.sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second'])
  })

  it('that is refused is answered as it is, and nothing is sent', async () => {
    const opened = openClient()
    const refusal = fail('connection-needs-reconnect', { provider: 'harbour', detail: 'Signed out.' })
    expect(await opened[kind]({}, { authorize: () => refusal })).toEqual({ failure: refusal.failure })
    expect(await opened[kind]({}, { authorize: async () => refusal })).toEqual({ failure: refusal.failure })
    expect(opened.sent).toEqual([])
    expect(opened.attempts).toEqual([])
  })

  it.each([
    ['refused', () => fail('connection-needs-reconnect')],
    ['throws', () => Promise.reject(new Error('a bug'))],
  ])('that is %s leaves the circuit as it was, also where its call is the trial', async (_, authorize) => {
    const opened = openClient({ replies: [...Array(FAILURES).fill(down), ok] })
    for (let i = 0; i < FAILURES; i++) await opened[kind]({}, {}, { repeatable: false })
    expect(await opened[kind]()).toMatchObject({ failure: { code: 'provider-unreachable', retry_after: REST } })
    opened.wait(REST * 1000)
    await expect(
      opened[kind]({}, { authorize }).then(result => {
        if ('failure' in result) throw new Error(result.failure.code)
      }),
    ).rejects.toThrow()
    expect(opened.sent).toHaveLength(FAILURES)
    // The next call is the trial in its place.
    expect(await opened[kind]()).toMatchObject({ response: ok })
  })

  it('has the last word over headers of that name', async () => {
    const opened = openClient()
    await opened[kind]({ headers: { Authorization: 'Bearer planted' } }, { headers: { authorization: 'planted too' } })
    expect(opened.sent[0]?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}` })
    expect(Object.keys(opened.sent[0]?.headers ?? {})).not.toContain('Authorization')
  })
})

describe.each(KINDS)('headers: %s', kind => {
  const sentBy = async (request: Record<string, string>, account: Record<string, string> = {}) => {
    const opened = openClient()
    await opened[kind]({ headers: request }, { headers: account })
    return opened.sent[0]?.headers
  }

  it('name the gateway as the user agent, unless the account or the request has one of its own', async () => {
    expect(await sentBy({})).toMatchObject({ 'user-agent': `koine/${version}` })
    expect(await sentBy({}, { 'user-agent': 'account/1' })).toMatchObject({ 'user-agent': 'account/1' })
    expect(await sentBy({ 'user-agent': 'request/1' }, { 'user-agent': 'account/1' })).toMatchObject({
      'user-agent': 'request/1',
    })
    // One header, however its name is written.
    const odd = await sentBy({ 'User-Agent': 'request/1' }, { 'USER-AGENT': 'account/1' })
    expect(Object.entries(odd ?? {}).filter(([name]) => name.toLowerCase() === 'user-agent')).toEqual([
      ['user-agent', 'request/1'],
    ])
  })

  it('that the connection to the host is made with are not the request’s to set', async () => {
    const names = ['Host', 'Connection', 'Transfer-Encoding', 'Upgrade', 'Expect', 'Proxy-Authorization', 'TE']
    const headers = await sentBy(Object.fromEntries(names.map(name => [name, 'planted'])))
    expect(Object.values(headers ?? {})).not.toContain('planted')
  })

  it.each([
    ['x-name', 'a\r\nx-planted: 1'],
    ['x-name', 'a\nb'],
    ['x-name', 'snowman ☃'],
    ['x name', 'a'],
    ['x-name:', 'a'],
    ['', 'a'],
  ])('that no request can carry are refused, and say nothing of the provider: %j: %j', async (name, value) => {
    const opened = openClient()
    for (let i = 0; i < 2 * FAILURES; i++)
      expect(await opened[kind]({ headers: { [name]: value } })).toMatchObject({
        failure: { code: 'bad-parameter', detail: expect.stringContaining(JSON.stringify(name)), unsent: true },
      })
    expect(opened.sent).toEqual([])
    expect(await opened[kind]()).toMatchObject({ response: ok })
  })

  it('carry the span of the caller’s trace', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const opened = openClient()
    await opened[kind]({ headers: { traceparent: 'planted' } }, {}, { traceparent })
    expect(opened.sent[0]?.headers.traceparent).toBe(traceparent)
    expect(await sentBy({})).not.toHaveProperty('traceparent')
  })
})

it('JSON is asked for where a response is read whole and nobody asks for something else', async () => {
  const opened = openClient()
  await opened.send()
  await opened.send({}, { headers: { Accept: 'application/hal+json' } })
  await opened.send({ headers: { accept: 'text/csv' } }, { headers: { accept: 'application/hal+json' } })
  await opened.stream()
  expect(opened.sent.map(({ headers }) => headers.accept)).toEqual([
    'application/json',
    'application/hal+json',
    'text/csv',
    undefined,
  ])
})

describe.each(KINDS)('the pacer: %s', kind => {
  it('is waited for before each attempt and told of the budget after it', async () => {
    const events: string[] = []
    const pacer: Pacer = {
      async before(account) {
        events.push(`before ${account.environment}/${account.connection}`)
        await new Promise(resolve => setTimeout(resolve, 5))
        events.push('turn')
        return undefined
      },
      after: (_, __, { budget }) => events.push(`after ${budget?.remaining}`),
    }
    const opened = openClient({
      pacer,
      answer: async (_, n) => {
        events.push('sent')
        return n === 0 ? 'reset' : { status: 200, headers: { left: '7' } }
      },
    })
    const authorize = () => {
      events.push('authorize')
      return signed(TOKEN)
    }
    const result = await opened[kind]({}, { authorize, limits: { remaining: 'left' } })
    expect(result).toMatchObject({ budget: { remaining: 7 } })
    const one = ['authorize', 'before environment/harbour', 'turn', 'sent']
    expect(events).toEqual([...one, 'after undefined', ...one, 'after 7'])
  })

  it('that has no reason to wait does not make the call wait', async () => {
    const opened = openClient({ pacer: { before: () => undefined, after: () => {} } })
    expect(await opened[kind]()).toMatchObject({ response: ok })
  })
})

describe('the circuit', () => {
  it.each([
    ['send', 'stream'],
    ['stream', 'send'],
  ] as const)('is one for both ways: failures of %s hold back %s', async (first, second) => {
    const opened = openClient({ replies: [...Array(FAILURES).fill(down), ok] })
    for (let i = 0; i < FAILURES; i++) await opened[first]({}, {}, { repeatable: false })
    expect(await opened[second]()).toMatchObject({
      failure: { code: 'provider-unreachable', retry_after: REST, unsent: true },
    })
    expect(await opened[second]({}, { connection: 'other' })).toMatchObject({ response: ok })
    opened.wait(REST * 1000)
    expect(await opened[second]()).toMatchObject({ response: ok })
    expect(await opened[first]()).toMatchObject({ response: ok })
  })

  it.each(KINDS)('hears nothing of a provider whose name leads to a private address: %s', async kind => {
    const opened = openClient({ replies: [...Array(FAILURES).fill('private-address'), ok] })
    for (let i = 0; i < FAILURES; i++)
      expect(await opened[kind]()).toMatchObject({ failure: { code: 'provider-unreachable', unsent: true } })
    expect(await opened[kind]()).toMatchObject({ response: ok })
  })

  it.each(KINDS)('hears nothing of calls whose caller goes away: %s', async kind => {
    let leaving = new AbortController()
    const opened = openClient({
      answer: async (_, n) => {
        if (n >= FAILURES) return ok
        leaving.abort()
        return 'timeout'
      },
    })
    for (let i = 0; i < FAILURES; i++) {
      leaving = new AbortController()
      await opened[kind]({}, {}, { signal: leaving.signal })
    }
    expect(opened.sent).toHaveLength(FAILURES)
    expect(await opened[kind]()).toMatchObject({ response: ok })
  })

  it.each(KINDS)('does not wait for a trial that is refused before it is sent: %s', async kind => {
    const opened = openClient({ replies: [...Array(FAILURES).fill(down), ok] })
    for (let i = 0; i < FAILURES; i++) await opened[kind]({}, {}, { repeatable: false })
    opened.wait(REST * 1000)
    await opened[kind]({ headers: { 'x-name': 'a\nb' } })
    await opened[kind]({ url: 'https://elsewhere.example/' })
    expect(await opened[kind]()).toMatchObject({ response: ok })
  })
})

describe('a streamed request', () => {
  it('is sent again with its body given anew, where it can be', async () => {
    const opened = openClient({ replies: [{ status: 503, text: 'busy' }, ok] })
    let given = 0
    const body = () => streamOf(`body ${++given}`)
    expect(await opened.stream({ method: 'PUT', body })).toMatchObject({ response: ok, attempts: 2 })
    expect(opened.sent.map(request => request.body)).toEqual(['body 1', 'body 2'])
    // The response that is not passed on is let go of.
    expect(opened.cancelled).toEqual([0])
  })

  it.each([down, 'reset', 'unreachable'] as const)('is sent once where its body is gone then: %j', async reply => {
    const opened = openClient({ replies: [reply, ok] })
    await opened.stream({ method: 'POST', body: () => streamOf('once'), isReplayable: false })
    expect(opened.sent.map(request => request.body)).toEqual(['once'])
    expect(opened.pauses).toEqual([])
  })

  it('answers the body as it comes', async () => {
    const opened = openClient({ replies: [{ status: 404, text: 'no such person' }] })
    const result = await opened.stream()
    if ('failure' in result) throw new Error(result.failure.code)
    expect(result.response.status).toBe(404)
    expect(await new Response(result.response.body).text()).toBe('no such person')
  })
})

describe.each(KINDS)('the time of a call: %s', kind => {
  const soon = { timeout: 30 }

  it.each([
    ['its turn', { pacer: { before: never, after: () => {} } }, {}],
    ['its signature', {}, { authorize: never }],
  ])('covers waiting for %s: nothing is sent then', async (_, setup, account) => {
    const opened = openClient(setup)
    expect(await opened[kind]({}, { ...soon, ...account })).toMatchObject({
      failure: { code: 'provider-timeout', unsent: true },
    })
    expect(opened.sent).toEqual([])
  })

  it('covers a provider that is slow to answer', async () => {
    const opened = openClient({
      answer: ({ signal }) => new Promise(resolve => signal.addEventListener('abort', () => resolve('timeout'))),
    })
    const result = await opened[kind]({}, soon)
    expect(result).toMatchObject({ failure: { code: 'provider-timeout' } })
    expect('failure' in result && result.failure.unsent).toBeFalsy()
    expect(opened.sent).toHaveLength(1)
  })

  it('covers pauses: one that would last longer is not begun', async () => {
    const opened = openClient({ replies: [{ status: 429, headers: { 'retry-after': '2' } }, ok] })
    expect(await opened[kind]({}, { timeout: 2_000 })).toMatchObject({ response: { status: 429 }, attempts: 1 })
    expect(opened.pauses).toEqual([])
    expect(
      await openClient({ replies: [{ status: 429, headers: { 'retry-after': '2' } }, ok] })[kind](
        {},
        { timeout: 2_001 },
      ),
    ).toMatchObject({
      response: ok,
    })
  })

  it('adds up over attempts and pauses', async () => {
    const opened = openClient({
      answer: async () => {
        opened.wait(400)
        return down
      },
    })
    // 400 of the request, 250 of the pause, 400 of the request: of 1,200 there are 150 left, fewer than the pause of 500.
    expect(await opened[kind]({}, { timeout: 1_200 })).toMatchObject({ response: down, attempts: 2 })
    expect(opened.pauses).toEqual([250])
  })

  it('ends with the caller: before a request, in it, and in a pause', async () => {
    const gone = AbortSignal.abort()
    const opened = openClient()
    await opened[kind]({}, {}, { signal: gone })
    expect(opened.sent).toEqual([])

    const leaving = new AbortController()
    const paused = openClient({ isSlow: true, replies: [{ status: 429, headers: { 'retry-after': '4' } }] })
    const started = performance.now()
    setTimeout(() => leaving.abort(), 20)
    await paused[kind]({}, {}, { signal: leaving.signal })
    expect(performance.now() - started).toBeLessThan(2_000)
    expect(paused.sent).toHaveLength(1)
  })
})

describe('an attempt', () => {
  it.each(KINDS)('is noted with the request as it was sent, and never what signed it: %s', async kind => {
    const opened = openClient({ replies: ['reset', { status: 201 }] })
    const headers = { 'X-Trace': 'a', authorization: 'Bearer planted-by-the-request' }
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const body = kind === 'send' ? '{"name":"Ada"}' : () => streamOf('{"name":"Ada"}')
    await opened[kind](
      { method: 'POST', headers, body: body as never },
      { headers: { 'X-Version': '3' } },
      { traceparent },
    )
    expect(opened.attempts).toMatchObject([
      { attempt: 1, status: undefined, started: Date.UTC(2026, 0, 1), ms: 0 },
      { attempt: 2, status: 201, started: Date.UTC(2026, 0, 1) + 250, ms: 0 },
    ])
    expect(opened.sent).toHaveLength(2)
    for (const [i, { request }] of opened.attempts.entries()) {
      const { authorization, ...sent } = opened.sent[i]!.headers
      expect(authorization).toBe(`Bearer ${TOKEN}`)
      expect(request.headers).toEqual(sent)
      expect(request.headers).toMatchObject({ 'x-trace': 'a', 'x-version': '3', traceparent })
      expect(request).toMatchObject({ method: 'POST', url: `${HOST}/people` })
      expect(request.body).toBe(kind === 'send' ? '{"name":"Ada"}' : undefined)
    }
    const noted = JSON.stringify(opened.attempts)
    for (const secret of [TOKEN, 'planted-by-the-request']) expect(noted).not.toContain(secret)
  })
})

describe.each(KINDS)('the address of a request: %s', kind => {
  it.each([
    ['another host', 'https://elsewhere.example/people'],
    ['another port', `${HOST}:8443/people`],
    ['another protocol', 'http://api.harbour.example/people'],
    ['a private address', 'https://127.0.0.1/people'],
    ['no address', 'people'],
  ])('is refused before anything is asked or sent: %s', async (_, url) => {
    const opened = openClient()
    let asked = 0
    const authorize = () => {
      asked++
      return signed(TOKEN)
    }
    expect(await opened[kind]({ url }, { authorize })).toMatchObject({
      failure: { code: 'provider-unreachable', unsent: true },
    })
    expect(asked).toBe(0)
    expect(opened.sent).toEqual([])
    expect(opened.attempts).toEqual([])
  })

  it('is refused where it is private, even if the provider says that it is its own', async () => {
    const local = { url: 'https://localhost/people' }
    expect(await openClient()[kind](local, { hosts: ['localhost'] })).toMatchObject({
      failure: { code: 'provider-unreachable' },
    })
    const allowed = openClient({ allowPrivate: true })
    expect(await allowed[kind](local, { hosts: ['localhost'] })).toMatchObject({ response: ok })
  })

  it('goes to the base that an operator set', async () => {
    const opened = openClient()
    await opened[kind]({ url: `${HOST}/people?a=1` }, { baseUrl: 'https://mirror.example/v1/' })
    expect(opened.sent[0]?.url).toBe('https://mirror.example/v1/people?a=1')
  })
})

describe('a refusal', () => {
  const text = `{"error":"no such token: ${TOKEN}"}`
  const redacted = '{"error":"no such token: [credential]"}'

  it('is answered without what signed the request, as text and as bytes', async () => {
    const opened = openClient({ replies: [{ status: 401, text }] })
    expect(await opened.send()).toMatchObject({ response: { text: redacted } })
    const result = await opened.send({}, {}, { wantsBytes: true })
    if ('failure' in result) throw new Error(result.failure.code)
    expect(new TextDecoder().decode(result.response.bytes)).toBe(redacted)
  })

  it.each([
    [
      'a key after its name',
      'Token token=planted-secret-key',
      'unknown key planted-secret-key',
      'unknown key [credential]',
    ],
    // base64 of `ada:planted-password`
    ['a password', 'Basic YWRhOnBsYW50ZWQtcGFzc3dvcmQ=', 'bad: planted-password', 'bad: [credential]'],
  ])('is without %s', async (_, authorization, said, answered) => {
    const opened = openClient({ replies: [{ status: 400, text: said }] })
    const authorize = () => ({ ok: true as const, value: { authorization } })
    expect(await opened.send({}, { authorize })).toMatchObject({ response: { text: answered } })
  })
})

describe('that nothing was sent', () => {
  it('is said only where no attempt may have arrived', async () => {
    expect(await openClient({ replies: ['unreachable'] }).send()).toMatchObject({
      failure: { code: 'provider-unreachable', unsent: true },
    })
    const result = await openClient({ replies: ['reset', 'unreachable'] }).send()
    expect(result).toMatchObject({ failure: { code: 'provider-unreachable' } })
    expect('failure' in result && 'unsent' in result.failure).toBe(false)
  })

  it('is not said of a signature that is refused after an attempt', async () => {
    const tokens = [signed(TOKEN), fail('provider-unreachable', { unsent: true })]
    const authorize = () => tokens.shift() ?? signed(TOKEN)
    const result = await openClient({ replies: [down] }).send({}, { authorize })
    expect(result).toEqual({ failure: { code: 'provider-unreachable' } })
  })
})
