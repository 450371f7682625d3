import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Endless } from '../by-hand.ts'
import type { Dialect } from './dialect.ts'

/** A provider's answer, whole and not sent yet. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}
/** A request that is to go wrong. */
export interface Victim {
  readonly dialect: Dialect & Endless
  readonly method: string
  /** Path and query below the provider's name. */
  readonly target: string
  /** What the caller sent. */
  readonly body: Buffer
  /** The number after the fault's name: `slow-head=500`. */
  readonly argument: number | undefined
  /** Where the server listens, under another name than the caller's. */
  readonly elsewhere: string
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** Has the sandbox carry the request out, or another one in its place. */
  carryOut(instead?: { target?: string; body?: Buffer; headers?: Readonly<Record<string, string>> }): Promise<Reply>
}
/** Answers a request in its own bad way. */
export type Fault = (victim: Victim) => void | Promise<void>

/** Sends a reply with its true length. */
export function deliver({ outgoing }: Victim, { status, headers, body }: Reply): void {
  const hasBody = status !== 204 && status !== 304
  outgoing.writeHead(status, { ...headers, ...(hasBody && { 'content-length': String(body.byteLength) }) })
  outgoing.end(hasBody ? body : undefined)
}

/** A reply in JSON. */
export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(body)),
})

/** The reply to a request that was carried out, with a body where the provider sends none. */
export async function carriedOut(victim: Victim): Promise<Reply> {
  const reply = await victim.carryOut()
  return reply.body.byteLength > 0 ? reply : json(200, { done: true })
}

/** Waits, but no longer than the caller does. Answers whether it is still there. */
export const hold = ({ outgoing }: Victim, ms: number): Promise<boolean> =>
  new Promise(resolve => {
    const gone = () => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      outgoing.off('close', gone)
      resolve(true)
    }, ms)
    outgoing.once('close', gone)
    if (outgoing.destroyed) gone()
  })
