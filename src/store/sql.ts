import type { SqlStatement, SqlValue } from '../services.ts'

export type { SqlDriver, SqlRow as Row, SqlStatement as Statement, SqlValue as Value } from '../services.ts'

/** `sql('SELECT * FROM keys WHERE id = ?', id)`: a statement with its arguments. */
export const sql = (text: string, ...args: SqlValue[]): SqlStatement => ({ sql: text, args })

/** Whether a batch changes nothing. */
export const onlyReads = (statements: readonly SqlStatement[]): boolean =>
  statements.every(statement => /^\s*SELECT\b/i.test(statement.sql))

/** `assign({ name: 'x', note: undefined })`: what stands behind `SET`, without what is undefined. Names are the code's own. */
export function assign(columns: Readonly<Record<string, SqlValue | undefined>>): { text: string; args: SqlValue[] } {
  const given = Object.entries(columns).filter((entry): entry is [string, SqlValue] => entry[1] !== undefined)
  return { text: given.map(([name]) => `${name} = ?`).join(', '), args: given.map(([, value]) => value) }
}
