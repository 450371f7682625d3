import type { SqlDriver, Statement } from './sql.ts'

/** Writes that are made as one transaction at most, as the process stands still meanwhile. */
const MOST = 64

interface Waiting {
  readonly statements: readonly Statement[]
  readonly resolve: (changed: number[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * A driver whose writes of one turn of the event loop are made as one transaction: many queues that each write a little
 * cost a commit together. Each is answered once it is stored; where the transaction fails, each is tried by itself.
 */
export function gatherWrites(driver: SqlDriver): SqlDriver {
  let waiting: Waiting[] = []

  async function together(some: readonly Waiting[]): Promise<void> {
    try {
      const changed = await driver.change(some.flatMap(({ statements }) => statements))
      let from = 0
      for (const { statements, resolve } of some) {
        resolve(changed.slice(from, from + statements.length))
        from += statements.length
      }
    } catch (error) {
      const [only] = some
      if (some.length === 1) return only?.reject(error)
      for (const one of some) await together([one])
    }
  }
  function flush(): void {
    const all = waiting
    waiting = []
    for (let from = 0; from < all.length; from += MOST) void together(all.slice(from, from + MOST))
  }
  return {
    ...driver,
    change: statements =>
      new Promise((resolve, reject) => {
        if (waiting.push({ statements, resolve, reject }) === 1) setImmediate(flush)
      }),
  }
}
