import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ada } from '../contract/ada.ts'
import { type Answer, pointers, problem } from '../contract/caller.ts'
import { type ActionGateway, openActions } from './gateway.ts'

let gateway: ActionGateway
let run: ActionGateway['run']
beforeAll(async () => {
  gateway = await openActions()
  run = gateway.run
})
afterAll(() => gateway?.close())
beforeEach(() => void gateway.came())

describe('the answer', () => {
  it('is what the action returned, as it is', async () => {
    for (const value of [{ a: [1, { b: null }] }, [], 'text', '', 0, 12.5, true, false, null]) {
      const answer = await run('echo', value)
      expect([answer.status, answer.text]).toEqual([200, JSON.stringify(value)])
      expect(answer.headers.get('content-type')).toBe('application/json')
    }
  })

  it('of a void action is 200 with an empty body', async () => {
    for (const name of ['nothing', 'echo']) {
      const answer = await run(name)
      expect([answer.status, answer.text]).toEqual([200, ''])
    }
  })

  it('has what the input’s schema filled in', async () => {
    const { status, body } = await run('double', { numbers: [{ value: 2 }, { value: 5 }] })
    expect([status, body]).toEqual([200, { doubled: [4, 10], unit: 'm' }])
  })

  it('takes an input that was left out for an object without members', async () => {
    expect((await run('optional')).body).toEqual({ size: 10 })
    expect((await run('optional', { size: 3 })).body).toEqual({ size: 3 })
  })
})

describe('a failure', () => {
  it('on purpose is 400 with the message and the whole payload', async () => {
    for (const imported of [false, true]) {
      const payload = { message: 'Out of stock.', item: 'lamp', left: { count: 0 } }
      const body = problem(await run('refuse', { payload, imported }), 400, 'action-failed')
      expect(body.error).toEqual({ code: 'action-failed', message: 'Out of stock.', payload })
    }
  })

  it('on purpose may have no payload', async () => {
    const body = problem(await run('refuse', {}), 400, 'action-failed')
    expect(body.error).toEqual({ code: 'action-failed', message: 'The action failed.' })
  })

  it('on purpose keeps its message without a payload that is larger than a problem repeats', async () => {
    const refuse = async (size: number) => problem(await run('refuse', { size }), 400, 'action-failed')
    // 99,900 characters and what stands around them are fewer than 100,000.
    expect((await refuse(99_900)).error.payload.text).toHaveLength(99_900)
    expect((await refuse(100_000)).error).toEqual({ code: 'action-failed', message: 'Too much.' })
  })

  it('by a plain error is 400 with its message', async () => {
    const { error } = problem(await run('break', 'error'), 400, 'action-failed')
    expect(error).toEqual({ code: 'action-failed', message: 'The warehouse is closed.' })
  })

  it('by any other mistake is 400 too, without where it was made', async () => {
    for (const [how, message] of [
      ['type-error', /^Cannot read properties of undefined/],
      ['text', /^The action threw something that is no error\.$/],
      ['bigint', /BigInt/],
    ] as const) {
      const answer = await run('break', how)
      expect(problem(answer, 400, 'action-failed').detail).toMatch(message)
      expect(answer.text).not.toMatch(/functions\/|\bat /)
    }
  })

  it('of the input’s shape is 400 with the pointer, and the action does not run', async () => {
    const numbers = [{ value: 1 }, { value: 'two' }]
    const wrong = problem(await run('double', { numbers }), 400, 'action-input-invalid')
    expect(pointers(wrong)).toEqual(['/numbers/1/value'])
    expect(wrong.detail).toContain('/numbers/1/value')
    expect(wrong.error.errors).toEqual(wrong.errors)
    expect(pointers(problem(await run('double'), 400, 'action-input-invalid'))).toEqual(['/numbers'])
    expect(pointers(problem(await run('double', null), 400, 'action-input-invalid'))).toEqual([''])
    const unknown = problem(await run('double', { numbers: [], 'a/b': 1 }), 400, 'action-input-invalid')
    expect(unknown.errors).toEqual([{ pointer: '/a~1b', code: 'unknown', detail: 'There is no such member.' }])
  })

  it('of the output’s shape is 400 and says where', async () => {
    const body = problem(await run('lie'), 400, 'action-failed')
    expect(pointers(body)).toEqual(['/items/1/count'])
    expect(body.detail).toMatch(/output is not what it declares: \/items\/1\/count/)
  })

  it('of time is 408, and what the action asked is cancelled', async () => {
    const started = Date.now()
    const body = problem(await run('wait'), 408, 'action-timeout')
    expect(body.detail).toContain('0.3 seconds')
    expect(Date.now() - started).toBeLessThan(1_500)
    expect(gateway.came()).toHaveLength(1)
    for (let tries = 0; tries < 50 && gateway.gone.length === 0; tries++) await wait(20)
    expect(gateway.gone).toEqual(['/silent'])
    problem(await run('sleep'), 408, 'action-timeout')
  })

  it('of size is 413 and names size, limit and the proxy', async () => {
    // A text as JSON has two quotation marks.
    expect((await run('large', 2_097_150)).status).toBe(200)
    const { detail } = problem(await run('large', 2_097_151), 413, 'output-too-large')
    expect(detail).toContain('2097153')
    expect(detail).toContain('2097152')
    expect(detail).toContain('/proxy')
  })
})

describe('an idempotency key', () => {
  const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })
  const ask = { endpoint: '/echo', method: 'POST', data: { a: 1 } }

  it('gets the first answer again, and the provider is asked once', async () => {
    const first = await run('ask', ask, keyed('one'))
    const again = await run('ask', ask, keyed('one'))
    expect([again.status, again.text]).toEqual([first.status, first.text])
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(gateway.came()).toHaveLength(1)
  })

  it('gets a void answer again as nothing', async () => {
    await run('nothing', undefined, keyed('void'))
    const again = await run('nothing', undefined, keyed('void'))
    expect([again.status, again.text]).toEqual([200, ''])
  })

  it('is for one input', async () => {
    await run('echo', 1, keyed('two'))
    problem(await run('echo', 2, keyed('two')), 422, 'idempotency-mismatch')
  })

  it('gets a failure again that was final', async () => {
    const first = problem(await run('refuse', undefined, keyed('three')), 400, 'action-failed')
    const again = await run('refuse', undefined, keyed('three'))
    expect([again.status, again.body.instance]).toEqual([400, first.instance])
  })
})

it('an asynchronous run is accepted, and what it returned is asked for later', async () => {
  const headers = { 'x-async': 'true' }
  const ended = async (answer: Answer): Promise<Answer> => {
    expect([answer.status, answer.body.statusUrl]).toEqual([202, `/action/${answer.body.id}`])
    const result = () => gateway.call(`GET ${answer.body.statusUrl}`)
    await expect.poll(async () => (await result()).status, { timeout: 15_000 }).not.toBe(404)
    return result()
  }
  for (const value of [{ a: [1, { b: null }] }, '', 0, false, null]) {
    const { status, text } = await ended(await run('echo', value, { headers }))
    expect([status, text]).toEqual([200, JSON.stringify(value)])
  }
  const nothing = await ended(await run('nothing', undefined, { headers }))
  expect([nothing.status, nothing.text]).toEqual([200, ''])
  const refused = await ended(await run('refuse', { payload: { message: 'No such warehouse.' } }, { headers }))
  expect([refused.status, refused.body]).toMatchObject([
    500,
    { code: 'action-failed', error: { message: 'No such warehouse.', payload: { message: 'No such warehouse.' } } },
  ])
  expect((await run('echo', 1, { headers: { 'x-async': 'false' } })).text).toBe('1')
})

describe('a provider’s failure', () => {
  it('that escapes keeps its status and body', async () => {
    const ask = (status: number) => run('ask', { endpoint: `/status/${status}` })
    const upstream = (status: number) => ({
      status,
      code: `E${status}`,
      message: `said ${status}`,
      body: { problem: { code: `E${status}`, text: `said ${status}` }, hint: 'look' },
    })
    for (const [theirs, ours, code] of [
      [400, 422, 'provider-rejected'],
      [401, 424, 'connection-needs-reconnect'],
      [403, 403, 'provider-forbidden'],
      [404, 404, 'record-not-found'],
      [418, 409, 'conflict'],
      [429, 429, 'provider-rate-limited'],
      [500, 502, 'provider-failed'],
    ] as const) {
      const body = problem(await ask(theirs), ours, code)
      expect(body).toMatchObject({ source: 'provider', provider: 'acme' })
      expect(body.upstream).toEqual(upstream(theirs))
    }
  })

  it('keeps no body that is larger than a problem repeats', async () => {
    const { upstream } = problem(await run('ask', { endpoint: '/huge-failure' }), 422, 'provider-rejected')
    expect(upstream).toEqual({ status: 400, code: 'E400' })
  })

  it('can be caught', async () => {
    const { status, body } = await run('catch', '/status/404')
    const data = { problem: { code: 'E404', text: 'said 404' }, hint: 'look' }
    expect([status, body]).toEqual([200, { status: 404, data, message: 'Request failed with status code 404' }])
  })

  it('to answer in time is 504', async () => {
    problem(await run('ask', { endpoint: '/silent' }), 504, 'provider-timeout')
  })
})

describe('what is not there', () => {
  it('is 404: connection, integration, action', async () => {
    problem(await run('echo', 1, { connection: 'nobody' }), 404, 'connection-not-found')
    const elsewhere = { headers: { 'provider-config-key': 'nothing' } }
    problem(await run('echo', 1, elsewhere), 404, 'integration-not-found')
    problem(await run('no-such-action', 1), 404, 'action-not-found')
    for (const name of ['constructor', '__proto__', 'toString']) problem(await run(name, 1), 404, 'action-not-found')
  })

  it('is 404 for a connection of another integration', async () => {
    const crossed = { headers: { 'provider-config-key': 'crm' } }
    problem(await run('echo', 1, crossed), 404, 'connection-not-found')
  })

  it('is 404 for the action of another provider', async () => {
    const crm = { connection: 'crm', headers: { 'provider-config-key': 'crm' } }
    problem(await run('echo', 1, crm), 404, 'action-not-found')
    problem(await run('list-contacts'), 404, 'action-not-found')
  })

  it('answers for another environment as if it were not there', async () => {
    const { key } = await gateway.tenant()
    const headers = { 'x-request-id': 'the-same-request' }
    const foreign = await run('echo', 1, { key, headers })
    problem(foreign, 404, 'integration-not-found')
    const absent = { key, connection: 'nobody', headers: { ...headers, 'provider-config-key': 'nothing' } }
    expect(foreign.text).toBe((await run('echo', 1, absent)).text)
  })

  it('is said of a request that names neither, or no action', async () => {
    const body = { action_name: 'echo' }
    problem(await gateway.call('POST /action/trigger', { body }), 400, 'bad-parameter')
    problem(await gateway.call('POST /action/trigger', { connection: 'main', body: {} }), 422, 'invalid-field')
    problem(await run('not/a/name'), 422, 'invalid-field')
    problem(await gateway.call('POST /action/trigger', { connection: 'main', body: '{' }), 400, 'malformed-json')
  })
})

describe('a key', () => {
  it('needs the scope', async () => {
    const { key } = await gateway.keyWith('records:write', 'proxy')
    const body = problem(await run('echo', 1, { key }), 403, 'forbidden')
    expect(body.detail).toContain('`actions:execute`')
    problem(await run('echo', 1, { key: null }), 401, 'unauthenticated')
    const allowed = await gateway.keyWith('actions:execute')
    expect((await run('echo', 1, { key: allowed.key })).body).toBe(1)
  })
})

describe('an action without a connection', () => {
  const none = { connection: '' }

  it('runs where it says so', async () => {
    const { status, body } = await run('open', { ask: false }, none)
    expect([status, body]).toEqual([200, { connection: '', key: 'acme' }])
    const named = await run('open', { ask: false })
    expect(named.body).toEqual({ connection: 'main', key: 'acme' })
  })

  it('does not run otherwise', async () => {
    problem(await run('echo', 1, none), 404, 'connection-not-found')
  })

  it('cannot reach the provider', async () => {
    const body = problem(await run('open', { ask: true }, none), 400, 'action-failed')
    expect(body.detail).toBe('The action runs without a connection and cannot reach the provider.')
    expect(gateway.came()).toEqual([])
  })
})

describe('actions that trigger actions', () => {
  it('get the answer, of another integration too', async () => {
    expect((await run('call', { name: 'optional', input: {} })).body).toEqual({ answered: { size: 10 } })
    expect((await run('call', { name: 'nothing' })).body).toEqual({})
    const input = { id: '1001', fields: ['name'] }
    const crossed = await run('call', { integration: 'crm', connection: 'crm', name: 'get-contact', input })
    expect(crossed.body).toEqual({ answered: { data: { id: '1001', name: 'Ada Lovelace' }, warnings: [] } })
  })

  it('end with the failure of what they triggered', async () => {
    const payload = { message: 'No.', why: 7 }
    const refused = problem(await run('call', { name: 'refuse', input: { payload } }), 400, 'action-failed')
    expect(refused.error).toEqual({ code: 'action-failed', message: 'No.', payload })
    const nested = await run('call', { name: 'ask', input: { endpoint: '/status/404' } })
    expect(problem(nested, 404, 'record-not-found').upstream.status).toBe(404)
    problem(await run('call', { name: 'nowhere' }), 404, 'action-not-found')
    problem(await run('call', { name: 'echo', connection: 'nobody' }), 404, 'connection-not-found')
    problem(await run('call', { name: 'wait' }), 408, 'action-timeout')
  })

  it('are themselves at fault for a wrong input', async () => {
    const body = problem(await run('call', { name: 'double', input: { numbers: 1 } }), 400, 'action-failed')
    expect(body.detail).toMatch(/^The action "double" refused its input: \/numbers: /)
    expect(body).not.toHaveProperty('errors')
  })

  it('may not go round in a circle', async () => {
    const self = { name: 'call', input: { name: 'call', input: {} } }
    expect(problem(await run('call', self), 400, 'action-failed').detail).toMatch(/cycle/)
  })

  it('stand 16 deep at most', async () => {
    const connections = Array.from({ length: 16 }, (_, i) => `depth-${i}`)
    for (const connection of connections) await gateway.connectAcme(connection)
    expect((await run('descend', connections.slice(0, 15))).body).toBe(16)
    expect(problem(await run('descend', connections), 400, 'action-failed').detail).toMatch(/More than 16/)
  })
})

describe('every verb is an action', () => {
  const verb = (name: string, input?: unknown) =>
    run(name, input, { connection: 'crm', headers: { 'provider-config-key': 'crm' } })

  it('get', async () => {
    const { status, body } = await verb('get-contact', { id: '1001', fields: ['title', 'emails'] })
    expect([status, body]).toEqual([200, { data: { id: '1001', title: 'Engineer', emails: ada.emails }, warnings: [] }])
    problem(await verb('get-contact', { id: '404404' }), 404, 'record-not-found')
    expect(pointers(problem(await verb('get-contact'), 400, 'action-input-invalid'))).toEqual(['/id'])
  })

  it('list, page by page', async () => {
    const first = await verb('list-contacts', { limit: 2, fields: ['name'] })
    expect(first.body).toEqual({
      data: [
        { id: '1001', name: 'Ada Lovelace' },
        { id: '1002', name: 'Grace Hopper' },
      ],
      next_cursor: expect.any(String),
      warnings: [],
    })
    const next = { limit: 2, fields: ['name'], cursor: first.body.next_cursor }
    expect((await verb('list-contacts', next)).body.data[0].id).toBe('1003')
    expect((await verb('list-contacts')).body.data).toHaveLength(50)
    const filtered = await verb('list-contacts', { filter: { email: 'ada@analytical-engines.example' } })
    expect(filtered.body.data.map(({ id }: { id: string }) => id)).toEqual(['1001'])
    const wrong = problem(await verb('list-contacts', { filter: { shoe_size: '38' } }), 400, 'action-input-invalid')
    expect(pointers(wrong)).toEqual(['/filter/shoe_size'])
  })

  it('create, update and delete', async () => {
    const made = await verb('create-contact', { first_name: 'Kay', last_name: 'McNulty' })
    expect(made.body).toMatchObject({ data: { name: 'Kay McNulty' }, warnings: [] })
    const { id } = made.body.data
    const changed = await verb('update-contact', {
      id,
      title: 'Programmer',
      pass_through: { properties: { fax: '7' } },
    })
    expect(changed.body.data).toMatchObject({ id, title: 'Programmer', phone_numbers: [{ number: '7', type: 'fax' }] })
    const gone = await verb('delete-contact', { id })
    expect([gone.status, gone.text]).toEqual([200, ''])
    problem(await verb('get-contact', { id }), 404, 'record-not-found')
    const wrong = problem(await verb('create-contact', { shoe_size: 38 }), 400, 'action-input-invalid')
    expect(pointers(wrong)).toEqual(['/shoe_size'])
  })

  it('needs a connection', async () => {
    const none = { connection: '', headers: { 'provider-config-key': 'crm' } }
    problem(await run('list-contacts', {}, none), 404, 'connection-not-found')
  })
})
