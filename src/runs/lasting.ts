import { reasonOf, StorageError } from '../store/index.ts'
import type { RunServices } from './carry-out.ts'

/** Milliseconds between two tries. */
const AGAIN_MS = 1_000

/** Waits, or until it is aborted. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })

/**
 * The same with a queue that writes down what came of an attempt also where the storage fails for a while: what is known
 * would be lost else, and a run or a record that may not be repeated would end as `interrupted` although it succeeded.
 * Until it is written, or `signal` is aborted, the queue goes on with nothing else.
 */
export function lasting(services: RunServices, signal: AbortSignal): RunServices {
  const { queue, items, log } = services
  async function last(act: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await act()
      } catch (error) {
        if (!(error instanceof StorageError) || signal.aborted) throw error
        log({ level: 'error', task: 'runs', ...reasonOf(error) })
        await pause(AGAIN_MS, signal)
      }
    }
  }
  return {
    ...services,
    queue: {
      ...queue,
      requeue: (run, how) => last(() => queue.requeue(run, how)),
      end: (run, end) => last(() => queue.end(run, end)),
    },
    items: {
      ...items,
      release: (run, places) => last(() => items.release(run, places)),
      end: (run, ends) => last(() => items.end(run, ends)),
    },
  }
}
