import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { furnished, newPath } from './disk.ts'

const rows = (path: string, sql: string) => new DatabaseSync(path).prepare(sql).all()
const DAY = 86_400_000
/** Bytes of a value that D1 takes whatever else stands in the row. */
const D1_VALUE = 1_000_000
const answer = {
  status: 201,
  headers: { location: '/contacts/1' },
  body: '{"data":{"id":"1","first_name":"Wilhelmina"}}',
}

async function opened() {
  let clock = Date.parse('2026-01-01T00:00:00Z')
  const all = await furnished(newPath(), { now: () => clock })
  const keyed = { environment: all.environment, connection: 'uuid-1', key: 'order 17', asked: 'POST /contacts {}' }
  return {
    ...all,
    keyed,
    later: (ms: number) => {
      clock += ms
    },
  }
}

it('only the first of many claims is carried out; the rest are told that it is under way', async () => {
  const { store, keyed } = await opened()
  const claims = await Promise.all(Array.from({ length: 8 }, () => store.idempotency.claim(keyed, 1000)))
  expect(claims.filter(claim => 'claimed' in claim)).toHaveLength(1)
  expect(claims.filter(claim => 'busy' in claim)).toHaveLength(7)
})

it('the same key and question get the first answer for a day, another question is refused', async () => {
  const { store, keyed, later } = await opened()
  await store.idempotency.claim(keyed, 1000)
  await store.idempotency.finish(keyed, answer)
  expect(await store.idempotency.claim(keyed, 1000)).toEqual({ answer })
  expect(await store.idempotency.claim({ ...keyed, asked: 'POST /contacts {"a":1}' }, 1000)).toEqual({ mismatch: true })
  later(DAY - 1)
  expect(await store.idempotency.claim(keyed, 1000)).toEqual({ answer })
  later(2)
  expect(await store.idempotency.claim(keyed, 1000)).toEqual({ claimed: true })
})

it('a key belongs to its environment and connection', async () => {
  const { store, keyed } = await opened()
  await store.idempotency.claim(keyed, 1000)
  expect(await store.idempotency.claim({ ...keyed, connection: 'uuid-2' }, 1000)).toEqual({ claimed: true })
})

it('what was released may be claimed again, what was cut off is not known', async () => {
  const { store, keyed, later } = await opened()
  await store.idempotency.claim(keyed, 1000)
  await store.idempotency.release(keyed)
  expect(await store.idempotency.claim(keyed, 1000)).toEqual({ claimed: true })
  later(1001)
  expect(await store.idempotency.claim(keyed, 1000)).toEqual({ unknown: true })
})

it('answers are sealed, and a large one is kept in parts', async () => {
  const { store, keyed, path } = await opened()
  const large = { ...answer, body: JSON.stringify({ text: 'Wilhelmina '.repeat(120_000) }) }
  await store.idempotency.claim(keyed, 1000)
  await store.idempotency.finish(keyed, large)
  expect(await store.idempotency.claim(keyed, 1000)).toEqual({ answer: large })
  const parts = rows(path, 'SELECT text FROM idempotent_parts ORDER BY part')
  expect(parts.length).toBeGreaterThan(2)
  for (const { text } of parts) {
    expect(String(text).length).toBeLessThan(D1_VALUE)
    expect(String(text)).not.toContain('Wilhelmina')
  }
})

it('the purge erases answers after their day', async () => {
  const { store, keyed, later, path } = await opened()
  await store.idempotency.claim(keyed, 1000)
  await store.idempotency.finish(keyed, answer)
  later(DAY + 1)
  expect(await store.purge()).toMatchObject({ idempotent_answers: 1, idempotent_parts: 1 })
  expect(rows(path, 'SELECT 1 FROM idempotent_answers')).toEqual([])
})
