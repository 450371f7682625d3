import { DurableObject, type HibernatingSocket } from 'cloudflare:workers'
import {
  acknowledgement,
  isLast,
  PING,
  SOCKET_PATH,
  SOCKET_TIMES,
  type SocketMessage,
  STARTED,
  TIMED_OUT,
} from '../http/sign-in/socket-messages.ts'
import { randomHex } from '../store/index.ts'
import type { Bindings } from './bindings.ts'

/** Codes of RFC 6455, 7.4.1: all is said; something was sent that nobody wants. */
const CODES = { done: 1000, unwanted: 1008 } as const

/** What is kept with a socket, so that it is there after the object was out of memory. */
interface Kept {
  readonly since: number
  readonly isUsed: boolean
}
type Pair = new () => { readonly 0: WebSocket; readonly 1: HibernatingSocket }
const { WebSocketPair } = globalThis as unknown as { readonly WebSocketPair: Pair }

/** Whether a browser client asks for its socket. */
export const isForSocket = ({ method, headers, url }: Request): boolean =>
  method === 'GET' && headers.get('upgrade')?.toLowerCase() === 'websocket' && new URL(url).pathname === SOCKET_PATH

/** Opens a socket in an object of its own, whose name is the socket's id. */
export function openSocket({ SIGN_IN_SOCKETS }: Bindings, request: Request): Promise<Response> {
  const id = randomHex()
  return SIGN_IN_SOCKETS.getByName(id).fetch(new Request(`https://socket.invalid/${id}`, request))
}

/**
 * The socket of one browser client, by whose id the object is named: whichever isolate learns what came of the sign-in
 * tells it here. Between messages the object is out of memory, and its socket stays open.
 */
export class SignInSocket extends DurableObject<Bindings> {
  async fetch(request: Request): Promise<Response> {
    const { 0: client, 1: socket } = new WebSocketPair()
    this.ctx.acceptWebSocket(socket)
    socket.serializeAttachment({ since: Date.now(), isUsed: false } satisfies Kept)
    socket.send(JSON.stringify(acknowledgement(new URL(request.url).pathname.slice(1))))
    await this.ctx.storage.setAlarm(Date.now() + SOCKET_TIMES.ping)
    return new Response(null, { status: 101, webSocket: client } as ResponseInit)
  }

  /** Sends a message; does nothing where the client has gone. */
  async tell(message: SocketMessage): Promise<void> {
    const isStarted = message.message_type === STARTED.message_type
    for (const socket of this.ctx.getWebSockets()) {
      const kept = socket.deserializeAttachment() as Kept
      if (isStarted) socket.serializeAttachment({ ...kept, isUsed: true } satisfies Kept)
      this.#send(socket, message)
    }
  }

  /** Sends something so that no proxy cuts the connection, or ends it when its time is over. */
  async alarm(): Promise<void> {
    const sockets = this.ctx.getWebSockets()
    if (sockets.length === 0) return this.ctx.storage.deleteAll()
    for (const socket of sockets) {
      const { since, isUsed } = socket.deserializeAttachment() as Kept
      const isOver = Date.now() - since >= (isUsed ? SOCKET_TIMES.longest : SOCKET_TIMES.unused)
      this.#send(socket, isOver ? TIMED_OUT : PING)
    }
    await this.ctx.storage.setAlarm(Date.now() + SOCKET_TIMES.ping)
  }

  #send(socket: HibernatingSocket, message: SocketMessage): void {
    try {
      socket.send(JSON.stringify(message))
      if (isLast(message)) socket.close(CODES.done)
    } catch {
      // It has been closed meanwhile.
    }
  }

  /** The client says nothing; what is sent all the same would keep the object at work. */
  webSocketMessage(socket: HibernatingSocket): void {
    socket.close(CODES.unwanted)
  }

  async webSocketClose(socket: HibernatingSocket): Promise<void> {
    try {
      // Not the code that came: it may be 1005, which stands for none and cannot be sent.
      socket.close(CODES.done)
    } catch {
      // It is closed on both sides.
    }
    await this.ctx.storage.deleteAll()
  }

  webSocketError(): Promise<void> {
    return this.ctx.storage.deleteAll()
  }
}
