import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settings } from '../contract/entry-point.ts'
import { directory, type Running, run } from './process.ts'
import { raw, statuses } from './raw.ts'

const key = settings.KOINE_SECRET_KEY
const LIMIT = 200_000

let gateway: Running
let url = ''
let remove: () => Promise<void>
beforeAll(async () => {
  const place = await directory()
  remove = place.remove
  const environment = { ...settings, KOINE_BODY_LIMIT: String(LIMIT), KOINE_DATA: place.path, PORT: '0' }
  gateway = run('src/node.ts', environment)
  url = (await gateway.said(/"listening":"([^"]+)"/))[1]!
})
afterAll(async () => {
  gateway.child.kill('SIGKILL')
  await remove()
})

const head = (more: string) =>
  `POST /environment/api-keys HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n${more}\r\n`
const withKey = (bearer: string) => `Authorization: Bearer ${bearer}\r\n`
/** A piece of a body that never ends. */
const piece = (bytes: number) => `${bytes.toString(16)}\r\n${' '.repeat(bytes)}\r\n`
const newKey = async (): Promise<string> => {
  const answer = await fetch(`${url}/environment/api-keys`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ name: crypto.randomUUID() }),
  })
  return ((await answer.json()) as { data: { key: string } }).data.key
}

describe('bodies that do not end', () => {
  it.each(['Transfer-Encoding: chunked\r\n', `Content-Length: ${LIMIT - 1}\r\n`])(
    'without a key they are not waited for, and the connection is closed: %j',
    async framing => {
      for (const credentials of ['', withKey('nobody')]) {
        const { socket, until, closed } = await raw(url)
        socket.write(head(credentials + framing))
        await until(/"code":"unauthenticated"/)
        expect(await closed).toMatch(/^HTTP\/1\.1 401 .*\r\nconnection: close\r\n/is)
      }
    },
  )

  it('who asks first is told before the body is sent', async () => {
    const ask = 'Expect: 100-continue\r\nContent-Length: 12\r\n'
    const refused = await raw(url)
    refused.socket.write(head(ask))
    expect(statuses(await refused.closed)).toEqual([401])
    const tooLarge = await raw(url)
    tooLarge.socket.write(head(`${withKey(key)}Expect: 100-continue\r\nContent-Length: ${LIMIT + 1}\r\n`))
    expect(statuses(await tooLarge.closed)).toEqual([413])
    const taken = await raw(url)
    taken.socket.write(head(withKey(key) + ask))
    await taken.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
    taken.socket.write('{"nobody":1}')
    await taken.until(/"code":"invalid-field"/)
    expect(statuses(taken.got())).toEqual([100, 422])
    taken.socket.destroy()
  })

  it('with a key, so many are held at once, for one key and for all; small ones are always taken', async () => {
    const open: { destroy(): void }[] = []
    /** Sends most of a large body; the code of its refusal, or undefined while it is waited for. */
    const send = async (bearer: string, framing: string, isTaken: boolean): Promise<string | undefined> => {
      const { socket, until } = await raw(url)
      open.push(socket)
      socket.write(head(withKey(bearer) + framing))
      socket.write(framing.startsWith('Transfer') ? piece(LIMIT - 10) : ' '.repeat(LIMIT - 10))
      if (isTaken) return undefined
      return (await until(/"code":"([^"]+)"/))[1]
    }
    const chunked = 'Transfer-Encoding: chunked\r\n'
    const declared = `Content-Length: ${LIMIT}\r\n`
    const [first, second, third] = [await newKey(), await newKey(), await newKey()]
    await send(first, chunked, true)
    await send(first, declared, true)
    expect(await send(first, chunked, false)).toBe('too-many-bodies')
    expect(await send(first, declared, false)).toBe('too-many-bodies')
    await send(second, chunked, true)
    await send(second, chunked, true)
    expect(await send(third, chunked, false)).toBe('too-many-bodies')
    expect(await newKey()).toMatch(/^koine_/)
    for (const socket of open) socket.destroy()
    // What was held is free again, once the gateway has seen that those callers have gone.
    const whole = () =>
      fetch(`${url}/environment/api-keys`, {
        method: 'POST',
        headers: { 'x-api-key': first, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'x'.repeat(LIMIT - 100) }),
      }).then(answer => answer.status)
    await expect.poll(whole).toBe(422)
  })

  it('a body of too many members is refused before they are looked at, and one of many wrong ones is no bug', async () => {
    for (const body of [`{${'"a":1,'.repeat(20)}"b":1}`, `[${'1,'.repeat(90_000)}1]`])
      expect(
        await fetch(`${url}/environment/api-keys`, {
          method: 'POST',
          headers: { 'x-api-key': key, 'content-type': 'application/json' },
          body,
        }).then(answer => answer.status),
      ).toBe(422)
  })
})

it.each([
  ['two hosts', 'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', [400]],
  ['no host', 'GET /health HTTP/1.1\r\n\r\n', [400]],
  ['a coding that nobody decodes', `${head(`${withKey(key)}Transfer-Encoding: gzip, chunked\r\n`)}0\r\n\r\n`, [400]],
  ['two lengths', `${head(`${withKey(key)}Content-Length: 2\r\nContent-Length: 3\r\n`)}{}`, [400]],
  [
    'a length and chunks',
    `${head(`${withKey(key)}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n`)}0\r\n\r\n`,
    [400],
  ],
  ['a space before the colon', `${head(`${withKey(key)}Transfer-Encoding : chunked\r\n`)}0\r\n\r\n`, [400]],
  ['a long line', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, [431]],
  ['many headers', `GET /health HTTP/1.1\r\nHost: a\r\n${'a:\r\n'.repeat(3_000)}\r\n`, [431]],
  ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', [405]],
  ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', [400]],
  [
    'an unknown expectation',
    `${head(`${withKey(key)}Expect: tea\r\nConnection: close\r\nContent-Length: 0\r\n`)}`,
    [417],
  ],
  ['HTTP/1.0', 'GET /health HTTP/1.0\r\n\r\n', [200]],
  ['an absolute address', 'GET http://other.example/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', [200]],
  ['an address of two slashes', 'GET //health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', [404]],
  ['an upgrade', 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade\r\nUpgrade: h2c\r\n\r\n', [200]],
  [
    'a HEAD with a body',
    'HEAD /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello',
    [200],
  ],
])('on the wire, %s is answered plainly', async (_, sent, expected) => {
  const { socket, closed } = await raw(url)
  socket.write(sent)
  expect(statuses(await closed)).toEqual(expected)
})
