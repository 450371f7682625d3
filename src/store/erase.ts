import { type Statement, sql } from './sql.ts'

type Owner = 'environment' | 'integration' | 'connection'

const ofConnection = {
  environment: 'environment_id = ?',
  integration: 'connection IN (SELECT uuid FROM connections WHERE integration_id = ?)',
  connection: 'connection = ?',
}

/**
 * What goes with its owner, what depends on others first. A table that a later migration adds takes a row here; a test
 * asks every table of the database whether something was left.
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

/** The statements of one batch that erase an owner (its id; a connection by its uuid) and all that belongs to it. The owner is last and answers a row. */
export const erase = (owner: Owner, id: string): Statement[] =>
  belongings.flatMap(({ table, where }) =>
    where[owner] === undefined ? [] : [sql(`DELETE FROM ${table} WHERE ${where[owner]} RETURNING 1`, id)],
  )
