// Raw connections to a gateway, for what no HTTP client would do.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Opens a connection that never reads, and writes to it. */
export async function silent(url: string, text: string | Uint8Array): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.pause()
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

/** The head of a request, with its empty line. */
export const head = (line: string, headers: Readonly<Record<string, string>> = {}): string =>
  `${line} HTTP/1.1\r\nhost: gateway\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

/** Waits for the milliseconds, then closes them all. */
export async function hold(sockets: readonly Socket[], ms: number): Promise<void> {
  await delay(ms)
  for (const socket of sockets) socket.destroy()
}
