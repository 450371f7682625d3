import { type SqlDriver, sql } from './sql.ts'

/** Milliseconds in a day. */
const DAY = 86_400_000

/** What is erased after its time: `?` is the moment `after` milliseconds ago. A table that a migration adds takes a row here. */
const expired: readonly { readonly table: string; readonly where: string; readonly after: number }[] = [
  { table: 'api_keys', where: 'revoked_at < ?', after: 30 * DAY },
  { table: 'logs', where: 'at < ?', after: 30 * DAY },
  { table: 'idempotent_parts', where: 'expires_at < ?', after: 0 },
  { table: 'idempotent_answers', where: 'expires_at < ?', after: 0 },
]

/** Erases what is older than it may become; answers how many rows of each table. `now` is in milliseconds since 1970. */
export async function purge(driver: SqlDriver, now: number): Promise<Record<string, number>> {
  const answers = await driver.batch(
    expired.map(({ table, where, after }) =>
      sql(`DELETE FROM ${table} WHERE ${where} RETURNING 1`, new Date(now - after).toISOString()),
    ),
  )
  return Object.fromEntries(expired.map(({ table }, index) => [table, answers[index]?.length ?? 0]))
}
