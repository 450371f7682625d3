import { DurableObject } from 'cloudflare:workers'
import type { Lease, LeaseBudget, WantedLease } from '../provider/leased-budget.ts'
import { createLessor, type Lessor } from '../provider/lessor.ts'
import type { Bindings } from './bindings.ts'

/** Milliseconds that the alarm is set beyond what is leased, so that not every lease sets it. */
const SPARE_MS = 10_000

/** Asks the object of an integration for a part of its budget. */
export const leaseOver =
  ({ PACE }: Bindings): LeaseBudget =>
  wanted =>
    PACE.getByName(`${wanted.environment} ${wanted.integration}`).lease(wanted)

/**
 * Leases the budget of one integration to its queues; environment and key of the integration are the object's name. It
 * counts in memory. All that is kept is an alarm for the time when no lease counts any more: an object that was rebuilt
 * does not know what it leased, so it waits until then. When the alarm rings nothing is left of the object.
 */
export class RatePacer extends DurableObject<Bindings> {
  #lessor: Promise<Lessor> | undefined
  #alarmAt = 0

  async #open(): Promise<Lessor> {
    this.#alarmAt = (await this.ctx.storage.getAlarm()) ?? 0
    return createLessor(Date.now, this.#alarmAt)
  }

  async lease(wanted: Pick<WantedLease, 'rates' | 'requests'>): Promise<Lease> {
    this.#lessor ??= this.#open().catch(error => {
      this.#lessor = undefined
      throw error
    })
    const lessor = await this.#lessor
    const lease = lessor.lease(wanted)
    if (lessor.usedUntil > this.#alarmAt) {
      this.#alarmAt = lessor.usedUntil + SPARE_MS
      await this.ctx.storage.setAlarm(this.#alarmAt)
    }
    return lease
  }

  /** There is nothing to do: with its alarm the object has lost all that it kept. */
  alarm(): void {}
}
