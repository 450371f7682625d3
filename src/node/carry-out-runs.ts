import type { QueueWork } from '../runs/queue-work.ts'
import type { Scheduler } from '../runs/scheduler.ts'
import { reasonOf, type SqlDriver } from '../store/index.ts'
import { onlyOne } from './only-one.ts'

/** Milliseconds between two looks at whether another process has ended, or has accepted runs. */
const LOOK_MS = 250
/** Milliseconds between two looks at all queues, for what the others have missed: another process may cancel runs, too. */
const LOOK_AT_ALL_MS = 30_000

interface Options {
  readonly work: QueueWork
  readonly scheduler: Scheduler
  readonly driver: Pick<SqlDriver, 'version'>
  /** The file by whose lock one process at a time carries runs out. */
  readonly lock: string
}

/**
 * Carries out the runs of a directory, in one process at a time. Where that is another one, this one takes over as soon
 * as it has ended; what is noted as in flight then is of a process that is gone.
 */
export function carryOutRuns({ work, scheduler, driver, lock }: Options): { stop(): Promise<void> } {
  const { queue, log } = work.services
  const own = onlyOne(lock)
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStopped = false
  let isOwn = false
  let version: number | undefined
  let last = 0
  let lookedAtAll = Number.NEGATIVE_INFINITY

  async function look(): Promise<void> {
    if (!isOwn) {
      if (!own.take()) return
      isOwn = true
      scheduler.start()
    }
    if (performance.now() - lookedAtAll > LOOK_AT_ALL_MS) return lookAtAll()
    const now = driver.version?.()
    if (now === version) return
    // Another process wrote: runs that it accepted, perhaps. Read first, so that the next look finds what comes meanwhile.
    const latest = await queue.lastSeq()
    for (const open of await queue.queuesSince(last)) scheduler.wake(open)
    last = latest
    version = now
    work.completion.wake()
  }
  async function lookAtAll(): Promise<void> {
    const now = driver.version?.()
    const latest = await queue.lastSeq()
    await scheduler.wakeAll()
    last = latest
    version = now
    lookedAtAll = performance.now()
    work.completion.wake()
  }
  let looking: Promise<void> = Promise.resolve()
  function next(): void {
    if (isStopped) return
    looking = look()
      .catch(error => log({ level: 'error', task: 'runs', ...reasonOf(error) }))
      .finally(() => {
        if (isStopped) return
        timer = setTimeout(next, LOOK_MS)
        timer.unref()
      })
  }
  next()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await looking
      await scheduler.stop()
      await work.completion.settled()
      work.completion.stop()
      own.release()
    },
  }
}
