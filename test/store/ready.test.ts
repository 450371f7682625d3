import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { migrations } from '../../src/store/migrations.ts'
import { newPath, openOn } from './disk.ts'

/** A store whose clock is a minute later each time, so that no answer is remembered. */
function opened() {
  const path = newPath()
  const logs = `${path}-logs`
  let time = 0
  return { path, logs, ...openOn(path, { logs, now: () => (time += 60_000) }) }
}

describe('readiness', () => {
  it('is there with the storage, and costs one look a second', async () => {
    let time = 0
    const { store, driver } = openOn(newPath(), { now: () => time })
    expect(await store.ready()).toEqual({ logs: 'ok' })
    const { length } = driver.batches
    await Promise.all(Array.from({ length: 100 }, () => store.ready()))
    expect(driver.batches).toHaveLength(length)
    time += 1000
    await Promise.all(Array.from({ length: 100 }, () => store.ready()))
    expect(driver.batches).toHaveLength(length + 1)
  })

  it('writes nothing that another process would have to read', async () => {
    const { store, path } = opened()
    const other = new DatabaseSync(path)
    const version = () => other.prepare('PRAGMA data_version').get()
    const before = version()
    await store.ready()
    expect(version()).toEqual(before)
  })

  it('ends with the file, also when another is put in its place', async () => {
    const { store, path } = opened()
    const other = openOn(newPath())
    await other.store.close()
    renameSync(path, `${path}-away`)
    await expect(store.ready()).rejects.toMatchObject({ code: 'FILE_GONE' })
    openOn(path)
    await expect(store.ready()).rejects.toMatchObject({ code: 'FILE_GONE' })
    renameSync(`${path}-away`, path)
    expect(await store.ready()).toEqual({ logs: 'ok' })
  })

  it('ends with a table', async () => {
    const { store, path } = opened()
    new DatabaseSync(path).exec('DROP TABLE idempotent_parts')
    await expect(store.ready()).rejects.toMatchObject({ code: 'NOT_MIGRATED' })
  })

  it('ends with a migration', async () => {
    const { store, path } = opened()
    new DatabaseSync(path).prepare('DELETE FROM d1_migrations WHERE name = ?').run(migrations[0]!)
    await expect(store.ready()).rejects.toMatchObject({ code: 'NOT_MIGRATED' })
  })

  it('ends where the disk takes no more', async () => {
    const { store, path } = opened()
    // What cannot be written to stands where the file would be that tries the disk.
    mkdirSync(`${path}-probe-${process.pid}`)
    await expect(store.ready()).rejects.toMatchObject({ code: 'EISDIR' })
  })

  it('ends where nothing can be written any more', async () => {
    const { store, driver } = opened()
    await driver.batch([{ sql: 'PRAGMA query_only = ON', args: [] }])
    await expect(store.ready()).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
  })

  it('does not end with the log, and says that it fails', async () => {
    const { store, logs } = opened()
    rmSync(logs)
    expect(await store.ready()).toEqual({ logs: 'failing' })
  })
})
