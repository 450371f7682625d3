/** Whose turn it is: environments one after the other, and in each of them its queues in the order in which they came. */
export interface Turns {
  /** Adds a queue; one that waits already keeps its turn. */
  add(environment: string, queue: string): void
  /** Takes the queue whose turn it is. */
  take(): { readonly environment: string; readonly queue: string } | undefined
  readonly size: number
}

/** Makes turns that nobody waits for yet. */
export function createTurns(): Turns {
  const waiting = new Map<string, Set<string>>()
  let size = 0
  return {
    add(environment, queue) {
      const queues = waiting.get(environment) ?? new Set()
      if (!queues.has(queue)) size++
      queues.add(queue)
      waiting.set(environment, queues)
    },
    take() {
      const [first] = waiting
      if (!first) return undefined
      const [environment, queues] = first
      const [queue] = queues
      if (queue === undefined) return undefined
      queues.delete(queue)
      size--
      // To the end, so that an environment with many queues gets one turn as any other.
      waiting.delete(environment)
      if (queues.size > 0) waiting.set(environment, queues)
      return { environment, queue }
    },
    get size() {
      return size
    },
  }
}
