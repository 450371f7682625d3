import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type SqlDriver, sql } from '../../src/store/sql.ts'
import { StorageError } from '../../src/store/storage-error.ts'
import { type Opened, openApp } from '../support/opened.ts'

type Line = Readonly<Record<string, unknown>>

let opened: Opened
afterEach(async () => {
  vi.useRealTimers()
  await opened.close()
})

/** A gateway, and what its storage is told to do. */
function open(around?: (driver: SqlDriver) => SqlDriver) {
  const lines: Line[] = []
  let driver!: SqlDriver
  opened = openApp({}, line => lines.push(line), {
    wrap: plain => {
      driver = around ? around(plain) : plain
      return driver
    },
  })
  const { app, config, path } = opened
  const call = async (request: string, body?: unknown) => {
    const [method = '', target = ''] = request.split(' ')
    const answer = await app.request(target, {
      method,
      headers: { authorization: `Bearer ${config.KOINE_SECRET_KEY}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, retry: answer.headers.get('retry-after'), body: JSON.parse(await answer.text()) }
  }
  return { call, lines, driver: () => driver, path }
}
const storageOf = (lines: Line[]) => lines.flatMap(line => ('storage' in line ? [line] : []))

describe('a storage that fails', () => {
  it('is a 503 by name, with its own code in the log and nothing of what was written', async () => {
    const { call, lines, driver } = open()
    expect((await call('GET /environment')).status).toBe(200)
    // SQLite's own way to say that the disk is full.
    const [[size] = []] = await driver().batch([sql('PRAGMA page_count')])
    await driver().batch([sql(`PRAGMA max_page_count = ${Number(size?.page_count)}`)])
    const refused = await call('PUT /environment-variables/PLANTED', { value: 'planted-value'.repeat(2000) })
    expect(refused).toMatchObject({ status: 503, retry: '1', body: { code: 'storage-unavailable', retryable: true } })
    const [line, ...none] = storageOf(lines)
    expect(none).toEqual([])
    expect(line).toEqual({ level: 'error', request_id: refused.body.instance, storage: 'SQLITE_FULL' })
    expect(JSON.stringify([refused, lines])).not.toMatch(/planted|INSERT|environment_variables/i)
    expect((await call('GET /environment')).status).toBe(200)
  })

  it('is one that lacks its migrations where a table is gone', async () => {
    const { call, lines, path } = open()
    expect((await call('GET /environment')).status).toBe(200)
    const other = new DatabaseSync(path)
    other.exec('DROP TABLE environment_variables')
    other.close()
    expect(await call('GET /environment-variables')).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(await call('GET /ready')).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(storageOf(lines).map(({ storage }) => storage)).toEqual(['NOT_MIGRATED', 'NOT_MIGRATED'])
  })

  it('leaves a bug what it is', async () => {
    const { call } = open(driver => ({
      ...driver,
      batch: async statements => {
        if (statements.some(({ sql }) => sql.includes('environment_variables'))) throw new TypeError('a bug')
        return driver.batch(statements)
      },
    }))
    vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(await call('GET /environment-variables')).toMatchObject({ status: 500, body: { code: 'internal' } })
  })

  it.each([
    ['with SQLite', true],
    ['with D1', false],
  ])('leaves keys and connections that are known in force for a while, %s', async (_, hasVersion) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    let fails = false
    const fail = () => {
      if (fails) throw new StorageError('SQLITE_IOERR')
    }
    const { call } = open(({ version, ...driver }) => ({
      ...driver,
      batch: async statements => {
        fail()
        return driver.batch(statements)
      },
      ...(hasVersion && {
        version: () => {
          fail()
          return version?.() ?? 0
        },
      }),
    }))
    // What a key may do is known without the storage; this route asks no more of it.
    const known = async () => (await call('GET /coverage')).status
    expect(await known()).toBe(200)
    fails = true
    expect(await known()).toBe(200)
    vi.setSystemTime(Date.now() + 59_000)
    expect(await known()).toBe(200)
    vi.setSystemTime(Date.now() + 60_000)
    expect(await known()).toBe(503)
    fails = false
    expect(await known()).toBe(200)
  })
})
