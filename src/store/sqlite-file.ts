import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** How much of what was written a loss of power may undo; docs/operations.md says what each promises. */
export type Durability = 'normal' | 'full'

/** What SQLite keeps beside a database's file while it is open. It gives them the rights of that file. */
const BESIDE = ['', '-wal', '-shm'] as const
/** Milliseconds for which opening waits where other processes open the same file. */
const OPENING_MS = 5000

/** Makes the file of a database for this user alone, whatever the umask, also where it was readable for others. */
function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
  for (const suffix of BESIDE) {
    try {
      if (existsSync(path + suffix)) chmodSync(path + suffix, 0o600)
    } catch (error) {
      // Only its owner can; on some mounted volumes nobody.
      if (!['EPERM', 'ENOENT', 'ENOSYS', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
}

/**
 * Opens a database file with what every user of it needs: WAL, foreign keys, erased pages zeroed. Its calls block this
 * process for `busyMs` milliseconds at most while another one writes.
 */
export function openDatabase(
  path: string,
  busyMs: number = OPENING_MS,
  durability: Durability = 'normal',
): DatabaseSync {
  makePrivate(path)
  const db = new DatabaseSync(path, { timeout: busyMs, enableForeignKeyConstraints: true })
  const until = Date.now() + OPENING_MS
  for (;;) {
    try {
      db.exec('PRAGMA journal_mode = WAL')
      break
    } catch (error) {
      // The change to WAL needs the file for itself, and fails at once instead of waiting.
      if (Date.now() > until) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
  db.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}; PRAGMA secure_delete = ON`)
  return db
}
