import type { Readable } from 'node:stream'
import { type Dispatcher, request as send } from 'undici'
import type { HttpFault, HttpSender } from '../../../services.ts'
import { faultOf, nodeBody } from './agent.ts'
import { decoded, decodersOf } from './decode.ts'

/**
 * The body as a web stream. `Readable.toWeb` would put a chunk into a stream that its reader has cancelled meanwhile,
 * and throw where nobody can catch it, which ends the process.
 */
function streamOf(body: Readable): ReadableStream<Uint8Array> {
  // The iteration below sees errors too; but an `error` event without a listener would end the process.
  body.on('error', () => {})
  const chunks = body[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel() {
        body.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Statuses whose response has no body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5). */
const EMPTY: ReadonlySet<number> = new Set([204, 205, 304])
/** Headers that are right no more once a body is decompressed. */
const OF_ENCODING = /^content-(encoding|length)$/

/** The headers of a response for a body that is passed on, decompressed or as it came. */
const headersOf = (headers: Dispatcher.ResponseData['headers'], isDecoded: boolean): Headers =>
  new Headers(
    Object.entries(headers)
      .filter(([name]) => !(isDecoded && OF_ENCODING.test(name)))
      .flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one])),
  )

/** The fault of a request that is given up: undici does not look at the signal while one waits for a connection. */
const given = (signal: AbortSignal): { fault: Promise<{ fault: HttpFault }>; release(): void } => {
  const { promise, resolve } = Promise.withResolvers<{ fault: HttpFault }>()
  const stop = () => resolve({ fault: 'timeout' })
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop)
  return { fault: promise, release: () => signal.removeEventListener('abort', stop) }
}

/** Makes `stream` over undici: bytes are passed on as they come, decompressed. */
export const streamOver = (dispatcher: Dispatcher): HttpSender['stream'] => {
  const stream: HttpSender['stream'] = async ({ method, url, headers, body, signal }) => {
    try {
      const response = await send(url, {
        dispatcher,
        method,
        // A credential can only be found in what can be read, so compression is not asked for.
        headers: { ...headers, 'accept-encoding': 'identity' },
        signal,
        ...(body !== undefined && { body: nodeBody(body) }),
      })
      const { statusCode: status } = response
      const isEmpty = EMPTY.has(status) || method === 'HEAD'
      if (isEmpty) await response.body.dump()
      const encoding = response.headers['content-encoding']
      const decoders = isEmpty ? [] : decodersOf(encoding === undefined ? undefined : String(encoding))
      if (!decoders) {
        response.body.on('error', () => {}).destroy()
        return { fault: 'unreadable' }
      }
      return {
        response: {
          status,
          headers: headersOf(response.headers, decoders.length > 0),
          body: isEmpty ? null : streamOf(decoded(response.body, decoders)),
        },
      }
    } catch (error) {
      return faultOf(error, signal, false)
    }
  }
  return async request => {
    const { fault, release } = given(request.signal)
    try {
      return await Promise.race([stream(request), fault])
    } finally {
      release()
    }
  }
}
