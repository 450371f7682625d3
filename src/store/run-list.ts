import type { Seal } from './aad.ts'
import { openParts, selectParts } from './run-parts.ts'
import { type SqlDriver, sql } from './sql.ts'
import { type Run, type RunKind, type RunState, runIn } from './stored-run.ts'

export interface RunFilter {
  /** Kinds that the caller may see; all where it is missing. */
  readonly kinds?: readonly RunKind[] | undefined
  readonly state?: RunState | undefined
  readonly name?: string | undefined
  readonly integration?: string | undefined
  readonly connection_id?: string | undefined
  /** The one connection whose runs are seen, by its uuid. */
  readonly connection?: string | undefined
  /** Only those accepted at that time or later, and before. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  /** `next_cursor` of the page before: the id of its last run. */
  readonly cursor?: string | undefined
  readonly limit: number
}
/** A page of runs, the latest first. */
export interface RunPage {
  readonly runs: Run[]
  readonly next_cursor: string | null
}
/** Whose runs are looked at: an environment's, and there of one connection where the caller may see no other. */
export interface RunOwner {
  readonly environment: string
  /** The connection's uuid. */
  readonly connection?: string | undefined
}

/** What callers see of runs. */
export interface RunList {
  find(owner: RunOwner, id: string): Promise<Run | undefined>
  /** What came of a run; undefined where it has not ended, or where that was erased. Rejects with a `SealError`. */
  result(run: Run): Promise<unknown>
  /** Cancels a run that is not under way, and has a batch that is end before its next record; answers the run as it stands then. */
  cancel(owner: RunOwner, id: string): Promise<Run | undefined>
  list(environment: string, filter: RunFilter): Promise<RunPage>
}

interface Parts {
  readonly driver: SqlDriver
  readonly seal: Seal
  /** In milliseconds since 1970. */
  readonly now: () => number
}

/** Makes the list over a driver. */
export function runListOn({ driver, seal, now }: Parts): RunList {
  const WHERE = 'WHERE id = ? AND environment_id = ? AND connection = coalesce(?, connection)'
  const args = ({ environment, connection }: RunOwner, id: string) => [id, environment, connection ?? null] as const

  return {
    async find(owner, id) {
      const [[row] = []] = await driver.batch([sql(`SELECT * FROM runs ${WHERE}`, ...args(owner, id))])
      return row && runIn(row)
    },
    async result(run) {
      const [rows = []] = await driver.batch([selectParts(run.id, 'result')])
      return openParts(seal, run, 'result', rows)
    },
    async cancel(owner, id) {
      const time = new Date(now()).toISOString()
      const [, , , [row] = []] = await driver.batch([
        sql(
          `DELETE FROM run_parts WHERE kind = 'input' AND run IN (SELECT id FROM runs ${WHERE} AND state = 'queued')`,
          ...args(owner, id),
        ),
        sql(
          `UPDATE runs SET state = 'cancelled', ended_at = ?, next_at = NULL, told = 0 ${WHERE} AND state = 'queued'`,
          time,
          ...args(owner, id),
        ),
        sql(`UPDATE runs SET stopping = 1 ${WHERE} AND state = 'running' AND kind = 'batch'`, ...args(owner, id)),
        sql(`SELECT * FROM runs ${WHERE}`, ...args(owner, id)),
      ])
      return row && runIn(row)
    },
    async list(environment, { kinds, cursor, limit, since, until, ...equal }) {
      const conditions = Object.entries(equal).flatMap(([column, value]) =>
        value === undefined ? [] : [{ text: `${column} = ?`, value }],
      )
      if (kinds !== undefined)
        conditions.push({ text: 'kind IN (SELECT value FROM json_each(?))', value: JSON.stringify(kinds) })
      if (since !== undefined) conditions.push({ text: 'created_at >= ?', value: since })
      if (until !== undefined) conditions.push({ text: 'created_at < ?', value: until })
      if (cursor !== undefined)
        conditions.push({
          text: `seq < coalesce((SELECT seq FROM runs WHERE id = ? AND environment_id = runs.environment_id), 0)`,
          value: cursor,
        })
      const where = ['environment_id = ?', ...conditions.map(({ text }) => text)].join(' AND ')
      const [rows = []] = await driver.batch([
        sql(
          `SELECT * FROM runs WHERE ${where} ORDER BY seq DESC LIMIT ?`,
          environment,
          ...conditions.map(({ value }) => value),
          limit + 1,
        ),
      ])
      const runs = rows.slice(0, limit).map(runIn)
      return { runs, next_cursor: rows.length > limit ? (runs.at(-1)?.id ?? null) : null }
    },
  }
}
