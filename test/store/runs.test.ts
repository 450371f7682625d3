// What is listed of many runs, and of the records of a batch.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run, RunPage } from '../../src/store/index.ts'
import { newPath, openOn, runOf } from './disk.ts'

const ENVIRONMENT = 'an-environment'
let opened: ReturnType<typeof openOn>
beforeEach(() => {
  opened = openOn(newPath())
})
afterEach(() => opened.store.close())

describe('a list of runs', () => {
  /** Every page of a list, one after the other. */
  async function pages(filter: { name?: string; limit: number }): Promise<RunPage[]> {
    const all: RunPage[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await opened.store.runs.list(ENVIRONMENT, { ...filter, ...(cursor && { cursor }) })
      all.push(page)
      if (page.next_cursor === null) return all
      cursor = page.next_cursor
    }
  }
  async function addMany(many: number, rare: ReadonlySet<number>): Promise<string[]> {
    const rows = Array.from({ length: many }, (_, i) => ({
      id: runOf(ENVIRONMENT).id,
      e: i % 3 === 0 ? 'another' : ENVIRONMENT,
      n: rare.has(i) ? 'rare' : 'common',
    }))
    // One statement for all, as each by itself would take long.
    await opened.driver.change([
      {
        sql: `INSERT INTO runs (id, queue, environment_id, connection, connection_id, integration, provider, kind, name,
                state, created_at, request_id, expires_at)
              SELECT value ->> 'id', 'q', value ->> 'e', 'c', 'c1', 'crm', 'anything', 'action', value ->> 'n',
                'succeeded', '2026-01-01T00:00:00.000Z', 'r', '2026-01-06T00:00:00.000Z' FROM json_each(?)`,
        args: [JSON.stringify(rows)],
      },
    ])
    return rows.map(({ id }) => id)
  }

  it('finds what is rare among many, each once and in order, whatever the page', async () => {
    const rare = new Set([1, 2, 4, 5_000, 5_002, 8_999])
    const ids = await addMany(9_000, rare)
    const own = [...rare].filter(i => i % 3 !== 0).map(i => ids[i])
    for (const limit of [1, 2, 50]) {
      const found = (await pages({ name: 'rare', limit })).flatMap(({ runs }) => runs.map(({ id }: Run) => id))
      expect(found).toEqual(own.toReversed())
    }
    expect((await pages({ name: 'none', limit: 50 })).flatMap(({ runs }) => runs)).toEqual([])
    const all = (await pages({ limit: 100 })).flatMap(({ runs }) => runs)
    expect([all.length, new Set(all.map(({ id }) => id)).size]).toEqual([6_000, 6_000])
  })

  it('ends a page early rather than looking at everything', async () => {
    await addMany(90_000, new Set([1]))
    const first = await opened.store.runs.list(ENVIRONMENT, { name: 'rare', limit: 50 })
    expect([first.runs, first.next_cursor]).toEqual([[], expect.any(String)])
    const found = (await pages({ name: 'rare', limit: 50 })).flatMap(({ runs }) => runs)
    expect(found).toHaveLength(1)
  })

  it('takes a cursor of no run, or of another environment, for the end', async () => {
    const [foreign = ''] = await addMany(10, new Set())
    for (const cursor of [foreign, 'nothing'])
      expect(await opened.store.runs.list(ENVIRONMENT, { cursor, limit: 5 })).toEqual({ runs: [], next_cursor: null })
  })
})

it('a page of results is shorter where they are large, and loses none', async () => {
  const run = { ...runOf(ENVIRONMENT), items: 6 }
  await opened.store.runQueue.add(run, {})
  const found = (await opened.store.runs.find({ environment: ENVIRONMENT }, run.id)) as Run
  const large = 'x'.repeat(3_000_000)
  const items = [0, 1, 2, 3, 4]
  await opened.store.runItems.end(
    found,
    items.map(item => ({ item, state: 'succeeded' as const, result: { output: `${item}${large}` } })),
  )
  const seen = []
  const sizes = []
  for (let from: number | null = 0; from !== null; ) {
    const { items: page, next } = await opened.store.runItems.page(found, from, 100)
    seen.push(...page.map(({ item, state, result }) => [item, state, JSON.stringify(result)?.slice(0, 12)]))
    sizes.push(page.length)
    from = next
  }
  expect(seen).toEqual([...items.map(item => [item, 'succeeded', `{"output":"${item}`]), [5, 'queued', undefined]])
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2)
})
