import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { migrated } from './migrations.ts'
import { onlyReads, type Row, type SqlDriver, type Statement } from './sql.ts'

/** Milliseconds to wait for another process's write. The default of 0 loses most writes of several processes. */
const BUSY = 5000
/** Prepared statements kept; the texts are few, but a list's filters combine. */
const PREPARED = 500

/** Opens a database file with what every user of it needs: WAL, waiting for locks, foreign keys, erased pages zeroed. */
export function openDatabase(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY, enableForeignKeyConstraints: true })
  const until = Date.now() + BUSY
  for (;;) {
    try {
      db.exec('PRAGMA journal_mode = WAL')
      break
    } catch (error) {
      // The change to WAL takes the file for itself, and does not wait as other locks do.
      if (Date.now() > until) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
  db.exec('PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
  return db
}

/**
 * SQLite as a driver. Imported only beneath `src/node.ts`.
 *
 * @example
 * migrate(path)
 * const driver = openSqlite(path)
 */
export function openSqlite(path: string): SqlDriver {
  const db = openDatabase(path)
  const prepared = new Map<string, StatementSync>()
  const prepare = (text: string): StatementSync => {
    let statement = prepared.get(text)
    if (!statement) {
      if (prepared.size >= PREPARED) prepared.delete(prepared.keys().next().value!)
      statement = db.prepare(text)
      prepared.set(text, statement)
    }
    return statement
  }
  const run = ({ sql, args }: Statement): Row[] => prepare(sql).all(...args) as Row[]
  const version = db.prepare('PRAGMA data_version')

  const batch = async (statements: readonly Statement[]): Promise<Row[][]> => {
    const [only] = statements
    if (!only) return []
    if (statements.length === 1) return [run(only)]
    // Writers queue at the start: a read transaction that turns into a write one fails at once when another was faster.
    db.exec(onlyReads(statements) ? 'BEGIN' : 'BEGIN IMMEDIATE')
    try {
      const rows = statements.map(run)
      db.exec('COMMIT')
      return rows
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
  return {
    batch,
    version: () => version.get()?.data_version as number,
    ready: () => migrated(batch),
    close: () => db.close(),
  }
}
