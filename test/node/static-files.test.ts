import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Server } from '../../src/node.ts'
import { startAlone } from '../openapi/gateway.ts'

let gateway: Server
beforeAll(async () => {
  gateway = await startAlone()
})
afterAll(() => gateway.close())

/** The bytes as they came, which `fetch` would have decompressed. */
const get = (accepted: string): Promise<{ coding: string | undefined; length: number; etag: string; bytes: Buffer }> =>
  new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': accepted }
    request(`${gateway.url}/docs/reference.js`, { headers }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('end', () =>
        resolve({
          coding: answer.headers['content-encoding'],
          length: Number(answer.headers['content-length']),
          etag: answer.headers.etag!,
          bytes: Buffer.concat(chunks),
        }),
      )
    })
      .on('error', reject)
      .end()
  })
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

it('a static file comes as the caller can read it, each coding with a tag of its own', async () => {
  const plain = readFileSync(new URL('../../openapi/docs/reference.js', import.meta.url))
  const cases: [accepted: string, coding: string | undefined, read: (bytes: Buffer) => Buffer][] = [
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
    ['*', 'br', brotliDecompressSync],
    ['', undefined, bytes => bytes],
    ['identity', undefined, bytes => bytes],
    ['*;q=0', undefined, bytes => bytes],
  ]
  const tags = new Map<string | undefined, string>()
  for (const [accepted, coding, read] of cases) {
    const answer = await get(accepted)
    expect([accepted, answer.coding, hashOf(read(answer.bytes))]).toEqual([accepted, coding, hashOf(plain)])
    expect(answer.length).toBe(answer.bytes.length)
    expect(tags.get(coding) ?? answer.etag).toBe(answer.etag)
    tags.set(coding, answer.etag)
  }
  expect(new Set(tags.values()).size).toBe(3)
})
