import { type App, createApp } from './app.ts'
import type { Config } from './config.ts'
import { createSeal } from './credentials/seal.ts'
import { createLimiter } from './http/middleware/rate-limit.ts'
import { type Files, openCatalogue } from './mapping/catalogue.ts'
import { createProviderClient } from './provider/client.ts'
import { createCursors } from './records/cursor.ts'
import type { Services } from './services.ts'
import { openStore, type Store } from './store/index.ts'

/** The gateway of one process or isolate: the app, and the store that its tasks beside requests need. */
export interface Gateway {
  readonly app: App
  readonly store: Store
}

/** Puts the gateway together from its settings, the index of mapping files, and what an entry point hands in. */
export function openGateway(config: Config, files: Files, { driver, sender, now, asset, log }: Services): Gateway {
  const store = openStore({
    driver,
    seal: createSeal(config.KOINE_MASTER_KEY),
    now,
    secretKey: config.KOINE_SECRET_KEY,
  })
  const client = createProviderClient({
    sender,
    now,
    maxBytes: config.KOINE_ANSWER_LIMIT,
    allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS,
  })
  const app = createApp({
    config,
    store,
    client,
    catalogue: openCatalogue(files, now),
    cursors: createCursors(config.KOINE_MASTER_KEY),
    limiter: createLimiter(config, now),
    now,
    asset,
    log,
  })
  return { app, store }
}
