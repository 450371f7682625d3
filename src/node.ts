// The entry point for one Node process: SQLite, undici, signals. `node src/node.ts` runs the gateway alone.

import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { files } from '../mappings/index.ts'
import { type Config, readConfig } from './config.ts'
import { openGateway } from './gateway.ts'
import { withFiles, withKeys } from './node-settings.ts'
import { undiciSender } from './provider/senders/undici/index.ts'
import { migrate } from './store/migrate.ts'
import { openSqlite } from './store/sqlite.ts'

const ASSETS = new URL('../openapi/', import.meta.url)
/** How long requests that are under way may take to end, once the process is told to stop. */
const DRAIN_MS = 25_000
/** How often connections that have become idle are closed meanwhile. */
const IDLE_MS = 100
/** How often rows whose time is over are erased. */
const PURGE_MS = 3_600_000
/** How long log entries wait to be written together. */
const LOG_MS = 500

/** A gateway that listens in this process. */
export interface Server {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly config: Config
  /** Takes no more requests, lets those under way end, and closes the storage. */
  close(): Promise<void>
}

/** The settings of a process: its environment, files that it names, and keys made once outside production. */
export function configure(
  environment: Readonly<Record<string, string | undefined>>,
): { ok: true; config: Config } | { ok: false; faults: string[] } {
  const read = withFiles(environment)
  if (!read.ok) return read
  const production = environment.NODE_ENV === 'production'
  return readConfig(production ? read.environment : withKeys(read.environment, read.environment.KOINE_DATA || '.koine'))
}

const asset = async (path: string): Promise<Response | undefined> => {
  const content = await readFile(new URL(`.${path}`, ASSETS)).catch(() => undefined)
  return content && new Response(content)
}

/** Starts the gateway and listens. Rejects when the storage cannot be opened or the port is taken. */
export async function startGateway(
  config: Config,
  log: (entry: Readonly<Record<string, unknown>>) => void = entry => process.stdout.write(`${JSON.stringify(entry)}\n`),
): Promise<Server> {
  mkdirSync(config.KOINE_DATA, { recursive: true, mode: 0o700 })
  const path = join(config.KOINE_DATA, 'koine.sqlite')
  migrate(path)
  const sender = undiciSender({ allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS })
  const { app, store } = openGateway(config, files, { driver: openSqlite(path), sender, now: Date.now, asset, log })
  await store.makeFirstKey()
  const purge = setInterval(() => {
    store.purge().catch((error: Error) => log({ level: 'error', task: 'purge', error: error.name }))
  }, PURGE_MS)
  purge.unref()
  const logging = setInterval(() => store.logs.flush(), LOG_MS)
  logging.unref()
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const listening = serve({ fetch: app.fetch, hostname: config.HOST, port: config.PORT }, () => resolve(listening))
    listening.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Another process listens on ${config.HOST}:${config.PORT}: set PORT to a free one.`)
          : error,
      ),
    )
  })
  // `closeIdleConnections` passes over connections that have not sent a request yet, and `close` would wait for them.
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', (request: IncomingMessage) => silent.delete(request.socket))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}`,
    config,
    async close() {
      clearInterval(purge)
      clearInterval(logging)
      await new Promise<void>(resolve => {
        const deadline = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), DRAIN_MS)
        // A connection is kept open after its request for the next one, so those are closed again and again.
        const idle = setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), IDLE_MS)
        for (const socket of silent) socket.destroy()
        server.close(() => {
          clearTimeout(deadline)
          clearInterval(idle)
          resolve()
        })
      })
      await sender.close()
      await store.logs.flush()
      store.close()
    },
  }
}

/** Ends a process in order when it is told to, once. */
export function stopOnSignal(close: () => Promise<void>): void {
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    close().then(
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
    const gateway = await startGateway(configured.config).catch(failToStart)
    process.stdout.write(`${JSON.stringify({ level: 'info', listening: gateway.url })}\n`)
    stopOnSignal(gateway.close)
  } else {
    console.error(configured.faults.join('\n'))
    process.exitCode = 1
  }
}
