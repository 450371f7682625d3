import { gzipSync } from 'node:zlib'
import { carriedOut, deliver, type Fault, type Reply } from './inflict.ts'

/** As much as a bomb unfolds to, in MiB: twice what the gateway reads by default. */
const BOMB = 40
/** Bytes that come before an answer that was due in fewer than 50,000. */
const OVERSIZE = 5_000_000

const gzipped = { 'content-encoding': 'gzip' }

/** Bytes without a pattern, the same ones every time (xorshift32). */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let i = 0, x = 0x9e3779b9; i < length; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    bytes[i] = x
  }
  return bytes
}
/** Spaces, which are JSON as far as they go. One gzip after the other is a gzip (RFC 1952, 2.2). */
function bomb(): Buffer {
  const mebibyte = gzipSync(Buffer.alloc(1_048_576, ' '))
  return Buffer.concat(Array<Buffer>(BOMB).fill(mebibyte))
}

const remade =
  (make: (reply: Reply) => Buffer, headers = {}): Fault =>
  async victim => {
    const reply = await carriedOut(victim)
    deliver(victim, { ...reply, headers: { ...reply.headers, ...headers }, body: make(reply) })
  }

/** Bodies that are not what their head says, or far more than was due. The request has been carried out. */
export const encodings: Readonly<Record<string, Fault>> = {
  'gzip-not': remade(({ body }) => body, gzipped),
  'gzip-garbage': remade(() => gzipSync(noise(4096)), gzipped),
  'gzip-bomb': remade(bomb, gzipped),
  /** The true answer, after spaces that nobody asked for. */
  oversized: remade(({ body }) => Buffer.concat([Buffer.alloc(OVERSIZE, ' '), body])),
}
