import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { covers, type Scope, scopeNames } from '../../src/store/index.ts'
import { furnished, newPath, openOn, SECRET_KEY } from './disk.ts'

const rows = (path: string, text: string) => new DatabaseSync(path).prepare(text).all()

describe('the key of the setting', () => {
  it('makes the environment `dev` when it is first used, once, whoever is first', async () => {
    const path = newPath()
    const one = openOn(path)
    const two = openOn(path)
    const answers = await Promise.all([
      one.store.access(SECRET_KEY),
      two.store.access(SECRET_KEY),
      one.store.makeFirstKey(),
      two.store.makeFirstKey(),
    ])
    expect(answers[0]).toMatchObject({ environmentName: 'dev', scopes: new Set(['*', 'environments:manage']) })
    expect(answers[1]).toEqual(answers[0])
    expect(rows(path, 'SELECT name FROM environments')).toHaveLength(1)
    expect(rows(path, 'SELECT id FROM api_keys')).toHaveLength(1)
    expect(one.store.access(SECRET_KEY)).not.toBeInstanceOf(Promise)
  })

  it('is not made by any other key', async () => {
    const path = newPath()
    const { store } = openOn(path)
    expect(await store.access('something-else-entirely')).toBeUndefined()
    expect(rows(path, 'SELECT 1 FROM environments')).toHaveLength(0)
  })

  it('is in force exactly while the setting holds it', async () => {
    const path = newPath()
    const before = openOn(path, { secretKey: 'former-secret-key' })
    await before.store.makeFirstKey()
    const environment = (await before.store.access('former-secret-key'))?.environment
    const after = openOn(path, { secretKey: 'present-secret-key' })
    // Refused even before anybody used the present key.
    expect(await after.store.access('former-secret-key')).toBeUndefined()
    expect((await after.store.access('present-secret-key'))?.environment).toBe(environment)
    expect(rows(path, 'SELECT 1 FROM api_keys WHERE revoked_at IS NULL')).toHaveLength(1)
    const back = openOn(path, { secretKey: 'former-secret-key' })
    expect((await back.store.access('former-secret-key'))?.environment).toBe(environment)
    expect(await back.store.access('present-secret-key')).toBeUndefined()
    expect((await back.store.keys.list(environment!)).map(key => key.last_four)).toEqual(['-key'])
  })

  it('is revoked by its setting only', async () => {
    const { store } = openOn(newPath())
    const access = await store.access(SECRET_KEY)
    expect(await store.keys.revoke(access!.environment, access!.key)).toBe('setting')
    expect(await store.access(SECRET_KEY)).toBeDefined()
  })
})

describe('keys', () => {
  it('are kept as a hash and four characters', async () => {
    const { path, key, store } = await furnished()
    expect(key).toMatch(/^koine_[\w-]{43}$/)
    store.close()
    for (const file of [path, `${path}-wal`].filter(existsSync)) {
      const bytes = readFileSync(file)
      expect(bytes.includes(key)).toBe(false)
      expect(bytes.includes(key.slice(6))).toBe(false)
    }
    expect(rows(path, 'SELECT hash, last_four FROM api_keys').map(row => ({ ...row }))).toEqual([
      { hash: expect.stringMatching(/^[0-9a-f]{64}$/), last_four: key.slice(-4) },
    ])
  })

  it('are revoked in their own environment only', async () => {
    const { store, keyId, key, environment } = await furnished()
    const other = await store.environments.create('two')
    if ('taken' in other) throw new Error('taken')
    expect(await store.keys.revoke(other.made.id, keyId)).toBe('missing')
    expect(await store.access(key)).toBeDefined()
    expect(await store.keys.revoke(environment, keyId)).toBe('revoked')
    expect(await store.keys.revoke(environment, keyId)).toBe('missing')
    expect(await store.keys.list(environment)).toEqual([])
  })

  it('are erased 30 days after they were revoked', async () => {
    let clock = Date.parse('2026-01-01T00:00:00Z')
    const { store, environment, keyId, path } = await furnished(newPath(), { now: () => clock })
    await store.keys.create(environment, 'stays', ['*'])
    await store.keys.revoke(environment, keyId)
    clock += 30 * 86_400_000
    expect(await store.purge()).toMatchObject({ api_keys: 0 })
    clock += 1
    expect(await store.purge()).toMatchObject({ api_keys: 1 })
    expect(rows(path, 'SELECT name FROM api_keys').map(row => row.name)).toEqual(['stays'])
  })
})

it('covers what a scope names, `*` everything but the environments of others', () => {
  const all = new Set(['*'])
  for (const scope of scopeNames) {
    expect(covers(all, scope)).toBe(scope !== 'environments:manage')
    expect(covers(new Set([scope]), scope)).toBe(true)
    for (const other of scopeNames.filter((name): name is Scope => name !== scope && scope !== '*'))
      expect(covers(new Set([scope]), other)).toBe(false)
  }
})
