import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SqlDriver } from '../../src/services.ts'
import { type Answer, problem } from '../contract/caller.ts'
import { type ActionGateway, openActions } from './gateway.ts'

/** Texts of statements that fail, while there are any. */
let failing: RegExp | undefined
const unreliable = (driver: SqlDriver): SqlDriver => ({
  ...driver,
  async batch(statements) {
    if (failing && statements.some(({ sql }) => failing?.test(sql))) throw new Error('disk I/O error')
    return driver.batch(statements)
  },
})

let gateway: ActionGateway
let run: ActionGateway['run']
beforeAll(async () => {
  gateway = await openActions(unreliable)
  run = gateway.run
})
afterAll(() => gateway?.close())
beforeEach(() => {
  gateway.came()
  failing = undefined
})

let keys = 0
const withKey = () => ({ headers: { 'idempotency-key': `once-${++keys}` } })
const came = () => gateway.came().map(({ method, path }) => `${method} ${path}`)
/** Is the first answer again, a failure. */
const replayed = (answer: Answer, status: number, code: string) =>
  expect([answer.status, answer.body.code, answer.headers.get('idempotent-replayed')]).toEqual([status, code, 'true'])
const write = { ask: { endpoint: '/echo', method: 'POST', data: {} } }
const read = { ask: { endpoint: '/echo' } }
/** Answers 429 once, then succeeds. */
const limitedOnce = (method: string) => ({ ask: { endpoint: `/flaky/limited-${keys}/1/429`, method } })

describe('the key of an action that fails with what could be sent again', () => {
  it('stays used where an earlier request had an effect, and says so', async () => {
    const key = withKey()
    const steps = [write, limitedOnce('POST')]
    const first = problem(await run('steps', steps, key), 429, 'provider-rate-limited')
    expect(first).toMatchObject({ retryable: false, detail: expect.stringContaining('may have been carried out') })
    expect(first.retry_after).toBeUndefined()
    const again = await run('steps', steps, key)
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([429, 'true'])
    expect(again.body.instance).toBe(first.instance)
    expect(came().filter(line => line === 'POST /echo')).toHaveLength(1)
  })

  it('stays used where the effect was of an action that it triggered', async () => {
    const key = withKey()
    const nested = { name: 'steps', input: [write, limitedOnce('POST')] }
    problem(await run('call', nested, key), 429, 'provider-rate-limited')
    replayed(await run('call', nested, key), 429, 'provider-rate-limited')
    expect(came().filter(line => line === 'POST /echo')).toHaveLength(1)
  })

  it('stays used where a request that it did not wait for had an effect', async () => {
    const key = withKey()
    const steps = [
      { ...write, forget: true },
      { ...limitedOnce('POST'), after: 100 },
    ]
    problem(await run('steps', steps, key), 429, 'provider-rate-limited')
    replayed(await run('steps', steps, key), 429, 'provider-rate-limited')
    expect(came().filter(line => line === 'POST /echo')).toHaveLength(1)
  })

  it('stays used where something was written and nothing more could be sent', async () => {
    const key = withKey()
    const steps = [write, { ask: { endpoint: 'https://elsewhere.example/x', method: 'POST' } }]
    const first = problem(await run('steps', steps, key), 502, 'provider-unreachable')
    expect(first.retryable).toBe(false)
    replayed(await run('steps', steps, key), 502, 'provider-unreachable')
    expect(came()).toEqual(['POST /echo'])
  })

  it('is free again where it only read, or was refused', async () => {
    const key = withKey()
    const steps = [read, limitedOnce('POST')]
    expect(problem(await run('steps', steps, key), 429, 'provider-rate-limited').retryable).toBe(true)
    expect((await run('steps', steps, key)).status).toBe(200)
  })
})

describe('the key of an action without a connection', () => {
  const none = (key: object) => ({ connection: '', headers: { 'provider-config-key': 'acme', ...key } })

  it('is kept, too', async () => {
    const sending = none(withKey().headers)
    const first = await run('keep', { name: 'one' }, sending)
    const again = await run('keep', { name: 'one' }, sending)
    expect([first.text, again.text, again.headers.get('idempotent-replayed')]).toEqual(['1', '1', 'true'])
    problem(await run('keep', { name: 'two' }, sending), 422, 'idempotency-mismatch')
  })

  it('is another integration’s where that has the same', async () => {
    const { headers } = withKey()
    const other = { provider: 'acme', unique_key: 'acme-two', integration_config: { base_url: gateway.acme } }
    expect((await gateway.call('POST /integrations', { body: other })).status).toBe(200)
    expect((await run('keep', { name: 'both' }, none(headers))).text).toBe('1')
    const second = { connection: '', headers: { ...headers, 'provider-config-key': 'acme-two' } }
    expect((await run('keep', { name: 'both' }, second)).text).toBe('2')
  })
})

describe('where the answer cannot be stored', () => {
  const contact = { connection: 'crm', body: { last_name: 'Kept' } }

  it('the id of what was made is answered all the same, with a warning', async () => {
    failing = /UPDATE idempotent_answers/
    const { headers } = withKey()
    const made = await gateway.call('POST /contacts', { ...contact, headers })
    expect(made.status).toBe(201)
    expect(made.body.data.id).toBeTruthy()
    expect(made.headers.get('location')).toBe(`/contacts/${made.body.data.id}`)
    expect(made.headers.get('idempotent-replayable')).toBe('false')
    expect(made.body.warnings.map((warning: { code: string }) => warning.code)).toContain('answer-not-stored')
    failing = undefined
    // Nothing is carried out twice, also without the stored answer.
    problem(await gateway.call('POST /contacts', { ...contact, headers }), 409, 'idempotency-busy')
  })

  it('an action’s output is answered as it is, and the header says it', async () => {
    failing = /UPDATE idempotent_answers/
    const made = await run('steps', [write], withKey())
    expect([made.status, made.text, made.headers.get('idempotent-replayable')]).toEqual([200, '1', 'false'])
  })

  it('a failure stays the failure that it was', async () => {
    failing =
      /UPDATE idempotent_answers|DELETE FROM idempotent_answers WHERE environment_id = \? AND connection = \? AND key_hash = \?$/
    problem(await run('refuse', undefined, withKey()), 400, 'action-failed')
  })
})
