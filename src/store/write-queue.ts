import { isBusy, StorageError } from './storage-error.ts'

/** Milliseconds that a write waits for another process's lock in all. */
const PATIENCE_MS = 5000
/** Milliseconds of the first pause between two tries, and of the longest. */
const PAUSE_MS = { first: 5, longest: 100 }

interface Waiting {
  readonly act: () => void
  readonly fail: (error: StorageError) => void
  readonly until: number
}

/** What a write answers; it throws a `StorageError` that `isBusy` where another process holds the lock. */
type Write<T> = () => T

/**
 * The writes of one process to one database. Each is tried at once; one that finds the database locked by another
 * process is tried again after pauses, and the writes that come after it wait behind it, so that they keep their order
 * and a locked database costs one try at a time. While they wait, the process goes on.
 */
export function createWriteQueue(): <T>(write: Write<T>) => Promise<T> {
  const waiting: Waiting[] = []
  let isPausing = false
  let pauses = 0

  /** Tries what waits, in order, until the lock is met again. */
  function goOn(): void {
    isPausing = false
    for (let next = waiting[0]; next; next = waiting[0]) {
      if (performance.now() > next.until) next.fail(new StorageError('SQLITE_BUSY'))
      else {
        try {
          next.act()
        } catch {
          // `act` throws for the lock alone.
          return pause()
        }
      }
      waiting.shift()
      pauses = 0
    }
  }
  function pause(): void {
    if (isPausing) return
    const most = Math.min(PAUSE_MS.first * 2 ** pauses++, PAUSE_MS.longest)
    // Half of it is random, so that processes that wait for each other do not meet again and again.
    isPausing = true
    setTimeout(goOn, most / 2 + (Math.random() * most) / 2)
  }

  return <T>(write: Write<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const act = () => {
        try {
          resolve(write())
        } catch (error) {
          if (isBusy(error)) throw error
          reject(error)
        }
      }
      if (waiting.length === 0) {
        try {
          return act()
        } catch {
          // Locked: it waits.
        }
      }
      waiting.push({ act, fail: reject, until: performance.now() + PATIENCE_MS })
      pause()
    })
}
