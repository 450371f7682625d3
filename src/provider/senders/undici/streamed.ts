import { Readable } from 'node:stream'
import { type Dispatcher, request as send } from 'undici'
import type { HttpSender } from '../../../services.ts'
import { faultOf } from './agent.ts'

type Body = Dispatcher.ResponseData['body']

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

/** Passes requests through: the bytes as they come, still compressed where the provider compressed them. */
export const streamOver =
  (dispatcher: Dispatcher): HttpSender['stream'] =>
  async ({ method, url, headers, body, signal }) => {
    try {
      const response = await send(url, {
        dispatcher,
        method: method as Dispatcher.HttpMethod,
        headers,
        signal,
        ...(body !== undefined && { body: body instanceof ReadableStream ? Readable.fromWeb(body as never) : body }),
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
        response: {
          status,
          headers: answered,
          body: isEmpty ? null : streamOf(response.body),
        },
      }
    } catch (error) {
      return faultOf(error, signal, false)
    }
  }
