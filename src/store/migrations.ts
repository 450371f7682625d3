import { type Row, type Statement, sql } from './sql.ts'

/** Every file of `migrations/`, in order: what this build needs. The edge cannot list a directory. */
export const migrations: readonly string[] = [
  '0001_tenants.sql',
  '0002_idempotency.sql',
  '0003_backends.sql',
  '0004_logs.sql',
]

/** The table in which `wrangler d1 migrations apply` writes down what it applied; Node uses the same. */
export const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

/** Whether a driver has every migration of this build; a database without the table has none. */
export async function migrated(batch: (statements: Statement[]) => Promise<Row[][]>): Promise<boolean> {
  try {
    const [rows] = await batch([sql('SELECT name FROM d1_migrations')])
    const applied = new Set(rows?.map(row => row.name))
    return migrations.every(name => applied.has(name))
  } catch {
    return false
  }
}
