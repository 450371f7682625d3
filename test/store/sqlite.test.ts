import { describe, expect, it } from 'vitest'
import { assign, sql } from '../../src/store/sql.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { newPath } from './disk.ts'

async function driver(path = newPath()) {
  const opened = openSqlite(path)
  await opened.batch([sql('CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, v TEXT UNIQUE)')])
  return { opened, path }
}

describe('sqlite driver', () => {
  it('carries out all statements of a batch or none', async () => {
    const { opened } = await driver()
    await expect(
      opened.batch([sql('INSERT INTO t (v) VALUES (?)', 'a'), sql('INSERT INTO t (v) VALUES (?)', 'a')]),
    ).rejects.toThrow('UNIQUE')
    expect(await opened.batch([sql('SELECT * FROM t')])).toEqual([[]])
    const answers = await opened.batch([
      sql('INSERT INTO t (v) VALUES (?) RETURNING id', 'a'),
      sql('SELECT v FROM t'),
      sql('DELETE FROM t'),
    ])
    expect(answers.map(rows => rows.map(row => ({ ...row })))).toEqual([[{ id: 1 }], [{ v: 'a' }], []])
    expect(await opened.batch([])).toEqual([])
  })

  it('changes its version when another connection writes, and not when it writes itself', async () => {
    const { opened: one, path } = await driver()
    const { opened: two } = await driver(path)
    const before = one.version!()
    await one.batch([sql('INSERT INTO t (v) VALUES (?)', 'own')])
    expect(one.version!()).toBe(before)
    await two.batch([sql('INSERT INTO t (v) VALUES (?)', 'other')])
    expect(one.version!()).not.toBe(before)
  })

  it('keeps foreign keys and more texts than it keeps prepared', async () => {
    const { opened } = await driver()
    await opened.batch([sql('CREATE TABLE child (parent INTEGER REFERENCES t (id))')])
    await expect(opened.batch([sql('INSERT INTO child VALUES (9)')])).rejects.toThrow('FOREIGN KEY')
    for (let index = 0; index < 1100; index++)
      expect((await opened.batch([sql(`SELECT ${index} AS n`)]))[0]?.[0]?.n).toBe(index)
  })
})

it('assigns what is given, null included', () => {
  expect(assign({ a: 1, b: undefined, c: null })).toEqual({ text: 'a = ?, c = ?', args: [1, null] })
})
