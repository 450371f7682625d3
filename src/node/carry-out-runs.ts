import { recover } from '../runs/drain.ts'
import type { QueueWork } from '../runs/queue-work.ts'
import type { Scheduler } from '../runs/scheduler.ts'
import { reasonOf, type SqlDriver } from '../store/index.ts'
import { onlyOne } from './only-one.ts'

/** Milliseconds between two looks at whether another process has ended, or has accepted runs. */
const LOOK_MS = 250

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

  async function look(): Promise<void> {
    if (!isOwn) {
      if (!own.take()) return
      last = await queue.lastSeq()
      version = driver.version?.()
      await recover(work.services)
      isOwn = true
      scheduler.start()
      await scheduler.wakeAll()
      work.completion.wake()
      return
    }
    const now = driver.version?.()
    if (now === version) return
    version = now
    // Another process wrote: runs that it accepted, perhaps.
    const found = await queue.queuesSince(last)
    last = await queue.lastSeq()
    for (const open of found) scheduler.wake(open)
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
