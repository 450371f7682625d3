import type { Dispatcher } from 'undici'
import type { HttpSender } from '../../../services.ts'
import { faultOf, Headers, nodeBody } from './agent.ts'
import { collect, decodersOf, type Sink, textOf } from './decode.ts'

type Send = HttpSender['send']
type Result = Awaited<ReturnType<Send>>

/**
 * Makes `send` over undici's `dispatch`. Its simpler `request` makes a stream of each body, which costs more than all
 * the rest of a request.
 */
export const sendOver =
  (dispatcher: Dispatcher): Send =>
  ({ method, url, headers, body, signal, maxBytes, wantsBytes, begun }) =>
    new Promise<Result>(resolve => {
      if (signal.aborted) return resolve({ fault: 'timeout' })
      const { origin, pathname, search } = new URL(url)
      let under: Dispatcher.DispatchController | undefined
      let sink: Sink | undefined
      let isOver = false
      /** Answers, once; what the network brings after that is not looked at. */
      const end = (result: Result) => {
        if (isOver) return
        isOver = true
        signal.removeEventListener('abort', stop)
        sink?.stop()
        resolve(result)
      }
      const endAndAbort = (result: Result, why: string) => {
        end(result)
        under?.abort(new Error(why))
      }
      // Also while the request waits for a connection, and while a body that has come whole is decompressed: in neither
      // case has undici anything to abort.
      const stop = () => endAndAbort({ fault: 'timeout' }, 'aborted')
      signal.addEventListener('abort', stop)
      const options: Dispatcher.DispatchOptions = {
        origin,
        path: pathname + search,
        method,
        headers: { ...headers, 'accept-encoding': 'gzip, deflate, br' },
        body: nodeBody(body),
      }
      dispatcher.dispatch(options, {
        onRequestStart(controller) {
          under = controller
          if (isOver) controller.abort(new Error('aborted'))
          else begun?.()
        },
        onResponseStart(controller, status, responseHeaders) {
          // An interim response; the final one follows (RFC 9110, 15.2).
          if (status < 200) return
          const encoding = responseHeaders['content-encoding']
          const decoders = decodersOf(encoding === undefined ? undefined : String(encoding))
          if (!decoders) return endAndAbort({ fault: 'unreadable' }, 'unreadable')
          sink = collect(decoders, maxBytes, {
            whole: content =>
              end({
                response: {
                  status,
                  headers: new Headers(responseHeaders),
                  size: content.byteLength,
                  ...(wantsBytes ? { text: '', bytes: content } : textOf(content)),
                },
              }),
            tooLarge: () => endAndAbort({ fault: 'too-large' }, 'too large'),
            broken: error => endAndAbort(faultOf(error, signal, true), 'broken'),
            more: () => controller.resume(),
          })
        },
        onResponseData(controller, chunk) {
          if (sink?.write(chunk) === false) controller.pause()
        },
        onResponseEnd() {
          sink?.end()
        },
        onResponseError(_controller, error) {
          end(faultOf(error, signal, sink !== undefined))
        },
      })
    })
