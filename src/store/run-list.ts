import type { Seal } from './aad.ts'
import { readNumber, readText } from './columns.ts'
import { openParts, selectParts } from './run-parts.ts'
import { pause } from './small-batches.ts'
import { type SqlDriver, sql } from './sql.ts'
import { type Run, type RunKind, type RunState, runIn } from './stored-run.ts'

export interface RunFilter {
  /** Kinds that the caller may see; all where it is missing. */
  readonly kinds?: readonly RunKind[] | undefined
  readonly state?: RunState | undefined
  readonly name?: string | undefined
  readonly integration?: string | undefined
  readonly connection_id?: string | undefined
  /** Only those accepted at that time or later, and before. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  /** `next_cursor` of the page before: the id of the last run that was looked at. */
  readonly cursor?: string | undefined
  readonly limit: number
}
/** A page of runs, the latest first. It may be short, or empty, and not be the last. */
export interface RunPage {
  readonly runs: Run[]
  readonly next_cursor: string | null
}
/** Whose runs are looked at. */
export interface RunOwner {
  /** Id of the environment. */
  readonly environment: string
}

/** What callers see of runs. */
export interface RunList {
  find(owner: RunOwner, id: string): Promise<Run | undefined>
  /** What came of a run; undefined where it has not ended, or where that was erased. Rejects with a `SealError`. */
  result(run: Run): Promise<unknown>
  /** Cancels a run that is not under way, and has a batch end before its next record that is; answers the run as it stands then. */
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
  const WHERE = 'WHERE id = ? AND environment_id = ?'
  const args = ({ environment }: RunOwner, id: string) => [id, environment] as const

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
    list: (environment, filter) => listRuns(driver, environment, filter),
  }
}

/** Rows that are looked at in the first window beyond the page itself, and in the largest: a few milliseconds. */
const WINDOW = { first: 100, most: 2000 }
/** Rows that are looked at for one page. Where a filter matches none of them the page ends early. */
const EXAMINED = 50_000
/** After every number. */
const END = Number.MAX_SAFE_INTEGER

/** What is looked at in each row, and the arguments. */
function conditionsOf({ kinds, since, until, cursor: _, limit: __, ...equal }: RunFilter) {
  const conditions: { text: string; value: string }[] = Object.entries(equal).flatMap(([column, value]) =>
    value === undefined ? [] : [{ text: `${column} = ?`, value }],
  )
  if (kinds) conditions.push({ text: 'kind IN (SELECT value FROM json_each(?))', value: JSON.stringify(kinds) })
  if (since !== undefined) conditions.push({ text: 'created_at >= ?', value: since })
  if (until !== undefined) conditions.push({ text: 'created_at < ?', value: until })
  return {
    text: ['TRUE', ...conditions.map(({ text }) => text)].join(' AND '),
    args: conditions.map(({ value }) => value),
  }
}

/** Reads a page in windows, with other work of the process between them, so that a filter that matches nothing costs little. */
async function listRuns(driver: SqlDriver, environment: string, filter: RunFilter): Promise<RunPage> {
  const { cursor, limit } = filter
  const where = conditionsOf(filter)
  const runs: Run[] = []
  let before = END
  if (cursor !== undefined) {
    const [[row] = []] = await driver.batch([
      sql('SELECT seq FROM runs WHERE id = ? AND environment_id = ?', cursor, environment),
    ])
    before = row ? readNumber(row, 'seq') : 0
  }
  let window = WINDOW.first + limit
  for (let left = EXAMINED; ; window = Math.min(window * 4, WINDOW.most)) {
    const rows = (columns: string) =>
      `SELECT ${columns} FROM runs WHERE environment_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?`
    const [[last] = [], found = []] = await driver.batch([
      sql(
        `SELECT id, seq, (SELECT count(*) FROM (${rows('1')})) AS examined FROM (${rows('id, seq')}) ORDER BY seq LIMIT 1`,
        environment,
        before,
        window,
        environment,
        before,
        window,
      ),
      sql(
        `SELECT * FROM (${rows('*')}) WHERE ${where.text} ORDER BY seq DESC LIMIT ?`,
        environment,
        before,
        window,
        ...where.args,
        limit - runs.length + 1,
      ),
    ])
    runs.push(...found.map(runIn))
    if (runs.length > limit) return { runs: runs.slice(0, limit), next_cursor: runs[limit - 1]?.id ?? null }
    if (!last || readNumber(last, 'examined') < window) return { runs, next_cursor: null }
    before = readNumber(last, 'seq')
    left -= window
    if (left <= 0) return { runs, next_cursor: readText(last, 'id') }
    await pause()
  }
}
