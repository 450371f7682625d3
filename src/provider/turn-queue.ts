import { type Failure, fail } from '../problem/index.ts'
import type { Meter } from './meter.ts'
import type { Turn } from './pacing.ts'

/** A call that waits. */
export interface Waiter {
  readonly provider: string
  /** When its time is up; undefined where it waits as long as it takes. */
  readonly ends: number | undefined
  settle(turn: Turn | Failure | undefined): void
}

/** Who limits a call: its connection, its integration, or both. Meters come and go while it waits. */
export interface Meters {
  /** Of the connection. */
  own(connection: string): Meter | undefined
  /** Of the integration that the connections of the queue share. */
  shared(): Meter | undefined
}

interface Options {
  readonly now: () => number
  readonly meters: Meters
  /** Gives a connection's call its turn. */
  readonly grant: (connection: string, waiter: Waiter) => Turn
}

/** Calls that wait for their turn: those of one connection, or of all connections of an integration that share a limit. */
export interface TurnQueue {
  readonly isEmpty: boolean
  /** How many calls are before the next one of a connection, at least. */
  ahead(connection: string): { readonly own: number; readonly shared: number }
  add(connection: string, waiter: Waiter): void
  remove(connection: string, waiter: Waiter): void
  /** Gives turns to those who may have one now, and comes back when the next one may. */
  serve(): void
}

/** The problem of a call whose turn comes too late; `ms` is how long it would have to wait. */
export const tooLate = (provider: string, ms: number): Failure =>
  fail('provider-rate-limited', {
    provider,
    detail: 'What the provider takes leaves no room within the time of this call, which was not sent.',
    retry_after: Math.max(1, Math.ceil(ms / 1000)),
    unsent: true,
  }).failure

/** Makes a queue. Calls of one connection are served as they came; connections take turns. No timer runs while it is empty. */
export function createTurnQueue({ now, meters, grant }: Options): TurnQueue {
  /** The connections whose turn is next come first. */
  const lines = new Map<string, Set<Waiter>>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function remove(connection: string, waiter: Waiter): void {
    const line = lines.get(connection)
    line?.delete(waiter)
    if (line?.size === 0) lines.delete(connection)
    if (lines.size === 0) clearTimeout(timer)
  }

  /** Answers those at the head of a line whose time is up before the line moves. */
  function refuse(connection: string, line: Set<Waiter>, at: number, time: number): void {
    if (!Number.isFinite(at)) return
    for (const waiter of line) {
      if (waiter.ends === undefined || waiter.ends >= at) return
      remove(connection, waiter)
      waiter.settle(tooLate(waiter.provider, at - time))
    }
  }

  /** Gives the next turn; answers when there is one, where there is none now. */
  function serveNext(time: number): number {
    const shared = meters.shared()?.freeAt(time) ?? time
    let next = shared > time ? shared : Number.POSITIVE_INFINITY
    for (const [connection, line] of lines) {
      const at = shared > time ? shared : (meters.own(connection)?.freeAt(time) ?? time)
      if (at <= time) {
        const [waiter] = line
        remove(connection, waiter!)
        if (lines.delete(connection)) lines.set(connection, line)
        waiter!.settle(grant(connection, waiter!))
        return time
      }
      refuse(connection, line, at, time)
      next = Math.min(next, at)
    }
    return next
  }

  function serve(): void {
    clearTimeout(timer)
    while (lines.size > 0) {
      const time = now()
      const next = serveNext(time)
      if (next <= time) continue
      // Without a time the end of a request decides, which serves again.
      if (Number.isFinite(next) && lines.size > 0) timer = setTimeout(serve, Math.ceil(next - time))
      return
    }
  }

  return {
    get isEmpty() {
      return lines.size === 0
    },
    ahead(connection) {
      const own = lines.get(connection)?.size ?? 0
      let shared = 0
      for (const { size } of lines.values()) shared += Math.min(size, own + 1)
      return { own, shared: lines.has(connection) ? shared - 1 : shared }
    },
    add(connection, waiter) {
      const line = lines.get(connection)
      if (line) line.add(waiter)
      else lines.set(connection, new Set([waiter]))
    },
    remove,
    serve,
  }
}
