import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { furnished, newPath, openOn, sessionOf, withoutVersion } from './disk.ts'

/** The documented form: 64 hexadecimal digits. */
const TOKEN = /^nango_connect_session_[0-9a-f]{64}$/
const MINUTE = 60_000
const BEGIN = Date.parse('2026-01-01T00:00:00.000Z')

async function opened() {
  let time = BEGIN
  const lines: Readonly<Record<string, unknown>>[] = []
  const all = await furnished(newPath(), { now: () => time, log: line => lines.push(line) })
  const pass = (minutes: number) => {
    time += minutes * MINUTE
  }
  return { ...all, pass, lines }
}

it('lasts 30 minutes, and holds what it was made with', async () => {
  const { store, environment, pass } = await opened()
  const made = await store.connectSessions.create(environment, sessionOf())
  expect(made).toEqual({ token: expect.stringMatching(TOKEN), expires_at: '2026-01-01T00:30:00.000Z' })
  const found = await store.connectSessions.find(made.token)
  expect(found).toEqual({ ...sessionOf(), id: found?.id, environment, expires_at: made.expires_at })
  pass(29.9)
  expect(await store.connectSessions.find(made.token)).toEqual(found)
  pass(0.1)
  expect(await store.connectSessions.find(made.token)).toBeUndefined()
  expect(await store.connectSessions.end(made.token)).toBe(false)
})

it('ends once, and is purged after its time', async () => {
  const { store, environment, pass, path } = await opened()
  const one = await store.connectSessions.create(environment, sessionOf())
  await store.connectSessions.create(environment, sessionOf())
  expect(await store.connectSessions.end(one.token)).toBe(true)
  expect(await store.connectSessions.end(one.token)).toBe(false)
  expect(await store.connectSessions.find(one.token)).toBeUndefined()
  const rows = () => new DatabaseSync(path).prepare('SELECT 1 FROM connect_sessions').all().length
  expect(await store.purge()).toMatchObject({ connect_sessions: 0 })
  expect(rows()).toBe(1)
  pass(31)
  expect(await store.purge()).toMatchObject({ connect_sessions: 1 })
  expect(rows()).toBe(0)
})

it('keeps neither the token nor a name in the file', async () => {
  const { store, environment, path } = await opened()
  const { token } = await store.connectSessions.create(environment, sessionOf())
  await store.close()
  for (const file of [path, `${path}-wal`].filter(existsSync)) {
    const bytes = readFileSync(file)
    for (const secret of [token, token.slice(-64), 'ada@example.test', 'gold'])
      expect(bytes.includes(secret)).toBe(false)
  }
})

it('is not found by what is no whole token of it', async () => {
  const { store, environment } = await opened()
  const { token } = await store.connectSessions.create(environment, sessionOf())
  for (const other of ['', token.slice(0, -1), `${token}0`, token.toUpperCase(), token.slice(22), ` ${token}`])
    expect(await store.connectSessions.find(other)).toBeUndefined()
})

it('is over once the connection is gone that it would sign in again', async () => {
  const { store, environment } = await opened()
  const lookup = await store.lookup(environment, 'c1', 'crm')
  if (!('found' in lookup)) throw new Error('missing')
  const reconnect = { uuid: lookup.found.uuid, connection_id: 'c1', provider_config_key: 'crm' }
  const { token } = await store.connectSessions.create(environment, sessionOf(reconnect))
  expect(await store.connectSessions.find(token)).toMatchObject({ reconnect })
  await store.connections.remove(environment, 'c1', 'crm')
  expect(await store.connectSessions.find(token)).toBeUndefined()
  expect(
    await store.connectSessions.find((await store.connectSessions.create(environment, sessionOf(reconnect))).token),
  ).toBeUndefined()
})

it('does not open with the token, the environment or the time of somebody who writes to the database', async () => {
  const { store, environment, path, lines } = await opened()
  const other = await store.environments.create('two')
  if ('taken' in other) throw new Error('taken')
  const own = await store.connectSessions.create(other.made.id, sessionOf())
  const spoilt = [
    // The token of another session opens it.
    `UPDATE connect_sessions SET held = (SELECT held FROM connect_sessions WHERE environment_id = '${environment}') WHERE environment_id = '${other.made.id}'`,
    `UPDATE connect_sessions SET environment_id = '${environment}' WHERE environment_id = '${other.made.id}'`,
    `UPDATE connect_sessions SET expires_at = '2099-01-01T00:00:00.000Z' WHERE environment_id = '${other.made.id}'`,
  ]
  await store.connectSessions.create(environment, sessionOf())
  expect(await store.connectSessions.find(own.token)).toBeDefined()
  for (const text of spoilt) {
    const db = new DatabaseSync(path)
    const before = db.prepare('SELECT held, environment_id, expires_at, id FROM connect_sessions').all()
    expect(db.prepare(text).run().changes).toBe(1)
    expect(await store.connectSessions.find(own.token)).toBeUndefined()
    for (const row of before)
      db.prepare('UPDATE connect_sessions SET held = ?, environment_id = ?, expires_at = ? WHERE id = ?').run(
        row.held!,
        row.environment_id!,
        row.expires_at!,
        row.id!,
      )
    expect(await store.connectSessions.find(own.token)).toBeDefined()
  }
  expect(lines).toContainEqual(expect.objectContaining({ level: 'error', storage: 'refused' }))
  expect(JSON.stringify(lines)).not.toContain('ada@')
})

it('is found at the edge though the nearest replica does not know it yet', async () => {
  const path = newPath()
  const { store: writer, environment } = await furnished(path)
  let replica = false
  const { store } = openOn(path, {
    around: driver => ({
      ...withoutVersion(driver),
      bound: true,
      batch: async statements => {
        const answers = await driver.batch(statements)
        return replica && statements.every(({ sql }) => sql.startsWith('SELECT')) ? answers.map(() => []) : answers
      },
    }),
  })
  const { token } = await writer.connectSessions.create(environment, sessionOf())
  replica = true
  expect(await store.connectSessions.find(token)).toMatchObject({ environment })
})
