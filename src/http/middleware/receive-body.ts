import { type Failure, ProblemError } from '../../problem/index.ts'
import { joined, readStream } from '../../provider/read-stream.ts'
import type { HttpContext, ReceiveBody } from '../context.ts'
import { invalidField } from '../request-faults.ts'
import { faultOfShape } from './json-shape.ts'

/** Bytes up to which a body is not counted: what an app sends all day never waits for what others send. */
const SMALL = 65_536
/** Bodies of the largest size that may be held while they arrive: by all callers together, and by one key. */
const LARGEST_AT_ONCE = { all: 4, key: 2 }
/** Members of objects and elements of arrays in a body. To check a hundred thousand takes a tenth of a second. */
const MOST_VALUES = 100_000

const BUSY: Omit<Failure, 'code'> = { retry_after: 1 }
const malformed = (detail: string) => new ProblemError('malformed-json', { detail })
const text = new TextDecoder('utf-8', { fatal: true })

/**
 * Makes what receives bodies, of at most `limit` bytes each, so that `c.req.json()` finds them. Bodies that are still
 * arriving hold memory for as long as their callers like, so their bytes are counted, for each key and in all.
 *
 * What it answers throws a ProblemError: `body-too-large`, `too-many-bodies`, `malformed-json` for a body that is cut off
 * or is not UTF-8, or `invalid-field` for a number that reading would change.
 */
export function createReceiveBody(limit: number): ReceiveBody {
  const held = new Map<string, number>()
  let inAll = 0
  const tooLarge = () => new ProblemError('body-too-large', { detail: `A body may have ${limit} bytes.` })
  const count = (key: string, bytes: number): void => {
    inAll += bytes
    const now = (held.get(key) ?? 0) + bytes
    if (now > 0) held.set(key, now)
    else held.delete(key)
  }

  async function gather(body: ReadableStream<Uint8Array>, key: string): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array[] = []
    let size = 0
    let counted = 0
    let refused: ProblemError | undefined
    try {
      await readStream(body, piece => {
        size += piece.byteLength
        pieces.push(piece)
        if (size > SMALL) {
          count(key, size - counted)
          counted = size
        }
        if (size > limit) refused = tooLarge()
        else if (inAll > limit * LARGEST_AT_ONCE.all || (held.get(key) ?? 0) > limit * LARGEST_AT_ONCE.key)
          refused = new ProblemError('too-many-bodies', BUSY)
        return refused === undefined
      })
    } finally {
      count(key, -counted)
    }
    if (refused) throw refused
    return joined(pieces)
  }

  async function receive(c: HttpContext, bytes: Promise<ArrayBuffer | Uint8Array>): Promise<void> {
    const whole = await bytes.catch((error: Error) => {
      throw error instanceof ProblemError ? error : malformed('The body did not come to its end.')
    })
    let read: string
    try {
      read = text.decode(whole)
    } catch {
      throw malformed('The body is not valid UTF-8.')
    }
    const fault = faultOfShape(read, MOST_VALUES)
    if (fault === 'too-many')
      throw new ProblemError('body-too-large', { detail: `A body may have ${MOST_VALUES} members and elements.` })
    if (fault) throw invalidField(fault)
    // hono keeps the promise of what was read here, whatever its type says.
    c.req.bodyCache.text = Promise.resolve(read) as unknown as string
  }

  return (c, key) => {
    const { method, path, raw } = c.req
    // A GET has no body, and on Node looking for one would build a whole web `Request` for nothing. The body of a
    // proxied request is streamed to the provider and never held here.
    if (method === 'GET' || method === 'HEAD' || path.startsWith('/proxy/')) return undefined
    const declared = c.req.header('content-length')
    if (Number(declared) > limit) throw tooLarge()
    // In one piece, which costs the least; the platform sees to it that no more comes than was declared.
    if (Number(declared) <= SMALL) return declared === '0' ? undefined : receive(c, raw.arrayBuffer())
    return raw.body ? receive(c, gather(raw.body, key)) : undefined
  }
}
