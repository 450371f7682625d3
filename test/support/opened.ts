import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { openGateway } from '../../src/gateway.ts'
import { type Files, openCatalogue } from '../../src/mapping/catalogue.ts'
import { carryOutRuns } from '../../src/node/carry-out-runs.ts'
import { createProviderClient } from '../../src/provider/client.ts'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'
import { createCursors } from '../../src/records/cursor.ts'
import type { RecordServices } from '../../src/records/resolve.ts'
import type { SignInSockets, SqlDriver } from '../../src/services.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { settings } from '../contract/entry-point.ts'

export interface Opened {
  readonly app: App
  readonly config: Config
  /** The database's file. */
  readonly path: string
  /** Sends the webhooks that are due. */
  deliver(): Promise<void>
  /** What records are read and written with, for what is called without a route. */
  readonly records: RecordServices
  close(): Promise<void>
}

/**
 * The gateway as the Node entry point makes it, without its socket, over a database of its own. `log` gets every line;
 * `wrap` may put something around the database, `more` are further settings.
 */
export function openApp(
  files: Files,
  log: (entry: Readonly<Record<string, unknown>>) => void = () => {},
  {
    wrap = driver => driver,
    more = {},
    sockets,
    carriesRuns = true,
  }: {
    wrap?: ((driver: SqlDriver) => SqlDriver) | undefined
    more?: Readonly<Record<string, string>>
    sockets?: SignInSockets
    /** Whether runs are carried out, for which the database is looked at from time to time. */
    carriesRuns?: boolean
  } = {},
): Opened {
  const read = readConfig({ ...settings, KOINE_RATE_LIMIT: '0', ...more })
  if (!read.ok) throw new Error(read.faults.join('\n'))
  const { config } = read
  const directory = mkdtempSync(join(tmpdir(), 'koine-opened-'))
  const path = join(directory, 'koine.sqlite')
  migrate(path)
  const sender = undiciSender({ allowPrivate: true })
  const driver = wrap(openSqlite(path))
  const { app, store, runs, deliverer } = openGateway(config, files, {
    driver,
    sender,
    now: Date.now,
    asset: async () => undefined,
    sockets,
    log: entry => {
      log(entry)
      if ('error' in entry) console.error(entry)
    },
  })
  const carrying = carriesRuns ? carryOutRuns({ ...runs, driver, lock: join(directory, 'koine-runs.lock') }) : undefined
  const records: RecordServices = {
    store,
    client: createProviderClient({ sender, now: Date.now, maxBytes: config.KOINE_ANSWER_LIMIT, allowPrivate: true }),
    catalogue: openCatalogue(files, Date.now),
    cursors: createCursors(config.KOINE_MASTER_KEY, Date.now),
    now: Date.now,
    config,
  }
  return {
    app,
    config,
    path,
    deliver: () => deliverer.deliver(),
    records,
    async close() {
      await carrying?.stop()
      await sender.close()
      store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
