import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { erase } from '../../src/store/erase.ts'
import type { Store } from '../../src/store/index.ts'
import { connectionOf, furnished } from './disk.ts'

/** Rows of every table, but for what migrations wrote. */
function counts(path: string): Record<string, number> {
  const db = new DatabaseSync(path)
  const tables = db
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'd1_migrations'",
    )
    .all()
  return Object.fromEntries(
    tables.map(({ name }) => [String(name), Number(db.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.n)]),
  )
}

/** Everything else that can belong to a connection: a row in each of the other tables. */
async function answered(store: Store, environment: string, connectionId: string) {
  const lookup = await store.lookup(environment, connectionId, 'crm')
  if (!('found' in lookup)) throw new Error('missing')
  const keyed = { environment, connection: lookup.found.uuid, key: 'k', asked: 'a' }
  await store.idempotency.claim(keyed, 1000)
  await store.idempotency.finish(keyed, { status: 201, headers: {}, body: '{}' })
  store.logs.add([
    {
      id: `${environment}-${connectionId}`,
      environment,
      at: '2026-01-01T00:00:00.000Z',
      kind: 'call',
      request_id: 'r',
      name: 'list-contacts',
      connection: lookup.found.uuid,
      ms: 1,
    },
  ])
  await store.logs.flush()
}

async function twoTenants() {
  const all = await furnished()
  const { store, environment } = all
  await store.connections.create(environment, 'crm', connectionOf('c2'))
  await store.variables.set(environment, { name: 'A', value: 'b' })
  await answered(store, environment, 'c1')
  const before = counts(all.path)
  const other = await store.environments.create('two')
  if ('taken' in other) throw new Error('taken')
  await store.integrations.create(other.made.id, { unique_key: 'crm', provider: 'anything' })
  await store.connections.create(other.made.id, 'crm', connectionOf('c1'))
  await store.variables.set(other.made.id, { name: 'A', value: 'c' })
  await answered(store, other.made.id, 'c1')
  return { ...all, before, other: other.made.id }
}

describe('erasing', () => {
  it('an environment leaves no row of it in any table, and all of another', async () => {
    const { store, environment, other, path, before } = await twoTenants()
    expect(Object.values(before).every(count => count > 0)).toBe(true)
    expect(await store.environments.remove(other)).toBe(true)
    expect(counts(path)).toEqual(before)
    expect(await store.environments.remove(other)).toBe(false)
    expect(await store.environments.remove(environment)).toBe(true)
    expect(Object.values(counts(path)).every(count => count === 0)).toBe(true)
  })

  it('an integration takes its connections, a connection only itself', async () => {
    const { store, environment, other, path } = await twoTenants()
    expect(await store.connections.remove(environment, 'c1', 'crm')).toEqual({ removed: true })
    expect(counts(path)).toMatchObject({
      connections: 2,
      integrations: 2,
      idempotent_answers: 1,
      idempotent_parts: 1,
      logs: 1,
    })
    expect(await store.integrations.remove(environment, 'crm')).toBe(true)
    expect(counts(path)).toMatchObject({ connections: 1, integrations: 1 })
    expect(await store.lookup(other, 'c1', 'crm')).toMatchObject({ found: { connection_id: 'c1' } })
  })

  it('does not rely on foreign keys', async () => {
    const { path, environment, store } = await furnished()
    await store.variables.set(environment, { name: 'A', value: 'b' })
    await answered(store, environment, 'c1')
    expect(Object.values(counts(path)).every(count => count > 0)).toBe(true)
    const db = new DatabaseSync(path, { enableForeignKeyConstraints: false })
    for (const { sql, args } of erase('environment', environment)) db.prepare(sql).all(...args)
    expect(Object.values(counts(path)).every(count => count === 0)).toBe(true)
  })
})
