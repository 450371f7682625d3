import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { createSeal } from '../../src/credentials/seal.ts'
import { type Files, openCatalogue } from '../../src/mapping/catalogue.ts'
import { undiciWire } from '../../src/provider/senders/undici/index.ts'
import { createCursors } from '../../src/records/cursor.ts'
import { openStore } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { settings } from '../contract/door.ts'

export interface Opened {
  readonly app: ReturnType<typeof createApp>
  readonly config: Config
  /** The database's file. */
  readonly path: string
  close(): Promise<void>
}

/** The gateway as the Node door makes it, without its socket, over a database of its own. `log` gets every line. */
export function openApp(files: Files, log: (entry: Readonly<Record<string, unknown>>) => void = () => {}): Opened {
  const read = readConfig({ ...settings, KOINE_RATE_LIMIT: '0' })
  if (!read.ok) throw new Error(read.faults.join('\n'))
  const { config } = read
  const directory = mkdtempSync(join(tmpdir(), 'koine-opened-'))
  const path = join(directory, 'koine.sqlite')
  migrate(path)
  const store = openStore({
    shelf: openSqlite(path),
    seal: createSeal(config.KOINE_MASTER_KEY),
    now: Date.now,
    secretKey: config.KOINE_SECRET_KEY,
  })
  const { wire, stream, close: closeWire } = undiciWire({ allowPrivate: true })
  const app = createApp({
    config,
    store,
    catalogue: openCatalogue(files, Date.now),
    cursors: createCursors(config.KOINE_MASTER_KEY),
    wire,
    stream,
    asset: async () => undefined,
    now: Date.now,
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
      await closeWire()
      store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
