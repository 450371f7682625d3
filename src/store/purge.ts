import { readText, readTextOrNull } from './columns.ts'
import { COLUMNS, entryOf, idBound, insertEntry } from './log-entry.ts'
import { inSmallBatches, pause } from './small-batches.ts'
import { type SqlDriver, type Statement, sql } from './sql.ts'

/** Milliseconds in a day. */
const DAY = 86_400_000
/** Milliseconds for which log entries are kept. */
const LOGGED = 30 * DAY
/** Entries of the former table that are moved at a time: as many statements as one batch of D1 has here. */
const MOVED = 100

/** What is erased after its time: `?` is the moment `after` milliseconds ago. A table that a migration adds takes a row here. */
const expired: readonly { readonly table: string; readonly where: string; readonly after: number }[] = [
  { table: 'api_keys', where: 'revoked_at < ?', after: 30 * DAY },
  { table: 'sign_ins', where: 'expires_at < ?', after: 0 },
  { table: 'connect_sessions', where: 'expires_at < ?', after: 0 },
  { table: 'webhook_deliveries', where: 'expires_at < ?', after: 0 },
  { table: 'idempotent_parts', where: 'expires_at < ?', after: 0 },
  { table: 'idempotent_answers', where: 'expires_at < ?', after: 0 },
  { table: 'run_parts', where: 'expires_at < ?', after: 0 },
  { table: 'run_items', where: 'expires_at < ?', after: 0 },
  // A run is listed for as long as it is in the log.
  { table: 'runs', where: 'expires_at < ?', after: 25 * DAY },
  // What is being erased turns late rows away: no call takes as long as a day.
  { table: 'erasures', where: 'at < ? AND state = 2', after: DAY },
]
const someOf = (table: string, where: string, before: string, limit: number): Statement => {
  const key = table === 'erasures' ? 'owner' : 'rowid'
  return sql(`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ?)`, before, limit)
}

interface Options {
  readonly driver: SqlDriver
  /** The database of the log, where it has one of its own. */
  readonly logDriver: SqlDriver | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  readonly isOver: () => boolean
}

/**
 * Erases, in small batches, what is older than it may become; answers how many rows of each table. What is left when it
 * `isOver` is erased the next time.
 */
export async function purge({ driver, logDriver, now, isOver }: Options): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const emptied = (from: SqlDriver, table: string, statement: (limit: number) => Statement) =>
    inSmallBatches(from, isOver, async limit => {
      const [changed = 0] = await from.change([statement(limit)])
      counts[table] = (counts[table] ?? 0) + changed
      return changed
    })
  for (const from of logDriver ? [driver, logDriver] : [driver])
    for (const { table, where, after } of expired) {
      if (from === logDriver && table !== 'erasures') continue
      const before = new Date(now - after).toISOString()
      await emptied(from, table, limit => someOf(table, where, before, limit))
    }

  const logs = logDriver ?? driver
  const oldest = idBound(now - LOGGED)
  counts.logs = 0
  for (let environment = await nextEnvironment(logs, ''); environment !== null && !isOver(); ) {
    const id = environment
    await emptied(logs, 'logs', limit =>
      sql(
        `DELETE FROM logs WHERE (environment_id, id) IN
         (SELECT environment_id, id FROM logs WHERE environment_id = ? AND id < ? ORDER BY id LIMIT ?)`,
        id,
        oldest,
        limit,
      ),
    )
    environment = await nextEnvironment(logs, id)
  }
  await moveFormerLogs(driver, logs, isOver)
  return counts
}

/** The next environment that has log entries, without reading those of one. */
async function nextEnvironment(logs: SqlDriver, after: string): Promise<string | null> {
  const [[row] = []] = await logs.batch([
    sql('SELECT min(environment_id) AS id FROM logs WHERE environment_id > ?', after),
  ])
  return row ? readTextOrNull(row, 'id') : null
}

/** Moves what an earlier version logged, the latest first. A row that was moved and not deleted yet is not stored twice. */
async function moveFormerLogs(driver: SqlDriver, logs: SqlDriver, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const began = performance.now()
    const [rows = []] = await driver.batch([
      sql(`SELECT ${COLUMNS.join(', ')} FROM former_logs ORDER BY id DESC LIMIT ?`, MOVED),
    ])
    if (rows.length === 0) return
    await logs.change(rows.map(row => insertEntry(entryOf(row))))
    await driver.change([
      sql(
        'DELETE FROM former_logs WHERE id IN (SELECT value FROM json_each(?))',
        JSON.stringify(rows.map(row => readText(row, 'id'))),
      ),
    ])
    await pause(performance.now() - began)
  }
}
