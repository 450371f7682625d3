import { aad, type Seal } from './aad.ts'
import { readText } from './columns.ts'
import { partsOf } from './idempotency.ts'
import { type Row, type Statement, sql } from './sql.ts'
import type { NewRun } from './stored-run.ts'

/** What is kept of a run: what it was given, what came of it, or what came of one record of a batch. */
export type PartKind = 'input' | 'result' | `item/${number}`
type Owner = Pick<NewRun, 'id' | 'environment' | 'connection'>

/** The statements that keep a value of a run, as JSON and sealed, if the run is there when they are carried out. */
export async function keepParts(seal: Seal, run: Owner, kind: PartKind, value: unknown): Promise<Statement[]> {
  const sealed = await seal.seal(JSON.stringify(value), aad.run(run.environment, run.id, kind))
  return partsOf(sealed).map((text, part) =>
    sql(
      `INSERT OR REPLACE INTO run_parts (run, kind, part, environment_id, connection, text, expires_at)
       SELECT id, ?, ?, environment_id, connection, ?, expires_at FROM runs WHERE id = ?`,
      kind,
      part,
      text,
      run.id,
    ),
  )
}
/** The statement that reads them. */
export const selectParts = (id: string, kind: PartKind): Statement =>
  sql('SELECT text FROM run_parts WHERE run = ? AND kind = ? ORDER BY part', id, kind)

/** The value that rows of `selectParts` hold; undefined where there are none. Rejects with a `SealError`. */
export async function openParts(seal: Seal, run: Owner, kind: PartKind, rows: readonly Row[]): Promise<unknown> {
  if (rows.length === 0) return undefined
  const sealed = rows.map(row => readText(row, 'text')).join('')
  return JSON.parse(await seal.open(sealed, aad.run(run.environment, run.id, kind)))
}
