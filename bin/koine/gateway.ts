import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { files } from '../../mappings/index.ts'
import type { ActionServices } from '../../src/actions/trigger.ts'
import type { Config } from '../../src/config.ts'
import { createSeal } from '../../src/credentials/seal.ts'
import { openCatalogue } from '../../src/mapping/catalogue.ts'
import { nearest } from '../../src/mapping/report.ts'
import { configure } from '../../src/node.ts'
import { createProviderClient } from '../../src/provider/client.ts'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'
import { createCursors } from '../../src/records/cursor.ts'
import type { HttpSender } from '../../src/services.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { CommandFault } from './command.ts'

/**
 * The storage of the gateway that this environment configures, or undefined where none has run with it. `log` gets a
 * line for each row that does not open.
 */
export function openStorage(
  log: (entry: Readonly<Record<string, unknown>>) => void = () => {},
): { config: Config; store: Store } | undefined {
  const directory = process.env.KOINE_DATA || '.koine'
  const path = join(directory, 'koine.sqlite')
  // Asked before anything is configured, since that would make keys.
  if (!existsSync(path)) return undefined
  const production = process.env.NODE_ENV === 'production'
  const configured = configure({
    ...process.env,
    // As `npm start` has it: outside production the providers may be on this machine.
    ...(!production && { KOINE_ALLOW_PRIVATE_HOSTS: process.env.KOINE_ALLOW_PRIVATE_HOSTS ?? '1' }),
  })
  if (!configured.ok) throw new CommandFault(configured.faults.join('\n'))
  const { config } = configured
  const store = openStore({
    driver: openSqlite(path),
    seal: createSeal(config.KOINE_MASTER_KEY),
    now: Date.now,
    secretKey: config.KOINE_SECRET_KEY,
    quota: config.KOINE_ENVIRONMENT_QUOTA,
    log,
  })
  return { config, store }
}

/** The id of an environment by its name. */
export async function environmentOf(store: Store, name: string): Promise<string> {
  const all = await store.environments.list()
  const found = all.find(environment => environment.name === name)
  if (found) return found.id
  const names = all.map(environment => environment.name)
  throw new CommandFault(`There is no environment "${name}"; ${nearest(name, names)}`)
}

/** What actions need, over a storage; `sender` is what they send with. Nothing that is run here is logged. */
export function servicesOver({ config, store }: { config: Config; store: Store }, sender: HttpSender): ActionServices {
  const now = Date.now
  return {
    config,
    store: { ...store, logs: { ...store.logs, add: () => {} } },
    catalogue: openCatalogue(files, now),
    cursors: createCursors(config.KOINE_MASTER_KEY, now),
    client: createProviderClient({
      sender,
      now,
      maxBytes: config.KOINE_ANSWER_LIMIT,
      allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS,
    }),
    now,
  }
}

/** A sender over the network. */
export const openSender = ({ config }: { config: Config }): HttpSender & { close(): Promise<void> } =>
  undiciSender({ allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS })
