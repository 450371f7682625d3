import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { connectionOf, furnished, MASTER_KEY, newPath, openOn } from './disk.ts'

const oauth = { type: 'OAUTH2', client_id: 'client', client_secret: 'planted-client-secret' } as const

async function planted(path = newPath()) {
  const all = await furnished(path)
  await all.store.connections.create(all.environment, 'crm', connectionOf('c2', 'planted-api-key'))
  await all.store.integrations.change(all.environment, 'crm', { credentials: oauth })
  await all.store.variables.set(all.environment, { name: 'TOKEN', value: 'planted-variable' })
  return all
}

describe('secrets', () => {
  it('stand in no file of the database', async () => {
    const { path } = await planted()
    const files = [path, `${path}-wal`, `${path}-shm`].filter(existsSync)
    expect(files.length).toBeGreaterThan(1)
    const bytes = Buffer.concat(files.map(file => readFileSync(file)))
    expect(bytes.includes('c2')).toBe(true)
    for (const secret of ['planted-api-key', 'planted-client-secret', 'planted-variable', 'key-of-the-customer'])
      expect(bytes.includes(secret)).toBe(false)
  })

  it('open in their own row only', async () => {
    const { path, environment, store } = await planted()
    const other = await store.environments.create('two')
    if ('taken' in other) throw new Error('taken')
    const db = new DatabaseSync(path)
    db.exec(`UPDATE connections SET credentials = (SELECT credentials FROM connections WHERE connection_id = 'c2')
             WHERE connection_id = 'c1'`)
    expect(await store.lookup(environment, 'c1', 'crm')).toEqual({ refused: true })
    expect(await store.lookup(environment, 'c2', 'crm')).toMatchObject({
      found: { credentials: { apiKey: 'planted-api-key' } },
    })
    // A whole row carried to another environment does not open there either.
    db.prepare('UPDATE environment_variables SET environment_id = ?').run(other.made.id)
    await expect(store.variables.list(other.made.id)).rejects.toThrow('moved from its place')
    db.prepare('UPDATE integrations SET environment_id = ?').run(other.made.id)
    await expect(store.integrations.credentials(other.made.id, 'crm')).rejects.toThrow('moved from its place')
  })

  it('open with every master key that is configured, and are sealed with the first', async () => {
    const { path, environment, key } = await planted()
    const next = Buffer.alloc(32, 9).toString('base64')
    const both = openOn(path, { masterKey: `next:${next},default:${MASTER_KEY}` })
    expect(await both.store.lookup(environment, 'c2', 'crm')).toMatchObject({
      found: { credentials: { apiKey: 'planted-api-key' }, integration: { credentials: oauth } },
    })
    await both.store.variables.set(environment, { name: 'TOKEN', value: 'again' })
    const alone = openOn(path, { masterKey: `next:${next}` })
    expect(await alone.store.variables.list(environment)).toEqual([{ name: 'TOKEN', value: 'again' }])
    expect(await alone.store.lookup(environment, 'c2', 'crm')).toEqual({ refused: true })
    // The key of the caller is no secret that must be opened.
    expect(await alone.store.access(key, { connection: 'c2', integration: 'crm' })).toMatchObject({ environment })
  })
})
