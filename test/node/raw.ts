import { connect, type Socket } from 'node:net'

/** A connection on which a test writes bytes as they are. */
export interface Raw {
  readonly socket: Socket
  /** What came back so far, as Latin 1. */
  readonly got: () => string
  /** Waits until what came back has the pattern; rejects where the connection ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves when the connection is closed, with all that came back. */
  readonly closed: Promise<string>
}

/** Connects to an address of a gateway, such as `http://127.0.0.1:8787`. Nothing is read before `read`, if so wanted. */
export async function raw(url: string, { unread = false } = {}): Promise<Raw> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let text = ''
  const closed = new Promise<string>(resolve => socket.once('close', () => resolve(text)))
  // A reset is what some of the tests provoke; `closed` tells it.
  socket.on('error', () => {})
  if (unread) socket.pause()
  else
    socket.on('data', bytes => {
      text += bytes.toString('latin1')
    })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return {
    socket,
    got: () => text,
    closed,
    until: pattern =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text)
          if (match) resolve(match)
          return match !== null
        }
        if (look()) return
        socket.on('data', look)
        closed.then(() => look() || reject(new Error(`closed without ${pattern}: ${text}`)))
      }),
  }
}

/** The statuses of the answers in a text, in order. */
export const statuses = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
