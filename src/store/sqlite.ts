import { statSync } from 'node:fs'
import { stat, unlink, writeFile } from 'node:fs/promises'
import { preparedOn } from './prepared.ts'
import { onlyReads, type Row, type SqlDriver, type Statement } from './sql.ts'
import { type Durability, openDatabase } from './sqlite-file.ts'
import { isBusy, ofSqlite, StorageError } from './storage-error.ts'
import { createWriteQueue } from './write-queue.ts'

/**
 * Milliseconds for which the whole process may stand still while another one writes, which takes a few as a rule. Then
 * the write waits in the queue, without holding anybody up.
 */
const BUSY_MS = 10
/** Bytes that the disk must still take, for the gateway to be ready. A page of SQLite has 4,096. */
const PROBED = 65_536

/**
 * SQLite as a driver. Imported only beneath `src/node.ts`.
 *
 * @example
 * migrate(path)
 * const driver = openSqlite(path)
 */
export function openSqlite(path: string, { durability = 'normal' as Durability } = {}): SqlDriver {
  const db = openDatabase(path, BUSY_MS, durability)
  const { ino } = statSync(path)
  const prepare = preparedOn(db)
  const queue = createWriteQueue()
  const version = db.prepare('PRAGMA data_version')

  /** Runs statements as one transaction, each by `run`. */
  function together<T>(statements: readonly Statement[], run: (statement: Statement) => T): T[] {
    const [only] = statements
    if (!only) return []
    try {
      if (statements.length === 1) return [run(only)]
      // A transaction that begins by reading and goes on to write fails at once where another wrote in between: one
      // that writes takes its turn when it begins.
      db.exec(onlyReads(statements) ? 'BEGIN' : 'BEGIN IMMEDIATE')
      const answers = statements.map(run)
      db.exec('COMMIT')
      return answers
    } catch (error) {
      const failure = ofSqlite(error)
      if (!(failure instanceof StorageError && failure.code === 'CLOSED') && db.isTransaction) db.exec('ROLLBACK')
      throw failure
    }
  }
  // The driver's type has `bigint`, too, which it gives only where that is switched on.
  const rowsOf = ({ sql, args }: Statement): Row[] => prepare(sql).all(...args) as Row[]
  const changesOf = ({ sql, args }: Statement): number => Number(prepare(sql).run(...args).changes)

  return {
    async batch(statements) {
      if (onlyReads(statements)) {
        try {
          return together(statements, rowsOf)
        } catch (error) {
          // In WAL a reader meets a lock only while another process opens, closes or repairs the file.
          if (!isBusy(error)) throw error
        }
      }
      return queue(() => together(statements, rowsOf))
    },
    change: async statements => queue(() => together(statements, changesOf)),
    version() {
      try {
        return Number(version.get()?.data_version)
      } catch (error) {
        throw ofSqlite(error)
      }
    },
    async present() {
      // An open file goes on working after it was deleted or replaced, and everything written to it is lost.
      const found = await stat(path).catch(() => undefined)
      if (found?.ino !== ino) throw new StorageError('FILE_GONE')
      const probe = `${path}-probe-${process.pid}`
      try {
        await writeFile(probe, Buffer.alloc(PROBED), { mode: 0o600 })
      } catch (error) {
        throw new StorageError((error as NodeJS.ErrnoException).code ?? 'DISK')
      } finally {
        await unlink(probe).catch(() => undefined)
      }
    },
    close: () => db.close(),
  }
}
