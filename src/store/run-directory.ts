import { type SqlDriver, sql } from './sql.ts'
import type { Run } from './stored-run.ts'

/** What is listed of runs whose queues are elsewhere: at the edge each queue is in an object of its own. */
export interface RunDirectory {
  /** Writes down how runs stand, also of those that it does not know yet. */
  put(runs: readonly Run[]): Promise<void>
}

const COLUMNS = `id, queue, environment_id, connection, connection_id, integration, provider, kind, name, state, attempts,
  max_retries, retries, interruptions, repeatable, items, created_at, next_at, started_at, ended_at, code, request_id, expires_at`

/** Makes the directory over a driver. */
export function runDirectoryOn(driver: SqlDriver): RunDirectory {
  return {
    async put(runs) {
      const rows = runs.map(run => ({
        ...run,
        repeatable: Number(run.repeatable),
        // Nothing here has anything to do with it: it is listed, and no queue.
        next_at: null,
      }))
      const value = (name: string) => `value ->> '$.${name}'`
      await driver.change([
        sql(
          `INSERT INTO runs (${COLUMNS})
           SELECT ${COLUMNS.split(',')
             .map(column => value(column.trim().replace(/^environment_id$/, 'environment')))
             .join(', ')}
           FROM json_each(?) WHERE NOT EXISTS
             (SELECT 1 FROM erasures WHERE owner IN (value ->> '$.environment', value ->> '$.connection'))
           ON CONFLICT (id) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
             retries = excluded.retries, started_at = excluded.started_at, ended_at = excluded.ended_at,
             code = excluded.code`,
          JSON.stringify(rows),
        ),
      ])
    },
  }
}
