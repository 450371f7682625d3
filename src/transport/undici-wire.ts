// Imported only beneath `src/node.ts`: at the edge there is no undici.
import { lookup } from 'node:dns'
import { addAbortSignal, pipeline, Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Agent, type Dispatcher, errors, request as send } from 'undici'
import { isPrivateAddress } from './destination.ts'
import type { StreamWire } from './stream.ts'
import type { HeaderBag, Wire, WireFault, WireRequest } from './wire.ts'

/** A resolved address that the gateway may not call. */
class PrivateAddress extends Error {}

/** Refuses a name that resolves to a private address, whichever of its addresses would be taken. */
const guarded = (resolve: typeof lookup): typeof lookup =>
  ((name: string, options: object, done: (...args: unknown[]) => void) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error)
      if (addresses.some(({ address }) => isPrivateAddress(address))) return done(new PrivateAddress(name))
      const [first] = addresses
      if ((options as { all?: boolean }).all) return done(null, addresses)
      done(null, first?.address, first?.family)
    })
  }) as typeof lookup

class Headers implements HeaderBag {
  readonly #all: Record<string, string | string[] | undefined>
  constructor(all: Record<string, string | string[] | undefined>) {
    this.#all = all
  }
  get(name: string): string | undefined {
    const value = this.#all[name.toLowerCase()]
    return Array.isArray(value) ? value.join(', ') : value
  }
  *entries(): Generator<[string, string]> {
    for (const [name, value] of Object.entries(this.#all))
      if (value !== undefined) yield [name, Array.isArray(value) ? value.join(', ') : value]
  }
}

/** Errors of which it is sure that nothing was sent. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function faultOf(error: unknown, signal: AbortSignal, begun: boolean): { fault: WireFault } {
  if (signal.aborted) return { fault: 'timeout' }
  if (error instanceof PrivateAddress || (error instanceof Error && error.cause instanceof PrivateAddress))
    return { fault: 'private-address' }
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError)
    return { fault: 'timeout' }
  if (begun) return { fault: 'cut-short' }
  return { fault: UNSENT.has((error as NodeJS.ErrnoException).code ?? '') ? 'unreachable' : 'reset' }
}

/** Bytes that are decompressed at a time; zlib's own 16 KiB are as many trips to its thread for an answer of megabytes. */
const chunkSize = 65_536
const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: () => createGunzip({ chunkSize }),
  'x-gzip': () => createGunzip({ chunkSize }),
  deflate: () => createInflate({ chunkSize }),
  br: () => createBrotliDecompress({ chunkSize }),
}
type Body = Dispatcher.ResponseData['body']

/**
 * The body as it was before it was compressed; whichever of the two fails ends the other. The signal ends it too: a
 * body that has come whole can take long to unfold. Undici's own interceptor for this is still an experiment.
 */
function decoded(body: Body, encoding: string, signal: AbortSignal): Readable {
  const decoder = DECODERS[encoding.trim().toLowerCase()]?.()
  return decoder ? pipeline(body, addAbortSignal(signal, decoder), () => {}) : body
}

/** The whole body as text with its size, or undefined when it is longer than may be. */
async function read(
  body: Body,
  headers: Dispatcher.ResponseData['headers'],
  { maxBytes, signal }: WireRequest,
): Promise<{ text: string; bytes: number } | undefined> {
  const encoding = headers['content-encoding']
  const length = headers['content-length']
  // A declared length below the limit is read at once; undici ends an answer that is longer than it declared.
  if (encoding === undefined && typeof length === 'string' && Number(length) <= maxBytes)
    return { text: await body.text(), bytes: Number(length) }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of (encoding === undefined
    ? body
    : decoded(body, String(encoding), signal)) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) {
      body.destroy()
      return undefined
    }
    chunks.push(chunk)
  }
  // As `text()` does it: without a byte order mark, which is no JSON.
  return { text: new TextDecoder().decode(Buffer.concat(chunks)), bytes }
}

/**
 * The body as a web stream. `Readable.toWeb` would hand a chunk to a stream that its reader has cancelled in the
 * meantime, and that error is nobody's: it ends the process.
 */
function streamOf(body: Body): ReadableStream<Uint8Array> {
  // An error also ends the iteration; without a listener of its own it would end the process.
  body.on('error', () => {})
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel() {
      body.destroy()
    },
  })
}

/**
 * The wire over undici: pooled connections, decompression, resolved addresses checked. `close` ends the pool once
 * nothing is under way. `lookup` resolves names; the system's own unless given.
 */
export function undiciWire(options: { allowPrivate: boolean; connections?: number; lookup?: typeof lookup }): {
  wire: Wire
  stream: StreamWire
  close(): Promise<void>
} {
  const resolve = options.lookup ?? lookup
  const agent = new Agent({
    connections: options.connections ?? 128,
    keepAliveTimeout: 30_000,
    connect: { timeout: 10_000, lookup: options.allowPrivate ? resolve : guarded(resolve) },
  })
  const wire: Wire = async request => {
    const { method, url, headers, body, signal } = request
    let response: Dispatcher.ResponseData
    try {
      response = await send(url, {
        dispatcher: agent,
        method: method as Dispatcher.HttpMethod,
        headers: { 'accept-encoding': 'gzip, deflate, br', ...headers },
        signal,
        ...(body !== undefined && { body }),
      })
    } catch (error) {
      return faultOf(error, signal, false)
    }
    try {
      const whole = await read(response.body, response.headers, request)
      return whole === undefined
        ? { fault: 'too-large' }
        : { answer: { status: response.statusCode, headers: new Headers(response.headers), ...whole } }
    } catch (error) {
      return faultOf(error, signal, true)
    }
  }
  // The bytes as they come, still compressed where the provider compressed them.
  const stream: StreamWire = async ({ method, url, headers, body, signal }) => {
    try {
      const response = await send(url, {
        dispatcher: agent,
        method: method as Dispatcher.HttpMethod,
        headers,
        signal,
        ...(body && { body: Readable.fromWeb(body as never) }),
      })
      const { statusCode: status } = response
      const isEmpty = status === 204 || status === 304 || method === 'HEAD'
      if (isEmpty) await response.body.dump()
      const answered = new globalThis.Headers(
        Object.entries(response.headers).flatMap(([name, value]) =>
          [value ?? []].flat().map((one): [string, string] => [name, one]),
        ),
      )
      return {
        answer: {
          status,
          headers: answered,
          body: isEmpty ? null : streamOf(response.body),
        },
      }
    } catch (error) {
      return faultOf(error, signal, false)
    }
  }
  return { wire, stream, close: () => agent.close() }
}
