// The HTTP server of a process: what a connection may ask for, how long it may take, and how it all ends.
import { createServer, type IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { oneAtATime } from './one-at-a-time.ts'

/** Bytes of a request line and its headers together. Node answers 431 beyond. */
const HEADER_BYTES = 16_384
/** How long the headers of a request may take. Node answers 408 beyond, and closes. */
const HEADERS_MS = 15_000
/** How long a request may take to arrive whole. A caller who sends slower than 170 KB a second cannot send 10 MiB. */
const REQUEST_MS = 60_000
/** How often those two are looked at. */
const CHECK_MS = 5_000
/** How long a connection is kept for its next request, as its answers say (`Keep-Alive: timeout=5`). */
const KEPT_MS = 5_000
/** Node keeps it this much longer, for a request that is on its way at the end of that time. */
const KEPT_LONGER_MS = 1_000
/** How long a process that is to stop still takes connections while it says so: a balancer asks every few seconds. */
const ANNOUNCED_MS = 3_000
/** How long requests that are under way may take to end, once the process is told to stop. */
const DRAIN_MS = 25_000
/** How often connections that have become idle are closed meanwhile. */
const IDLE_MS = 100

/** A listening server. */
export interface Listener {
  readonly port: number
  /** Whether it was told to stop gently. */
  readonly stopping: boolean
  /**
   * Takes no more requests, and lets those under way end. `gently`, it first goes on for a while and answers each
   * request with `Connection: close`, so that whoever sends requests here learns of it, and closes no connection on
   * which a request may be on its way.
   */
  close(gently: boolean): Promise<void>
}

/** What takes connections over that ask for another protocol. */
export interface Upgrades {
  /** Whether it takes this one; others are answered as requests, as if they had not asked. */
  wants(request: IncomingMessage): boolean
  take(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Ends those that it took. */
  close(): void
}

/** Whether the framing of a request leaves no doubt: one host, and no transfer coding that nobody decodes. */
function isClear({ rawHeaders, headers }: IncomingMessage): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  const coding = headers['transfer-encoding']
  return hosts < 2 && (coding === undefined || coding.toLowerCase() === 'chunked')
}

/** Lets a caller who asks first (`Expect: 100-continue`) send the body only when it is read. */
function continueWhenRead(request: IncomingMessage, response: ServerResponse): void {
  const read = request._read
  request._read = size => {
    request._read = read
    if (!response.headersSent) response.writeContinue()
    read.call(request, size)
  }
}

/** Serves requests on a host and port. Rejects where it cannot listen there. */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { hostname, port, upgrades }: { hostname: string; port: number; upgrades?: Upgrades | undefined },
): Promise<Listener> {
  let stopping = false
  /** Answers with `Connection: close` once the process is to stop, also to requests that came before. */
  class Answer extends ServerResponse {
    override writeHead(...args: never[]): this {
      if (stopping) this.shouldKeepAlive = false
      return super.writeHead(...(args as unknown as Parameters<ServerResponse['writeHead']>))
    }
  }
  const inTurn = oneAtATime(getRequestListener(fetch, { hostname }))
  const answer: RequestListener = (request, response) => {
    if (isClear(request)) return inTurn(request, response)
    response.shouldKeepAlive = false
    response.writeHead(400).end()
  }
  const server = createServer(
    {
      ServerResponse: Answer as typeof ServerResponse,
      insecureHTTPParser: false,
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEPT_MS,
      keepAliveTimeoutBuffer: KEPT_LONGER_MS,
      // Some clients ask for HTTP/2 with every request, which must not keep them from being answered.
      shouldUpgradeCallback: request => upgrades?.wants(request) ?? false,
    },
    answer,
  )
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    continueWhenRead(request, response)
    answer(request, response as Parameters<RequestListener>[1])
  })
  server.on('connect', (_request: IncomingMessage, socket: Duplex) =>
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  )
  // `closeIdleConnections` passes over connections that have not sent a request yet, and `close` would wait for them.
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', (request: IncomingMessage) => silent.delete(request.socket))
  if (upgrades)
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      silent.delete(request.socket)
      socket.on('error', () => {})
      // Node before 22.21 asks nobody, and hands over all of them.
      if (isClear(request) && upgrades.wants(request)) upgrades.take(request, socket, head)
      else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    })

  /** Closes connections as they become idle, those still busy after a while, and resolves when there are none. */
  function end(closed: Promise<void>, patience: number): Promise<void> {
    const deadline = setTimeout(() => server.closeAllConnections(), patience)
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_MS)
    for (const socket of silent) socket.destroy()
    upgrades?.close()
    return closed.finally(() => {
      clearTimeout(deadline)
      clearInterval(idle)
    })
  }
  async function close(gently: boolean): Promise<void> {
    if (!gently) return end(new Promise(resolve => server.close(() => resolve())), DRAIN_MS)
    stopping = true
    await delay(ANNOUNCED_MS)
    // Right after the loop has taken new connections: the system resets those that nobody has taken yet.
    await new Promise(resolve => setImmediate(resolve))
    // `server.close` would also close idle connections, on which a request may just be coming; until their own time is
    // over they are answered.
    const closed = new Promise<void>(resolve => NetServer.prototype.close.call(server, () => resolve()))
    await Promise.race([closed, delay(KEPT_MS + KEPT_LONGER_MS, undefined, { ref: false })])
    return end(closed, DRAIN_MS - ANNOUNCED_MS - KEPT_MS - KEPT_LONGER_MS)
  }
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        get stopping() {
          return stopping
        },
        close,
      }),
    )
  })
}
