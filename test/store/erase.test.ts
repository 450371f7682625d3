import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/index.ts'
import { type SqlDriver, sql } from '../../src/store/sql.ts'
import { StorageError } from '../../src/store/storage-error.ts'
import { connectionOf, furnished, newPath, openOn, runOf, sessionOf } from './disk.ts'

/** Tables of no customer's data: what migrations wrote, what was erased, and a table that later versions leave empty. */
const OTHER = ['d1_migrations', 'erasures', 'former_logs']

/** Rows of every table that may hold something of a customer. */
function counts(path: string): Record<string, number> {
  const db = new DatabaseSync(path)
  const tables = db
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN (SELECT value FROM json_each(?))",
    )
    .all(JSON.stringify(OTHER))
  return Object.fromEntries(
    tables.map(({ name }) => [String(name), Number(db.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.n)]),
  )
}

/** Everything else that can belong to a connection: a row in each of the other tables. */
async function answered(store: Store, environment: string, connectionId: string, integrationKey = 'crm') {
  const lookup = await store.lookup(environment, connectionId, integrationKey)
  if (!('found' in lookup)) throw new Error('missing')
  const keyed = { environment, connection: lookup.found.uuid, key: 'k', asked: 'a' }
  const { uuid } = lookup.found
  await store.tokens.claim(uuid, 'somebody', 1000)
  const session = sessionOf({ uuid, connection_id: 'c', provider_config_key: 'crm' })
  const { token } = await store.connectSessions.create(environment, session)
  const { id = '' } = (await store.connectSessions.find(token)) ?? {}
  await store.signIns.begin({ environment, session: id, held: {} })
  const url = 'https://hooks.example.com'
  await store.outbox.add({ id: crypto.randomUUID(), environment, connection: uuid, type: 'auth', body: '', url })
  await store.idempotency.claim(keyed, 1000)
  await store.idempotency.finish(keyed, { status: 201, headers: {}, body: '{}' })
  const run = runOf(environment, uuid)
  await store.runQueue.add(run, {})
  const found = await store.runs.find({ environment }, run.id)
  if (found) await store.runItems.end(found, [{ item: 0, state: 'succeeded', result: {} }])
  store.logs.add([
    {
      id: `${environment}-${connectionId}-${integrationKey}`,
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

  it('an integration leaves no trace of itself nor of its connections in any column of any table, but in the to-do of a day', async () => {
    const { store, environment, path } = await twoTenants()
    await store.connections.create(environment, 'crm', { ...connectionOf('c3'), metadata: { a: 'b' } })
    await answered(store, environment, 'c3')
    const db = new DatabaseSync(path)
    const [integration] = db.prepare('SELECT id FROM integrations WHERE environment_id = ?').all(environment)
    const uuids = db.prepare('SELECT uuid FROM connections WHERE environment_id = ?').all(environment)
    const ids = [integration?.id, ...uuids.map(({ uuid }) => uuid)].map(String)
    expect(ids).toHaveLength(4)
    const traces = () =>
      ids.flatMap(id =>
        db
          .prepare(
            "SELECT m.name AS t, c.name AS c FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'",
          )
          .all()
          .filter(({ t, c }) => db.prepare(`SELECT 1 FROM ${t} WHERE instr(CAST(${c} AS TEXT), ?) LIMIT 1`).get(id))
          .map(({ t, c }) => `${t}.${c}`),
      )
    expect(new Set(traces())).toEqual(
      new Set([
        'integrations.id',
        'connections.integration_id',
        'connections.uuid',
        'idempotent_answers.connection',
        'idempotent_parts.connection',
        'logs.connection',
        'connect_sessions.connection',
        'refresh_claims.connection',
        'webhook_deliveries.connection',
        'runs.connection',
        'run_items.connection',
        'run_parts.connection',
      ]),
    )
    expect(await store.integrations.remove(environment, 'crm')).toBe(true)
    expect(new Set(traces())).toEqual(new Set(['erasures.owner']))
  })

  it('is carried on at the next start where it was cut off', async () => {
    const path = newPath()
    const logs = `${path}-logs`
    for (const owner of ['connection', 'integration', 'environment'] as const) {
      let left = Number.POSITIVE_INFINITY
      /** As a kill has it: nothing is written any more after some statements. */
      const cut = (driver: SqlDriver): SqlDriver => ({
        ...driver,
        change: async statements => {
          if (left-- <= 0) throw new StorageError('KILLED')
          return driver.change(statements)
        },
      })
      // The clock of a table whose rows are written down for a day stands, so each owner is one of its own.
      for (let after = 1; ; after++) {
        const { store } = openOn(path, { logs, around: cut })
        const made = await store.environments.create(`${owner}-${after}`)
        if ('taken' in made) throw new Error('taken')
        const environment = made.made.id
        await store.integrations.create(environment, { unique_key: 'crm', provider: 'anything' })
        await store.connections.create(environment, 'crm', connectionOf('c1'))
        await answered(store, environment, 'c1')
        left = after
        const gone = await {
          connection: () => store.connections.remove(environment, 'c1', 'crm'),
          integration: () => store.integrations.remove(environment, 'crm'),
          environment: () => store.environments.remove(environment),
        }
          [owner]()
          .then(
            () => true,
            () => false,
          )
        left = Number.POSITIVE_INFINITY
        await store.close()

        const { store: next } = openOn(path, { logs })
        await next.purge()
        expect((await next.logs.list(environment, { limit: 10 })).entries).toEqual([])
        await next.environments.remove(environment)
        await next.close()
        const found = { ...counts(path), logs: counts(logs).logs }
        expect(found).toEqual(Object.fromEntries(Object.keys(found).map(table => [table, 0])))
        if (gone && after > 12) break
      }
    }
  })

  it('what is told to be gone is shown no more, also while its rows are still there', async () => {
    const path = newPath()
    const logs = `${path}-logs`
    let hold = false
    const { store, environment } = await furnished(path, { logs, aroundLogs: slow })
    /** The rows of the log are not deleted, as if there were very many of them. */
    function slow(driver: SqlDriver): SqlDriver {
      return {
        ...driver,
        change: async statements => {
          if (hold && statements.some(({ sql }) => sql.startsWith('DELETE FROM logs'))) throw new StorageError('SLOW')
          return driver.change(statements)
        },
      }
    }
    await answered(store, environment, 'c1')
    expect((await store.logs.list(environment, { connection_id: 'c1', limit: 10 })).entries).toEqual([])
    expect((await store.logs.list(environment, { limit: 10 })).entries).toHaveLength(1)
    hold = true
    expect(await store.connections.remove(environment, 'c1', 'crm')).toEqual({ removed: true })
    expect(counts(logs).logs).toBe(1)
    expect((await store.logs.list(environment, { limit: 10 })).entries).toEqual([])
    hold = false
    await store.purge()
    expect(counts(logs).logs).toBe(0)
  })

  it('takes what a backend’s connections left with their integration', async () => {
    const { store, environment, path } = await furnished()
    const backend = { type: 'nango', host: 'https://nango.example', api_key: 'k' } as const
    await store.integrations.create(environment, { unique_key: 'far', provider: 'anything', backend })
    const lookup = await store.lookup(environment, 'theirs', 'far')
    if (!('found' in lookup)) throw new Error('missing')
    await answered(store, environment, 'theirs', 'far')
    await answered(store, environment, 'c1')
    expect(counts(path)).toMatchObject({ idempotent_answers: 2, idempotent_parts: 2, logs: 2 })
    expect(await store.integrations.remove(environment, 'far')).toBe(true)
    expect(counts(path)).toMatchObject({ idempotent_answers: 1, idempotent_parts: 1, logs: 1 })
  })

  it('and purging read no row that they delete, and delete few at once', async () => {
    const { store, environment, driver, path } = await furnished()
    const database = new DatabaseSync(path)
    const insert = database.prepare(
      "INSERT INTO idempotent_answers VALUES (?, 'c', ?, '', 1, '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z')",
    )
    const log = database.prepare(
      "INSERT INTO logs (id, environment_id, at, kind, request_id, name, ms) VALUES (?, ?, '2020', 'call', '', '', 1)",
    )
    database.exec('BEGIN')
    for (let n = 0; n < 5000; n++) {
      insert.run(environment, String(n))
      log.run(`000000000${n}`, environment)
    }
    database.exec('COMMIT')
    driver.batches.length = 0
    expect(await store.purge()).toMatchObject({ idempotent_answers: 5000, logs: 5000 })
    const deletes = driver.batches.flat().filter(({ sql }) => sql.startsWith('DELETE'))
    expect(deletes.filter(({ sql }) => sql.includes('RETURNING'))).toEqual([])
    const limits = deletes.map(({ args }) => Number(args.at(-1)))
    expect(limits.length).toBeGreaterThan(10)
    expect(Math.max(...limits)).toBeLessThanOrEqual(1000)
    expect(await store.purge(0)).toEqual({ logs: 0 })
  })

  it('does not rely on foreign keys', async () => {
    const { environment, store, path } = await furnished(newPath(), {
      // Without them nothing is erased by the database itself.
      around: driver => {
        void driver.batch([sql('PRAGMA foreign_keys = OFF')])
        return driver
      },
    })
    await store.variables.set(environment, { name: 'A', value: 'b' })
    await answered(store, environment, 'c1')
    expect(await store.environments.remove(environment)).toBe(true)
    expect(Object.values(counts(path)).every(count => count === 0)).toBe(true)
  })
})
