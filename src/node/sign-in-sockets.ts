// The sockets of browser clients, in this one process: what comes of a sign-in is told by the process whose socket it is.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import {
  acknowledgement,
  BUSY,
  isLast,
  PING,
  SOCKET_PATH,
  SOCKET_TIMES,
  type SocketMessage,
  STARTED,
  STOPPING,
  TIMED_OUT,
} from '../http/sign-in/socket-messages.ts'
import type { SignInSockets } from '../services.ts'
import { randomHex } from '../store/index.ts'
import type { Upgrades } from './listen.ts'
import { networkOf } from './network-of.ts'

/** Bytes of the longest message that is received before it is refused; the client sends none. */
const LONGEST = 64
/** Milliseconds until a socket that was closed is gone, whether or not the other side answers. */
const CLOSING_MS = 1_000
/** Codes of RFC 6455, 7.4.1: all is said; the process ends; something was sent; try again later. */
const CODES = { done: 1000, stopping: 1001, unwanted: 1008, busy: 1013 } as const

interface Open {
  readonly socket: WebSocket
  readonly network: string | undefined
  readonly since: number
  isUsed: boolean
  /** Whether it has answered since it was last asked. */
  isThere: boolean
}

interface Options {
  /** Sockets at the same time: all of them, and those of one network of the internet. */
  readonly most?: { readonly all: number; readonly network: number }
  readonly times?: { readonly ping: number; readonly unused: number; readonly longest: number }
  readonly networkOf?: (address: string) => string | undefined
  readonly now?: () => number
}

/** Makes the sockets of a process: `tell` for sign-in, the rest for the listener. */
export function createSignInSockets({
  most = { all: 2_000, network: 100 },
  times = SOCKET_TIMES,
  networkOf: network = networkOf,
  now = Date.now,
}: Options = {}): SignInSockets & Upgrades {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LONGEST,
    perMessageDeflate: false,
  })
  const open = new Map<string, Open>()
  let isStopping = false
  let timer: ReturnType<typeof setInterval> | undefined

  const say = (socket: WebSocket, message: SocketMessage) => socket.send(JSON.stringify(message), () => {})
  function end(socket: WebSocket, code: number, message?: SocketMessage): void {
    if (message) say(socket, message)
    socket.close(code)
    setTimeout(() => socket.terminate(), CLOSING_MS).unref()
  }
  function forget(id: string): void {
    open.delete(id)
    if (open.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  /** Asks every socket whether it is there, and ends those that are not, or whose time is over. */
  function look(): void {
    for (const each of open.values()) {
      const { socket, since, isUsed } = each
      if (now() - since >= (isUsed ? times.longest : times.unused)) end(socket, CODES.done, TIMED_OUT)
      else if (!each.isThere) socket.terminate()
      else {
        each.isThere = false
        socket.ping()
        say(socket, PING)
      }
    }
  }

  function welcome(socket: WebSocket, from: string | undefined): void {
    // What is wrong with what it sends closes it, which is all that there is to do.
    socket.on('error', () => {})
    if (isStopping) return end(socket, CODES.stopping, STOPPING)
    const ofNetwork = from === undefined ? 0 : [...open.values()].filter(each => each.network === from).length
    // Told rather than refused: the client hears nothing of a refusal, and would wait for ever.
    if (open.size >= most.all || ofNetwork >= most.network) return end(socket, CODES.busy, BUSY)
    const id = randomHex()
    const each: Open = { socket, network: from, since: now(), isUsed: false, isThere: true }
    open.set(id, each)
    timer ??= setInterval(look, times.ping).unref()
    socket.on('close', () => forget(id))
    socket.on('pong', () => {
      each.isThere = true
    })
    socket.on('message', () => end(socket, CODES.unwanted))
    say(socket, acknowledgement(id))
  }

  return {
    async tell(id, message) {
      const found = open.get(id)
      if (!found) return
      if (message === STARTED) found.isUsed = true
      if (isLast(message)) end(found.socket, CODES.done, message)
      else say(found.socket, message)
    },
    wants: ({ url = '', headers, method }: IncomingMessage) =>
      method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && url.split('?')[0] === SOCKET_PATH,
    take(request: IncomingMessage, socket: Duplex, head: Buffer) {
      const from = network(request.socket.remoteAddress ?? '')
      server.handleUpgrade(request, socket, head, accepted => welcome(accepted, from))
    },
    close() {
      isStopping = true
      for (const { socket } of open.values()) end(socket, CODES.stopping, STOPPING)
    },
  }
}
