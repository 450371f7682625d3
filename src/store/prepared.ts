import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Prepared statements that are remembered. The code has fewer texts, but those of a list vary with its filters. */
const MOST = 200
/** Characters of the longest text that is remembered: a prepared statement takes many times the memory of its text. */
const LONGEST = 4_000

/** Prepares statements of a database, and remembers those that were used last. */
export function preparedOn(db: DatabaseSync): (text: string) => StatementSync {
  const prepared = new Map<string, StatementSync>()
  return text => {
    const known = prepared.get(text)
    if (known) {
      // A map is in the order of insertion: what is used goes to its end.
      prepared.delete(text)
      prepared.set(text, known)
      return known
    }
    const statement = db.prepare(text)
    if (text.length <= LONGEST) {
      const [oldest] = prepared.keys()
      if (prepared.size >= MOST && oldest !== undefined) prepared.delete(oldest)
      prepared.set(text, statement)
    }
    return statement
  }
}
