import { type BusyLanes, type Lane, laneOf } from '../store/index.ts'

/** Lanes that are remembered as at rest at most; beyond, the one that was put to rest first is tried again early. */
const RESTING = 1_000

/** Shares the deliveries that may be under way at once among environments, and among the receivers of each. */
export interface Lanes {
  readonly free: number
  /** Takes a place; false where the lane, or its environment, has its share. */
  enter(lane: Lane): boolean
  leave(lane: Lane): void
  /** Keeps a lane closed until a time, in milliseconds since 1970. */
  rest(lane: Lane, until: number): void
  /** The lanes that `enter` would refuse. */
  busy(): BusyLanes
  /** When the next lane opens that is at rest, in milliseconds since 1970. */
  opens(): number | undefined
}

/**
 * Makes lanes with so many places. An environment may have as many as are free, and a receiver of it a quarter of them:
 * alone a half and a fifth, and the less the more are busy. So a place is left for whoever comes next, however many
 * receivers hang. `now` is in milliseconds since 1970.
 */
export function createLanes(places: number, now: () => number): Lanes {
  const used = { environments: new Map<string, number>(), lanes: new Map<string, number>() }
  const resting = new Map<string, number>()
  let free = places
  const add = (counts: Map<string, number>, name: string, more: 1 | -1) => {
    const count = (counts.get(name) ?? 0) + more
    if (count === 0) counts.delete(name)
    else counts.set(name, count)
  }
  const hasShare = (count: number, part: number) => count >= free * part
  const names = (counts: Map<string, number>, part: number) =>
    [...counts].flatMap(([name, count]) => (hasShare(count, part) ? [name] : []))

  function open(): void {
    for (const [lane, until] of resting) if (until <= now()) resting.delete(lane)
  }
  return {
    get free() {
      return free
    },
    enter(lane) {
      const [environment, name] = [lane.environment, laneOf(lane)]
      const isBusy =
        hasShare(used.environments.get(environment) ?? 0, 1) ||
        hasShare(used.lanes.get(name) ?? 0, 1 / 4) ||
        (resting.get(name) ?? 0) > now()
      if (isBusy) return false
      add(used.environments, environment, 1)
      add(used.lanes, name, 1)
      free--
      return true
    },
    leave(lane) {
      add(used.environments, lane.environment, -1)
      add(used.lanes, laneOf(lane), -1)
      free++
    },
    rest(lane, until) {
      const [oldest] = resting.keys()
      if (resting.size >= RESTING && oldest !== undefined) resting.delete(oldest)
      resting.set(laneOf(lane), until)
    },
    busy() {
      open()
      return {
        environments: names(used.environments, 1),
        lanes: [...new Set([...names(used.lanes, 1 / 4), ...resting.keys()])],
      }
    },
    opens() {
      open()
      return resting.size === 0 ? undefined : Math.min(...resting.values())
    },
  }
}
