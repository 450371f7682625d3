import { describe, expect, it } from 'vitest'
import { type D1, openD1 } from '../../src/store/d1.ts'
import { sql } from '../../src/store/sql.ts'

/** A D1 binding that says which session each batch went to. */
function pretended(bookmarks: (string | null)[] = []) {
  const seen: { session: string | undefined; batch: unknown[] }[] = []
  const d1: D1 = {
    withSession: session => ({
      prepare: text => ({ bind: (...values) => ({ text, values }) as never }),
      async batch(statements) {
        seen.push({ session, batch: statements })
        return statements.map(() => ({ results: [{ n: 1 }] }))
      },
      getBookmark: () => bookmarks.shift() ?? null,
    }),
  }
  return { driver: openD1(d1), seen }
}
const read = sql('SELECT ?', 1)
const write = sql('UPDATE t SET a = ? RETURNING 1', 2)

describe('D1 driver', () => {
  it('reads from the nearest replica and writes on the primary, one batch each', async () => {
    const { driver, seen } = pretended()
    expect(await driver.batch([read, read])).toEqual([[{ n: 1 }], [{ n: 1 }]])
    await driver.batch([read, write])
    expect(seen.map(({ session, batch }) => [session, batch])).toEqual([
      [
        'first-unconstrained',
        [
          { text: 'SELECT ?', values: [1] },
          { text: 'SELECT ?', values: [1] },
        ],
      ],
      [
        'first-primary',
        [
          { text: 'SELECT ?', values: [1] },
          { text: write.sql, values: [2] },
        ],
      ],
    ])
    expect(await driver.batch([])).toEqual([])
  })

  it('reads after a write from a replica that knows it', async () => {
    const { driver, seen } = pretended(['0002', null, '0001'])
    await driver.batch([write])
    await driver.batch([read])
    await driver.batch([write])
    await driver.batch([read])
    expect(seen.map(({ session }) => session)).toEqual(['first-primary', '0002', 'first-primary', '0002'])
  })

  it('has no version, and its reads belong to one request', () => {
    const { driver } = pretended()
    expect(driver.version).toBeUndefined()
    expect(driver.bound).toBe(true)
  })
})
