import { chmodSync, statSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { sql } from '../../src/store/sql.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { newPath } from './disk.ts'

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
const files = (path: string) => ['', '-wal', '-shm'].map(suffix => modeOf(path + suffix))

describe('the files of a database', () => {
  const umask = process.umask()
  afterEach(() => process.umask(umask))

  it('are for their owner alone, whatever the umask', async () => {
    for (const mask of [0o000, 0o022, 0o077]) {
      process.umask(mask)
      const path = newPath()
      const driver = openSqlite(path)
      await driver.batch([sql('CREATE TABLE t (n INTEGER)')])
      expect(files(path)).toEqual(['600', '600', '600'])
      await driver.close()
    }
  })

  it('become so where they were not', async () => {
    process.umask(0)
    const path = newPath()
    const first = openSqlite(path)
    await first.batch([sql('CREATE TABLE t (n INTEGER)')])
    for (const suffix of ['', '-wal', '-shm']) chmodSync(path + suffix, 0o666)
    const second = openSqlite(path)
    expect(files(path)).toEqual(['600', '600', '600'])
    await first.close()
    await second.close()
  })

  it('are written through to the disk where that is asked for', async () => {
    const [normal, full] = [openSqlite(newPath()), openSqlite(newPath(), { durability: 'full' })]
    const synchronous = async (driver: typeof full) => (await driver.batch([sql('PRAGMA synchronous')]))[0]?.[0]
    expect(await synchronous(normal)).toMatchObject({ synchronous: 1 })
    expect(await synchronous(full)).toMatchObject({ synchronous: 2 })
  })
})
