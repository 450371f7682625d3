import { type Row, type Statement, sql } from './sql.ts'

/** Every file of `migrations/`, in order. They are named here because a Worker has no directory to list. */
export const migrations: readonly string[] = [
  '0001_tenants.sql',
  '0002_idempotency.sql',
  '0003_backends.sql',
  '0004_logs.sql',
]

/** The table that `wrangler d1 migrations apply` writes the names of applied files to; Node uses the same. */
export const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

/** Whether every migration of this build was applied; false also where the table is not there or cannot be read. */
export async function migrated(batch: (statements: Statement[]) => Promise<Row[][]>): Promise<boolean> {
  try {
    const [rows] = await batch([sql('SELECT name FROM d1_migrations')])
    const applied = new Set(rows?.map(row => row.name))
    return migrations.every(name => applied.has(name))
  } catch {
    return false
  }
}
