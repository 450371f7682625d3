/** What an action function or a hook has asked of its context and not been answered yet. */
export interface Pending {
  /**
   * Begins something, and answers its promise. A rejection that the author does not look at is no unhandled one, which
   * would end a Node process. Rejects once the action or hook has ended.
   */
  begin<T>(act: () => Promise<T>): Promise<T>
  /** Waits until nothing is under way, also of what is begun meanwhile. */
  settled(): Promise<void>
  /** From now on nothing is begun. */
  close(): void
}

/** Makes it for one run of an action function or a hook. */
export function createPending(): Pending {
  const open = new Set<Promise<unknown>>()
  let isClosed = false
  return {
    begin(act) {
      const promise = isClosed ? Promise.reject(new Error('The action has ended.')) : act()
      const end = () => void open.delete(promise)
      open.add(promise)
      promise.then(end, end)
      return promise
    },
    async settled() {
      while (open.size > 0) await Promise.allSettled(open)
    },
    close() {
      isClosed = true
    },
  }
}
