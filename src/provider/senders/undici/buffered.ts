import type { Dispatcher } from 'undici'
import type { HttpSender } from '../../../services.ts'
import { faultOf, Headers, nodeBody } from './agent.ts'
import { collect, type Sink, textOf } from './decode.ts'

type Send = HttpSender['send']
type Result = Awaited<ReturnType<Send>>

/**
 * Makes `send` over undici's `dispatch`. Its simpler `request` makes a stream of each body, which costs more than all
 * the rest of a request.
 */
export const sendOver =
  (dispatcher: Dispatcher): Send =>
  ({ method, url, headers, body, signal, maxBytes, wantsBytes }) =>
    new Promise<Result>(resolve => {
      const { origin, pathname, search } = new URL(url)
      let sink: Sink | undefined
      let stop: (() => void) | undefined
      /** Answers; what the network brings after that is not looked at. */
      const end = (result: Result) => {
        if (stop) signal.removeEventListener('abort', stop)
        sink?.stop()
        resolve(result)
      }
      const options: Dispatcher.DispatchOptions = {
        origin,
        path: pathname + search,
        method,
        headers: { 'accept-encoding': 'gzip, deflate, br', ...headers },
        body: nodeBody(body),
      }
      dispatcher.dispatch(options, {
        onRequestStart(controller) {
          stop = () => {
            controller.abort(new Error('aborted'))
            // A body that has come whole may still be decompressing, and undici has nothing left to abort.
            if (sink) end({ fault: 'timeout' })
          }
          if (signal.aborted) stop()
          else signal.addEventListener('abort', stop)
        },
        onResponseStart(controller, status, responseHeaders) {
          const encoding = responseHeaders['content-encoding']
          sink = collect(encoding === undefined ? undefined : String(encoding), maxBytes, {
            whole: content =>
              end({
                response: {
                  status,
                  headers: new Headers(responseHeaders),
                  size: content.byteLength,
                  ...(wantsBytes ? { text: '', bytes: content } : { text: textOf(content) }),
                },
              }),
            tooLarge() {
              end({ fault: 'too-large' })
              controller.abort(new Error('too large'))
            },
            broken(error) {
              end(faultOf(error, signal, true))
              controller.abort(error)
            },
          })
        },
        onResponseData(_controller, chunk) {
          sink?.write(chunk)
        },
        onResponseEnd() {
          sink?.end()
        },
        onResponseError(_controller, error) {
          end(faultOf(error, signal, sink !== undefined))
        },
      })
    })
