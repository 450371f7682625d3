import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { settings } from '../contract/entry-point.ts'
import { directory } from '../node/process.ts'
import { furnished, openOn, runOf, sessionOf } from '../store/disk.ts'
import { koineProcess } from './command.ts'

const { KOINE_MASTER_KEY: master, KOINE_SECRET_KEY } = settings
const next = Buffer.alloc(32, 9).toString('base64')
let place: Awaited<ReturnType<typeof directory>>
beforeAll(async () => {
  place = await directory()
})
afterAll(() => place.remove())
const reseal = (KOINE_MASTER_KEY: string) =>
  koineProcess(['reseal'], { KOINE_DATA: place.path, KOINE_MASTER_KEY, KOINE_SECRET_KEY })

it('seals everything under the first master key and says how much; again it finds nothing to do', async () => {
  expect((await reseal(master)).err).toContain('There is no storage yet')
  const path = join(place.path, 'koine.sqlite')
  const { store, environment } = await furnished(path, { masterKey: master })
  await store.variables.set(environment, { name: 'TOKEN', value: 'planted' })
  const { token } = await store.connectSessions.create(environment, sessionOf())
  const session = (await store.connectSessions.find(token))?.id ?? ''
  const attempt = await store.signIns.begin({ environment, session, held: { verifier: 'planted' } })
  const [key] = await store.webhookKeys.inForce(environment)
  const url = 'https://hooks.example.com/'
  await store.outbox.add({ id: 'msg_1', environment, connection: '', type: 'auth', body: '{}', url })
  const run = runOf(environment)
  // Larger than one part.
  const given = { environmentName: 'dev', input: 'x'.repeat(1_500_000), key: run.id }
  expect(await store.runQueue.add(run, given)).toBe(true)

  const first = await reseal(`next:${next},default:${master}`)
  expect([first.code, first.err]).toEqual([0, ''])
  expect(first.out).toBe(
    [
      'integrations: 1 sealed anew, 0 left as they were, 0 refused',
      'connections: 1 sealed anew, 0 left as they were, 0 refused',
      'environment_variables: 1 sealed anew, 0 left as they were, 0 refused',
      'connect_sessions: 1 sealed anew, 0 left as they were, 0 refused',
      'sign_ins: 1 sealed anew, 0 left as they were, 0 refused',
      'webhook_keys: 1 sealed anew, 0 left as they were, 0 refused',
      'webhook_deliveries: 1 sealed anew, 0 left as they were, 0 refused',
      'idempotent_answers: 0 sealed anew, 0 left as they were, 0 refused',
      'run_parts: 1 sealed anew, 0 left as they were, 0 refused',
      '',
    ].join('\n'),
  )
  // The former key is not needed any more.
  const again = await reseal(`next:${next}`)
  expect([again.code, again.out]).toEqual([
    0,
    expect.stringContaining('connections: 0 sealed anew, 1 left as they were'),
  ])
  const { store: after } = openOn(path, { masterKey: `next:${next}` })
  expect(await after.signIns.find(attempt ?? '')).toMatchObject({ held: { verifier: 'planted' } })
  expect(await after.webhookKeys.inForce(environment)).toEqual([key])
  const found = await after.runs.find({ environment }, run.id)
  expect(found && (await after.runQueue.input(found))).toEqual(given)
  expect(await after.outbox.claim(['msg_1'], 1000)).toMatchObject([{ message: { body: '{}', url } }])
})

it('ends with 1 where a row was altered, and names it by its ids alone', async () => {
  const db = new DatabaseSync(join(place.path, 'koine.sqlite'))
  db.exec(`UPDATE connections SET connection_config = '{"company":"planted-host"}'`)
  const { code, out, err } = await reseal(`next:${next}`)
  expect([code, out]).toEqual([
    1,
    expect.stringContaining('connections: 0 sealed anew, 0 left as they were, 1 refused'),
  ])
  expect(JSON.parse(err)).toMatchObject({ level: 'error', storage: 'refused', connection: expect.any(String) })
  expect(err).not.toContain('planted')
  db.exec(`UPDATE run_parts SET text = substr(text, 1, length(text) - 8) || 'AAAAAAAA' WHERE part = 1`)
  db.close()
  const back = await reseal(`${master},next:${next}`)
  expect([back.code, back.out]).toEqual([
    1,
    expect.stringContaining('run_parts: 0 sealed anew, 0 left as they were, 1 refused'),
  ])
  expect(back.err).toMatch(/"run":"[0-9a-f-]{36}"/)
})
