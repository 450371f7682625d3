/**
 * The storage failed, through no fault of the statement: it is locked, full, read-only, damaged or gone. `code` is
 * SQLite's or D1's own name for it, which holds no SQL and no value, so that it may be logged.
 */
export class StorageError extends Error {
  readonly code: string
  constructor(code: string) {
    super(`The storage failed: ${code}.`)
    this.name = 'StorageError'
    this.code = code
  }
}

/** What the log says of why a task failed: the storage's own code, or the kind of error. Its message may hold data. */
export const reasonOf = (error: unknown): { readonly storage: string } | { readonly error: string } =>
  error instanceof StorageError
    ? { storage: error.code }
    : { error: error instanceof Error ? error.name : typeof error }

/** Result codes of SQLite by number: https://www.sqlite.org/rescode.html. Those that a fault of ours causes are left out. */
const SQLITE: Readonly<Record<number, string>> = {
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  22: 'SQLITE_NOLFS',
  26: 'SQLITE_NOTADB',
}
/** SQLite gives no code of its own for a table or column that is not there: the migrations were not applied. */
const NOT_MIGRATED = /\bno such (table|column)\b/

/** What `node:sqlite` threw, as a `StorageError` where it is one, else as it is. */
export function ofSqlite(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StorageError) return error
  const { code, errcode } = error as Error & { code?: string; errcode?: number }
  if (code === 'ERR_INVALID_STATE') return new StorageError('CLOSED')
  if (code !== 'ERR_SQLITE_ERROR' || errcode === undefined) return error
  if (NOT_MIGRATED.test(error.message)) return new StorageError('NOT_MIGRATED')
  // The low byte is the kind of failure; what stands above it tells how it came about.
  const name = SQLITE[errcode & 0xff]
  return name === undefined ? error : new StorageError(name)
}

/** Whether another process holds the lock, so that the same statements may succeed a moment later. */
export const isBusy = (error: unknown): boolean =>
  error instanceof StorageError && (error.code === 'SQLITE_BUSY' || error.code === 'SQLITE_LOCKED')

/** Faults of a statement, which D1 names as SQLite does: a bug of ours, and no failure of the storage. */
const OURS = /\bSQLITE_(CONSTRAINT|MISMATCH|MISUSE|RANGE|TOOBIG|AUTH|ERROR)/
/** What D1 calls a failure: SQLite's name at the end of its message (`…: SQLITE_FULL`), else its own at the start (`D1_ERROR: …`). */
const NAMES = [/\bSQLITE_[A-Z_]+/, /\bD1_[A-Z_]+/]

/** What D1 threw, as a `StorageError` where it is one, else as it is. Its message may hold SQL, and is not kept. */
export function ofD1(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StorageError) return error
  if (NOT_MIGRATED.test(error.message)) return new StorageError('NOT_MIGRATED')
  if (OURS.test(error.message) || error instanceof TypeError) return error
  const [name = 'D1'] = NAMES.flatMap(each => each.exec(error.message)?.[0] ?? [])
  return new StorageError(name)
}
