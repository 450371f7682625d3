import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, expect, it } from 'vitest'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'

const sender = undiciSender({ allowPrivate: true })
let server: Server
afterEach(() => {
  server.closeAllConnections()
  return new Promise(resolve => server.close(resolve))
})
afterAll(() => sender.close())

/** What the sender makes of a response. */
async function received(listener: RequestListener, { ms = 5_000, maxBytes = 1_000_000 } = {}) {
  server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const result = await sender.send({ method: 'GET', url, headers: {}, signal: AbortSignal.timeout(ms), maxBytes })
  return 'response' in result ? result.response.text : result.fault
}

it('a byte order mark is no part of the text, however the answer is framed', async () => {
  const text = '\uFEFF{"a":"é"}'
  const length = { 'content-length': String(Buffer.byteLength(text)) }
  expect(await received((_, to) => to.writeHead(200, length).end(text))).toBe('{"a":"é"}')
  server.close()
  expect(await received((_, to) => to.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text)))).toBe(
    '{"a":"é"}',
  )
})

it('a character cut in two by the network is whole again', async () => {
  const bytes = Buffer.from('"é"')
  const listener: RequestListener = (_, to) => {
    to.writeHead(200).write(bytes.subarray(0, 2), () => setTimeout(() => to.end(bytes.subarray(2)), 20))
  }
  expect(await received(listener)).toBe('"é"')
})

it('an answer that cannot be unfolded is not waited for to its end', async () => {
  let gone = false
  const listener: RequestListener = (_, to) => {
    to.writeHead(200, { 'content-encoding': 'gzip' }).write('this is no gzip')
    to.once('close', () => {
      gone = true
    })
  }
  expect(await received(listener)).toBe('cut-short')
  await expect.poll(() => gone).toBe(true)
})

it('an answer that has come whole and takes long to unfold is given up when the time is up', async () => {
  const mebibyte = gzipSync(Buffer.alloc(1_048_576, ' '))
  const bomb = Buffer.concat(Array<Buffer>(2_000).fill(mebibyte))
  const started = performance.now()
  const gzip = { 'content-encoding': 'gzip', 'content-length': String(bomb.byteLength) }
  expect(await received((_, to) => to.writeHead(200, gzip).end(bomb), { ms: 50, maxBytes: 2 ** 40 })).toBe('timeout')
  expect(performance.now() - started).toBeLessThan(2_000)
})
