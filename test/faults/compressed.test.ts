// Compressed answers that are made to cost much: the sender reads so much of them and no more.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'

const sender = undiciSender({ allowPrivate: true })
let server: Server
/** Bytes of the answer that the provider got rid of. */
let sent = 0
afterEach(() => {
  server.closeAllConnections()
  return new Promise(resolve => server.close(resolve))
})
afterAll(() => sender.close())

const LIMIT = 1_000_000
async function request(listener: RequestListener) {
  sent = 0
  server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { method: 'GET', url, headers: {}, signal: AbortSignal.timeout(10_000) }
}
async function received(listener: RequestListener): Promise<string> {
  const result = await sender.send({ ...(await request(listener)), maxBytes: LIMIT })
  return 'response' in result ? result.response.text : result.fault
}
async function streamed(listener: RequestListener): Promise<{ headers: Headers; text(): Promise<string> } | string> {
  const result = await sender.stream(await request(listener))
  if (!('response' in result)) return result.fault
  const { headers, body } = result.response
  return { headers, text: () => new Response(body).text() }
}

/** Answers `first`, and then the same again and again as long as it is taken. */
const endless =
  (encoding: string, again: Buffer, first = Buffer.alloc(0)): RequestListener =>
  (_, to) => {
    const piece = Buffer.concat(Array<Buffer>(Math.ceil(65_536 / again.byteLength)).fill(again))
    const pour = () => {
      while (!to.closed && to.write(piece)) sent += piece.byteLength
    }
    to.writeHead(200, { 'content-encoding': encoding }).write(first)
    to.on('drain', pour)
    pour()
  }
const whole =
  (encoding: string, content: Buffer): RequestListener =>
  (_, to) =>
    to.writeHead(200, { 'content-encoding': encoding, 'content-length': content.byteLength }).end(content)

const TEXT = '{"a":"é"}'
const EMPTY_MEMBER = gzipSync('')
const ZEROS = Buffer.alloc(3_000_000)
/** What sockets and streams between the two hold besides. */
const HELD = 16_000_000

describe('an answer without an end', () => {
  it.each([
    ['of empty gzip members', endless('gzip', EMPTY_MEMBER)],
    ['of empty gzip members in gzip', endless('gzip, gzip', EMPTY_MEMBER)],
    ['of what follows a whole gzip answer', endless('gzip', Buffer.from('garbage'), gzipSync(TEXT))],
    ['of zeros after a whole gzip answer', endless('gzip', Buffer.alloc(65_536), gzipSync(TEXT))],
    ['of what follows a whole deflate answer', endless('deflate', Buffer.from('garbage'), deflateSync(TEXT))],
    ['of what follows a whole brotli answer', endless('br', Buffer.from('garbage'), brotliCompressSync(TEXT))],
    ['that is not compressed at all', endless('identity', Buffer.from('text'))],
  ])('%s is read as far as the limit goes', async (_, listener) => {
    expect(await received(listener)).toMatch(/^(too-large|cut-short)$/)
    expect(sent).toBeLessThan(LIMIT + HELD)
  })

  it('of empty gzip members ends as a stream, too', async () => {
    const stream = await streamed(endless('gzip', EMPTY_MEMBER))
    if (typeof stream === 'string') throw new Error(stream)
    await expect(stream.text()).rejects.toThrow()
    expect(sent).toBeLessThan(LIMIT + HELD)
  })

  it('is taken no faster than it is read', async () => {
    const result = await sender.stream(await request(endless('gzip', gzipSync(ZEROS))))
    if (!('response' in result)) throw new Error(result.fault)
    const reader = result.response.body!.getReader()
    await reader.read()
    const before = sent
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(sent - before).toBeLessThan(HELD)
    await reader.cancel()
  })
})

describe('an answer that grows', () => {
  it.each([
    ['gzip', whole('gzip', gzipSync(ZEROS))],
    ['x-gzip', whole('x-gzip', gzipSync(ZEROS))],
    ['deflate', whole('deflate', deflateSync(ZEROS))],
    ['br', whole('br', brotliCompressSync(ZEROS))],
    ['gzip in gzip', whole('gzip, gzip', gzipSync(gzipSync(ZEROS)))],
    ['many gzip members', whole('gzip', Buffer.concat(Array<Buffer>(40).fill(gzipSync(Buffer.alloc(60_000)))))],
    // The last step alone would make little of it.
    [
      'gzip in brotli, in the first step',
      whole('gzip, br', brotliCompressSync(Buffer.concat(Array<Buffer>(100_000).fill(EMPTY_MEMBER)))),
    ],
  ])('is too large: %s', async (_, listener) => {
    expect(await received(listener)).toBe('too-large')
  })
})

describe('an answer', () => {
  it.each([
    ['identity', Buffer.from(TEXT)],
    ['GZIP', gzipSync(TEXT)],
    ['gzip', Buffer.concat([gzipSync('{"a":'), gzipSync('"é"}')])],
    ['deflate', deflateSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['gzip, br', brotliCompressSync(gzipSync(TEXT))],
    ['gzip , identity', gzipSync(TEXT)],
  ])('is decompressed: %s', async (encoding, content) => {
    expect(await received(whole(encoding, content))).toBe(TEXT)
    server.close()
    const stream = await streamed(whole(encoding, content))
    if (typeof stream === 'string') throw new Error(stream)
    expect(await stream.text()).toBe(TEXT)
    if (encoding !== 'identity')
      for (const name of ['content-encoding', 'content-length']) expect(stream.headers.has(name), name).toBe(false)
  })

  it.each(['gzip, gzip, gzip', 'zstd', 'gzip, zstd', '__proto__', 'constructor'])(
    'that is compressed otherwise is not read: %s',
    async encoding => {
      const content = gzipSync(gzipSync(gzipSync(TEXT)))
      expect(await received(whole(encoding, content))).toBe('unreadable')
      server.close()
      expect(await streamed(whole(encoding, content))).toBe('unreadable')
    },
  )

  it.each([
    ['gzip', gzipSync(TEXT).subarray(0, -9)],
    ['deflate', deflateSync(TEXT).subarray(0, -2)],
    ['br', brotliCompressSync(TEXT).subarray(0, -2)],
    ['gzip, gzip', gzipSync(gzipSync(TEXT).subarray(0, -9))],
    ['gzip', Buffer.from('no gzip')],
  ])('that is cut or none is no whole one: %s', async (encoding, content) => {
    expect(await received(whole(encoding, content))).toBe('cut-short')
    server.close()
    const stream = await streamed(whole(encoding, content))
    if (typeof stream === 'string') throw new Error(stream)
    await expect(stream.text()).rejects.toThrow()
  })
})
