import { DurableObject, type DurableObjectContext } from 'cloudflare:workers'
import type { Gateway } from '../gateway.ts'
import { drain, recover } from '../runs/drain.ts'
import { type Given, type Runs, runsOn, type Seen } from '../runs/index.ts'
import { type NewRun, type Run, type RunOwner, runItemsOn, runListOn, runQueueOn } from '../store/index.ts'
import type { Bindings } from './bindings.ts'
import { objectDriver } from './object-driver.ts'
import { log, open } from './open-gateway.ts'
import { prepareQueue } from './queue-schema.ts'
import { deliverDue } from './webhook-alarm.ts'

/** Milliseconds for which one alarm begins runs: it may last 15 minutes, and one run of it may take its time. */
const IN_ALARM_MS = 300_000
/** Milliseconds after which the alarm comes again where its run was cut off, or the storage failed. */
const AGAIN_MS = 30_000
/** Milliseconds for which inputs and results are kept after the last of them. */
const EXPIRY_MS = 5 * 86_400_000

/** Tables of a queue. */
const TABLES = ['run_parts', 'run_items', 'runs'] as const

/**
 * The queue of one connection, named as the ids of its runs begin. Runs are kept in the object's own SQLite and carried
 * out by its alarm, which the platform rings again after whatever ended it, without anybody's request.
 */
export class RunQueue extends DurableObject<Bindings> {
  /** Whether the alarm is carrying runs out, and will look for more before it ends. */
  #isAtWork = false

  constructor(ctx: DurableObjectContext, env: Bindings) {
    super(ctx, env)
    prepareQueue(ctx.storage)
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
    const work = gateway.workOn({ queue, list, items, listed: runs => gateway.store.runDirectory.put(runs) })
    const runs = runsOn({ runQueue: queue, runs: list, runItems: items }, { woken: () => {}, ended: () => {} })
    return { gateway, queue, runs, work }
  }
  async #ring(): Promise<void> {
    if (!this.#isAtWork) await this.ctx.storage.setAlarm(Date.now())
  }

  /** Accepts a run. The answer leaves only when the run and the alarm are stored. */
  async accept(run: NewRun, given: Given): Promise<boolean> {
    const isAccepted = await this.#parts().runs.accept(run, given)
    await this.#ring()
    return isAccepted
  }
  see(owner: RunOwner, id: string, withResult?: boolean): Promise<Seen | undefined> {
    return this.#parts().runs.see(owner, id, withResult)
  }
  results(...asked: Parameters<Runs['results']>): ReturnType<Runs['results']> {
    return this.#parts().runs.results(...asked)
  }
  async cancel(owner: RunOwner, id: string): Promise<Run | undefined> {
    const run = await this.#parts().runs.cancel(owner, id)
    await this.#ring()
    return run
  }
  /** Erases the runs of an environment, or of one connection of it. */
  async erase({ environment, connection }: { environment: string; connection?: string | undefined }): Promise<void> {
    const { sql } = this.ctx.storage
    const where = 'WHERE environment_id = ? AND connection = coalesce(?, connection)'
    for (const table of TABLES) sql.exec(`DELETE FROM ${table} ${where}`, environment, connection ?? null)
    if (Number(sql.exec('SELECT count(*) AS left FROM runs').toArray()[0]?.left) > 0 || this.#isAtWork) return
    await this.#forget()
  }
  /** Leaves nothing of the object behind; who calls it next finds an empty queue. */
  async #forget(): Promise<void> {
    await this.ctx.storage.deleteAll()
    prepareQueue(this.ctx.storage)
  }

  async alarm(): Promise<void> {
    // Where this one fails or is killed, the platform's own repetition would end after some tries.
    await this.ctx.storage.setAlarm(Date.now() + AGAIN_MS)
    this.#isAtWork = true
    try {
      const { gateway, queue, work } = this.#parts()
      // What is noted as in flight is of an object that is gone: there is one at a time, and one alarm.
      await recover(work.services)
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
      await this.#setNext(queue)
    } finally {
      this.#isAtWork = false
    }
  }
  /** Writes down and sends what the runs left to tell. */
  async #deliver(gateway: Gateway): Promise<void> {
    if (gateway.deliverer.hasNew()) await deliverDue(gateway, this.env.WEBHOOKS, log)
    else await gateway.store.logs.flush()
  }
  /** Sets the alarm for what is due next: a run, something to be told once more, or the time of what is kept. */
  async #setNext(queue: ReturnType<typeof runQueueOn>): Promise<void> {
    const { sql } = this.ctx.storage
    const time = new Date().toISOString()
    for (const table of TABLES) sql.exec(`DELETE FROM ${table} WHERE expires_at < ?`, time)
    const isUntold = (await queue.untold(1)).length > 0
    const [kept] = sql.exec('SELECT max(expires_at) AS last FROM runs').toArray()
    const expiry = typeof kept?.last === 'string' ? Date.parse(kept.last) + 1_000 : undefined
    const next = Math.min(
      (await queue.nextDue()) ?? Number.POSITIVE_INFINITY,
      isUntold ? Date.now() + AGAIN_MS : Number.POSITIVE_INFINITY,
      expiry === undefined ? Number.POSITIVE_INFINITY : Math.min(expiry, Date.now() + EXPIRY_MS),
    )
    if (next === Number.POSITIVE_INFINITY) await this.#forget()
    else await this.ctx.storage.setAlarm(Math.max(next, Date.now()))
  }
}
