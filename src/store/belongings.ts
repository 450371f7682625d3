import { type Statement, sql } from './sql.ts'

export type Owner = 'environment' | 'integration' | 'connection'

/** What is erased: `id` is the uuid of a connection, or the id of an integration or environment. */
export interface Erased {
  readonly owner: Owner
  readonly id: string
  readonly environment: string
}

interface Belonging {
  readonly table: string
  /** What tells its rows apart: one column, or several. */
  readonly key: string
  /** Which rows belong to an owner: `?1` is its id, `?2` its environment. */
  readonly where: Partial<Record<Owner, string>>
}

// A connection at a backend has no row of its own. What belongs to it begins with the integration's id and `/`; the
// character after `/` is `0`.
const below = "connection >= ?1 AND connection < ?1 || '0'"
const ofEnvironment = { environment: 'environment_id = ?1' }
const runs = { integration: below, connection: 'connection = ?1' }
const answers = { integration: `environment_id = ?2 AND ${below}`, connection: `environment_id = ?2 AND ${below}` }

/**
 * What is erased before the caller is told so: all by which anything else could be reached. A table that refers to
 * another stands before it. A table that a migration adds takes a row here or below: a test looks into every table of
 * the databases for what was left.
 */
export const reachable: readonly Belonging[] = [
  { table: 'api_keys', key: 'id', where: ofEnvironment },
  { table: 'sign_ins', key: 'id', where: ofEnvironment },
  { table: 'connect_sessions', key: 'id', where: ofEnvironment },
  { table: 'connections', key: 'id', where: ofEnvironment },
  { table: 'integrations', key: 'id', where: ofEnvironment },
  { table: 'environment_variables', key: 'rowid', where: ofEnvironment },
  { table: 'refresh_claims', key: 'connection', where: ofEnvironment },
  { table: 'webhook_deliveries', key: 'id', where: ofEnvironment },
  { table: 'run_parts', key: 'rowid', where: ofEnvironment },
  { table: 'run_items', key: 'rowid', where: ofEnvironment },
  { table: 'runs', key: 'seq', where: ofEnvironment },
  { table: 'idempotent_parts', key: 'rowid', where: ofEnvironment },
  { table: 'idempotent_answers', key: 'rowid', where: ofEnvironment },
  // Rows of an erased connection are turned away when they are moved.
  { table: 'former_logs', key: 'id', where: ofEnvironment },
]

/** What nobody can reach any more once its owner is gone, erased a little later. */
export const unreachable: readonly Belonging[] = [
  { table: 'refresh_claims', key: 'connection', where: { connection: 'connection = ?1' } },
  { table: 'connect_sessions', key: 'id', where: { connection: 'connection = ?1' } },
  { table: 'webhook_deliveries', key: 'id', where: { connection: 'connection = ?1' } },
  { table: 'run_parts', key: 'rowid', where: runs },
  { table: 'run_items', key: 'rowid', where: runs },
  { table: 'runs', key: 'seq', where: runs },
  { table: 'idempotent_parts', key: 'rowid', where: answers },
  { table: 'idempotent_answers', key: 'rowid', where: answers },
]

/** The same in the database of the log, where a row of an erased owner is not shown. */
export const logged: readonly Belonging[] = [
  {
    table: 'logs',
    key: 'environment_id, id',
    where: { environment: 'environment_id = ?1', integration: below, connection: below },
  },
]

/** Deletes some of the rows that belong to an owner; none of a table that has nothing of such an owner. */
export const deleteSome = (
  { table, key, where }: Belonging,
  { owner, id, environment }: Erased,
  limit: number,
): Statement =>
  sql(
    `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${where[owner] ?? 'FALSE'} LIMIT ?3)`,
    id,
    environment,
    limit,
  )
