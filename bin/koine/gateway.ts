import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { files } from '../../mappings/index.ts'
import type { Gateway } from '../../src/app.ts'
import type { Config } from '../../src/config.ts'
import { createSeal } from '../../src/credentials/seal.ts'
import { openCatalogue } from '../../src/mapping/catalogue.ts'
import { nearest } from '../../src/mapping/report.ts'
import { configure } from '../../src/node.ts'
import { createCircuit } from '../../src/provider/circuit.ts'
import { sleep } from '../../src/provider/client.ts'
import { undiciWire } from '../../src/provider/senders/undici/index.ts'
import { createCursors } from '../../src/records/cursor.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { CommandFault } from './command.ts'

/** The storage of the gateway that this environment configures, or undefined where none has run with it. */
export function openStorage(): { config: Config; store: Store } | undefined {
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
    shelf: openSqlite(path),
    seal: createSeal(config.KOINE_MASTER_KEY),
    now: Date.now,
    secretKey: config.KOINE_SECRET_KEY,
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

/** A gateway over a storage, without its routes: nothing that is run here is logged. */
export function openGateway({ config, store }: { config: Config; store: Store }): {
  gateway: Gateway
  close(): Promise<void>
} {
  const { wire, stream, close } = undiciWire({ allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS })
  const now = Date.now
  return {
    gateway: {
      config,
      store,
      catalogue: openCatalogue(files, now),
      cursors: createCursors(config.KOINE_MASTER_KEY),
      wire,
      stream,
      asset: async () => undefined,
      now,
      log: () => {},
      carrier: { wire, now, sleep, random: Math.random, circuit: createCircuit(now) },
    },
    close,
  }
}
