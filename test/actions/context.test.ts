import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { problem } from '../contract/caller.ts'
import { type ActionGateway, openActions } from './gateway.ts'

let gateway: ActionGateway
let run: ActionGateway['run']
beforeAll(async () => {
  gateway = await openActions()
  run = gateway.run
})
afterAll(() => gateway?.close())
beforeEach(() => void gateway.came())

/** The output of a function that must succeed. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers
async function output(name: string, input?: unknown): Promise<any> {
  const answer = await run(name, input)
  expect(answer.status, answer.text).toBe(200)
  return answer.body
}
const ask = (config: object) => output('ask', config)

describe('a request', () => {
  it('goes to the provider, signed, with the headers that it always wants', async () => {
    const { status, type, data } = await ask({ endpoint: '/echo' })
    expect([status, type]).toEqual([200, 'application/json'])
    expect(data).toMatchObject({ method: 'GET', path: '/echo', body: '' })
    expect(data.headers).toMatchObject({
      'x-acme-key': 'planted-api-key',
      'acme-version': '2026-01-01',
      'acme-tenant': 'north',
      accept: 'application/json',
    })
    expect((await ask({ endpoint: 'echo' })).data.path).toBe('/echo')
  })

  it('has each verb, and its data as JSON', async () => {
    const seen = (await output('verbs')) as { method: string; body: string; headers: Record<string, string> }[]
    expect(seen.map(({ method, body }) => [method, body])).toEqual([
      ['GET', ''],
      ['POST', '{"by":"post"}'],
      ['PUT', '{"by":"put"}'],
      ['PATCH', '{"by":"patch"}'],
      ['DELETE', '{"by":"delete"}'],
    ])
    expect(seen[1]?.headers['content-type']).toBe('application/json')
    expect((await ask({ endpoint: '/echo', method: 'post', data: [1] })).data).toMatchObject({ method: 'POST' })
  })

  it('has params, also beside those of the endpoint', async () => {
    const path = async (config: object) => (await ask({ endpoint: '/echo', ...config })).data.path
    expect(await path({ params: { a: 'x y', n: 2, yes: true, list: ['1', '2'] } })).toBe(
      '/echo?a=x%20y&n=2&yes=true&list=1&list=2',
    )
    expect(await path({ params: 'a=1&b=2' })).toBe('/echo?a=1&b=2')
    expect(await path({ endpoint: '/echo?z=0', params: { a: '1' } })).toBe('/echo?z=0&a=1')
  })

  it('has headers, but not another signature', async () => {
    const headers = { 'X-Own': '1', 'Acme-Version': '2027-01-01', 'X-Acme-Key': 'forged', Accept: 'text/plain' }
    expect((await ask({ endpoint: '/echo', headers })).data.headers).toMatchObject({
      'x-own': '1',
      'acme-version': '2027-01-01',
      'x-acme-key': 'planted-api-key',
      accept: 'text/plain',
    })
  })

  it('has texts and forms as they are', async () => {
    const text = { endpoint: '/echo', method: 'POST', data: '<a/>', headers: { 'content-type': 'text/xml' } }
    expect((await ask(text)).data).toMatchObject({ body: '<a/>', headers: { 'content-type': 'text/xml' } })
    for (const declared of [true, false])
      expect(await output('form', declared)).toMatchObject({
        body: 'a=1+%26+2',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
  })

  it('is answered with JSON, or the text where it is none', async () => {
    expect((await ask({ endpoint: '/text' })).data).toEqual({ not: 'read' })
    expect((await ask({ endpoint: '/text', responseType: 'text' })).data).toBe('{"not": "read"}')
    expect((await ask({ endpoint: '/page' })).data).toBe('<p>no JSON</p>')
  })

  it('is answered with bytes where they are asked for', async () => {
    expect(await output('bytes', { endpoint: '/bytes' })).toEqual({ bytes: [0, 128, 255, 10, 195] })
    const { upstream } = problem(await run('bytes', { endpoint: '/status/404' }), 404, 'record-not-found')
    expect(upstream.body.hint).toBe('look')
    const flaky = await output('bytes', { endpoint: '/flaky/bytes/1/503', retries: 1 })
    expect(String.fromCharCode(...flaky.bytes)).toBe('{"tries":2}')
  })

  it('is sent once unless retries are asked for', async () => {
    problem(await run('ask', { endpoint: '/flaky/once/1/503' }), 502, 'provider-failed')
    expect(gateway.came()).toHaveLength(1)
    expect((await ask({ endpoint: '/flaky/twice/2/503', retries: 2 })).data).toEqual({ tries: 3 })
    const post = { endpoint: '/flaky/posted/1/429', method: 'POST', data: { a: 1 }, retries: 3 }
    expect((await ask(post)).data).toEqual({ tries: 2 })
    expect(gateway.came().map(({ body }) => body)).toEqual(['', '', '', '{"a":1}', '{"a":1}'])
  })

  it('is sent again after the statuses that are named besides', async () => {
    problem(await run('ask', { endpoint: '/flaky/unnamed/1/404', retries: 2 }), 404, 'record-not-found')
    expect((await ask({ endpoint: '/flaky/named/1/404', retries: 2, retryOn: [404] })).data).toEqual({ tries: 2 })
  })

  it('may name another host of the provider, and no other', async () => {
    const base = (baseUrlOverride: string) => run('ask', { endpoint: '/echo', baseUrlOverride })
    expect((await base('https://eu.files.acme.example/')).body.data.path).toBe('/echo')
    expect((await base('')).body.data.path).toBe('/echo')
    expect((await run('ask', { endpoint: 'https://api.acme.example/echo' })).body.data.path).toBe('/echo')
    gateway.came()
    for (const host of ['https://evil.example', 'https://api.acme.example.evil.example', 'http://127.0.0.1:1'])
      problem(await base(host), 502, 'provider-unreachable')
    problem(await run('ask', { endpoint: 'https://evil.example/echo' }), 502, 'provider-unreachable')
    expect(gateway.came()).toEqual([])
  })
})

describe('pages', () => {
  const walk = (endpoint: string, paginate: object, more: object = {}) =>
    output('walk', { endpoint, paginate, ...more })
  const paths = () => gateway.came().map(({ path }) => path)
  const twos = [[{ n: 1 }, { n: 2 }], [{ n: 3 }, { n: 4 }], [{ n: 5 }]]
  const byCursor = {
    type: 'cursor',
    cursor_path_in_response: 'paging.next',
    cursor_name_in_request: 'after',
    response_path: 'result.rows',
    limit_name_in_request: 'size',
    limit: 2,
  }

  it('by cursor', async () => {
    expect(await walk('/by-cursor', byCursor, { params: { kind: 'x' } })).toEqual(twos)
    expect(paths()).toEqual([
      '/by-cursor?kind=x&size=2',
      '/by-cursor?kind=x&size=2&after=2',
      '/by-cursor?kind=x&size=2&after=4',
    ])
    expect(await walk('/by-cursor', byCursor, { params: 'kind=x' })).toEqual(twos)
  })

  it('are told to `on_page`, with what asks for the next', async () => {
    expect(await output('notice', undefined)).toEqual([
      { next: '2', status: 200 },
      { next: '4', status: 200 },
      { next: null, status: 200 },
    ])
  })

  it('by cursor in the body', async () => {
    const config = { method: 'POST', data: { filter: 'x' } }
    expect(await walk('/by-cursor', { ...byCursor, in_body: true }, config)).toEqual(twos)
    expect(gateway.came().map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      ['/by-cursor', { filter: 'x', size: 2 }],
      ['/by-cursor', { filter: 'x', size: 2, after: '2' }],
      ['/by-cursor', { filter: 'x', size: 2, after: '4' }],
    ])
  })

  it('by the link in a header', async () => {
    const page = { type: 'link', link_rel_in_response_header: 'next' }
    expect(await walk('/by-link', page, { params: { kind: 'x' } })).toEqual(twos)
    expect(paths()).toEqual(['/by-link?kind=x', '/by-link?from=2&kind=x', '/by-link?from=4&kind=x'])
  })

  it('by a link in the body, whose name has a dot', async () => {
    const page = { type: 'link', link_path_in_response_body: '@odata.nextLink', response_path: 'value' }
    expect(await walk('/by-body-link', page)).toEqual([
      [{ n: 1 }, { n: 2 }, { n: 3 }],
      [{ n: 4 }, { n: 5 }],
    ])
    expect(paths()).toEqual(['/by-body-link', '/by-body-link?from=3'])
  })

  it('by offset', async () => {
    const page = { type: 'offset', offset_name_in_request: 'skip', response_path: 'rows' }
    const sized = { ...page, limit_name_in_request: 'take', limit: 2 }
    expect(await walk('/by-offset', sized)).toEqual(twos)
    // The third is not full, so that there is no fourth.
    expect(paths()).toEqual(['/by-offset?take=2&skip=0', '/by-offset?take=2&skip=2', '/by-offset?take=2&skip=4'])
    expect(await walk('/by-offset', page)).toEqual(twos)
    expect(paths()).toEqual([0, 2, 4, 5].map(skip => `/by-offset?skip=${skip}`))
    expect(await walk('/by-offset', { ...sized, in_body: true }, { method: 'POST' })).toEqual(twos)
  })

  it('by number', async () => {
    const page = {
      type: 'offset',
      offset_name_in_request: 'page',
      offset_start_value: 1,
      offset_calculation_method: 'per-page',
      response_path: 'rows',
    }
    expect(await walk('/by-page', page)).toEqual(twos)
    expect(paths()).toEqual([1, 2, 3, 4].map(n => `/by-page?page=${n}`))
  })

  it('end where the provider repeats a cursor, or sends none in whichever way', async () => {
    const one = [{ n: 1 }]
    expect(await walk('/stuck', byCursor)).toEqual([one, one])
    for (const end of ['zero', 'false', 'empty', 'null'])
      expect(
        await walk(`/ends-with/${end}`, { ...byCursor, cursor_path_in_response: 'next', response_path: 'rows' }),
      ).toEqual([one])
  })

  it('end with a failure of the provider', async () => {
    problem(await run('walk', { endpoint: '/status/500', paginate: byCursor }), 502, 'provider-failed')
    const { detail } = problem(await run('walk', { endpoint: '/by-cursor' }), 400, 'action-failed')
    expect(detail).toBe('paginate needs a type: cursor, link or offset.')
  })
})

describe('what an action knows', () => {
  it('is who it runs for', async () => {
    await gateway.call('PUT /environment-variables/REGION', { body: { value: 'eu' } })
    const answer = await run('facts')
    expect(answer.body).toEqual({
      connectionId: 'main',
      providerConfigKey: 'acme',
      provider: 'acme',
      environmentName: 'dev',
      activityLogId: expect.stringMatching(/^[0-9a-z-]{20,40}$/),
      connection: {
        id: expect.any(Number),
        connection_id: 'main',
        provider_config_key: 'acme',
        provider: 'acme',
        connection_config: { tenant: 'north' },
        metadata: null,
        credentials: { type: 'API_KEY', apiKey: 'planted-api-key' },
      },
      token: { type: 'API_KEY', apiKey: 'planted-api-key' },
      metadata: {},
      integration: { unique_key: 'acme', provider: 'acme' },
      variables: [{ name: 'REGION', value: 'eu' }],
    })
    expect(answer.text).not.toContain('planted-client-secret')
  })

  it('is an access token where there is one, and not what renews it', async () => {
    const body = {
      provider_config_key: 'acme',
      connection_id: 'signed-in',
      credentials: { type: 'OAUTH2', access_token: 'planted-access', refresh_token: 'planted-refresh' },
      connection_config: { tenant: 'north' },
    }
    expect((await gateway.call('POST /connections', { body })).status).toBe(201)
    const answer = await run('facts', undefined, { connection: 'signed-in' })
    expect(answer.body.token).toBe('planted-access')
    const { credentials } = answer.body.connection
    expect(credentials).toEqual({
      type: 'OAUTH2',
      access_token: 'planted-access',
      raw: { access_token: 'planted-access' },
    })
    expect(answer.text).not.toContain('planted-refresh')
    const sent = await run('ask', { endpoint: '/echo' }, { connection: 'signed-in' })
    expect(sent.body.data.headers.authorization).toBe('Bearer planted-access')
  })
})

describe('metadata', () => {
  it('is replaced and merged, and seen at once', async () => {
    await gateway.connectAcme('noted')
    const noted = { connection: 'noted' }
    const both = { set: { plan: 'gold', seats: { used: 1 } }, update: { seats: { free: 2 } } }
    expect((await run('remember', both, noted)).body).toEqual([
      { plan: 'gold', seats: { used: 1 } },
      { plan: 'gold', seats: { free: 2 } },
    ])
    expect((await run('remember', { set: { only: 1 } }, noted)).body).toEqual([{ only: 1 }, { only: 1 }])
    const { body } = await gateway.call('GET /connections/noted')
    expect(body.metadata).toEqual({ only: 1 })
  })

  it('is refused where its field mappings are wrong', async () => {
    const body = problem(await run('remember', { set: { field_mappings: { shoes: {} } } }), 400, 'action-failed')
    expect(body.errors.length).toBeGreaterThan(0)
    expect((await run('remember', {})).body).toEqual([{}, {}])
  })
})

describe('an action’s own check of its input', () => {
  it('gives what was read, or fails with what is wrong', async () => {
    expect(await output('validate', { size: '7' })).toEqual({ size: 7 })
    const { error } = problem(await run('validate', { size: 10 }), 400, 'action-failed')
    expect(error).toMatchObject({
      message: 'The input is not valid.',
      payload: { errors: [{ path: ['size'], message: expect.any(String) }] },
    })
  })
})
