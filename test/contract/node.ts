import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { files } from '../../mappings/index.ts'
import { createCursors } from '../../src/actions/cursor.ts'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createSeal } from '../../src/credentials/seal.ts'
import { openCatalogue } from '../../src/mapping/catalogue.ts'
import { openStore } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { undiciWire } from '../../src/transport/undici-wire.ts'
import type { Door } from './door.ts'

const ASSETS = new URL('../../openapi/', import.meta.url)

/** The gateway as the Node door makes it, without the socket: SQLite in `directory`, undici. */
export function openNode(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Pick<Door, 'fetch'> & { close(): Promise<void> } {
  const read = readConfig(environment)
  if (!read.ok) throw new Error(read.faults.join('\n'))
  const { config } = read
  const path = join(directory, 'koine.sqlite')
  migrate(path)
  const store = openStore({
    shelf: openSqlite(path),
    seal: createSeal(config.KOINE_MASTER_KEY),
    now: Date.now,
    secretKey: config.KOINE_SECRET_KEY,
  })
  const { wire, close } = undiciWire({ allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS })
  const app = createApp({
    config,
    store,
    catalogue: openCatalogue(files, Date.now),
    cursors: createCursors(config.KOINE_MASTER_KEY),
    wire,
    asset: async name => {
      const content = await readFile(new URL(`.${name}`, ASSETS)).catch(() => undefined)
      return content && new Response(content)
    },
    now: Date.now,
    log: () => {},
  })
  return {
    fetch: async (name, init) => app.request(name, init),
    async close() {
      await close()
      store.close()
    },
  }
}
