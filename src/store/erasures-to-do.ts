import type { Erased, Owner } from './belongings.ts'
import { readText } from './columns.ts'
import { type Row, type SqlDriver, type Statement, sql, type Value } from './sql.ts'

/** How far an erasure has come: it is written down, the log shows nothing of it any more, nothing is left. */
export const [BEGUN, HIDDEN, ENDED] = [0, 1, 2] as const
type State = typeof BEGUN | typeof HIDDEN | typeof ENDED

/** Where the row of an owner is. */
export const HEAD: Readonly<Record<Owner, { table: string; key: string }>> = {
  environment: { table: 'environments', key: 'id' },
  integration: { table: 'integrations', key: 'id' },
  connection: { table: 'connections', key: 'uuid' },
}

/** Erasures that are read at a time. */
const PAGE = 100

const erasedOf = (row: Row): Erased => ({
  // Only `writeDown` writes this column.
  owner: readText(row, 'kind') as Owner,
  id: readText(row, 'owner'),
  environment: readText(row, 'environment_id'),
})

/**
 * The durable to-do of erasures, the table `erasures` beside the tenants. Where the log has a file of its own, that file
 * has a copy, so that it neither shows nor takes entries of what is being erased.
 */
export function erasuresToDo(driver: SqlDriver, logDriver: SqlDriver | undefined, now: () => number) {
  const at = () => new Date(now()).toISOString()
  const put = (state: State, ids: readonly string[]): Statement =>
    sql('UPDATE erasures SET state = ? WHERE owner IN (SELECT value FROM json_each(?))', state, JSON.stringify(ids))

  /** Calls `act` with all erasures of a state, page by page; ends when it answers false. */
  async function eachPage(state: State, act: (page: Erased[]) => Promise<boolean>): Promise<void> {
    for (let after = ''; ; ) {
      const [rows = []] = await driver.batch([
        sql(
          'SELECT owner, kind, environment_id FROM erasures WHERE state = ? AND owner > ? ORDER BY owner LIMIT ?',
          state,
          after,
          PAGE,
        ),
      ])
      const page = rows.map(erasedOf)
      const last = page.at(-1)
      if (!last || !(await act(page))) return
      after = last.id
    }
  }

  return {
    put,
    eachPage,
    /** Has all of them done once more. */
    beginAgain: sql('UPDATE erasures SET state = ?', BEGUN),
    /** Writes down what `rows`, a table and a condition, names. */
    writeDown: ({ owner, environment }: Omit<Erased, 'id'>, rows: string, ...args: Value[]): Statement =>
      sql(
        `INSERT OR IGNORE INTO erasures (owner, kind, environment_id, at)
         SELECT ${HEAD[owner].key}, '${owner}', ?, ? FROM ${rows}`,
        environment,
        at(),
        ...args,
      ),
    /** Has the log show no entry of what was written down, and take none any more; answers whether there was anything. */
    async hide(): Promise<boolean> {
      let any = false
      await eachPage(BEGUN, async page => {
        any = true
        const copy = sql(
          `INSERT OR REPLACE INTO erasures (owner, kind, environment_id, at, state)
           SELECT value ->> 'id', value ->> 'owner', value ->> 'environment', ?, ? FROM json_each(?)`,
          at(),
          ENDED,
          JSON.stringify(page),
        )
        await logDriver?.change([copy])
        const ids = page.map(({ id }) => id)
        await driver.change([put(HIDDEN, ids)])
        return true
      })
      return any
    },
  }
}
