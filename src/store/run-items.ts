import type { Seal } from './aad.ts'
import { readNumber, readText } from './columns.ts'
import type { Quota } from './quota.ts'
import { keepParts, openParts } from './run-parts.ts'
import { type SqlDriver, type Statement, sql } from './sql.ts'
import type { Run } from './stored-run.ts'

/** How a record of a batch stands; one that was not begun is `queued`. */
export type ItemState = 'queued' | 'running' | 'succeeded' | 'failed' | 'interrupted'
/** What became of a record. */
export interface ItemEnd {
  /** Its place in the batch, from 0. */
  readonly item: number
  readonly state: Exclude<ItemState, 'queued' | 'running'>
  /** JSON: its result, or its problem. */
  readonly result?: unknown
}
/** A record as it is looked at. */
export interface SeenItem {
  readonly item: number
  readonly state: ItemState
  /** Undefined where it has not ended, or where that was erased. */
  readonly result?: unknown
}
/** Records of a batch, in order. */
export interface ItemPage {
  readonly items: SeenItem[]
  /** Where the next page begins; null after the last. */
  readonly next: number | null
}
/** How many records of a batch stand how. */
export type Progress = Readonly<Record<ItemState, number>>

/** The records of batches. */
export interface RunItems {
  /** Records that were not begun, in order. */
  waiting(run: Run): Promise<number[]>
  /** Notes that an attempt at these records begins. */
  begin(run: Run, items: readonly number[]): Promise<void>
  /** Notes what became of some. */
  end(run: Run, ends: readonly ItemEnd[]): Promise<void>
  /** Puts records back of which nothing was sent, or which may be sent again. */
  release(run: Run, items: readonly number[]): Promise<void>
  /** Records of which an attempt was begun and not ended. */
  inFlight(run: Run): Promise<number[]>
  progress(run: Run): Promise<Progress>
  /** Some records from a place on. Rejects with a `SealError`. */
  page(run: Run, from: number, limit: number): Promise<ItemPage>
}

/** Characters of sealed results on a page; one that is larger has a page to itself. */
const PAGE_SIZE = 8_000_000

interface Parts {
  readonly driver: SqlDriver
  readonly seal: Seal
  readonly quota: Pick<Quota, 'stored'>
}

/** Makes what knows the records of batches, over a driver. */
export function runItemsOn({ driver, seal, quota }: Parts): RunItems {
  const note = ({ id }: Run, items: readonly number[], state: string): Statement =>
    sql(
      `INSERT OR REPLACE INTO run_items (run, item, environment_id, connection, state, expires_at)
       SELECT runs.id, given.value, environment_id, connection, ?, expires_at FROM runs, json_each(?) given
       WHERE runs.id = ?`,
      state,
      JSON.stringify(items),
      id,
    )
  async function statesOf({ id }: Run): Promise<Map<number, ItemState>> {
    const [rows = []] = await driver.batch([sql('SELECT item, state FROM run_items WHERE run = ? ORDER BY item', id)])
    // Only this module writes the column.
    return new Map(rows.map(row => [readNumber(row, 'item'), readText(row, 'state') as ItemState]))
  }

  const kindsOf = (places: readonly number[]) => JSON.stringify(places.map(item => `item/${item}`))
  /** The places of a page, fewer where what is kept of them is large. */
  async function fitting({ id }: Run, from: number, until: number): Promise<number[]> {
    const places = Array.from({ length: Math.max(0, until - from) }, (_, i) => from + i)
    const [rows = []] = await driver.batch([
      sql(
        `SELECT kind, sum(length(text)) AS many FROM run_parts
         WHERE run = ? AND kind IN (SELECT value FROM json_each(?)) GROUP BY kind`,
        id,
        kindsOf(places),
      ),
    ])
    const sizes = new Map(rows.map(row => [readText(row, 'kind'), readNumber(row, 'many')]))
    let left = PAGE_SIZE
    return places.filter((item, i) => {
      left -= sizes.get(`item/${item}`) ?? 0
      return left >= 0 || i === 0
    })
  }

  return {
    async waiting(run) {
      const states = await statesOf(run)
      return Array.from({ length: run.items }, (_, item) => item).filter(item => !states.has(item))
    },
    async begin(run, items) {
      await driver.change([note(run, items, 'running')])
    },
    async end(run, ends) {
      const kept = await Promise.all(
        ends.map(({ item, result }) => (result === undefined ? [] : keepParts(seal, run, `item/${item}`, result))),
      )
      const states = [...new Set(ends.map(({ state }) => state))]
      await driver.change([
        ...kept.flat(),
        ...states.map(state =>
          note(
            run,
            ends.filter(end => end.state === state).map(({ item }) => item),
            state,
          ),
        ),
      ])
      quota.stored(
        run.environment,
        kept.flat().reduce((sum, { args }) => sum + String(args[2]).length, 0),
      )
    },
    async release({ id }, items) {
      await driver.change([
        sql(
          'DELETE FROM run_items WHERE run = ? AND item IN (SELECT value FROM json_each(?))',
          id,
          JSON.stringify(items),
        ),
      ])
    },
    async inFlight(run) {
      return [...(await statesOf(run))].filter(([, state]) => state === 'running').map(([item]) => item)
    },
    async progress(run) {
      const [rows = []] = await driver.batch([
        sql('SELECT state, count(*) AS many FROM run_items WHERE run = ? GROUP BY state', run.id),
      ])
      const counts = new Map(rows.map(row => [readText(row, 'state'), readNumber(row, 'many')]))
      const of = (state: ItemState) => counts.get(state) ?? 0
      const begun = [...counts.values()].reduce((sum, many) => sum + many, 0)
      return {
        queued: run.items - begun,
        running: of('running'),
        succeeded: of('succeeded'),
        failed: of('failed'),
        interrupted: of('interrupted'),
      }
    },
    async page(run, from, limit) {
      const places = await fitting(run, from, Math.min(from + limit, run.items))
      const until = from + places.length
      const [states = [], parts = []] = await driver.batch([
        sql('SELECT item, state FROM run_items WHERE run = ? AND item >= ? AND item < ?', run.id, from, until),
        sql(
          'SELECT kind, text FROM run_parts WHERE run = ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY kind, part',
          run.id,
          kindsOf(places),
        ),
      ])
      const stateOf = new Map(states.map(row => [readNumber(row, 'item'), readText(row, 'state') as ItemState]))
      const items = await Promise.all(
        places.map(async (item): Promise<SeenItem> => {
          const own = parts.filter(row => row.kind === `item/${item}`)
          const result = await openParts(seal, run, `item/${item}`, own)
          return { item, state: stateOf.get(item) ?? 'queued', ...(result !== undefined && { result }) }
        }),
      )
      return { items, next: until < run.items ? until : null }
    },
  }
}
