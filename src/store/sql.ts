import type { SqlStatement, SqlValue } from '../services.ts'

export type { SqlDriver, SqlRow as Row, SqlStatement as Statement, SqlValue as Value } from '../services.ts'

/** A statement with its arguments: `sql('SELECT * FROM api_keys WHERE id = ?', id)`. */
export const sql = (text: string, ...args: SqlValue[]): SqlStatement => ({ sql: text, args })

/** Whether a batch consists of `SELECT`s alone, and so changes nothing. */
export const onlyReads = (statements: readonly SqlStatement[]): boolean =>
  statements.every(statement => /^\s*SELECT\b/i.test(statement.sql))

/**
 * What stands behind `SET`, without columns that are undefined: `assign({ name: 'x', note: undefined })` is `name = ?`.
 * Names of columns go into the text as they are, so they must never come from a caller.
 */
export function assign(columns: Readonly<Record<string, SqlValue | undefined>>): { text: string; args: SqlValue[] } {
  const given = Object.entries(columns).filter((entry): entry is [string, SqlValue] => entry[1] !== undefined)
  return { text: given.map(([name]) => `${name} = ?`).join(', '), args: given.map(([, value]) => value) }
}
