import type { Code } from '../problem/index.ts'
import type { Clock } from '../services.ts'
import { SealError } from '../store/aad.ts'
import { type Delivery, type LogEntry, reasonOf, type Store } from '../store/index.ts'
import { deliveryEntry } from './delivery-entry.ts'
import { createLanes, type Lanes } from './lanes.ts'
import { type Answered, isDelivered, type SendWebhook, TIMEOUT_MS } from './send-webhook.ts'

/** Milliseconds after each attempt at which the next one follows, as Standard Webhooks advises. */
const SCHEDULE_MS = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map(seconds => seconds * 1000)
/** Milliseconds in which nobody else makes an attempt that is under way: its time, and some for the storage. */
const LEASE_MS = TIMEOUT_MS + 30_000
/** Deliveries that are under way at once, unless given. */
const PLACES = 60
/** Milliseconds after which the storage is looked at anyway: another process may have been killed over its deliveries. */
const LOOK_MS = 30_000
/** Milliseconds after which a storage that failed is looked at again. */
const AGAIN_MS = 5_000

/** What came of one attempt. */
export interface Attempted extends Answered {
  readonly delivery: Delivery
  /** Whether it was delivered, will be tried again, or was given up. `resting`: nothing was sent, for a while. */
  readonly outcome: 'delivered' | 'postponed' | 'given-up' | 'resting'
}
export interface DelivererOptions {
  readonly store: Pick<Store, 'outbox' | 'webhookKeys'>
  readonly send: SendWebhook
  readonly now: Clock
  /** Takes the entry of each attempt for `GET /logs`. */
  readonly note: (entry: LogEntry) => void
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
  /** Deliveries that are under way at once. */
  readonly places?: number | undefined
  /** From 0 up to 1. */
  readonly random?: () => number
}
export interface DeliverHow {
  /** When nothing more is begun, in milliseconds since 1970. */
  readonly until?: number | undefined
  /** Whether it waits for what is due later, until `stop`. */
  readonly stays?: boolean | undefined
  /** Aborted when nothing more is to be begun. */
  readonly stop?: AbortSignal | undefined
  /** Aborted when what is under way is to be ended, too. */
  readonly cut?: AbortSignal | undefined
}
export interface Deliverer {
  /** Attempts what is due; resolves when all that was begun has ended. It does not reject. */
  deliver(how?: DeliverHow): Promise<void>
  /** Makes a `deliver` that stays look for what is new. */
  wake(): void
  /** Whether something is new since this was last asked, for whoever delivers after each request. */
  hasNew(): boolean
}

/**
 * Makes what attempts the deliveries of the outbox: side by side, so that a receiver which hangs holds up only what goes
 * to itself, and shared out among environments (`lanes.ts`). An attempt that fails is made again by the schedule of
 * Standard Webhooks. Each is claimed for its time: where the process is killed, another one makes it again.
 */
export function createDeliverer(options: DelivererOptions): Deliverer {
  const { store, send, now, note, log, places = PLACES, random = Math.random } = options
  const { outbox, webhookKeys } = store
  const said = (error: unknown) => log({ level: 'error', task: 'webhooks', ...reasonOf(error) })
  let wake = () => {}
  let isNew = false

  async function answerOf({ id, environment, message }: Delivery, cut?: AbortSignal): Promise<Answered> {
    const notSent = (code: Code): Answered => ({ status: undefined, failure: { code }, ms: 0 })
    if (!message) return notSent('storage-integrity')
    const { url, body } = message
    if (url === undefined) return notSent('webhook-url-missing')
    const keys = await webhookKeys.inForce(environment).catch((error: unknown) => {
      if (!(error instanceof SealError)) throw error
    })
    if (!keys) return notSent('storage-integrity')
    return send({ id, environment, url, body, keys: keys.map(({ key }) => key) }, cut)
  }

  /** Makes one attempt and writes down what came of it. */
  async function attempt(delivery: Delivery, cut?: AbortSignal): Promise<Attempted> {
    const answered = await answerOf(delivery, cut)
    const { status, failure, wait = 0, rest } = answered
    if (rest !== undefined) {
      await outbox.postpone(delivery.id, delivery.attempts, now() + rest * 1000)
      return { ...answered, delivery, outcome: 'resting' }
    }
    const attempts = delivery.attempts + 1
    // A little later each, so that what failed together does not come back together.
    const pause = (SCHEDULE_MS[attempts - 1] ?? Number.POSITIVE_INFINITY) * (1 + random() / 10)
    const next = now() + Math.max(pause, wait * 1000)
    // The receiver says that it is gone, or the environment has no address any more.
    const isGone = status === 410 || failure?.code === 'webhook-url-missing'
    const isOver = isDelivered(status) || isGone || next >= delivery.expires
    if (isOver) await outbox.remove(delivery.id)
    else await outbox.postpone(delivery.id, attempts, next)
    const outcome = isDelivered(status) ? 'delivered' : isOver ? 'given-up' : 'postponed'
    return { ...answered, delivery, outcome }
  }

  /** Begins what is due, as far as there are places; answers when the next one is due. */
  async function begin(lanes: Lanes, start: (delivery: Delivery) => void, last: { environment: string }) {
    for (;;) {
      if (lanes.free === 0) return undefined
      const { due, next } = await outbox.due(lanes.busy(), last.environment)
      const entered = due.filter(each => lanes.enter(each))
      if (entered.length === 0) return next
      last.environment = entered.at(-1)?.environment ?? ''
      let claimed: Delivery[] = []
      try {
        claimed = await outbox.claim(
          entered.map(({ id }) => id),
          LEASE_MS,
        )
      } finally {
        const ids = new Set(claimed.map(({ id }) => id))
        for (const each of entered) if (!ids.has(each.id)) lanes.leave(each)
      }
      for (const delivery of claimed) start(delivery)
    }
  }

  return {
    wake() {
      isNew = true
      wake()
    },
    hasNew() {
      const was = isNew
      isNew = false
      return was
    },
    async deliver({ until = Number.POSITIVE_INFINITY, stays = false, stop, cut } = {}) {
      const lanes = createLanes(places, now)
      const underWay = new Set<Promise<void>>()
      const last = { environment: '' }
      const start = (delivery: Delivery) => {
        const made = attempt(delivery, cut)
          .then(attempted => {
            const { rest } = attempted
            if (rest !== undefined) lanes.rest(delivery, now() + rest * 1000)
            else note(deliveryEntry(attempted, now()))
          })
          .catch(said)
          .finally(() => {
            underWay.delete(made)
            lanes.leave(delivery)
          })
        underWay.add(made)
      }
      for (;;) {
        const woken = Promise.withResolvers<void>()
        // At the edge nobody stays, as no request may wake another one.
        if (stays) wake = woken.resolve
        let next: number | undefined
        const mayBegin = !stop?.aborted && now() < until
        if (mayBegin)
          next = await begin(lanes, start, last).catch(error => {
            said(error)
            return now() + AGAIN_MS
          })
        if (underWay.size === 0 && !(stays && mayBegin)) return
        const wait = Math.min(next ?? Number.POSITIVE_INFINITY, lanes.opens() ?? Number.POSITIVE_INFINITY) - now()
        const timer = setTimeout(woken.resolve, Math.max(0, Math.min(wait, LOOK_MS)))
        const stopped = () => woken.resolve()
        stop?.addEventListener('abort', stopped)
        if (!(mayBegin && stop?.aborted)) await Promise.race([...underWay, woken.promise])
        stop?.removeEventListener('abort', stopped)
        clearTimeout(timer)
      }
    },
  }
}
