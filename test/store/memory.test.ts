import { expect, it } from 'vitest'
import { createCache } from '../../src/store/cache.ts'
import type { FoundConnection } from '../../src/store/opened-connection.ts'
import { RecentlyUsed } from '../../src/store/recently-used.ts'
import { connectionOf, furnished, openOn } from './disk.ts'

const MIB = 1024 * 1024
/** For a cache that is filled by hand. */
const driverless = { batch: async () => [], change: async () => [], close: async () => {} }

it('what is remembered is bounded by bytes: what was not used for longest goes', () => {
  const known = new RecentlyUsed<number>({ entries: 1000, bytes: 10_000 })
  for (let index = 0; index < 10; index++) known.set(`k${index}`, index, { bytes: 1000 })
  expect(known.bytes).toBeLessThanOrEqual(10_000)
  expect([known.get('k0'), known.get('k9')]).toEqual([undefined, 9])
  known.get('k5')
  known.set('large', 1, { bytes: 7000 })
  expect([known.get('k5'), known.get('k8'), known.get('large')]).toEqual([5, undefined, 1])
  // One that would take everything is not remembered, and takes nobody's place; a former value of its goes.
  known.set('huge', 1, { bytes: 10_000 })
  known.set('k5', 6, { bytes: 20_000 })
  expect([known.get('huge'), known.get('large'), known.get('k5')]).toEqual([undefined, 1, undefined])
  known.delete('large')
  known.clear()
  expect(known.bytes).toBe(0)
})

it('connections with much metadata do not stay in memory all at once, and those of usual size do', async () => {
  const { store, path, environment } = await furnished()
  const rows = Array.from({ length: 60 }, (_, i) => [`k${i}`, [i]])
  for (let index = 0; index < 80; index++)
    await store.connections.create(environment, 'crm', {
      ...connectionOf(`large${index}`),
      metadata: { ...Object.fromEntries(rows), big: 'x'.repeat(500_000) },
    })
  for (let index = 0; index < 100; index++)
    await store.connections.create(environment, 'crm', {
      ...connectionOf(`usual${index}`),
      metadata: Object.fromEntries(rows),
    })
  const { store: warm, driver } = openOn(path)
  const read = async (name: string, count: number) => {
    driver.batches.length = 0
    for (let index = 0; index < count; index++)
      expect(await warm.lookup(environment, `${name}${index}`, 'crm')).toMatchObject({
        found: { metadata: { k7: [7] } },
      })
    return driver.batches.length
  }
  expect(await read('usual', 100)).toBe(100)
  expect(await read('usual', 100)).toBe(0)
  // 80 of 2 MB each, as they are accounted, are more than fit: each is read anew.
  expect(await read('large', 80)).toBe(80)
  expect(await read('large', 80)).toBe(80)
})

it('a connection is accounted with what its parsed configuration may take', async () => {
  const { store, path, environment } = await furnished()
  await store.connections.create(environment, 'crm', {
    ...connectionOf('dense'),
    connection_config: { dense: Array(20_000).fill([]) },
  })
  const cache = createCache(driverless, () => 0)
  const lookup = (await openOn(path).store.lookup(environment, 'dense', 'crm')) as FoundConnection
  expect(lookup.bytes).toBeGreaterThan(1.5 * MIB)
  await cache.read('fill', async writer => {
    for (let index = 0; index < 50; index++)
      writer.connection({ environment, connectionId: `c${index}`, integrationKey: undefined }, lookup)
  })
  const kept = Array.from({ length: 50 }, (_, i) => cache.connection(environment, `c${i}`, undefined)).filter(Boolean)
  expect(kept.length * lookup.bytes).toBeLessThanOrEqual(32 * MIB)
  expect(kept.length).toBeGreaterThan(10)
})
