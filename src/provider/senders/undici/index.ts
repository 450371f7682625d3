// Imported only beneath `src/node.ts`: Workers have no undici.
import { lookup } from 'node:dns'
import { Agent } from 'undici'
import type { HttpSender } from '../../../services.ts'
import { guarded } from './agent.ts'
import { sendOver } from './buffered.ts'
import { streamOver } from './streamed.ts'

/**
 * Makes a sender over undici: it pools connections, decompresses, and checks the addresses that names lead to. `close`
 * ends the pool when no request is under way any more. `connections` is how many a host may have at once, 128 unless
 * given; `lookup` resolves names, the system's own unless given.
 */
export function undiciSender(options: {
  allowPrivate: boolean
  connections?: number
  lookup?: typeof lookup
}): HttpSender & { close(): Promise<void> } {
  const resolve = options.lookup ?? lookup
  const agent = new Agent({
    connections: options.connections ?? 128,
    keepAliveTimeout: 30_000,
    connect: { timeout: 10_000, lookup: options.allowPrivate ? resolve : guarded(resolve) },
  })
  return { send: sendOver(agent), stream: streamOver(agent), close: () => agent.close() }
}
