import { DurableObject } from 'cloudflare:workers'
import type { RenewToken, Wanted } from '../credentials/token-life.ts'
import type { Gateway } from '../gateway.ts'
import { fail } from '../problem/index.ts'
import type { Bindings } from './bindings.ts'
import { log, open } from './open-gateway.ts'
import { deliverDue } from './webhook-alarm.ts'

/**
 * Refreshes the token of one connection, by whose uuid the object is named. All requests of all isolates for that
 * connection meet here, so that they share one refresh, which goes on when the caller that began it has gone.
 */
export class TokenRefresher extends DurableObject<Bindings> {
  /** Waits for the refresh though its caller has gone, then writes down and sends what it left to tell. */
  async #finish(gateway: Gateway, renewed: ReturnType<RenewToken>): Promise<void> {
    await renewed.catch(() => {})
    if (gateway.deliverer.hasNew()) await deliverDue(gateway, this.env.WEBHOOKS, log)
    else await gateway.store.logs.flush()
  }

  renew(wanted: Wanted): ReturnType<RenewToken> {
    const gateway = open(this.env)
    if ('faults' in gateway) return Promise.resolve(fail('unavailable'))
    const renewed = gateway.renewHere(wanted)
    this.ctx.waitUntil(this.#finish(gateway, renewed))
    return renewed
  }
}
