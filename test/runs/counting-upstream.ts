// A HubSpot and a Stripe that do nothing but count: who asked for what, in which order, and what met what.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that reached the provider. */
export interface Counted {
  /** The access token, which is the connection's name here. */
  readonly connection: string
  /** The number of the run on its connection, which stands in what it reads or writes. */
  readonly run: number
  readonly key: string | undefined
  /** Whether it makes a record; one that was made is read once more. */
  readonly isWrite: boolean
}
export interface CountingUpstream {
  readonly url: string
  /** In the order in which they came. */
  readonly requests: readonly Counted[]
  /** Requests that came while another one of the same connection was under way. */
  readonly overlaps: readonly Counted[]
  /** Lets no request end until it is called again with false. */
  hold(isHeld: boolean): void
  close(): Promise<void>
}

/** A record as either of them has it. */
const record = (id: string) =>
  JSON.stringify({
    id,
    object: 'customer',
    properties: { firstname: id },
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    created: 1_767_225_600,
  })

/** Starts it; each request takes `ms`. */
export async function countingUpstream(ms: number): Promise<CountingUpstream> {
  const requests: Counted[] = []
  const overlaps: Counted[] = []
  const underWay = new Map<string, number>()
  let held: Promise<void> | undefined
  let letGo = () => {}

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const piece of request) body += piece
    const connection = (request.headers.authorization ?? '').replace(/^Bearer /, '')
    const run = Number(/run-(\d+)/.exec(`${request.url} ${body}`)?.[1])
    const key = request.headers['idempotency-key'] as string | undefined
    const counted = { connection, run, key, isWrite: request.method === 'POST' }
    requests.push(counted)
    const before = underWay.get(connection) ?? 0
    if (before > 0) overlaps.push(counted)
    underWay.set(connection, before + 1)
    // Also where the gateway is gone: then nobody waits for it any more.
    response.once('close', () => underWay.set(connection, (underWay.get(connection) ?? 1) - 1))
    await new Promise(resolve => setTimeout(resolve, ms))
    await held
    response.writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' })
    response.end(record(`run-${run}`))
  }
  const server = createServer((request, response) => {
    // A request that breaks off, since the gateway was killed, never came.
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    overlaps,
    hold(isHeld) {
      letGo()
      held = isHeld
        ? new Promise(resolve => {
            letGo = resolve
          })
        : undefined
    },
    close: () =>
      new Promise(resolve => {
        letGo()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
