import type { SqlDriver } from './sql.ts'

/** Rows of a first batch, before it is known how long one takes, and of the largest. */
const ROWS = { first: 50, least: 10, most: 1000 }
/** Milliseconds that a batch is to take: where it stops all other work meanwhile, in a thread, and at D1, where most of it is the way there. */
const AIM_MS = { here: 4, aside: 25, remote: 100 }

/** Lets other work of this process go on, for some milliseconds or for one turn. */
export const pause = (ms = 0): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/**
 * Changes rows in small batches, with a pause as long as the batch after each, so that other work gets half of the time
 * at least. `step` changes as many rows as it is told at most, and answers how many. Ends when there are none left, or
 * when it `isOver`; answers whether none are left.
 */
export async function inSmallBatches(
  driver: Pick<SqlDriver, 'bound' | 'aside'>,
  isOver: () => boolean,
  step: (limit: number) => Promise<number>,
): Promise<boolean> {
  const aim = AIM_MS[driver.bound ? 'remote' : driver.aside ? 'aside' : 'here']
  for (let limit = ROWS.first; !isOver(); ) {
    const began = performance.now()
    if ((await step(limit)) < limit) return true
    const took = performance.now() - began
    if (took > aim) limit = Math.max(ROWS.least, Math.floor(limit / 2))
    else if (took < aim / 2) limit = Math.min(ROWS.most, limit * 2)
    await pause(took)
  }
  return false
}
