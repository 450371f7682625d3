import type { LeaseBudget } from './leased-budget.ts'
import { createPacer, type MemoryPacer } from './pacer.ts'

/**
 * Part of each rate that a queue at the edge leaves to the synchronous calls of the same account. They ask nobody for
 * their turn, so that a call does not have to reach an object on another continent first.
 */
export const RESERVE = 0.2

export interface QueuePacerOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /**
   * Until when this queue may have begun requests before its object was rebuilt, in milliseconds since 1970: the present
   * where a run was under way, or when the last one ended. Left out for a queue that never sent anything.
   */
  readonly usedUntil?: number | undefined
  /** Where the rates of an integration are counted, which other queues share. */
  readonly lease: LeaseBudget
}

/**
 * Makes the pacer of one connection's queue at the edge. It keeps the connection's rates itself, as nobody else runs its
 * queue, and leases those of the integration; of both and of what responses tell it leaves the reserve.
 */
export const queuePacer = ({ now, usedUntil, lease }: QueuePacerOptions): MemoryPacer =>
  createPacer({ now, usedUntil, lease, reserve: RESERVE })
