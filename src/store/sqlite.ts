import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { migrated } from './migrations.ts'
import { onlyReads, type Row, type SqlDriver, type Statement } from './sql.ts'

/** Milliseconds to wait while another process writes. With SQLite's own 0, most writes of several processes failed. */
const BUSY = 5000
/** Prepared statements that are remembered. The code has fewer texts, but those of a list vary with its filters. */
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
      // The change to WAL needs the file for itself, and fails at once instead of waiting `BUSY`.
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
      const [oldest] = prepared.keys()
      if (prepared.size >= PREPARED && oldest !== undefined) prepared.delete(oldest)
      statement = db.prepare(text)
      prepared.set(text, statement)
    }
    return statement
  }
  // The driver's type has `bigint`, too, which it gives only where that is switched on.
  const run = ({ sql, args }: Statement): Row[] => prepare(sql).all(...args) as Row[]
  const version = db.prepare('PRAGMA data_version')

  const batch = async (statements: readonly Statement[]): Promise<Row[][]> => {
    const [only] = statements
    if (!only) return []
    if (statements.length === 1) return [run(only)]
    // A transaction that begins by reading and goes on to write fails at once where another wrote in between: one that
    // writes takes its turn when it begins.
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
    version: () => Number(version.get()?.data_version),
    ready: () => migrated(batch),
    close: () => db.close(),
  }
}
