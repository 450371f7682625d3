import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { LogEntry } from '../../src/store/index.ts'
import { logId } from '../../src/store/log-entry.ts'
import { type LogFilter, selectWindow } from '../../src/store/log-list.ts'
import { migrate } from '../../src/store/migrate.ts'
import { logMigrations } from '../../src/store/migrations.ts'
import { type SqlDriver, sql } from '../../src/store/sql.ts'
import { openSqliteThread } from '../../src/store/sqlite-thread.ts'
import { StorageError } from '../../src/store/storage-error.ts'
import { furnished, newPath, openOn } from './disk.ts'

const entry = (environment: string, more: Partial<LogEntry> = {}): LogEntry => {
  const now = Date.now()
  const made = {
    id: logId(now),
    environment,
    at: new Date(now).toISOString(),
    kind: 'call',
    request_id: 'r',
    ms: 1,
  } as const
  return { name: 'list-contacts', ...made, ...more }
}
async function open(options: Parameters<typeof furnished>[1] = {}) {
  const path = newPath()
  const logs = `${path}-logs`
  const all = await furnished(path, { logs, ...options })
  const lookup = await all.store.lookup(all.environment, 'c1', 'crm')
  if (!('found' in lookup)) throw new Error('missing')
  return { ...all, logs, uuid: lookup.found.uuid }
}
const rowsIn = (path: string): number =>
  Number(new DatabaseSync(path).prepare('SELECT count(*) AS n FROM logs').get()?.n)

describe('a list of the log', () => {
  /** Every set of filters. */
  const combinations = (): Omit<LogFilter, 'limit'>[] => {
    const each: Omit<LogFilter, 'limit'>[] = [
      { kind: 'call' },
      { name: 'n' },
      { integration: 'crm' },
      { connection_id: 'c1' },
      { parent: 'p' },
      { request_id: 'r' },
      { code: 'not-found' },
      { failed: true },
      { since: '2026-01-01T00:00:00.000Z' },
      { until: '2026-01-01T00:00:00.000Z' },
    ]
    let sets: Omit<LogFilter, 'limit'>[] = [{}]
    for (const one of each) sets = sets.concat(sets.map(set => ({ ...set, ...one })))
    return sets
  }

  it('looks its rows up in an index and sorts none, whatever the filters', () => {
    const path = newPath()
    migrate(path, logMigrations)
    const database = new DatabaseSync(path)
    const sets = combinations()
    expect(sets).toHaveLength(2 ** 10)
    for (const filter of sets) {
      const window = { before: '~', window: 100, most: 51 }
      for (const { sql, args } of selectWindow('e', { ...filter, limit: 50 }, window)) {
        const plan = database
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...args)
          .map(({ detail }) => String(detail))
        expect(plan.filter(step => /SCAN (logs|erasures)|TEMP B-TREE/.test(step))).toEqual([])
      }
    }
  })

  it('ends a page early where a filter matches none of very many, and can be walked to its end', async () => {
    const { store, environment, logs } = await open()
    const database = new DatabaseSync(logs)
    const at = new Date().toISOString()
    const insert = database.prepare(
      "INSERT INTO logs (id, environment_id, at, kind, request_id, name, ms) VALUES (?, ?, ?, 'call', 'r', ?, 1)",
    )
    database.exec('BEGIN')
    for (let n = 0; n < 120_000; n++) insert.run(logId(Date.now()), environment, at, n === 0 ? 'rare' : 'often')
    database.exec('COMMIT')
    const first = await store.logs.list(environment, { name: 'rare', limit: 10 })
    expect(first.entries).toEqual([])
    expect(first.before).not.toBeNull()
    const second = await store.logs.list(environment, { name: 'rare', limit: 10, before: first.before! })
    expect(second.entries.map(({ name }) => name)).toEqual(['rare'])
    expect(second.before).toBeNull()
    expect((await store.logs.list(environment, { limit: 10 })).entries).toHaveLength(10)
  })

  it('bounds a time by ids, and a request by when it began', async () => {
    const { store, environment } = await open()
    const began = Date.parse('2026-03-01T12:00:00.000Z')
    const at = (ms: number) => new Date(ms).toISOString()
    // The request began at noon and ended, which is when it gets its id, twenty seconds later.
    const slow = entry(environment, { id: '0mm7x0000000001', at: at(began), kind: 'request' })
    const id = (ms: number) => ms.toString(36).padStart(9, '0')
    const entries = [
      { ...slow, id: `${id(began + 20_000)}000001x` },
      entry(environment, { id: `${id(began + 10_000)}000002x`, at: at(began + 10_000) }),
      entry(environment, { id: `${id(began - 10_000)}000003x`, at: at(began - 10_000) }),
    ]
    store.logs.add(entries)
    await store.logs.flush()
    const between = async (since: number, until: number) =>
      (await store.logs.list(environment, { since: at(since), until: at(until), limit: 10 })).entries.map(e => e.at)
    expect(await between(began, began + 5_000)).toEqual([at(began)])
    expect(await between(began - 20_000, began)).toEqual([at(began - 10_000)])
    expect(await between(began - 20_000, began + 60_000)).toHaveLength(3)
  })
})

describe('entries that cannot be written', () => {
  it('wait for the storage, and are counted and said where they are lost', async () => {
    const lines: object[] = []
    let fails = true
    let time = 0
    const failing = (driver: SqlDriver): SqlDriver => ({
      ...driver,
      change: async statements => {
        if (fails && statements.some(({ sql }) => sql.includes('INTO logs'))) throw new StorageError('SQLITE_FULL')
        return driver.change(statements)
      },
    })
    const { store, environment } = await furnished(newPath(), {
      around: failing,
      now: () => (time += 60_000),
      log: line => lines.push(line),
    })
    const entries = Array.from({ length: 10_003 }, () => entry(environment))
    store.logs.add(entries.slice(0, 250))
    await store.logs.flush()
    expect(store.logs.lost()).toBe(0)
    expect(lines).toEqual([{ level: 'error', task: 'logs', storage: 'SQLITE_FULL', lost: 0, waiting: 250 }])
    store.logs.add(entries.slice(250))
    await store.logs.flush()
    expect(store.logs.lost()).toBe(3)
    expect(lines.at(-1)).toEqual({ level: 'error', task: 'logs', storage: 'SQLITE_FULL', lost: 3, waiting: 10_000 })
    fails = false
    await store.logs.flush()
    const { entries: kept } = await store.logs.list(environment, { limit: 100 })
    expect(kept[0]?.id).toBe(entries.at(-1)?.id)
    expect(store.logs.lost()).toBe(3)
  })

  it('are not stored twice where it is not known whether they were', async () => {
    const { store, environment, logs } = await open()
    const one = entry(environment)
    store.logs.add([one])
    await store.logs.flush()
    store.logs.add([one])
    await store.logs.flush()
    expect(rowsIn(logs)).toBe(1)
  })

  it('are turned away once their owner was erased', async () => {
    const { store, environment, uuid, logs } = await open()
    store.logs.add([entry(environment, { connection: uuid, connection_id: 'c1' }), entry(environment)])
    await store.connections.remove(environment, 'c1', 'crm')
    await store.logs.flush()
    expect(rowsIn(logs)).toBe(1)
    await store.environments.remove(environment)
    store.logs.add([entry(environment)])
    await store.logs.flush()
    expect(rowsIn(logs)).toBe(0)
  })
})

describe('a file of the log in a thread', () => {
  it('answers, fails and ends as one without', async () => {
    const path = newPath()
    migrate(path, logMigrations)
    const driver = openSqliteThread(path)
    const [inserted] = await driver.change([sql("INSERT INTO erasures VALUES ('a', 'connection', 'e', '2026', 2)")])
    expect(inserted).toBe(1)
    expect(await driver.batch([sql('SELECT owner FROM erasures WHERE owner = ?', 'a')])).toEqual([[{ owner: 'a' }]])
    await expect(driver.batch([sql('SELECT * FROM absent')])).rejects.toMatchObject({ code: 'NOT_MIGRATED' })
    await expect(driver.change([sql("INSERT INTO erasures VALUES ('a', '', '', '', 2)")])).rejects.toThrow('UNIQUE')
    await driver.close()
    await expect(driver.batch([sql('SELECT 1')])).rejects.toBeInstanceOf(StorageError)
  })
})

it('moves what an earlier version logged, and leaves what was erased since', async () => {
  const { store, path, logs, environment, uuid } = await open()
  const database = new DatabaseSync(path)
  const insert = database.prepare(
    `INSERT INTO former_logs (id, environment_id, at, kind, request_id, name, connection, connection_id, ms)
     VALUES (?, ?, ?, 'call', 'r', 'list-contacts', ?, ?, 1)`,
  )
  for (let n = 0; n < 250; n++) {
    const [connection, id] = n % 2 === 0 ? [uuid, 'c1'] : ['another', 'c2']
    insert.run(logId(Date.now()), environment, new Date().toISOString(), connection, id)
  }
  await store.connections.remove(environment, 'c1', 'crm')
  await store.purge()
  expect(database.prepare('SELECT count(*) AS n FROM former_logs').get()?.n).toBe(0)
  const { entries } = await store.logs.list(environment, { limit: 200 })
  expect(entries).toHaveLength(125)
  expect(new Set(entries.map(({ connection_id }) => connection_id))).toEqual(new Set(['c2']))
  const { store: again } = openOn(path, { logs })
  await again.purge()
  expect((await again.logs.list(environment, { limit: 200 })).entries).toHaveLength(125)
})
