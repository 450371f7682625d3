import type { SqlDriver, SqlRow, SqlStatement } from '../services.ts'

/** What is used of the SQLite of a Durable Object. */
export interface ObjectStorage {
  readonly sql: {
    exec(text: string, ...args: unknown[]): { toArray(): SqlRow[] }
  }
  /** Runs all of it or nothing; it rolls back where `act` throws. */
  transactionSync<T>(act: () => T): T
}

/** The SQLite of a Durable Object as a driver. */
export function objectDriver(storage: ObjectStorage): SqlDriver {
  const { sql } = storage
  const rowsOf = ({ sql: text, args }: SqlStatement): SqlRow[] => sql.exec(text, ...args).toArray()
  const changesOf = (statement: SqlStatement): number => {
    rowsOf(statement)
    return Number(sql.exec('SELECT changes() AS changed').toArray()[0]?.changed)
  }
  return {
    batch: async statements => storage.transactionSync(() => statements.map(rowsOf)),
    change: async statements => storage.transactionSync(() => statements.map(changesOf)),
    bound: true,
    close: () => {},
  }
}
