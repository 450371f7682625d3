import type { Failure } from '../problem/index.ts'
import type { LeaseBudget } from './leased-budget.ts'
import { isTelling } from './live-budget.ts'
import type { Meter } from './meter.ts'
import { createMeters, sharedKeyOf } from './meters.ts'
import type { Pacer, Patience, Turn } from './pacing.ts'
import type { ProviderAccount } from './provider-account.ts'
import { createTurnQueue, type TurnQueue, tooLate, type Waiter } from './turn-queue.ts'

/** Calls of a connection that wait at most; the next one is refused. */
const WAITING = 1_024

export interface PacerOptions {
  /** Milliseconds since 1970, by a clock that is never set back. */
  readonly now: () => number
  /** Part of each rate and budget that is left to others; none unless given. */
  readonly reserve?: number | undefined
  /**
   * Until when an earlier pacer of the same accounts may have begun requests, in milliseconds since 1970: nothing that has
   * rates begins until a window after it.
   */
  readonly usedUntil?: number | undefined
  /** Where the rates of an integration are counted, if not here. */
  readonly lease?: LeaseBudget | undefined
}

/** A pacer in memory. */
export interface MemoryPacer extends Pacer {
  /** Accounts whose requests are counted. */
  readonly size: number
}

/** A turn with what it counts for. */
interface HeldTurn extends Turn {
  begun: number
  isSent: boolean
  isOver: boolean
  readonly meters: readonly Meter[]
}

/**
 * Makes the pacer of a process, or of one queue. It counts in memory: the declared rates, so that none is exceeded in any
 * window, and what responses tell. An account without either costs a look into a map. Calls of a connection are served
 * as they came, connections that share a limit in turns.
 */
export function createPacer({
  now,
  reserve = 0,
  usedUntil = Number.NEGATIVE_INFINITY,
  lease,
}: PacerOptions): MemoryPacer {
  const queues = new Map<string, TurnQueue>()

  const meters = createMeters({ now, reserve, usedUntil, lease, wake: key => queues.get(key)?.serve() })

  function grant(key: string, held: readonly (Meter | undefined)[]): Turn {
    const taken = held.filter(meter => meter !== undefined)
    const turn: HeldTurn = {
      begun: now(),
      isSent: false,
      isOver: false,
      meters: taken,
      begin() {
        if (turn.isOver) return
        turn.begun = now()
        turn.isSent = true
        for (const meter of taken) meter.begin(turn)
        // Only now is it known when the next may begin.
        queues.get(key)?.serve()
      },
    }
    for (const meter of taken) meter.take(turn)
    return turn
  }

  function queueOf(key: string, sharedBy: string | undefined): TurnQueue {
    const known = queues.get(key)
    if (known) return known
    const shared = () => (sharedBy === undefined ? undefined : meters.get(sharedBy))
    const queue = createTurnQueue({
      now,
      meters: { own: connection => meters.get(connection), shared },
      grant: connection => grant(key, [meters.get(connection), shared()]),
    })
    queues.set(key, queue)
    return queue
  }

  function wait(account: ProviderAccount, { signal, left }: Patience, shared: string | undefined) {
    const { connection, provider } = account
    const key = shared ?? connection
    const queue = queueOf(key, shared)
    const time = now()
    const ends = left === undefined ? undefined : time + left
    const ahead = queue.ahead(connection)
    const own = meters.get(connection)
    const common = shared === undefined ? undefined : meters.get(shared)
    const turnAt = Math.max(own?.turnAt(time, ahead.own) ?? time, common?.turnAt(time, ahead.shared) ?? time)
    const isTooLate = ends !== undefined && (turnAt > ends || ahead.own >= WAITING)
    if (isTooLate) {
      if (queue.isEmpty) queues.delete(key)
      return tooLate(provider, turnAt - time)
    }
    return new Promise<Turn | Failure | undefined>(resolve => {
      const waiter: Waiter = {
        ends,
        provider,
        settle(turn) {
          signal.removeEventListener('abort', giveUp)
          own?.wait(-1)
          common?.wait(-1)
          if (queue.isEmpty) queues.delete(key)
          resolve(turn)
        },
      }
      const giveUp = () => {
        queue.remove(connection, waiter)
        waiter.settle(undefined)
        // Whoever is next may have been behind it.
        queue.serve()
      }
      signal.addEventListener('abort', giveUp)
      queue.add(connection, waiter)
      own?.wait(1)
      common?.wait(1)
      queue.serve()
    })
  }

  return {
    get size() {
      return meters.size
    },
    before(account, patience) {
      if (account.integration === undefined || patience.signal.aborted) return undefined
      const { connection } = account
      const shared = sharedKeyOf(account)
      const own = meters.of(connection, account, 'connection')
      const common = shared === undefined ? undefined : meters.of(shared, account, 'integration')
      if (!own && !common) return undefined
      const key = shared ?? connection
      if (!queues.has(key)) {
        const time = now()
        if ((own?.freeAt(time) ?? time) <= time && (common?.freeAt(time) ?? time) <= time)
          return grant(key, [own, common])
      }
      return wait(account, patience, shared)
    },
    after(account, turn, ended) {
      if (account.integration === undefined) return
      const { connection, limits } = account
      const held = turn as HeldTurn | undefined
      if (!held && meters.size === 0 && !isTelling(ended)) return
      const time = now()
      if (held && !held.isOver) {
        held.isOver = true
        for (const meter of held.meters) meter.end(held, ended, time)
      }
      const shared = sharedKeyOf(account)
      const isShared = limits?.scope === 'integration'
      const key = isShared && shared !== undefined ? shared : connection
      const told =
        meters.get(key) ??
        (isTelling(ended) ? meters.make(key, account, isShared ? 'integration' : 'connection') : undefined)
      told?.live.note(ended, time)
      queues.get(shared ?? connection)?.serve()
    },
  }
}
