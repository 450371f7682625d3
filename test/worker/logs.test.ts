import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { createSeal } from '../../src/credentials/seal.ts'
import { openD1 } from '../../src/store/d1.ts'
import { openStore } from '../../src/store/index.ts'
import { logId } from '../../src/store/log-entry.ts'

const DAY = 86_400_000

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS))

const open = (now = Date.now) =>
  openStore({ driver: openD1(env.DB), seal: createSeal(env.KOINE_MASTER_KEY), now, secretKey: env.KOINE_SECRET_KEY })
const countOf = async (table: string): Promise<number> => {
  const { results } = await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).all<{ n: number }>()
  return results[0]?.n ?? 0
}

describe('the log in D1', () => {
  it('is filtered by every index, goes with its owner, and has its time', async () => {
    const store = open()
    const made = await store.environments.create('logged')
    if ('taken' in made) throw new Error('taken')
    const environment = made.made.id
    await store.integrations.create(environment, { unique_key: 'crm', provider: 'anything' })
    const uuids: string[] = []
    for (const connection_id of ['c1', 'c2']) {
      const credentials = { type: 'API_KEY', apiKey: 'k' } as const
      const rest = { connection_config: {}, metadata: null, tags: {}, end_user: null, webhook_url_override: null }
      await store.connections.create(environment, 'crm', { connection_id, credentials, ...rest })
      const lookup = await store.lookup(environment, connection_id, 'crm')
      if ('found' in lookup) uuids.push(lookup.found.uuid)
    }
    const began = Date.now()
    const parent = logId(began)
    const entry = { environment, at: new Date(began).toISOString(), name: 'list-contacts', ms: 1 } as const
    const [first, second] = uuids
    store.logs.add([
      { ...entry, id: parent, kind: 'call', request_id: 'r1', connection: first, connection_id: 'c1' },
      { ...entry, id: logId(began), kind: 'request', request_id: 'r1', parent, connection: first, connection_id: 'c1' },
      {
        ...entry,
        id: logId(began),
        kind: 'call',
        request_id: 'r2',
        connection: second,
        connection_id: 'c2',
        code: 'x',
      },
    ])
    await store.logs.flush()
    const since = new Date(began - 1000).toISOString()
    const counts = [
      [{}, 3],
      [{ request_id: 'r1' }, 2],
      [{ parent }, 1],
      [{ connection_id: 'c1' }, 2],
      [{ code: 'x' }, 1],
      [{ failed: true }, 1],
      [{ failed: false, since }, 2],
      [{ until: since }, 0],
    ] as const
    for (const [filter, count] of counts)
      expect([filter, (await store.logs.list(environment, { ...filter, limit: 10 })).entries.length]).toEqual([
        filter,
        count,
      ])
    expect(await store.ready()).toEqual({ logs: 'ok' })

    expect(await store.connections.remove(environment, 'c1', 'crm')).toEqual({ removed: true })
    expect(await countOf('logs')).toBe(1)
    // A month later the cron erases the rest; one that has no time left erases nothing.
    const later = open(() => began + 31 * DAY)
    expect(await later.purge(0)).toEqual({ logs: 0 })
    expect(await later.purge()).toMatchObject({ logs: 1 })
    expect(await store.environments.remove(environment)).toBe(true)
    for (const table of ['logs', 'integrations', 'connections'])
      expect([table, await countOf(table)]).toEqual([table, 0])
  })

  it('is a storage failure by name where a table is gone', async () => {
    await env.DB.prepare('DROP TABLE idempotent_parts').run()
    await expect(open().ready()).rejects.toMatchObject({ name: 'StorageError', code: 'NOT_MIGRATED' })
  })
})
