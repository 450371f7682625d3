/** Milliseconds that work may hold up other requests before it lets them have their turn. */
const TURN = 20
/** Steps after which it does so in any case: on Workers the clock stands still while the processor works. */
const STEPS = 20

/** Lets everything else that waits have its turn. */
const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve))

/** Does work step by step at once, and answers its result. */
export function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

/** Does work step by step, with turns for other requests before it, in between and after it. */
export async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    await pause()
    const began = performance.now()
    for (let step = 0; step < STEPS && performance.now() - began < TURN; step++) {
      const { done, value } = work.next()
      if (!done) continue
      await pause()
      return value
    }
  }
}
