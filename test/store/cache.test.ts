import { describe, expect, it } from 'vitest'
import type { Access, ConnectionLookup } from '../../src/store/index.ts'
import type { SqlDriver } from '../../src/store/sql.ts'
import { connectionOf, furnished, newPath, openOn, SECRET_KEY, withoutVersion } from './disk.ts'

describe('a warm request', () => {
  it('reads no storage and waits for nothing; a cold one reads one batch', async () => {
    const { path, key, environment } = await furnished()
    const { store, driver } = openOn(path)
    const cold = store.access(key, { connection: 'c1', integration: 'crm' })
    expect(cold).toBeInstanceOf(Promise)
    const access = (await cold) as Access
    const lookup = store.lookup(access.environment, 'c1', 'crm')
    expect(driver.batches).toHaveLength(1)

    expect(lookup).not.toBeInstanceOf(Promise)
    expect(lookup).toMatchObject({
      found: { connection_id: 'c1', credentials: { type: 'API_KEY', apiKey: 'key-of-the-customer' }, metadata: null },
    })
    expect(access).toMatchObject({ environment, environmentName: 'one' })
    for (let count = 0; count < 100; count++) {
      expect(store.access(key, { connection: 'c1', integration: 'crm' })).toBe(access)
      expect(store.lookup(environment, 'c1', 'crm')).toBe(lookup)
    }
    expect(driver.batches).toHaveLength(1)
  })

  it('is known by connection id alone, where that is unambiguous', async () => {
    const { path, key, environment } = await furnished()
    const { store, driver } = openOn(path)
    await store.access(key, { connection: 'c1' })
    expect(store.lookup(environment, 'c1')).toMatchObject({ found: { integration: { unique_key: 'crm' } } })
    expect(driver.batches).toHaveLength(1)

    await store.integrations.create(environment, { unique_key: 'desk', provider: 'anything' })
    await store.connections.create(environment, 'desk', connectionOf('c1'))
    expect(await store.lookup(environment, 'c1')).toEqual({ ambiguous: true })
    expect(await store.lookup(environment, 'c1', 'desk')).toMatchObject({
      found: { integration: { unique_key: 'desk' } },
    })
    await store.connections.remove(environment, 'c1', 'desk')
    expect(await store.lookup(environment, 'c1')).toMatchObject({ found: { integration: { unique_key: 'crm' } } })
  })

  it('shares one cold read among all who ask at once', async () => {
    const { path, key, environment } = await furnished()
    const { store, driver } = openOn(path)
    const asked = Array.from({ length: 20 }, () => store.access(key, { connection: 'c1' }))
    expect(new Set(await Promise.all(asked)).size).toBe(1)
    expect(driver.batches).toHaveLength(1)
    await Promise.all(Array.from({ length: 20 }, () => store.lookup(environment, 'c1', 'crm')))
    expect(driver.batches).toHaveLength(2)
  })

  it('shares nothing where a read belongs to its request', async () => {
    const { path, key } = await furnished()
    const { store, driver } = openOn(path, { around: driver => ({ ...withoutVersion(driver), bound: true }) })
    await Promise.all([store.access(key), store.access(key)])
    expect(driver.batches).toHaveLength(2)
    expect(store.access(key)).not.toBeInstanceOf(Promise)
  })

  it('keeps no unknown key and no unknown connection', async () => {
    const { store, driver, environment, key } = await furnished()
    expect(await store.access('koine_unknown')).toBeUndefined()
    const before = driver.batches.length
    expect(await store.access('koine_unknown')).toBeUndefined()
    expect(driver.batches.length).toBe(before + 1)
    expect(await store.lookup(environment, 'later', 'crm')).toEqual({ missing: 'connection' })
    expect(await store.lookup(environment, 'later', 'nothing')).toEqual({ missing: 'integration' })
    expect(await store.lookup(environment, 'later')).toEqual({ missing: 'connection' })
    await store.connections.create(environment, 'crm', connectionOf('later'))
    expect(await store.lookup(environment, 'later', 'crm')).toMatchObject({ found: { connection_id: 'later' } })
    // A hint at a connection of another environment reveals nothing and is kept nowhere.
    const other = await store.environments.create('two')
    if ('taken' in other) throw new Error('taken')
    expect(await store.access(other.key.key, { connection: 'c1', integration: 'crm' })).toMatchObject({
      environmentName: 'two',
    })
    expect(await store.lookup(other.made.id, 'c1', 'crm')).toEqual({ missing: 'integration' })
    expect(await store.access(key)).toMatchObject({ environmentName: 'one' })
  })
})

describe('a change', () => {
  const versionOf = (lookup: ConnectionLookup) => ('found' in lookup ? lookup.found.version : undefined)

  it('is seen at once by the process that made it, and changes the version', async () => {
    const { store, environment, key, keyId } = await furnished()
    const look = async () => {
      const lookup = await store.lookup(environment, 'c1', 'crm')
      return 'found' in lookup ? lookup.found : undefined
    }
    const first = await look()
    await store.connections.setMetadata(environment, 'crm', { ids: ['c1'], metadata: { a: 1 }, how: 'replace' })
    const second = await look()
    expect(second?.metadata).toEqual({ a: 1 })
    expect(second?.version).not.toBe(first?.version)
    await store.integrations.change(environment, 'crm', { integration_config: { base_url: 'https://x.example' } })
    const third = await look()
    expect(third?.integration.config).toEqual({ base_url: 'https://x.example' })
    expect(third?.version).not.toBe(second?.version)
    await store.connections.change(environment, 'c1', 'crm', { tags: { a: 'b' } })
    expect((await look())?.version).not.toBe(third?.version)

    await store.connections.remove(environment, 'c1', 'crm')
    expect(await store.lookup(environment, 'c1', 'crm')).toEqual({ missing: 'connection' })
    await store.connections.create(environment, 'crm', connectionOf('c1'))
    const again = await look()
    expect(again?.version).not.toBe(first?.version)
    await store.integrations.remove(environment, 'crm')
    expect(await store.lookup(environment, 'c1', 'crm')).toEqual({ missing: 'integration' })

    expect(await store.access(key)).toBeDefined()
    expect(await store.keys.revoke(environment, keyId)).toBe('revoked')
    expect(await store.access(key)).toBeUndefined()
    expect(await store.access(SECRET_KEY)).toBeDefined()
    const dev = (await store.environments.list()).find(each => each.name === 'dev')
    await store.environments.remove(dev!.id)
    expect(store.access(SECRET_KEY)).toBeInstanceOf(Promise)
  })

  it('of another connection to the file is seen by the very next look-up', async () => {
    const { path, store, key, keyId, environment } = await furnished()
    const { store: other, driver } = openOn(path)
    const access = await other.access(key, { connection: 'c1', integration: 'crm' })
    const before = await other.lookup(environment, 'c1', 'crm')
    await store.connections.setMetadata(environment, 'crm', { ids: ['c1'], metadata: { a: 1 }, how: 'merge' })
    const after = await other.lookup(environment, 'c1', 'crm')
    expect(after).toMatchObject({ found: { metadata: { a: 1 } } })
    expect(versionOf(after)).not.toBe(versionOf(before))
    const batches = driver.batches.length
    expect(await other.access(key)).toEqual(access)
    expect(other.access(key)).not.toBeInstanceOf(Promise)
    expect(driver.batches.length).toBe(batches + 1)
    await store.keys.revoke(environment, keyId)
    expect(await other.access(key)).toBeUndefined()
  })

  it('of another isolate is seen after 30 seconds where the driver has no version', async () => {
    const { path, store, key, keyId, environment } = await furnished()
    let clock = 1_000_000
    const { store: edge, driver } = openOn(path, { now: () => clock, around: withoutVersion })
    await edge.access(key, { connection: 'c1', integration: 'crm' })
    await store.connections.remove(environment, 'c1', 'crm')
    await store.keys.revoke(environment, keyId)

    clock += 29_999
    expect(edge.access(key)).toMatchObject({ environment })
    expect(edge.lookup(environment, 'c1', 'crm')).toMatchObject({ found: { connection_id: 'c1' } })
    expect(driver.batches).toHaveLength(1)
    clock += 1
    expect(await edge.access(key)).toBeUndefined()
    expect(await edge.lookup(environment, 'c1', 'crm')).toEqual({ missing: 'connection' })
  })

  it('during a cold read keeps the stale answer out of the memory', async () => {
    const { path, key, environment } = await furnished()
    let release = () => {}
    let hold = false
    const slow = (driver: SqlDriver): SqlDriver => ({
      ...withoutVersion(driver),
      async batch(statements) {
        const rows = await driver.batch(statements)
        if (hold && statements[0]!.sql.startsWith('SELECT c.id')) await new Promise<void>(done => (release = done))
        return rows
      },
    })
    const { store } = openOn(path, { around: slow })
    await store.access(key)
    hold = true
    const stale = store.lookup(environment, 'c1', 'crm')
    await new Promise(done => setTimeout(done, 5))
    const first = release
    hold = false
    await store.connections.setMetadata(environment, 'crm', { ids: ['c1'], metadata: { new: true }, how: 'replace' })
    // Who asks after the write does not join the read from before it.
    expect(await store.lookup(environment, 'c1', 'crm')).toMatchObject({ found: { metadata: { new: true } } })
    first()
    expect(await stale).toMatchObject({ found: { metadata: null } })
    expect(store.lookup(environment, 'c1', 'crm')).toMatchObject({ found: { metadata: { new: true } } })
  })

  it('drops what was used longest ago when the memory is full', async () => {
    const { createCache } = await import('../../src/store/cache.ts')
    const cache = createCache({ batch: async () => [], change: async () => [], close: () => {} }, () => 0)
    const access = (key: string): Access => ({
      environment: 'e',
      environmentName: 'e',
      key,
      scopes: new Set(),
      allowedOrigins: [],
      allowsKeysFromBrowsers: false,
    })
    await cache.read('fill', async writer => {
      for (let index = 0; index < 10_000; index++) writer.access({ id: `k${index}` }, access(`k${index}`), 0)
    })
    expect(cache.access({ id: 'k0' })?.key).toBe('k0')
    await cache.read('more', async writer => writer.access({ id: 'new' }, access('new'), 0))
    expect(cache.access({ id: 'k0' })?.key).toBe('k0')
    expect(cache.access({ id: 'k1' })).toBeUndefined()
    expect(cache.access({ id: 'new' })?.key).toBe('new')
  })
})

it('does not let a failed cold read stand', async () => {
  const { path, environment } = await furnished(newPath())
  let broken = true
  const { store } = openOn(path, {
    around: driver => ({
      ...driver,
      batch: statements => (broken ? Promise.reject(new Error('storage is away')) : driver.batch(statements)),
    }),
  })
  await expect(store.lookup(environment, 'c1', 'crm')).rejects.toThrow('storage is away')
  broken = false
  expect(await store.lookup(environment, 'c1', 'crm')).toMatchObject({ found: { connection_id: 'c1' } })
})
