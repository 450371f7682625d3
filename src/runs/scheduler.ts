import { type OpenQueue, reasonOf } from '../store/index.ts'
import { pause } from '../store/small-batches.ts'
import type { RunServices } from './carry-out.ts'
import { drain } from './drain.ts'
import { createTurns } from './turns.ts'

/** Queues whose runs are carried out at once. */
const PLACES = 512
/** Milliseconds after which a queue is looked at again whose storage failed. */
const AGAIN_MS = 5_000
/** Milliseconds that attempts under way have to end once the process is to stop; then they are cut off. */
const STOP_MS = 10_000
/** The longest time that a timer takes; a queue that is due later is looked at then. */
const LONGEST_MS = 2_000_000_000
/** Milliseconds after which a batch leaves its place to queues that wait for one. */
const TURN_MS = 2_000
/** Queues that are read at a time. */
const PAGE = 500

/** Carries out the queues of one process, side by side, each in order. */
export interface Scheduler {
  /** Begins; before that nothing is carried out. */
  start(): void
  /** Looks at a queue, which may have something to do. */
  wake(open: OpenQueue): void
  /** Looks at all queues that have something to do. */
  wakeAll(): Promise<void>
  /** Begins nothing more, and resolves when what was under way has ended. */
  stop(): Promise<void>
}
export interface SchedulerOptions extends RunServices {
  /** Queues whose runs are carried out at once; 512 unless given. */
  readonly places?: number | undefined
  /** Is told after each attempt. */
  readonly ended: () => void
}

/** Makes the scheduler of a process; it does nothing before it is woken. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { queue: store, places = PLACES, ended, log, now } = options
  const turns = createTurns()
  const underWay = new Map<string, Promise<void>>()
  /** Queues that were woken while they were under way: a look may have come before what woke them. */
  const again = new Set<string>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const cut = new AbortController()
  let isStopped = true

  function later(open: OpenQueue, ms: number): void {
    timers.set(
      open.queue,
      setTimeout(
        () => {
          timers.delete(open.queue)
          wake(open)
        },
        Math.min(Math.max(ms, 0), LONGEST_MS),
      ),
    )
  }
  /** One turn of a queue: a run of it, or more where nobody else waits for a place. */
  async function turn(open: OpenQueue): Promise<void> {
    again.delete(open.queue)
    let carried = 0
    const begun = now()
    const isOver = () => isStopped || (turns.size > 0 && (carried > 0 || now() - begun > TURN_MS))
    const told = () => {
      carried++
      ended()
    }
    try {
      const due = await drain(options, open.queue, { signal: cut.signal, isOver, ended: told })
      if (isStopped) return
      if (due === undefined) {
        if (again.has(open.queue)) turns.add(open.environment, open.queue)
      } else if (due <= now()) turns.add(open.environment, open.queue)
      else later(open, due - now())
    } catch (error) {
      log({ level: 'error', task: 'runs', ...reasonOf(error) })
      if (!isStopped) later(open, AGAIN_MS)
    }
  }
  function goOn(): void {
    while (!isStopped && underWay.size < places) {
      const open = turns.take()
      if (!open) return
      const made = turn(open).finally(() => {
        underWay.delete(open.queue)
        goOn()
      })
      underWay.set(open.queue, made)
    }
  }
  function wake(open: OpenQueue): void {
    if (isStopped) return
    // What it waits for may have been cancelled.
    clearTimeout(timers.get(open.queue))
    timers.delete(open.queue)
    if (underWay.has(open.queue)) again.add(open.queue)
    else {
      turns.add(open.environment, open.queue)
      goOn()
    }
  }

  return {
    start() {
      isStopped = false
    },
    wake,
    async wakeAll() {
      for (let after = ''; !isStopped; ) {
        const page = await store.queues(after, PAGE)
        for (const open of page) wake(open)
        const last = page.at(-1)
        if (!last || page.length < PAGE) return
        after = last.queue
        // So that other work goes on between the pages of many queues.
        await pause()
      }
    },
    async stop() {
      isStopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      const timer = setTimeout(() => cut.abort(), STOP_MS)
      await Promise.all(underWay.values())
      clearTimeout(timer)
    },
  }
}
