// Requests that a caller sends on one connection without waiting for the answers (pipelining, RFC 9112, 9.3.2).
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests that may wait on any connection for their turn, however many wait on others. */
const WAITING = 100
/**
 * Requests that may wait in the whole process on connections that have more than that. Node reads 64 KiB at a time,
 * which can hold two thousand small requests, and each that waits costs some 2 KB.
 */
const WAITING_IN_ALL = 10_000

type Turn = readonly [IncomingMessage, ServerResponse]

/**
 * Carries out the requests of one connection one after another: the next begins when the answer before it was taken.
 * Node would begin all at once and hold every answer until the caller reads. While requests wait, nothing more is read;
 * a connection whose requests are too many is cut off.
 */
export function oneAtATime(handle: RequestListener): RequestListener {
  const queues = new WeakMap<Socket, Turn[]>()
  let inAll = 0
  const forget = (socket: Socket, waiting: Turn[]): void => {
    inAll -= waiting.length
    waiting.length = 0
    queues.delete(socket)
  }
  const begin = (socket: Socket, waiting: Turn[], [request, response]: Turn): void => {
    response.once('close', () => {
      // After `Connection: close`, or when the caller has gone, nobody would get the other answers.
      if (socket.destroyed || !socket.writable) return forget(socket, waiting)
      const next = waiting.shift()
      if (!next) return void queues.delete(socket)
      inAll--
      if (waiting.length === 0) socket.resume()
      // The other connections have their turn in between.
      setImmediate(begin, socket, waiting, next)
    })
    handle(request, response)
  }
  return (request, response) => {
    const { socket } = request
    // What was read together with a request that ended the connection is not begun.
    if (socket.destroyed || !socket.writable) return
    const waiting = queues.get(socket)
    if (!waiting) {
      const none: Turn[] = []
      queues.set(socket, none)
      return begin(socket, none, [request, response])
    }
    if (waiting.length === 0) socket.pause()
    waiting.push([request, response])
    inAll++
    if (waiting.length > WAITING && inAll > WAITING_IN_ALL) socket.destroy()
  }
}
