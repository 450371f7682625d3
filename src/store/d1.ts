import { onlyReads, type Row, type SqlDriver, type Statement, type Value } from './sql.ts'
import { ofD1 } from './storage-error.ts'

interface Prepared {
  bind(...values: Value[]): Prepared
}
interface Answer {
  readonly results: Row[]
  readonly meta?: { readonly changes?: number }
}
interface Session {
  prepare(text: string): Prepared
  batch(statements: Prepared[]): Promise<Answer[]>
  getBookmark(): string | null
}
/** What is used of a D1 binding. */
export interface D1 {
  withSession(constraintOrBookmark?: string): Session
}

/**
 * D1 as a driver. Reads go to the nearest replica that knows what this isolate wrote, writes to the primary.
 *
 * @example
 * const driver = openD1(env.DB)
 */
export function openD1(db: D1): SqlDriver {
  // The bookmark of this isolate's last write: a replica that has not come as far would not know of that write.
  let written: string | undefined
  async function together(statements: readonly Statement[]): Promise<Answer[]> {
    if (statements.length === 0) return []
    const reads = onlyReads(statements)
    const session = db.withSession(reads ? (written ?? 'first-unconstrained') : 'first-primary')
    try {
      return await session.batch(statements.map(({ sql, args }) => session.prepare(sql).bind(...args)))
    } catch (error) {
      throw ofD1(error)
    } finally {
      const bookmark = session.getBookmark()
      // Bookmarks sort by time: of two writes at once the later one is remembered.
      if (!reads && bookmark && bookmark > (written ?? '')) written = bookmark
    }
  }
  return {
    batch: async statements => (await together(statements)).map(answer => answer.results),
    change: async statements => (await together(statements)).map(answer => answer.meta?.changes ?? 0),
    bound: true,
    close: () => {},
  }
}
