// What a caller of the proxy, which may be a browser, is answered of what a provider says.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Caller, callerOf, problem } from '../contract/caller.ts'
import { type EntryPoint, settings } from '../contract/entry-point.ts'
import { openNode } from '../contract/node.ts'

const TOKEN = 'pat-na1-8f3bc2d4e5f6a7b8c9'
let provider: Server
let gateway: Awaited<ReturnType<typeof openNode>>
let caller: Caller
let directory: string
/** How the provider answers next, and what it was sent. */
let answer: { status?: number; headers?: Record<string, string | string[]>; body?: Buffer | string; raw?: string }
let sent: Record<string, unknown>

beforeAll(async () => {
  provider = createServer((request, response) => {
    sent = request.headers
    request.resume()
    if (answer.raw !== undefined) return void request.socket.end(answer.raw)
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body ?? '')
  })
  await new Promise<void>(resolve => provider.listen(0, '127.0.0.1', resolve))
  directory = mkdtempSync(join(tmpdir(), 'koine-proxy-'))
  gateway = await openNode(directory, settings)
  caller = callerOf(() => ({ key: settings.KOINE_SECRET_KEY, fetch: gateway.fetch }) as EntryPoint)
  await caller.connect('one', `http://127.0.0.1:${(provider.address() as AddressInfo).port}`, { token: TOKEN })
})
afterAll(async () => {
  await gateway.close()
  provider.closeAllConnections()
  await new Promise(resolve => provider.close(resolve))
  rmSync(directory, { recursive: true, force: true })
})

const get = (how: typeof answer, headers: Record<string, string> = {}, method = 'GET') => {
  answer = how
  return gateway.fetch('/proxy/a', {
    method,
    headers: { authorization: `Bearer ${settings.KOINE_SECRET_KEY}`, 'connection-id': 'one', ...headers },
  })
}

it('is no page of our origin, and is not kept', async () => {
  const answered = await get({
    headers: {
      'content-type': 'text/html',
      'content-security-policy': 'script-src *',
      'x-content-type-options': 'off',
      'cache-control': 'public, max-age=600',
    },
    body: '<script>alert(1)</script>',
  })
  expect(answered.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
  expect(answered.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answered.headers.get('cache-control')).toBe('no-store')
  expect(await answered.text()).toBe('<script>alert(1)</script>')
})

it('has none of the headers that are theirs to give to a browser, or of their connection', async () => {
  const theirs = {
    connection: 'keep-alive, X-Internal',
    'x-internal': '1',
    'keep-alive': 'timeout=5',
    'clear-site-data': '"*"',
    'set-cookie': ['a=1', 'b=2'],
    'set-cookie2': 'c=3',
    'strict-transport-security': 'max-age=1',
    'alt-svc': 'h3=":443"',
    'service-worker-allowed': '/',
    'access-control-allow-origin': '*',
    'access-control-allow-credentials': 'true',
    'cross-origin-resource-policy': 'cross-origin',
    'content-security-policy-report-only': 'default-src *; report-uri https://evil.test',
    refresh: '0;url=https://evil.test',
    nel: '{}',
    'report-to': '{}',
    'reporting-endpoints': 'a="https://evil.test"',
    'speculation-rules': '"/a"',
    sourcemap: '/a.map',
    'proxy-authenticate': 'Basic',
    upgrade: 'h2c',
    expires: 'Fri, 01 Jan 2100 00:00:00 GMT',
  }
  const kept = { etag: '"1"', link: '</a?page=2>; rel="next"', 'x-rate': '1', 'content-disposition': 'attachment' }
  const answered = await get({ headers: { ...theirs, ...kept } })
  const { connection: _, ...names } = theirs
  for (const name of Object.keys(names)) {
    // Node's own, of the connection to the caller.
    if (name === 'keep-alive') continue
    expect(answered.headers.has(name), name).toBe(false)
  }
  for (const [name, value] of Object.entries(kept)) expect(answered.headers.get(name)).toBe(value)
})

it('holds no credential, also compressed, and has a length that is right', async () => {
  const body = JSON.stringify({ said: `Bearer ${TOKEN}`, escaped: encodeURIComponent(TOKEN) })
  const plain = await get({ headers: { 'content-length': String(body.length), 'x-said': TOKEN }, body })
  const text = await plain.text()
  expect(text).not.toContain(TOKEN)
  expect(text).toHaveLength(body.length)
  expect(plain.headers.get('content-length')).toBe(String(body.length))
  expect(plain.headers.get('x-said')).toBe('[credential]')
  const asked = { 'nango-proxy-accept-encoding': 'gzip', 'accept-encoding': 'identity' }
  const packed = await get({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(body) }, asked)
  expect(sent['accept-encoding']).toBe('identity')
  expect(await packed.text()).toBe(text)
  expect(packed.headers.has('content-encoding')).toBe(false)
})

it('has a status of HTTP', async () => {
  for (const status of [200, 201, 302, 404, 418, 503, 599]) expect((await get({ status })).status).toBe(status)
  for (const status of [204, 205, 304]) {
    const empty = await get({ status })
    expect([empty.status, await empty.text()]).toEqual([status, ''])
  }
  for (const status of [600, 700, 999]) {
    const answered = await get({ raw: `HTTP/1.1 ${status} Odd\r\ncontent-length: 2\r\n\r\nhi` })
    problem(
      { status: answered.status, headers: answered.headers, ...(await bodyOf(answered)) },
      502,
      'provider-answer-unreadable',
    )
  }
  for (const raw of [
    'HTTP/1.1 099 Odd\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n',
    'nonsense\r\n\r\n',
  ])
    expect((await get({ raw })).status, raw).toBe(502)
  const early = await get({
    raw: 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi',
  })
  expect([early.status, await early.text()]).toEqual([200, 'hi'])
})
const bodyOf = async (answered: Response) => {
  const text = await answered.text()
  return { text, body: JSON.parse(text) }
}

it('is asked for without headers of the connection, however they are named', async () => {
  const names = ['host', 'connection', 'transfer-encoding', 'te', 'upgrade', 'expect', 'proxy-authorization', 'trailer']
  await get({}, Object.fromEntries(names.map(name => [`nango-proxy-${name}`, 'planted'])))
  expect(JSON.stringify(sent)).not.toContain('planted')
})
