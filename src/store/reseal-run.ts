import { aad, type Seal } from './aad.ts'
import { readNumber, readText } from './columns.ts'
import { partsOf } from './idempotency.ts'
import { type Row, type SqlDriver, type Statement, sql, type Value } from './sql.ts'

const WHERE = 'run = ? AND kind = ?'

/** Selects the first parts of what is kept of runs, behind a run and kind. */
export const selectRunParts = (after: readonly Value[], limit: number): Statement =>
  sql(
    `SELECT run, kind, environment_id, connection, substr(text, 1, 100) AS head FROM run_parts
     WHERE part = 0 AND (run, kind) > (?, ?) ORDER BY run, kind LIMIT ?`,
    ...after,
    limit,
  )

/**
 * The statements that write what a run was given, or what came of it, sealed anew; they do nothing where it was erased or
 * replaced in the meantime. `row` is one of `selectRunParts`.
 */
export async function resealRunParts(driver: SqlDriver, seal: Seal, row: Row): Promise<Statement[] | 'kept'> {
  if (seal.isCurrent(readText(row, 'head'))) return 'kept'
  const [run, kind, environment] = [readText(row, 'run'), readText(row, 'kind'), readText(row, 'environment_id')]
  const [rows = []] = await driver.batch([
    sql(`SELECT part, text FROM run_parts WHERE ${WHERE} ORDER BY part`, run, kind),
  ])
  const [first] = rows
  if (!first) return 'kept'
  const place = aad.run(environment, run, kind)
  const plain = await seal.open(rows.map(each => readText(each, 'text')).join(''), place)
  const parts = partsOf(await seal.seal(plain, place))
  // The first part goes last, since by it the others see whether it is still what was read.
  const same = [run, kind, readText(first, 'text')]
  const superfluous = rows.map(each => readNumber(each, 'part')).filter(part => part >= parts.length)
  const writes = parts
    .map((text, part) =>
      sql(
        `INSERT INTO run_parts (run, kind, part, environment_id, connection, text, expires_at)
         SELECT run, kind, ?, environment_id, connection, ?, expires_at FROM run_parts
         WHERE ${WHERE} AND part = 0 AND text = ?
         ON CONFLICT (run, kind, part) DO UPDATE SET text = excluded.text RETURNING 1`,
        part,
        text,
        ...same,
      ),
    )
    .reverse()
  return [
    ...superfluous.map(part =>
      sql(
        `DELETE FROM run_parts WHERE ${WHERE} AND part = ?
         AND EXISTS (SELECT 1 FROM run_parts WHERE ${WHERE} AND part = 0 AND text = ?)`,
        run,
        kind,
        part,
        ...same,
      ),
    ),
    ...writes,
  ]
}
