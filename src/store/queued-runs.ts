import type { Seal } from './aad.ts'
import { readNumber, readText } from './columns.ts'
import type { Quota } from './quota.ts'
import { keepParts, openParts, selectParts } from './run-parts.ts'
import { type Row, type SqlDriver, type Statement, sql } from './sql.ts'
import { type EndState, type NewRun, queueIn, type Run, runIn } from './stored-run.ts'

/** What a run ends with. */
export interface RunEnd {
  readonly state: EndState
  /** The code of its problem. */
  readonly code?: string | undefined
  /** What `GET /action/{id}` answers; JSON. */
  readonly result?: unknown
}
/** How a run goes back to its queue. */
export interface Requeued {
  /** When it may begin, in milliseconds since 1970. */
  readonly at: number
  /** The problem of the attempt. */
  readonly code?: string | undefined
  /** Whether the attempt was a failure that a retry is used for. */
  readonly usesRetry: boolean
}

/** A queue that has something to do. */
export interface OpenQueue {
  readonly queue: string
  readonly environment: string
}

/** The queues: what their one worker does with runs. */
export interface RunQueue {
  /** Accepts a run with its input; false where its connection is being erased. */
  add(run: NewRun, input: unknown): Promise<boolean>
  /** The first run of a queue that has not ended. */
  head(queue: string): Promise<Run | undefined>
  /** What a run was given. Rejects with a `SealError`. */
  input(run: Run): Promise<unknown>
  /** Notes that an attempt begins; false where the run was cancelled or erased meanwhile. */
  begin(run: Run): Promise<boolean>
  /** Whether a batch that is under way is to end before its next record. */
  isStopping(run: Run): Promise<boolean>
  /** Puts a run back after an attempt. */
  requeue(run: Run, how: Requeued): Promise<void>
  /** Ends a run and erases its input. */
  end(run: Run, end: RunEnd): Promise<void>
  /** Puts a run back that was met in flight. */
  resume(run: Run): Promise<void>
  /** Queues with runs that have not ended, in order of their names. */
  queues(after: string, limit: number): Promise<OpenQueue[]>
  /** The last number that a run was accepted with. */
  lastSeq(): Promise<number>
  /** Queues of the runs that were accepted after a number. */
  queuesSince(seq: number): Promise<OpenQueue[]>
  /** Runs whose state is still to be told, some of them. */
  untold(limit: number): Promise<Run[]>
  /** Notes that the states of these runs were told; one that has another state by now is told again. */
  told(runs: readonly Pick<Run, 'id' | 'state'>[]): Promise<void>
}

/** Milliseconds for which inputs and results are kept. */
const KEPT = 5 * 86_400_000

const openQueueIn = (row: Row): OpenQueue => ({
  queue: readText(row, 'queue'),
  environment: readText(row, 'environment_id'),
})

interface Parts {
  readonly driver: SqlDriver
  readonly seal: Seal
  readonly quota: Pick<Quota, 'stored'>
  /** Whether a run is listed somewhere else, too, so that it is to be told that there is one. */
  readonly listed?: boolean | undefined
  /** In milliseconds since 1970. */
  readonly now: () => number
}

/** Makes the queues over a driver. */
export function runQueueOn({ driver, seal, quota, now, listed = false }: Parts): RunQueue {
  const at = (offset = 0) => new Date(now() + offset).toISOString()
  const dropInput = (id: string): Statement => sql(`DELETE FROM run_parts WHERE run = ? AND kind = 'input'`, id)
  const runsOf = async (statement: Statement): Promise<Run[]> => {
    const [rows = []] = await driver.batch([statement])
    return rows.map(runIn)
  }

  return {
    async add(run, input) {
      const parts = await keepParts(seal, run, 'input', input)
      const [changed] = await driver.change([
        sql(
          `INSERT INTO runs (id, queue, environment_id, connection, connection_id, integration, provider, kind, name,
             state, max_retries, repeatable, items, created_at, next_at, request_id, told, expires_at)
           SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?
           WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE owner IN (?, ?))`,
          run.id,
          queueIn(run.id) ?? '',
          run.environment,
          run.connection,
          run.connection_id,
          run.integration,
          run.provider,
          run.kind,
          run.name,
          run.max_retries,
          Number(run.repeatable),
          run.items,
          at(),
          at(),
          run.request_id,
          Number(!listed),
          at(KEPT),
          run.environment,
          run.connection,
        ),
        ...parts,
      ])
      quota.stored(
        run.environment,
        parts.reduce((sum, { args }) => sum + String(args[2]).length, 1024),
      )
      return changed === 1
    },
    async head(queue) {
      const [run] = await runsOf(
        sql('SELECT * FROM runs WHERE queue = ? AND next_at IS NOT NULL ORDER BY seq LIMIT 1', queue),
      )
      return run
    },
    async input(run) {
      const [rows = []] = await driver.batch([selectParts(run.id, 'input')])
      return openParts(seal, run, 'input', rows)
    },
    async begin({ id }) {
      const [changed] = await driver.change([
        sql(
          `UPDATE runs SET state = 'running', attempts = attempts + 1, started_at = ? WHERE id = ? AND state = 'queued'`,
          at(),
          id,
        ),
      ])
      return changed === 1
    },
    async isStopping({ id }) {
      const [rows = []] = await driver.batch([sql('SELECT 1 FROM runs WHERE id = ? AND stopping = 1', id)])
      return rows.length > 0
    },
    async requeue({ id }, { at: next, code, usesRetry }) {
      await driver.change([
        sql(
          `UPDATE runs SET state = 'queued', next_at = ?, code = ?, retries = retries + ? WHERE id = ? AND state = 'running'`,
          new Date(next).toISOString(),
          code ?? null,
          Number(usesRetry),
          id,
        ),
      ])
    },
    async end(run, { state, code, result }) {
      const parts = result === undefined ? [] : await keepParts(seal, run, 'result', result)
      await driver.change([
        dropInput(run.id),
        ...parts,
        sql(
          `UPDATE runs SET state = ?, code = ?, ended_at = ?, next_at = NULL, told = 0 WHERE id = ? AND next_at IS NOT NULL`,
          state,
          code ?? null,
          at(),
          run.id,
        ),
      ])
    },
    async resume({ id }) {
      await driver.change([
        sql(
          `UPDATE runs SET state = 'queued', interruptions = interruptions + 1 WHERE id = ? AND state = 'running'`,
          id,
        ),
      ])
    },
    async queues(after, limit) {
      // From queue to queue, without reading the runs of one.
      const [rows = []] = await driver.batch([
        sql(
          `WITH RECURSIVE found (open_queue) AS (
             SELECT min(queue) FROM runs WHERE next_at IS NOT NULL AND queue > ?
             UNION ALL
             SELECT (SELECT min(queue) FROM runs WHERE next_at IS NOT NULL AND queue > found.open_queue)
             FROM found WHERE found.open_queue IS NOT NULL
           )
           SELECT open_queue AS queue, (SELECT environment_id FROM runs
             WHERE runs.queue = open_queue AND next_at IS NOT NULL LIMIT 1) AS environment_id
           FROM found WHERE open_queue IS NOT NULL LIMIT ?`,
          after,
          limit,
        ),
      ])
      return rows.map(openQueueIn)
    },
    async lastSeq() {
      const [[row] = []] = await driver.batch([sql('SELECT coalesce(max(seq), 0) AS last FROM runs')])
      return row ? readNumber(row, 'last') : 0
    },
    async queuesSince(seq) {
      const [rows = []] = await driver.batch([
        sql('SELECT DISTINCT queue, environment_id FROM runs WHERE seq > ? AND next_at IS NOT NULL', seq),
      ])
      return rows.map(openQueueIn)
    },
    untold: limit => runsOf(sql('SELECT * FROM runs WHERE told = 0 ORDER BY seq LIMIT ?', limit)),
    async told(runs) {
      await driver.change([
        sql(
          `UPDATE runs SET told = 1
           WHERE told = 0 AND EXISTS (SELECT 1 FROM json_each(?) WHERE value = runs.id || '/' || runs.state)`,
          JSON.stringify(runs.map(({ id, state }) => `${id}/${state}`)),
        ),
      ])
    },
  }
}
