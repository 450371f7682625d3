import { aad, type Seal } from './aad.ts'
import { readNumber, readText } from './columns.ts'
import { partsOf } from './idempotency.ts'
import { type SqlDriver, type Statement, sql } from './sql.ts'

/** The place of an idempotent answer. */
export interface AnswerKey {
  readonly environment: string
  readonly connection: string
  readonly hash: string
}

const WHERE = 'environment_id = ? AND connection = ? AND key_hash = ?'

/** The statements that write an answer sealed anew; they do nothing where it was erased in the meantime. */
export async function resealAnswer(
  driver: SqlDriver,
  seal: Seal,
  { environment, connection, hash }: AnswerKey,
): Promise<Statement[] | 'kept'> {
  const ids = [environment, connection, hash] as const
  const [rows = []] = await driver.batch([
    sql(`SELECT part, text FROM idempotent_parts WHERE ${WHERE} ORDER BY part`, ...ids),
  ])
  const [first] = rows
  if (!first) return 'kept'
  const place = aad.answer(environment, connection, hash)
  const plain = await seal.open(rows.map(row => readText(row, 'text')).join(''), place)
  const parts = partsOf(await seal.seal(plain, place))
  // The first part goes last, since by it the others see whether the answer is still the one that was read.
  const isSame = `EXISTS (SELECT 1 FROM idempotent_parts WHERE ${WHERE} AND part = 0 AND text = ?)`
  const same = [...ids, readText(first, 'text')]
  const superfluous = rows.map(row => readNumber(row, 'part')).filter(part => part >= parts.length)
  const writes = parts
    .map((text, part) =>
      sql(
        `INSERT INTO idempotent_parts (environment_id, connection, key_hash, part, text, expires_at)
         SELECT environment_id, connection, key_hash, ?, ?, expires_at FROM idempotent_parts
         WHERE ${WHERE} AND part = 0 AND text = ?
         ON CONFLICT (environment_id, connection, key_hash, part) DO UPDATE SET text = excluded.text RETURNING 1`,
        part,
        text,
        ...same,
      ),
    )
    .reverse()
  return [
    ...superfluous.map(part =>
      sql(`DELETE FROM idempotent_parts WHERE ${WHERE} AND part = ? AND ${isSame}`, ...ids, part, ...same),
    ),
    ...writes,
  ]
}
