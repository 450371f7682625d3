// At the edge webhooks are first sent by the isolate that stored them, after its response. What is due later is sent by a
// Durable Object, whose alarm needs no request; there is one for the whole deployment. The cron looks after both.
import type { Gateway } from '../gateway.ts'
import { reasonOf } from '../store/index.ts'

/** Milliseconds in which deliveries are begun after a response: a Worker may run for 30 seconds after it, and one takes 17. */
const AFTER_RESPONSE_MS = 10_000
/** Milliseconds in which the alarm begins deliveries: it may run for 15 minutes. */
const IN_ALARM_MS = 300_000
/** Milliseconds after which the alarm comes again where its run was cut off, or the storage failed. */
const AGAIN_MS = 600_000
/** Milliseconds after which the alarm looks for what was cut off after a response, once its claim is over. */
const CUT_OFF_MS = 60_000
/** Milliseconds between two alarms at least. */
const LEAST_MS = 1_000

/** What is used of a Durable Object's state. */
interface State {
  readonly storage: {
    getAlarm(): Promise<number | null>
    setAlarm(at: number): Promise<void>
    deleteAlarm(): Promise<void>
  }
}
/** What is used of the binding to Durable Objects. */
export interface AlarmBinding {
  idFromName(name: string): unknown
  get(id: never): { fetch(address: string): Promise<Response> }
}
type Open<B> = (bindings: B) => Gateway | { readonly faults: string[] }

/** Makes the alarm ring at a time, in milliseconds since 1970, unless it rings before. */
async function setAlarm(binding: AlarmBinding | undefined, at: number): Promise<void> {
  await binding?.get(binding.idFromName('all') as never).fetch(`https://alarm.invalid/?at=${at}`)
}

/** Sends what is due, and leaves the rest to the alarm. It never rejects. */
export async function deliverDue(
  { store, deliverer }: Gateway,
  binding: AlarmBinding | undefined,
  log: (entry: Readonly<Record<string, unknown>>) => void,
): Promise<void> {
  try {
    // First, so that what is cut off here is sent there.
    await setAlarm(binding, Date.now() + CUT_OFF_MS)
    await deliverer.deliver({ until: Date.now() + AFTER_RESPONSE_MS })
    const next = await store.outbox.nextDue()
    if (next !== undefined) await setAlarm(binding, next)
  } catch (error) {
    log({ level: 'error', task: 'webhooks', ...reasonOf(error) })
  }
  await store.logs.flush()
}

/** Makes the class of the Durable Object; `open` gives the gateway of its isolate. */
export const webhookAlarm = <B>(open: Open<B>) =>
  class WebhookAlarm {
    readonly #storage: State['storage']
    readonly #bindings: B
    /** The earliest time that was asked for while the alarm runs. */
    #asked = Number.POSITIVE_INFINITY

    constructor({ storage }: State, bindings: B) {
      this.#storage = storage
      this.#bindings = bindings
    }

    async fetch(request: Request): Promise<Response> {
      const at = Math.max(Number(new URL(request.url).searchParams.get('at')), Date.now())
      this.#asked = Math.min(this.#asked, at)
      const set = await this.#storage.getAlarm()
      if (set === null || at < set) await this.#storage.setAlarm(at)
      return new Response(null, { status: 204 })
    }

    async alarm(): Promise<void> {
      // Where this run fails or is killed, the platform's own repetition would end after some tries.
      await this.#storage.setAlarm(Date.now() + AGAIN_MS)
      this.#asked = Number.POSITIVE_INFINITY
      const gateway = open(this.#bindings)
      if ('faults' in gateway) return
      const { deliverer, store } = gateway
      await deliverer.deliver({ until: Date.now() + IN_ALARM_MS })
      await store.logs.flush()
      const next = Math.min((await store.outbox.nextDue()) ?? Number.POSITIVE_INFINITY, this.#asked)
      if (next === Number.POSITIVE_INFINITY) await this.#storage.deleteAlarm()
      else await this.#storage.setAlarm(Math.max(next, Date.now() + LEAST_MS))
    }
  }
