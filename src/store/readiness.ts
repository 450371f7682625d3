import { migrations } from './migrations.ts'
import { type SqlDriver, type Statement, sql } from './sql.ts'
import { StorageError } from './storage-error.ts'

/** What a gateway that serves says of its storage. */
export interface Readiness {
  /** Whether entries of the log can be written. A gateway serves without. */
  readonly logs: 'ok' | 'failing'
}

/** Milliseconds for which an answer holds: whoever asks more often makes no more work. */
const HOLDS = 1000

/** Takes the way of a write, up to the lock and the file, and changes nothing. */
const NO_WRITE = sql("DELETE FROM erasures WHERE owner = ''")
const inOrder = (tables: readonly string[]): Statement[] => [
  sql('SELECT name FROM d1_migrations'),
  // A table that is not there fails here, and no row is read.
  ...tables.map(table => sql(`SELECT 1 FROM ${table} LIMIT 0`)),
  NO_WRITE,
]
const TABLES = [
  'environments',
  'api_keys',
  'integrations',
  'connections',
  'environment_variables',
  'idempotent_answers',
  'idempotent_parts',
]

/** Makes `store.ready`: it rejects with a `StorageError` where the storage does not read, write or have its migrations. */
export function readinessOn(
  driver: SqlDriver,
  logDriver: SqlDriver | undefined,
  now: () => number,
): () => Promise<Readiness> {
  async function look(): Promise<Readiness> {
    const [rows = []] = await driver.batch(inOrder(logDriver ? TABLES : [...TABLES, 'logs']))
    const applied = new Set(rows.map(row => row.name))
    if (!migrations.every(name => applied.has(name))) throw new StorageError('NOT_MIGRATED')
    await driver.present?.()
    return { logs: logDriver && !(await canLog(logDriver)) ? 'failing' : 'ok' }
  }
  let latest: { readonly at: number; readonly outcome: Readiness | Error } | undefined
  let looking: Promise<Readiness | Error> | undefined
  return async () => {
    if (!latest || now() - latest.at >= HOLDS) {
      looking ??= look()
        .catch((error: Error) => (error instanceof StorageError ? error : new StorageError(error.name)))
        .finally(() => {
          looking = undefined
        })
      const mine = looking
      // At the edge no request may wait for what another one began.
      if (driver.bound) looking = undefined
      latest = { outcome: await mine, at: now() }
    }
    if (latest.outcome instanceof Error) throw latest.outcome
    return latest.outcome
  }
}

const canLog = (logDriver: SqlDriver): Promise<boolean> =>
  Promise.all([logDriver.batch(inOrder(['logs'])), logDriver.present?.()]).then(
    () => true,
    () => false,
  )
