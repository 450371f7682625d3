import { type Dispatcher, request as send } from 'undici'
import type { HttpSender } from '../../../services.ts'
import { faultOf, nodeBody } from './agent.ts'

type Body = Dispatcher.ResponseData['body']

/**
 * The body as a web stream. `Readable.toWeb` would put a chunk into a stream that its reader has cancelled meanwhile,
 * and throw where nobody can catch it, which ends the process.
 */
function streamOf(body: Body): ReadableStream<Uint8Array> {
  // The iteration below sees errors too; but an `error` event without a listener would end the process.
  body.on('error', () => {})
  const chunks = body[Symbol.asyncIterator]()
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

/** Makes `stream` over undici: bytes are passed on as they come, compressed as they are. */
export const streamOver =
  (dispatcher: Dispatcher): HttpSender['stream'] =>
  async ({ method, url, headers, body, signal }) => {
    try {
      const response = await send(url, {
        dispatcher,
        method,
        headers,
        signal,
        ...(body !== undefined && { body: nodeBody(body) }),
      })
      const { statusCode: status } = response
      const isEmpty = status === 204 || status === 304 || method === 'HEAD'
      if (isEmpty) await response.body.dump()
      const responseHeaders = new globalThis.Headers(
        Object.entries(response.headers).flatMap(([name, value]) =>
          [value ?? []].flat().map((one): [string, string] => [name, one]),
        ),
      )
      return {
        response: {
          status,
          headers: responseHeaders,
          body: isEmpty ? null : streamOf(response.body),
        },
      }
    } catch (error) {
      return faultOf(error, signal, false)
    }
  }
