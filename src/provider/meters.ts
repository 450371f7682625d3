import { createLeasedBudget, type LeaseBudget, type WindowRate } from './leased-budget.ts'
import { createMeter, type Meter } from './meter.ts'
import type { ProviderAccount } from './provider-account.ts'
import type { Limits, Rate, Scope } from './rate-budget.ts'

/** Meters that are held; beyond, one that nobody uses just now is forgotten though what it counted is not over. */
const METERS = 100_000
/** Meters that are looked at for each new one, whether they may be forgotten: more than one, so that there are never many. */
const LOOKED_AT = 2

const scopeOf = (rate: Rate): Scope => ('scope' in rate ? rate.scope : undefined) ?? 'connection'
const ratesOf = (limits: Limits | undefined, scope: Scope): Rate[] =>
  (limits?.rates ?? []).filter(rate => scopeOf(rate) === scope)
const hasRates = (limits: Limits | undefined, scope: Scope): boolean =>
  limits?.rates?.some(rate => scopeOf(rate) === scope) === true

/** The key of what the connections of an integration share; undefined where they share nothing. */
export const sharedKeyOf = ({ limits, environment, integration }: ProviderAccount): string | undefined =>
  limits?.scope === 'integration' || hasRates(limits, 'integration') ? `${environment} ${integration}` : undefined

interface Options {
  readonly now: () => number
  readonly reserve: number
  readonly usedUntil: number
  readonly lease: LeaseBudget | undefined
  /** Called when a lease has come for the integration of a key. */
  readonly wake: (key: string) => void
}

/** The meters of a process: of connections by their uuid, of integrations by `sharedKeyOf`. */
export interface Meters {
  readonly size: number
  get(key: string): Meter | undefined
  /** The meter of an account; makes one where rates are declared. */
  of(key: string, account: ProviderAccount, scope: Scope): Meter | undefined
  make(key: string, account: ProviderAccount, scope: Scope): Meter
}

/** Makes the store of meters. Those of idle accounts are forgotten as new ones come. */
export function createMeters({ now, reserve, usedUntil, lease, wake }: Options): Meters {
  /** The least recently used first. */
  const meters = new Map<string, Meter>()

  function forgetOld(): void {
    // The last one may be in the hands of whoever makes another.
    if (meters.size <= LOOKED_AT) return
    const time = now()
    let looked = 0
    for (const [key, meter] of meters) {
      if (!meter.isBusy && (meters.size > METERS || meter.isOver(time))) meters.delete(key)
      if (++looked === LOOKED_AT) return
    }
  }

  function make(key: string, account: ProviderAccount, scope: Scope): Meter {
    forgetOld()
    const rates = ratesOf(account.limits, scope)
    const { environment, integration = '' } = account
    const leased =
      lease && scope === 'integration' && rates.length > 0
        ? createLeasedBudget({
            wanted: { environment, integration, rates: rates as WindowRate[] },
            lease,
            now,
            wake: () => wake(key),
          })
        : undefined
    const meter = createMeter({ rates: leased ? [] : rates, reserve, usedUntil, leased })
    meters.set(key, meter)
    return meter
  }

  return {
    get size() {
      return meters.size
    },
    get: key => meters.get(key),
    of(key, account, scope) {
      const known = meters.get(key)
      if (!known) return hasRates(account.limits, scope) ? make(key, account, scope) : undefined
      meters.delete(key)
      meters.set(key, known)
      return known
    },
    make,
  }
}
