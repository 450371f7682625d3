// Imported only beneath `src/node.ts`: Workers have no undici.
import { lookup } from 'node:dns'
import { Agent } from 'undici'
import type { HttpSender } from '../../../services.ts'
import { guarded } from './agent.ts'
import { sendOver } from './buffered.ts'
import { streamOver } from './streamed.ts'

/**
 * Requests that one host is sent at once: an environment alone may have two thirds of them under way, a connection alone
 * a third (`src/provider/bulkhead.ts`).
 */
const PLACES = { whole: 192, streamed: 96 } as const
/**
 * Connections to one host for each place, at most. A request that is given up while its connection is still being made
 * leaves its place at once, and the connection for up to ten seconds.
 */
const SPARE = 2

/**
 * Makes a sender over undici: it pools connections, decompresses, and checks the addresses that names lead to. `close`
 * ends the pools when no request is under way any more. `lookup` resolves names, the system's own unless given.
 */
export function undiciSender(options: {
  allowPrivate: boolean
  lookup?: typeof lookup
}): HttpSender & { close(): Promise<void> } {
  const resolve = options.lookup ?? lookup
  const common = {
    keepAliveTimeout: 30_000,
    connect: { timeout: 10_000, lookup: options.allowPrivate ? resolve : guarded(resolve) },
  }
  const whole = new Agent({ ...common, connections: PLACES.whole * SPARE })
  // Streams have connections of their own, and each has one to itself: over HTTP/2, whoever does not read one of them
  // would hold up the others of the connection.
  const streamed = new Agent({ ...common, connections: PLACES.streamed * SPARE, allowH2: false })
  return {
    places: PLACES,
    send: sendOver(whole),
    stream: streamOver(streamed),
    async close() {
      await Promise.all([whole.close(), streamed.close()])
    },
  }
}
