import type { ObjectStorage } from './object-driver.ts'

// The columns are those of `migrations/`; of the indexes only those that a queue itself reads, as each is billed.
/** Each step once, in order; a step that was deployed is never changed. */
const STEPS = [
  `CREATE TABLE runs (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL, environment_id TEXT NOT NULL,
     connection TEXT NOT NULL, connection_id TEXT NOT NULL, integration TEXT NOT NULL, provider TEXT NOT NULL,
     kind TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
     max_retries INTEGER NOT NULL DEFAULT 0, retries INTEGER NOT NULL DEFAULT 0,
     interruptions INTEGER NOT NULL DEFAULT 0, repeatable INTEGER NOT NULL DEFAULT 0,
     stopping INTEGER NOT NULL DEFAULT 0, items INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL,
     next_at TEXT, started_at TEXT, ended_at TEXT, code TEXT, request_id TEXT NOT NULL,
     told INTEGER NOT NULL DEFAULT 1, expires_at TEXT NOT NULL);
   CREATE INDEX runs_open ON runs (queue, seq) WHERE next_at IS NOT NULL;
   CREATE INDEX runs_untold ON runs (seq) WHERE told = 0;
   CREATE TABLE run_parts (
     run TEXT NOT NULL, kind TEXT NOT NULL, part INTEGER NOT NULL, environment_id TEXT NOT NULL,
     connection TEXT NOT NULL, text TEXT NOT NULL, expires_at TEXT NOT NULL,
     PRIMARY KEY (run, kind, part)) WITHOUT ROWID;
   CREATE TABLE run_items (
     run TEXT NOT NULL, item INTEGER NOT NULL, environment_id TEXT NOT NULL, connection TEXT NOT NULL,
     state TEXT NOT NULL, expires_at TEXT NOT NULL, PRIMARY KEY (run, item)) WITHOUT ROWID;
   CREATE TABLE erasures (owner TEXT PRIMARY KEY) WITHOUT ROWID;`,
] as const

/** Whether an object has any tables; one that does not was never given a run, or has forgotten all of them. */
export const isPrepared = ({ sql }: ObjectStorage): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'steps'").toArray().length > 0

/** Brings the tables of an object up to those of this build. */
export function prepareQueue(storage: ObjectStorage): void {
  const { sql } = storage
  storage.transactionSync(() => {
    sql.exec('CREATE TABLE IF NOT EXISTS steps (step INTEGER PRIMARY KEY)')
    const done = Number(sql.exec('SELECT count(*) AS done FROM steps').toArray()[0]?.done)
    STEPS.slice(done).forEach((step, i) => {
      sql.exec(step)
      sql.exec('INSERT INTO steps (step) VALUES (?)', done + i)
    })
  })
}
