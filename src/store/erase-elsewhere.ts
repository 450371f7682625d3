import type { Erased } from './belongings.ts'
import { readText } from './columns.ts'
import { type SqlDriver, sql } from './sql.ts'
import { queueOf } from './stored-run.ts'

/** Erases what the queues of an owner keep, where they are not in this database. It rejects where that failed. */
export type EraseQueues = (queues: readonly string[], erased: Erased) => Promise<void>

/** Queues that are erased at a time. */
const PAGE = 20
/** Rows of the list that belong to an owner: `?1` is its id. */
const LISTED = {
  environment: 'environment_id = ?1',
  integration: "connection >= ?1 AND connection < ?1 || '0'",
} as const

/** Makes what erases the queues of an owner: of a connection its own, of others those that are listed. */
export const eraserOfQueues =
  (driver: SqlDriver, eraseQueues: EraseQueues | undefined) =>
  async (erased: Erased): Promise<void> => {
    if (!eraseQueues) return
    const { owner, id, environment } = erased
    if (owner === 'connection') return eraseQueues([await queueOf(environment, id)], erased)
    for (let after = ''; ; ) {
      const [rows = []] = await driver.batch([
        sql(
          `SELECT DISTINCT queue FROM runs WHERE ${LISTED[owner]} AND queue > ?2 ORDER BY queue LIMIT ?3`,
          id,
          after,
          PAGE,
        ),
      ])
      const queues = rows.map(row => readText(row, 'queue'))
      if (queues.length > 0) await eraseQueues(queues, erased)
      if (queues.length < PAGE) return
      after = queues.at(-1) ?? ''
    }
  }
