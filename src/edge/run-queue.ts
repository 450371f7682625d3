import { DurableObject, type DurableObjectContext } from 'cloudflare:workers'
import type { Gateway } from '../gateway.ts'
import type { MemoryPacer } from '../provider/pacer.ts'
import { queuePacer } from '../provider/queue-pacer.ts'
import { drain } from '../runs/drain.ts'
import { type Given, type Runs, runsOn, type Seen } from '../runs/index.ts'
import { type NewRun, type Run, type RunOwner, runItemsOn, runListOn, runQueueOn } from '../store/index.ts'
import type { Bindings } from './bindings.ts'
import { objectDriver } from './object-driver.ts'
import { log, open } from './open-gateway.ts'
import { isPrepared, prepareQueue } from './queue-schema.ts'
import { leaseOver } from './rate-pacer.ts'
import { deliverDue } from './webhook-alarm.ts'

/** Milliseconds for which one alarm begins runs: it may last 15 minutes, and one run of it may take its time. */
const IN_ALARM_MS = 300_000
/** Milliseconds after which the alarm comes again where it was cut off. One that still works is not joined by another. */
const CUT_OFF_MS = 5_000
/** Milliseconds after which the alarm comes again where the database failed to which runs are told. */
const AGAIN_MS = 30_000

/** Tables of a queue. */
const TABLES = ['run_parts', 'run_items', 'runs'] as const

/**
 * The queue of one connection, named as the ids of its runs begin. Runs are kept in the object's own SQLite and carried
 * out by its alarm, which the platform rings again after whatever ended it, without anybody's request.
 */
export class RunQueue extends DurableObject<Bindings> {
  /** Whether the alarm is carrying runs out, and will look for more before it ends. */
  #isAtWork = false
  /** The pace of this queue, counted for as long as the object is in memory. */
  #pacer: MemoryPacer | undefined
  /** Runs that are about to be accepted: their tables must not go. */
  #accepting = 0

  constructor(ctx: DurableObjectContext, env: Bindings) {
    super(ctx, env)
    if (isPrepared(ctx.storage)) prepareQueue(ctx.storage)
  }

  /** What works on the object's own database; rejects where the deployment is not configured. */
  #parts() {
    const gateway = open(this.env)
    if ('faults' in gateway) throw new Error('The gateway is not configured.')
    const driver = objectDriver(this.ctx.storage)
    const parts = { driver, seal: gateway.seal, now: Date.now, quota: { stored: () => {} } }
    const queue = runQueueOn({ ...parts, listed: true })
    const list = runListOn(parts)
    const items = runItemsOn(parts)
    this.#pacer ??= queuePacer({ now: Date.now, usedUntil: this.#usedUntil(), lease: leaseOver(this.env) })
    const work = gateway.workOn({
      queue,
      list,
      items,
      pacer: this.#pacer,
      listed: runs => gateway.store.runDirectory.put(runs),
    })
    const runs = runsOn({ runQueue: queue, runs: list, runItems: items }, { woken: () => {}, ended: () => {} })
    return { gateway, queue, runs, work }
  }
  /** Until when an earlier object of this queue may have sent something, in milliseconds since 1970. */
  #usedUntil(): number | undefined {
    const [row] = this.ctx.storage.sql
      .exec(`SELECT max(ended_at) AS last, coalesce(max(next_at IS NOT NULL AND attempts > 0), 0) AS begun FROM runs`)
      .toArray()
    if (row?.begun === 1) return Date.now()
    return typeof row?.last === 'string' ? Date.parse(row.last) : undefined
  }
  async #ring(): Promise<void> {
    if (!this.#isAtWork) await this.ctx.storage.setAlarm(Date.now())
  }

  /** Accepts a run. The answer leaves only when the run and the alarm are stored. */
  async accept(run: NewRun, given: Given): Promise<boolean> {
    prepareQueue(this.ctx.storage)
    this.#accepting++
    try {
      const isAccepted = await this.#parts().runs.accept(run, given)
      await this.#ring()
      return isAccepted
    } finally {
      this.#accepting--
    }
  }
  // Whoever asks for what is not there leaves no object behind.
  async see(owner: RunOwner, id: string, withResult?: boolean): Promise<Seen | undefined> {
    return isPrepared(this.ctx.storage) ? this.#parts().runs.see(owner, id, withResult) : undefined
  }
  async results(...asked: Parameters<Runs['results']>): ReturnType<Runs['results']> {
    return isPrepared(this.ctx.storage) ? this.#parts().runs.results(...asked) : undefined
  }
  async cancel(owner: RunOwner, id: string): Promise<Run | undefined> {
    if (!isPrepared(this.ctx.storage)) return undefined
    const run = await this.#parts().runs.cancel(owner, id)
    await this.#ring()
    return run
  }
  /** Erases the runs of an environment, or of one connection of it. */
  async erase({ environment, connection }: { environment: string; connection?: string | undefined }): Promise<void> {
    const { sql } = this.ctx.storage
    if (!isPrepared(this.ctx.storage)) return
    const where = 'WHERE environment_id = ? AND connection = coalesce(?, connection)'
    for (const table of TABLES) sql.exec(`DELETE FROM ${table} ${where}`, environment, connection ?? null)
    if (Number(sql.exec('SELECT count(*) AS left FROM runs').toArray()[0]?.left) > 0 || this.#isAtWork) return
    await this.#forget()
  }
  /** Leaves nothing of the object behind. */
  async #forget(): Promise<void> {
    if (this.#accepting === 0) await this.ctx.storage.deleteAll()
  }

  async alarm(): Promise<void> {
    if (!isPrepared(this.ctx.storage)) return
    // Where this one fails or is killed, the platform's own repetition would end after some tries.
    await this.ctx.storage.setAlarm(Date.now() + CUT_OFF_MS)
    this.#isAtWork = true
    try {
      const { gateway, queue, work } = this.#parts()
      const until = Date.now() + IN_ALARM_MS
      const [name] = await queue.queues('', 1)
      // The end of each run is told and listed while the next one is under way.
      work.completion.wake()
      if (name)
        await drain(work.services, name.queue, {
          signal: new AbortController().signal,
          isOver: () => Date.now() > until,
          ended: work.completion.wake,
        })
      work.completion.wake()
      await work.completion.settled()
      work.completion.stop()
      this.ctx.waitUntil(this.#deliver(gateway))
      await this.#setNext()
    } finally {
      this.#isAtWork = false
    }
  }
  /** Writes down and sends what the runs left to tell. */
  async #deliver(gateway: Gateway): Promise<void> {
    if (gateway.deliverer.hasNew()) await deliverDue(gateway, this.env.WEBHOOKS, log)
    else await gateway.store.logs.flush()
  }
  /**
   * Sets the alarm for what is due next: a run, something to be told once more, or the time of what is kept. Nothing is
   * waited for between the look and the alarm: a run that is accepted in between would be slept over.
   */
  async #setNext(): Promise<void> {
    const { sql } = this.ctx.storage
    const now = Date.now()
    for (const table of TABLES) sql.exec(`DELETE FROM ${table} WHERE expires_at < ?`, new Date(now).toISOString())
    const [found = {}] = sql
      .exec(
        `SELECT (SELECT min(next_at) FROM runs WHERE next_at IS NOT NULL) AS due,
           EXISTS (SELECT 1 FROM runs WHERE told = 0) AS is_untold, min(expires_at) AS expiry FROM runs`,
      )
      .toArray()
    const { due, is_untold: isUntold, expiry } = found
    const times = [
      ...(typeof due === 'string' ? [Date.parse(due)] : []),
      ...(isUntold === 1 ? [now + AGAIN_MS] : []),
      ...(typeof expiry === 'string' ? [Date.parse(expiry) + 1_000] : []),
    ]
    this.#isAtWork = false
    if (times.length === 0) await this.#forget()
    else await this.ctx.storage.setAlarm(Math.max(Math.min(...times), now))
  }
}
