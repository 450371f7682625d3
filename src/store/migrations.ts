/** Every file of `migrations/`, in order. They are named here because a Worker has no directory to list. */
export const migrations: readonly string[] = [
  '0001_tenants.sql',
  '0002_idempotency.sql',
  '0003_backends.sql',
  '0004_logs.sql',
  '0005_logs_apart.sql',
  '0006_call_logs.sql',
  '0007_quota_and_seals.sql',
  '0008_tokens.sql',
  '0009_webhooks.sql',
  '0010_sessions.sql',
  '0011_brand.sql',
  '0012_connect_sessions.sql',
  '0013_sign_ins.sql',
  '0014_runs.sql',
]

/** Those of them that the file of the log gets, where the log has a file of its own. */
export const logMigrations: readonly string[] = ['0006_call_logs.sql']

/** The table that `wrangler d1 migrations apply` writes the names of applied files to; Node uses the same. */
export const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`
