import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSeal } from '../../src/credentials/seal.ts'
import { makeRunId, type NewConnectSession, type NewRun, openStore } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { logMigrations } from '../../src/store/migrations.ts'
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
    change(statements) {
      batches.push(statements)
      return driver.change(statements)
    },
  }
}

/** A driver that cannot say whether somebody else wrote, like D1's. */
export const withoutVersion = ({ version: _, ...driver }: SqlDriver): SqlDriver => driver

interface Opening {
  readonly secretKey?: string
  readonly now?: () => number
  readonly masterKey?: string
  readonly around?: (driver: SqlDriver) => SqlDriver
  /** The path of a file for the log alone, as the Node entry point has it; without it the log is in the same file. */
  readonly logs?: string
  /** Wraps the driver of that file. */
  readonly aroundLogs?: (driver: SqlDriver) => SqlDriver
  readonly log?: (entry: Readonly<Record<string, unknown>>) => void
  /** Bytes that an environment may keep; 0 is no limit. */
  readonly quota?: number
}

/** A store over a migrated file. */
export function openOn(path: string, options: Opening = {}) {
  const { secretKey = SECRET_KEY, now = Date.now, masterKey = MASTER_KEY, logs } = options
  const { around = driver => driver, aroundLogs = driver => driver } = options
  migrate(path)
  if (logs !== undefined) migrate(logs, logMigrations)
  const driver = counted(around(openSqlite(path)))
  const logDriver = logs === undefined ? undefined : counted(aroundLogs(openSqlite(logs)))
  const seal = createSeal(masterKey)
  const { log, quota = 0 } = options
  const store = openStore({ driver, logDriver, seal, now, secretKey, quota, ...(log && { log }) })
  return { driver, logDriver, seal, store }
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

/** What a connect session holds, for tests that care about something else. */
export const sessionOf = (reconnect: NewConnectSession['reconnect'] = null): NewConnectSession => ({
  end_user: { id: 'u-1', email: 'ada@example.test', display_name: 'Ada', tags: {}, organization: null },
  tags: { plan: 'gold' },
  allowed_integrations: ['crm'],
  integrations_config_defaults: {},
  overrides: {},
  webhook_url_override: null,
  return_url: null,
  reconnect,
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

/** A run of a connection, by its uuid, as it is accepted. */
export const runOf = (environment: string, connection = 'a-connection'): NewRun => ({
  id: makeRunId('0123456789abcde'),
  environment,
  connection,
  connection_id: 'c1',
  integration: 'crm',
  provider: 'anything',
  kind: 'batch',
  name: 'create-contact',
  max_retries: 0,
  repeatable: false,
  items: 1,
  request_id: 'a-request',
})
