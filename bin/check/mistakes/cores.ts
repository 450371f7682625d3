import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Caught, Share } from './run.ts'

/** What one thread is to plant. */
export interface Planting extends Share {
  readonly mappings: string
  readonly id: string
}
/** What a thread answers: what caught each mistake, or why it could not plant any. */
export type Planted = { readonly caught: ReadonlyMap<number, Caught> } | { readonly failure: string }

/** Threads that plant mistakes side by side, one a core; they are made once and serve any number of providers. */
export interface Planter {
  /**
   * Plants every mistake in copies of a provider's files, as they lie in its folder; answers what catches each. Throws
   * where the folder itself has a fault.
   */
  plant(mappings: string, id: string): Promise<Caught[]>
  close(): Promise<void>
}

export function openPlanter(cores = availableParallelism()): Planter {
  const threads = Array.from({ length: cores }, () => new Worker(new URL('./thread.ts', import.meta.url)))
  return {
    async plant(mappings, id) {
      const shares = threads.map(async (thread, at) => {
        const answered = once(thread, 'message')
        thread.postMessage({ mappings, id, at, of: cores } satisfies Planting)
        const [planted] = (await answered) as [Planted]
        if ('failure' in planted) throw new Error(planted.failure)
        return [...planted.caught]
      })
      const all = (await Promise.all(shares)).flat()
      return all.sort(([a], [b]) => a - b).map(([, caught]) => caught)
    },
    close: async () => {
      await Promise.all(threads.map(thread => thread.terminate()))
    },
  }
}
