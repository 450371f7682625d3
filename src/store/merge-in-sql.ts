import { type Statement, sql } from './sql.ts'

/** Members that one statement removes; its text is the same for every merge, as a driver remembers every text. */
const TOGETHER = 8
/** Members that are merged in SQL, at most: each eight of them read the whole metadata once. */
const MEMBERS = 32
/** A name that stands in a path of SQLite's as it stands in JSON, without an escape. */
const PLAIN = /^[^"\\\p{Cc}\p{Cs}]+$/u

type Paths = readonly string[]

/** The paths of members, eight a statement; undefined where SQL cannot name one of them, or they are many. */
export function removalsOf(names: readonly string[]): Paths[] | undefined {
  if (names.length > MEMBERS || !names.every(name => PLAIN.test(name))) return undefined
  const paths = names.map(name => `$."${name}"`)
  return Array.from({ length: Math.ceil(paths.length / TOGETHER) }, (_, index) => {
    const some = paths.slice(index * TOGETHER, (index + 1) * TOGETHER)
    // What is removed a second time changes nothing.
    return [...some, ...Array<string>(TOGETHER - some.length).fill(some[0]!)]
  })
}

interface Merge {
  /** Of the connections. */
  readonly ids: readonly number[]
  readonly removals: readonly Paths[]
  /** The JSON object that is merged into their metadata. */
  readonly text: string
  /** Bytes that the metadata of each may have before. */
  readonly room: number
  /** RFC 3339. */
  readonly time: string
}

/**
 * The statements, for one batch, that merge an object into the metadata of connections: of all, or of none where one of
 * them is gone or has grown too large. SQLite's `json_patch` would merge deeper, and take a null for a removal: so the
 * members are removed, and the object is written behind the others, each value to the letter as it was. The last
 * statement answers a row for each connection.
 */
export function mergeInSql({ ids, removals, text, room, time }: Merge): Statement[] {
  const all = JSON.stringify(ids)
  // The removals make rows smaller, so that this stays true from the first statement to the last.
  const where = `WHERE id IN (SELECT value FROM json_each(?)) AND (SELECT count(*) FROM connections
    WHERE id IN (SELECT value FROM json_each(?)) AND coalesce(octet_length(metadata), 0) <= ?) = ?`
  const condition = [all, all, room, ids.length]
  return [
    ...removals.map(paths =>
      sql(
        `UPDATE connections SET metadata = json_remove(metadata, ${paths.map(() => '?').join(', ')}) ${where}`,
        ...paths,
        ...condition,
      ),
    ),
    sql(
      `UPDATE connections SET updated_at = ?, revision = revision + 1, metadata = CASE
         WHEN metadata IS NULL OR metadata = '{}' THEN ?
         WHEN ? = '{}' THEN metadata
         ELSE substr(metadata, 1, length(metadata) - 1) || ',' || substr(?, 2) END ${where} RETURNING 1`,
      time,
      text,
      text,
      text,
      ...condition,
    ),
  ]
}
