// Imported only beneath `src/node.ts`: at the edge there is no undici.
import { lookup } from 'node:dns'
import { Agent } from 'undici'
import type { StreamWire } from '../../stream.ts'
import type { Wire } from '../../wire.ts'
import { guarded } from './agent.ts'
import { wireOver } from './buffered.ts'
import { streamOver } from './streamed.ts'

/**
 * The wires over undici: pooled connections, decompression, resolved addresses checked. `close` ends the pool once
 * nothing is under way. `lookup` resolves names; the system's own unless given.
 */
export function undiciWire(options: { allowPrivate: boolean; connections?: number; lookup?: typeof lookup }): {
  wire: Wire
  stream: StreamWire
  close(): Promise<void>
} {
  const resolve = options.lookup ?? lookup
  const agent = new Agent({
    connections: options.connections ?? 128,
    keepAliveTimeout: 30_000,
    connect: { timeout: 10_000, lookup: options.allowPrivate ? resolve : guarded(resolve) },
  })
  return { wire: wireOver(agent), stream: streamOver(agent), close: () => agent.close() }
}
