import { framesOf } from './problem/frames.ts'

/** Milliseconds in which one kind of fault is logged at most once: a timer may throw a thousand times a second. */
const QUIET_MS = 1_000

const write = (entry: Readonly<Record<string, unknown>>) => process.stdout.write(`${JSON.stringify(entry)}\n`)

/**
 * Keeps this process running, and the requests of others, when something throws that nobody waits for: an action
 * function that forgot an `await`, or a timer of its own. Logs the kind of error and where it was thrown, never what it
 * says.
 */
export function surviveFaults(log: (entry: Readonly<Record<string, unknown>>) => void = write): void {
  const last = new Map<string, { at: number; passedOver: number }>()
  const survive = (task: string) => (thrown: unknown) => {
    const before = last.get(task)
    const now = Date.now()
    if (before && now - before.at < QUIET_MS) {
      before.passedOver++
      return
    }
    last.set(task, { at: now, passedOver: 0 })
    const error = thrown instanceof Error ? thrown.name : typeof thrown
    log({ level: 'error', task, error, at: framesOf(thrown), ...(before?.passedOver && { more: before.passedOver }) })
  }
  process.on('unhandledRejection', survive('unhandled-rejection'))
  process.on('uncaughtException', survive('uncaught-exception'))
}
