import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { problem } from '../contract/caller.ts'
import { listen } from '../support/gateway.ts'
import { type NangoServer, startNango } from '../support/nango-server.ts'
import { type BackendGateway, openGateway } from './gateway.ts'
import { createPeople, viaFiles } from './people.ts'

const KEY = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
const { actions, inputs } = createPeople()
let provider: Awaited<ReturnType<typeof listen>>
let nango: NangoServer
let gateway: BackendGateway
const to = { integration: 'crm', connection: 'customer-1' }
const paths = () => nango.came().map(({ method, path }) => `${method} ${path.split('?')[0]}`)

beforeAll(async () => {
  provider = await listen(createHubspot().app.fetch)
  nango = await startNango({
    key: KEY,
    integrations: {
      crm: {
        provider: 'hubspot',
        address: provider.url,
        connections: { 'customer-1': 'sandbox-hubspot-token' },
        actions,
      },
      bare: { provider: 'hubspot', address: provider.url, connections: { 'customer-1': 'sandbox-hubspot-token' } },
    },
  })
  gateway = await openGateway(viaFiles)
  for (const name of ['crm', 'bare']) await gateway.integrate(name, { type: 'nango', host: nango.url, api_key: KEY })
})
afterAll(async () => {
  await gateway?.close()
  await nango?.close()
  await provider?.close()
})
beforeEach(() => {
  nango.answer()
  nango.documented = false
  nango.came()
  inputs.length = 0
})

describe('a verb that is a backend’s action', () => {
  it('lists, page by page, in our words', async () => {
    const { body } = await gateway.must('GET /contacts?limit=2&raw=true', to)
    expect(body.data).toEqual([
      {
        id: 'p1',
        first_name: 'Ada',
        last_name: 'Lovelace',
        emails: [{ email: 'ada@example.com' }],
        updated_at: '2026-01-01T00:00:00.000Z',
        raw: expect.objectContaining({ given: 'Ada' }),
      },
      {
        id: 'p2',
        first_name: 'Alan',
        emails: [{ email: 'alan@example.com' }],
        phone_numbers: [{ number: '+44 1', type: 'mobile' }],
        updated_at: '2026-01-02T00:00:00.000Z',
        raw: expect.objectContaining({ given: 'Alan' }),
      },
    ])
    const next = await gateway.must(`GET /contacts?limit=2&cursor=${body.next_cursor}`, to)
    expect(next.body).toMatchObject({ data: [{ id: 'p3' }], next_cursor: null })
    expect(inputs).toEqual([
      ['find-people', { page: { size: 2 } }],
      ['find-people', { page: { size: 2, after: '2' } }],
    ])
    expect(paths()).toEqual(['POST /action/trigger', 'POST /action/trigger'])
  })

  it('takes the filters that it carries; the others, and sorts, go over the provider’s own list', async () => {
    const own = await gateway.must('GET /contacts?filter[email]=grace@example.com', to)
    expect(own.body.data.map((c: { id: string }) => c.id)).toEqual(['p3'])
    expect(inputs).toEqual([['find-people', { page: { size: 50 }, where: { mail: 'grace@example.com' } }]])
    const theirs = await gateway.must('GET /contacts?filter[company_id]=9001&limit=1', to)
    expect(theirs.body.data[0]).toMatchObject({ id: '1001', company_id: '9001' })
    await gateway.must('GET /contacts?sort[by]=created_at&limit=1', to)
    const search = 'POST /proxy/crm/v3/objects/contacts/search'
    expect(paths()).toEqual(['POST /action/trigger', search, search])
    // A walk that began over the provider's list goes on there.
    await gateway.must(`GET /contacts?cursor=${theirs.body.next_cursor}`, to)
    expect(paths()).toEqual([search])
  })

  it('gets a record, whole or in part', async () => {
    const { body } = await gateway.must('GET /contacts/p2?fields=emails', to)
    expect(body).toEqual({ data: { id: 'p2', emails: [{ email: 'alan@example.com' }] }, warnings: [] })
    expect(inputs).toEqual([['read-person', { key: 'p2' }]])
    problem(await gateway.call('GET /contacts/p2?fields=shoes', to), 422, 'unsupported-field')
  })

  it('creates, with the record where the mapping puts it', async () => {
    const made = await gateway.must('POST /contacts', {
      ...to,
      body: {
        first_name: 'Emmy',
        emails: [{ email: 'emmy@example.com' }],
        phone_numbers: [{ number: '+49 2', type: 'mobile' }],
        pass_through: { phones: { desk: '+49 1' } },
      },
    })
    expect([made.status, made.headers.get('location')]).toEqual([201, expect.stringMatching(/\/contacts\/p\d$/)])
    expect(made.body.data).toMatchObject({ first_name: 'Emmy', emails: [{ email: 'emmy@example.com' }] })
    expect(inputs).toEqual([
      ['add-person', { person: { given: 'Emmy', mail: 'emmy@example.com', phones: { hand: '+49 2', desk: '+49 1' } } }],
    ])
  })

  it('changes what was sent beside the id, and reads the whole record back', async () => {
    const { body } = await gateway.must('PATCH /contacts/p3', { ...to, body: { first_name: 'G.', last_name: null } })
    expect(body).toEqual({
      data: {
        id: 'p3',
        first_name: 'G.',
        emails: [{ email: 'grace@example.com' }],
        updated_at: '2026-01-03T00:00:00.000Z',
      },
      warnings: [],
    })
    expect(inputs).toEqual([
      ['change-person', { key: 'p3', given: 'G.', family: null }],
      ['read-person', { key: 'p3' }],
    ])
  })

  it('asks for no change that is none, and answers the record', async () => {
    const { body } = await gateway.must('PATCH /contacts/p1', { ...to, body: {} })
    expect(body.data).toMatchObject({ id: 'p1', first_name: 'Ada' })
    expect(inputs).toEqual([['read-person', { key: 'p1' }]])
  })

  it('refuses what the action cannot hold, before it is triggered', async () => {
    for (const body of [{ title: 'Dr' }, { emails: [{ email: 'a@b.example' }, { email: 'c@d.example' }] }])
      problem(await gateway.call('POST /contacts', { ...to, body }), 422, 'invalid-field')
    expect(nango.came()).toEqual([])
  })

  it('deletes, whatever nothing looks like', async () => {
    for (const documented of [false, true]) {
      nango.documented = documented
      const { body } = await gateway.must('POST /contacts', { ...to, body: { first_name: 'Gone' } })
      expect((await gateway.call(`DELETE /contacts/${body.data.id}`, to)).status).toBe(204)
      problem(await gateway.call(`GET /contacts/${body.data.id}`, to), 404, 'record-not-found')
    }
  })

  it('is logged with the request that triggered it, and nothing that was said', async () => {
    await gateway.must('GET /contacts?filter[email]=grace@example.com', to)
    const { body } = await gateway.must('GET /logs?limit=2')
    const [request, call] = body.data
    expect(call).toMatchObject({ kind: 'call', name: 'list-contacts', integration: 'crm', status: 200 })
    expect(request).toMatchObject({ kind: 'request', parent: call.id, status: 200 })
    expect(request.name).toMatch(/^POST 127\.0\.0\.1:\d+\/action\/trigger$/)
  })
})

describe('an action that fails there', () => {
  const envelope = (code: string, message?: string, more: object = {}) => ({
    error: { code, ...(message !== undefined && { message }), ...more },
  })
  const create = () => gateway.call('POST /contacts', { ...to, body: { emails: [{ email: 'taken@example.com' }] } })

  it('on purpose keeps its message and payload, in either dialect', async () => {
    for (const documented of [false, true]) {
      nango.documented = documented
      const body = problem(await create(), 400, 'action-failed')
      expect(body.detail).toBe('The address is taken.')
      expect(body.error.payload).toEqual({ message: 'The address is taken.', field: 'mail', tries: [1, 2] })
    }
  })

  it('with the provider’s own failure is judged as the provider’s', async () => {
    const body = problem(await gateway.call('DELETE /contacts/p99', to), 404, 'record-not-found')
    expect(body.upstream).toMatchObject({ status: 404, code: 'OBJECT_NOT_FOUND', message: 'resource not found' })
    const escaped = (status: number, said: object, headers: object = {}) =>
      nango.answer({
        status: 424,
        body: envelope('script_http_error', undefined, { payload: said, upstream: { status, headers, body: said } }),
      })
    escaped(429, { category: 'RATE_LIMITS' }, { 'retry-after': '7' })
    expect(problem(await create(), 429, 'provider-rate-limited').retry_after).toBe(7)
    escaped(409, { category: 'CONFLICT', message: 'Contact already exists' })
    expect(problem(await create(), 409, 'conflict').upstream.message).toBe('Contact already exists')
    escaped(403, { category: 'MISSING_SCOPES' })
    problem(await create(), 403, 'scope-missing')
    escaped(401, { category: 'EXPIRED_AUTHENTICATION' })
    problem(await create(), 424, 'connection-needs-reconnect')
    escaped(503, {})
    problem(await create(), 502, 'provider-failed')
  })

  const bug = (message: string) =>
    envelope('script_internal_error', undefined, {
      payload: { name: 'TypeError', code: 'x', message, stacktrace: ['at planted-file.js:1'] },
    })
  it.each([
    [500, bug('x is not a function'), 400, 'action-failed'],
    [500, bug('Output size is too large: 3000000 bytes. Maximum allowed size is 2 (2MB)'), 413, 'output-too-large'],
    [400, envelope('script_output_too_large', 'Too large'), 413, 'output-too-large'],
    [500, envelope('script_network_error', 'connect ECONNREFUSED'), 502, 'provider-unreachable'],
    [424, envelope('script_api_rate_limit_error', 'Slow down'), 429, 'provider-rate-limited'],
    [
      500,
      envelope('action_script_failure', 'The action script failed with an error: Task expired', {
        payload: { error: 'Task 7c9e expired', payload: { reason: 'startedToCompletedTimeoutSecs_exceeded' } },
      }),
      408,
      'action-timeout',
    ],
    [400, envelope('action_failure', 'Failed to perform the action', { payload: {} }), 502, 'provider-failed'],
    [410, envelope('script_aborted', 'Aborted'), 400, 'action-failed'],
    [500, envelope('function_runtime_out_of_memory', 'Out of memory'), 400, 'action-failed'],
    [500, envelope('function_runtime_timed_out', 'Timed out'), 408, 'action-timeout'],
    [500, envelope('execution_timeout', 'Timed out'), 408, 'action-timeout'],
    [500, envelope('internal_server_error', 'Failed to run action'), 502, 'provider-failed'],
    [404, envelope('disabled_resource', 'The action is disabled'), 404, 'action-not-found'],
    [
      403,
      envelope('forbidden', 'Insufficient scope. Required: environment:actions:execute'),
      403,
      'provider-forbidden',
    ],
    [429, { error: { code: 'too_many_request', method: 'POST', path: '/' } }, 429, 'provider-rate-limited'],
    [408, envelope('action_timeout', 'The action timed out'), 408, 'action-timeout'],
    [413, undefined, 413, 'output-too-large'],
    [503, undefined, 502, 'provider-failed'],
  ])('%i %j is %i %s', async (there, body, status, code) => {
    nango.answer({ status: there, body })
    const answer = await create()
    problem(answer, status, code)
    expect(answer.text).not.toContain('planted-file')
  })

  it('with names that it does not know', async () => {
    for (const documented of [false, true]) {
      nango.documented = documented
      const nobody = { integration: 'crm', connection: 'nobody' }
      problem(await gateway.call('GET /contacts', nobody), 404, 'connection-not-found')
      problem(await gateway.call('GET /contacts', { ...to, integration: 'bare' }), 404, 'action-not-found')
    }
  })

  it('with an output that is no list, or no JSON', async () => {
    nango.answer({ status: 200, body: { found: { people: 'none' } } })
    problem(await gateway.call('GET /contacts', to), 502, 'provider-answer-unreadable')
    nango.answer({ status: 200, body: { found: { people: [{ key: 'p1' }, 7] } } })
    const { body } = await gateway.must('GET /contacts', to)
    expect(body).toMatchObject({ data: [{ id: 'p1' }], warnings: [{ code: 'unreadable' }] })
  })

  it('again and again, without closing the way to the others', async () => {
    nango.answer({ status: 500, body: bug('x') })
    for (let n = 0; n < 10; n++) await create()
    nango.answer()
    await gateway.must('GET /contacts/p1', to)
    await gateway.must('GET /contacts?filter[company_id]=9001&limit=1', to)
  })
})
