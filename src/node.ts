// The entry point for one Node process: SQLite, undici, signals. `node src/node.ts` runs the gateway alone.

import { join } from 'node:path'
import { files } from '../mappings/index.ts'
import { type Config, readConfig } from './config.ts'
import { openGateway } from './gateway.ts'
import { carryOutRuns } from './node/carry-out-runs.ts'
import { deliverWebhooks } from './node/deliver-webhooks.ts'
import { type Listener, listen } from './node/listen.ts'
import { processLog } from './node/log-lines.ts'
import { ownDirectory } from './node/own-directory.ts'
import { createSignInSockets } from './node/sign-in-sockets.ts'
import { staticFiles } from './node/static-files.ts'
import { surviveFaults } from './node-faults.ts'
import { withFiles, withKeys } from './node-settings.ts'
import { undiciSender } from './provider/senders/undici/index.ts'
import { migrate } from './store/migrate.ts'
import { logMigrations } from './store/migrations.ts'
import { openSqlite } from './store/sqlite.ts'
import { openSqliteThread } from './store/sqlite-thread.ts'
import { reasonOf } from './store/storage-error.ts'

/** When rows whose time is over are erased: soon after the start, which may be within the hour of the last, and then every hour. */
const PURGE_MS = { first: 1_000, every: 3_600_000 }
/** How long log entries wait to be written together. */
const LOG_MS = 500

/** A gateway that listens in this process. */
export interface Server {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly config: Config
  /**
   * Takes no more requests, lets those under way end, and closes the storage. `gently`, it first says for some seconds
   * that it is about to.
   */
  close(gently?: boolean): Promise<void>
}

/** The settings of a process: its environment, files that it names, and keys made once outside production. */
export function configure(
  environment: Readonly<Record<string, string | undefined>>,
): { ok: true; config: Config } | { ok: false; faults: string[] } {
  const read = withFiles(environment)
  if (!read.ok) return read
  const production = environment.NODE_ENV === 'production'
  const environmentWithKeys = production
    ? read.environment
    : withKeys(read.environment, read.environment.KOINE_DATA || '.koine')
  return readConfig(environmentWithKeys, { production })
}

/** Erases soon, and every hour after that; a run that takes longer than an hour is not joined by another. */
function everyHour(
  purge: () => Promise<unknown>,
  log: (entry: Readonly<Record<string, unknown>>) => void,
): { stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  const next = (ms: number) => {
    timer = setTimeout(async () => {
      await purge().catch(error => {
        if (!stopped) log({ level: 'error', task: 'purge', ...reasonOf(error) })
      })
      if (!stopped) next(PURGE_MS.every)
    }, ms)
    timer.unref()
  }
  next(PURGE_MS.first)
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** Starts the gateway and listens. Rejects when the storage cannot be opened or the port is taken. */
export async function startGateway(
  config: Config,
  log: (entry: Readonly<Record<string, unknown>>) => void = processLog(),
): Promise<Server> {
  ownDirectory(config.KOINE_DATA)
  const path = join(config.KOINE_DATA, 'koine.sqlite')
  const logPath = join(config.KOINE_DATA, 'koine-logs.sqlite')
  migrate(path)
  migrate(logPath, logMigrations)
  const sender = undiciSender({ allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS })
  const sockets = createSignInSockets()
  let listener: Listener | undefined
  const driver = openSqlite(path, { durability: config.KOINE_DURABILITY })
  const { app, store, deliverer, runs } = openGateway(config, files, {
    driver,
    logDriver: openSqliteThread(logPath),
    sender,
    now: Date.now,
    asset: staticFiles(),
    log,
    stopping: () => listener?.stopping === true,
    sockets,
  })
  await store.makeFirstKey()
  const purge = everyHour(() => store.purge(), log)
  const logging = setInterval(() => store.logs.flush(), LOG_MS)
  logging.unref()
  const { HOST, PORT } = config
  listener = await listen(app.fetch, { hostname: HOST, port: PORT, upgrades: sockets }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      throw new Error(`Another process listens on ${HOST}:${PORT}: set PORT to a free one.`)
    },
  )
  const deliveries = deliverWebhooks(deliverer)
  const carrying = carryOutRuns({ ...runs, driver, lock: join(config.KOINE_DATA, 'koine-runs.lock') })
  const { port, close } = listener
  return {
    url: `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${port}`,
    config,
    async close(gently = false) {
      // At once and not one after the other: a supervisor gives a process some seconds for all of it.
      await Promise.all([close(gently), carrying.stop()])
      await deliveries.stop()
      purge.stop()
      clearInterval(logging)
      await sender.close()
      await store.logs.flush()
      await store.close()
    },
  }
}

/** Ends a process in order when it is told to, once: gently by a supervisor (SIGTERM), at once from a keyboard. */
export function stopOnSignal(close: (gently: boolean) => Promise<void>): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return
    stopping = true
    close(signal === 'SIGTERM').then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** Ends a process that could not start, with the reason and without a stack. */
export function failToStart(error: unknown): never {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

if (import.meta.main) {
  const configured = configure(process.env)
  if (configured.ok) {
    const log = processLog()
    const gateway = await startGateway(configured.config, log).catch(failToStart)
    log({ level: 'info', listening: gateway.url })
    stopOnSignal(gateway.close)
    surviveFaults(log)
  } else {
    console.error(configured.faults.join('\n'))
    process.exitCode = 1
  }
}
