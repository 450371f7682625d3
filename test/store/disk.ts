import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSeal } from '../../src/credentials/seal.ts'
import { openStore } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import type { SqlDriver, Statement } from '../../src/store/sql.ts'
import { openSqlite } from '../../src/store/sqlite.ts'

export const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')
export const SECRET_KEY = 'the-operators-own-secret-key'

/** A path of a database that does not exist yet, in a directory of its own. */
export const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'koine-store-')), 'koine.db')

/** A driver that writes down every batch it carries out. */
export function counted(driver: SqlDriver): SqlDriver & { batches: (readonly Statement[])[] } {
  const batches: (readonly Statement[])[] = []
  return {
    ...driver,
    batches,
    batch(statements) {
      batches.push(statements)
      return driver.batch(statements)
    },
  }
}

/** A driver that cannot say whether somebody else wrote, like D1's. */
export const withoutVersion = ({ batch, ready, close }: SqlDriver): SqlDriver => ({ batch, ready, close })

/** A store over a migrated file. */
export function openOn(
  path: string,
  {
    secretKey = SECRET_KEY,
    now = Date.now,
    masterKey = MASTER_KEY,
    around = (driver: SqlDriver): SqlDriver => driver,
  } = {},
) {
  migrate(path)
  const driver = counted(around(openSqlite(path)))
  const seal = createSeal(masterKey)
  return { driver, seal, store: openStore({ driver, seal, now, secretKey }) }
}

/** What a connection needs, for tests that care about something else. */
export const connectionOf = (connection_id: string, apiKey = 'key-of-the-customer') => ({
  connection_id,
  credentials: { type: 'API_KEY', apiKey } as const,
  connection_config: {},
  metadata: null,
  tags: {},
  end_user: null,
  webhook_url_override: null,
})

/** A store with an environment, an integration `crm` and a connection `c1`. */
export async function furnished(path = newPath(), options: Parameters<typeof openOn>[1] = {}) {
  const opened = openOn(path, options)
  const answer = await opened.store.environments.create('one')
  if ('taken' in answer) throw new Error('taken')
  const environment = answer.made.id
  await opened.store.integrations.create(environment, { unique_key: 'crm', provider: 'anything' })
  await opened.store.connections.create(environment, 'crm', connectionOf('c1'))
  return { ...opened, path, environment, key: answer.key.key, keyId: answer.key.id }
}
