/** What SQLite and D1 both store. */
export type Value = string | number | null | Uint8Array
export interface Statement {
  readonly sql: string
  readonly args: readonly Value[]
}
export type Row = Record<string, Value>

/**
 * Where rows are kept: SQLite in one process, or D1. The SQL is the same on both, so this is all that differs.
 * D1 knows no `BEGIN`: what must happen together is one batch.
 */
export interface Shelf {
  /**
   * Carries out all statements or none, in order; answers the rows of each. A batch of nothing but `SELECT`s may be
   * answered by a replica, which knows at least what this process wrote.
   */
  batch(statements: readonly Statement[]): Promise<Row[][]>
  /**
   * A number that changes when anybody else wrote, read without I/O. Without it (D1), what another isolate wrote is
   * seen when a warm entry grows old.
   */
  version?(): number
  /**
   * What is read belongs to the request that began it, as at the edge: when that one is cut off, whoever else awaits
   * the same promise waits for ever.
   */
  readonly bound?: true
  /** Whether every migration of this build has been applied. */
  ready(): Promise<boolean>
  close(): void
}

/** `sql('SELECT * FROM keys WHERE id = ?', id)`: a statement with its arguments. */
export const sql = (text: string, ...args: Value[]): Statement => ({ sql: text, args })

/** Whether a batch changes nothing. */
export const onlyReads = (statements: readonly Statement[]): boolean =>
  statements.every(statement => /^\s*SELECT\b/i.test(statement.sql))

/** `assign({ name: 'x', note: undefined })`: what stands behind `SET`, without what is undefined. Names are the code's own. */
export function assign(columns: Readonly<Record<string, Value | undefined>>): { text: string; args: Value[] } {
  const given = Object.entries(columns).filter((entry): entry is [string, Value] => entry[1] !== undefined)
  return { text: given.map(([name]) => `${name} = ?`).join(', '), args: given.map(([, value]) => value) }
}
