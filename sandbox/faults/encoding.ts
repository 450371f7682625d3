import { promisify } from 'node:util'
import { gzip as gzipInto } from 'node:zlib'
import { carriedOut, deliver, type Fault, type Reply } from './inflict.ts'

/** As much as a bomb unfolds to, in bytes: twice what the gateway reads by default. */
const BOMB = 41_943_040
/** As much as comes where 50 KB were due, in bytes. */
const OVERSIZE = 5_000_000

const gzipped = { 'content-encoding': 'gzip' }
const gzip = promisify(gzipInto)

/** Made once, and not on the thread that everything else runs on. */
let bomb: Promise<Buffer> | undefined

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
const remade =
  (make: (reply: Reply) => Buffer | Promise<Buffer>, headers = {}): Fault =>
  async victim => {
    const reply = await carriedOut(victim)
    deliver(victim, { ...reply, headers: { ...reply.headers, ...headers }, body: await make(reply) })
  }

/** Bodies that are not what their head says, or far more than was due. The request has been carried out. */
export const encodings: Readonly<Record<string, Fault>> = {
  'gzip-not': remade(({ body }) => body, gzipped),
  'gzip-garbage': remade(() => gzip(noise(4096)), gzipped),
  // Spaces are JSON, as far as they go.
  'gzip-bomb': remade(() => (bomb ??= gzip(Buffer.alloc(BOMB, ' '))), gzipped),
  /** The true answer, after spaces that no caller asked for. */
  oversized: remade(({ body }) => Buffer.concat([Buffer.alloc(OVERSIZE, ' '), body])),
}
