import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { openGateway } from '../../src/gateway.ts'
import type { Files } from '../../src/mapping/catalogue.ts'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { settings } from '../contract/entry-point.ts'

export interface Opened {
  readonly app: App
  readonly config: Config
  /** The database's file. */
  readonly path: string
  close(): Promise<void>
}

/** The gateway as the Node entry point makes it, without its socket, over a database of its own. `log` gets every line. */
export function openApp(files: Files, log: (entry: Readonly<Record<string, unknown>>) => void = () => {}): Opened {
  const read = readConfig({ ...settings, KOINE_RATE_LIMIT: '0' })
  if (!read.ok) throw new Error(read.faults.join('\n'))
  const { config } = read
  const directory = mkdtempSync(join(tmpdir(), 'koine-opened-'))
  const path = join(directory, 'koine.sqlite')
  migrate(path)
  const sender = undiciSender({ allowPrivate: true })
  const { app, store } = openGateway(config, files, {
    driver: openSqlite(path),
    sender,
    now: Date.now,
    asset: async () => undefined,
    log: entry => {
      log(entry)
      if ('error' in entry) console.error(entry)
    },
  })
  return {
    app,
    config,
    path,
    async close() {
      await sender.close()
      store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
