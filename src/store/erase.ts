import { type Statement, sql } from './sql.ts'

type Owner = 'environment' | 'integration' | 'connection'

const ofConnection = {
  environment: 'environment_id = ?',
  integration: 'connection IN (SELECT uuid FROM connections WHERE integration_id = ?)',
  connection: 'connection = ?',
}

/**
 * What is erased with its owner; a table that refers to another stands before it. A table that a migration adds takes
 * a row here: a test looks into every table of the database for what was left.
 */
const belongings: readonly { readonly table: string; readonly where: Partial<Record<Owner, string>> }[] = [
  { table: 'logs', where: ofConnection },
  { table: 'idempotent_parts', where: ofConnection },
  { table: 'idempotent_answers', where: ofConnection },
  {
    table: 'connections',
    where: { environment: 'environment_id = ?', integration: 'integration_id = ?', connection: 'uuid = ?' },
  },
  { table: 'integrations', where: { environment: 'environment_id = ?', integration: 'id = ?' } },
  { table: 'environment_variables', where: { environment: 'environment_id = ?' } },
  { table: 'api_keys', where: { environment: 'environment_id = ?' } },
  { table: 'environments', where: { environment: 'id = ?' } },
]

/**
 * The statements, for one batch, that erase an owner and all that belongs to it; `id` is the uuid of a connection. The
 * last one answers a row where the owner was there.
 */
export const erase = (owner: Owner, id: string): Statement[] =>
  belongings.flatMap(({ table, where }) =>
    where[owner] === undefined ? [] : [sql(`DELETE FROM ${table} WHERE ${where[owner]} RETURNING 1`, id)],
  )
