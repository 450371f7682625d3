import type { ActionServices } from './actions/trigger.ts'
import { type App, createApp } from './app.ts'
import type { Config } from './config.ts'
import { createSeal } from './credentials/seal.ts'
import { createSessionTokens } from './credentials/session-token.ts'
import { createRenew, type RenewToken } from './credentials/token-life.ts'
import { createLimiter } from './http/middleware/rate-limit.ts'
import { type Files, openCatalogue } from './mapping/catalogue.ts'
import { createProviderClient } from './provider/client.ts'
import { createPacer } from './provider/pacer.ts'
import type { Pacer } from './provider/pacing.ts'
import { createCursors } from './records/cursor.ts'
import { createCompletion } from './runs/completion.ts'
import { type Runs, runsOn } from './runs/index.ts'
import type { QueueWork } from './runs/queue-work.ts'
import { createScheduler, type Scheduler } from './runs/scheduler.ts'
import type { Services } from './services.ts'
import {
  type EraseQueues,
  type LogEntry,
  openStore,
  type Run,
  type RunItems,
  type RunList,
  type RunQueue,
  type Seal,
  type Store,
} from './store/index.ts'
import { createDeliverer, createSendWebhook, createWebhooks, type Deliverer } from './webhooks/index.ts'

/** Webhooks that are sent at once where the sender shares no pool of connections: as many as a Worker has connections. */
const PLACES_AT_EDGE = 6

/** Milliseconds since 1970 by a clock that nobody sets while the process runs. */
const steadyClock = () => performance.timeOrigin + performance.now()

/** The gateway of one process or isolate: the app, and what its tasks beside requests need. */
export interface Gateway {
  readonly app: App
  readonly store: Store
  /** Renews the token of a connection in this very place, which the requests for that connection share. */
  readonly renewHere: RenewToken
  readonly deliverer: Deliverer
  readonly seal: Seal
  /** What carries out the queues of a database: of an object at the edge. */
  readonly workOn: (database: RunDatabase) => QueueWork
  /** The same for this process's own, with what does so side by side; it does nothing before it is started. */
  readonly runs: { readonly work: QueueWork; readonly scheduler: Scheduler }
}

/** A database that has queues in it. */
export interface RunDatabase {
  readonly queue: RunQueue
  readonly list: RunList
  readonly items: RunItems
  /** The pace of its runs, where it has one of its own. */
  readonly pacer?: Pacer | undefined
  /** Is told how runs stand, where they are listed elsewhere. */
  readonly listed?: ((runs: readonly Run[]) => Promise<void>) | undefined
}

/** What an entry point hands in. */
interface Handed extends Services {
  /** Renews a token where all requests for its connection meet. Without it they meet in this process. */
  readonly renewElsewhere?: RenewToken | undefined
  /** The runs, where their queues are elsewhere. Without it they are in this database. */
  readonly runsElsewhere?: { readonly runs: (store: Store) => Runs; readonly erase: EraseQueues } | undefined
}

/** Puts the gateway together from its settings, the index of mapping files, and what an entry point hands in. */
export function openGateway(
  config: Config,
  files: Files,
  { driver, logDriver, sender, now, asset, log, stopping, sockets, renewElsewhere, runsElsewhere }: Handed,
): Gateway {
  const seal = createSeal(config.KOINE_MASTER_KEY)
  const store = openStore({
    driver,
    logDriver,
    seal,
    eraseQueues: runsElsewhere?.erase,
    now,
    secretKey: config.KOINE_SECRET_KEY,
    quota: config.KOINE_ENVIRONMENT_QUOTA,
    log,
  })
  const clientWith = (pacer: Pacer | undefined) =>
    createProviderClient({
      sender,
      now,
      maxBytes: config.KOINE_ANSWER_LIMIT,
      allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS,
      // At the edge isolates come and go, and share nothing: there only queues pace, each in its object.
      pacer,
    })
  const client = clientWith(sender.places && createPacer({ now: steadyClock }))
  const send = createSendWebhook({ client, now })
  const note = (entry: LogEntry) => store.logs.add([entry])
  const deliverer = createDeliverer({
    store,
    send,
    now,
    note,
    log,
    places: sender.places ? undefined : PLACES_AT_EDGE,
  })
  const webhooks = createWebhooks({ store, send, now, log, note, added: deliverer.wake })
  const catalogue = openCatalogue(files, now)
  const renewHere = createRenew({
    store: store.tokens,
    client,
    providerOf: catalogue.provider,
    now,
    timeout: config.KOINE_PROVIDER_TIMEOUT * 1000,
    log,
    logs: store.logs,
    renewed: webhooks.refreshed,
  })
  /** Elsewhere, where that is; what this process remembers of the connection is then out of date. */
  const renewToken: RenewToken = renewElsewhere
    ? async wanted => {
        const renewed = await renewElsewhere(wanted)
        store.tokens.forget(wanted.environment, wanted.connectionId, wanted.integrationKey)
        return renewed
      }
    : renewHere
  const actions: ActionServices = {
    config,
    store,
    client,
    catalogue,
    cursors: createCursors(config.KOINE_MASTER_KEY, now),
    now,
    renewToken,
  }
  const workOn: Gateway['workOn'] = ({ queue, list, items, listed, pacer }) => ({
    services: { actions: pacer ? { ...actions, client: clientWith(pacer) } : actions, queue, items, now, log },
    completion: createCompletion({ queue, list, listed, store, webhooks, log }),
  })
  const own = workOn({ queue: store.runQueue, list: store.runs, items: store.runItems })
  const scheduler = createScheduler({ ...own.services, ended: own.completion.wake })
  const runs = runsElsewhere?.runs(store) ?? runsOn(store, { woken: scheduler.wake, ended: own.completion.wake })
  const app = createApp({
    config,
    renewToken,
    store,
    sessions: createSessionTokens(config.KOINE_MASTER_KEY, now),
    webhooks,
    client,
    runs,
    catalogue,
    cursors: actions.cursors,
    limiter: createLimiter(config, now),
    now,
    asset,
    log,
    stopping,
    sockets,
  })
  return { app, store, renewHere, deliverer, seal, workOn, runs: { work: own, scheduler } }
}
