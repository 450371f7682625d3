import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sql } from '../../src/store/sql.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { connectionOf, furnished, newPath } from './disk.ts'

/** Another connection, as another process has one, that holds the lock of all writers until it is told to let go. */
function lock(path: string) {
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  return {
    release() {
      other.exec('COMMIT')
      other.close()
    },
  }
}
async function table() {
  const path = newPath()
  const driver = openSqlite(path)
  await driver.batch([sql('CREATE TABLE t (n INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT)')])
  const put = (v: string) => driver.change([sql('INSERT INTO t (v) VALUES (?)', v)])
  const all = async () => (await driver.batch([sql('SELECT v FROM t ORDER BY n')]))[0]?.map(({ v }) => v)
  return { path, driver, put, all }
}

describe('while another process writes', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('this one goes on, reads, and loses no write', async () => {
    const { path, put, all } = await table()
    const held = lock(path)
    const ended: string[] = []
    const writes = ['a', 'b', 'c'].map(v => put(v).then(() => ended.push(v)))
    for (let turns = 0; turns < 5; turns++) {
      await turn()
      expect(await all()).toEqual([])
    }
    expect(ended).toEqual([])
    held.release()
    await Promise.all(writes)
    expect(await all()).toEqual(['a', 'b', 'c'])
    expect(ended).toEqual(['a', 'b', 'c'])
  })

  it('a write that comes later does not overtake one that waits', async () => {
    const { path, put, all } = await table()
    const held = lock(path)
    const first = put('first')
    await turn()
    held.release()
    await Promise.all([put('second'), first])
    expect(await all()).toEqual(['first', 'second'])
  })

  it('a batch is carried out whole, once', async () => {
    const { path, driver, all } = await table()
    const held = lock(path)
    const batch = driver.batch([
      sql('INSERT INTO t (v) VALUES (?) RETURNING v', 'a'),
      sql('SELECT count(*) AS n FROM t'),
      sql('INSERT INTO t (v) VALUES (?)', 'b'),
    ])
    await turn()
    held.release()
    expect((await batch).map(rows => rows.map(row => ({ ...row })))).toEqual([[{ v: 'a' }], [{ n: 1 }], []])
    expect(await all()).toEqual(['a', 'b'])
  })

  it('a fault of one write does not hold up those behind it', async () => {
    const { path, driver, put, all } = await table()
    const held = lock(path)
    const wrong = driver.change([sql('INSERT INTO t (n) VALUES (?)', 'no number')])
    const right = put('right')
    await turn()
    held.release()
    await expect(wrong).rejects.toThrow('datatype mismatch')
    await right
    expect(await all()).toEqual(['right'])
  })

  it('says so by name after five seconds, and not to each that waited one after the other', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const { path, put, all } = await table()
    const held = lock(path)
    const writes = Array.from({ length: 20 }, (_, n) => put(String(n)).catch(error => error))
    const done = Promise.all(writes)
    await vi.advanceTimersByTimeAsync(6000)
    for (const error of await done) expect(error).toMatchObject({ name: 'StorageError', code: 'SQLITE_BUSY' })
    held.release()
    await put('after')
    expect(await all()).toEqual(['after'])
  })

  it('credentials are read all the same', async () => {
    const { path, store, environment } = await furnished()
    await store.connections.create(environment, 'crm', connectionOf('c2', 'the-key'))
    const held = lock(path)
    expect(await store.connections.reveal(environment, 'c2', 'crm')).toMatchObject({
      found: { connection_id: 'c2' },
      credentials: { apiKey: 'the-key' },
    })
    held.release()
  })
})
