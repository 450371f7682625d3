import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { problem } from '../contract/caller.ts'
import { methods, type Opened, open } from './open.ts'

let opened: Opened
/** A healthy connection to HubSpot; what is to fail is asked for before each call. */
let connection: string
beforeAll(async () => {
  opened = await open({ KOINE_PROVIDER_TIMEOUT: '10' })
})
beforeEach(async () => {
  opened.sandbox.reset()
  connection = await opened.connectTo('hubspot')
})
afterAll(() => opened.close())

const call = (request: string, body?: unknown) => opened.call(request, { connection, body })
const list = () => call('GET /contacts?limit=2')
const create = () => call('POST /contacts', { last_name: 'Once' })
/** Milliseconds between one request and the next. */
const pauses = () => {
  const times = opened.sandbox.requests.map(({ at }) => at)
  return times.slice(1).map((at, i) => at - times[i]!)
}

describe('what may be carried out twice is tried again', () => {
  it.each(['reset', 'answer-lost', 'reset-in-body', 'cut-short', 'rate-limited', 'server-error', 'bad-gateway'])(
    '%s: twice, after pauses that grow and are random',
    async fault => {
      await opened.next(fault, { times: 2 })
      expect((await list()).status).toBe(200)
      expect(pauses()).toHaveLength(2)
      // Full jitter of 250 and 500 ms; the rest is for a machine that has others to serve.
      expect(pauses()[0]).toBeLessThan(250 + 500)
      expect(pauses()[1]).toBeLessThan(500 + 500)
    },
  )

  it('not a third time', async () => {
    await opened.next('server-error', { times: 3 })
    problem(await list(), 502, 'provider-failed')
    expect(opened.seen()).toHaveLength(3)
  })

  it.each([
    ['html', 502],
    ['truncated', 502],
    ['refused-200', 422],
    ['redirect', 502],
    ['gzip-bomb', 502],
  ])('%s: not at all, it would be the same again', async (fault, status) => {
    await opened.next(fault)
    expect((await call('GET /contacts/1001')).status).toBe(status)
    expect(opened.seen()).toHaveLength(1)
  })

  it('a page of a list that is asked for by POST too', async () => {
    await opened.next('reset', { method: 'POST', path: '/crm/v3/objects/contacts/search' })
    expect((await call('GET /contacts?filter[email]=ada@analytical-engines.example')).body.data).toHaveLength(1)
    expect(methods(opened.seen())).toEqual(['POST', 'POST'])
  })
})

describe('a pause that the provider asks for', () => {
  it.each(['rate-limited-seconds', 'rate-limited-budget'])('%s: is kept', async fault => {
    await opened.next(`${fault}=1`)
    expect((await list()).status).toBe(200)
    const [pause] = pauses()
    expect(pause).toBeGreaterThanOrEqual(990)
    expect(pause).toBeLessThan(2_500)
  })

  it('as a date, to the second', async () => {
    await opened.next('rate-limited-date=2')
    expect((await list()).status).toBe(200)
    const [pause] = pauses()
    expect(pause).toBeGreaterThanOrEqual(990)
    expect(pause).toBeLessThan(3_500)
  })

  it.each([
    ['rate-limited-seconds', 120],
    ['rate-limited-date', 120],
    ['rate-limited-budget', 120],
  ])('%s: one that is too long is passed on at once', async (fault, seconds) => {
    await opened.next(`${fault}=${seconds}`)
    const started = performance.now()
    const answer = await list()
    expect(performance.now() - started).toBeLessThan(1_000)
    const body = problem(answer, 429, 'provider-rate-limited')
    expect(body.retry_after).toBeGreaterThanOrEqual(seconds - 1)
    expect(body.retry_after).toBeLessThanOrEqual(seconds)
    expect(answer.headers.get('retry-after')).toBe(String(body.retry_after))
    expect(opened.seen()).toHaveLength(1)
  })
})

describe('a create', () => {
  it.each([
    'reset',
    'answer-lost',
    'reset-in-body',
    'cut-short',
    'rate-limited',
    'rate-limited-seconds=1',
    'server-error',
    'bad-gateway',
  ])('%s: is never sent twice', async fault => {
    await opened.next(fault, { method: 'POST' })
    expect((await create()).status).toBeGreaterThanOrEqual(400)
    expect(methods(opened.seen())).toEqual(['POST'])
  })

  it('that is done is answered as done, also where it cannot be read back', async () => {
    await opened.next('server-error', { method: 'GET', times: 3 })
    const { status, body, headers } = await create()
    expect(status).toBe(201)
    expect(body.warnings).toMatchObject([{ record: body.data.id, code: 'not-read-back' }])
    expect(headers.get('location')).toBe(`/contacts/${body.data.id}`)
    expect(methods(opened.seen())).toEqual(['POST', 'GET', 'GET', 'GET'])
  })
})

describe('an update', () => {
  it('by PATCH is not sent twice', async () => {
    await opened.next('answer-lost', { method: 'PATCH' })
    problem(await call('PATCH /contacts/1001', { title: 'Once' }), 502, 'provider-unreachable')
    expect(methods(opened.seen())).toEqual(['PATCH'])
  })

  it('by PUT may be', async () => {
    connection = await opened.connectTo('attio')
    const [{ id }] = (await call('GET /contacts?limit=1&fields=id')).body.data
    opened.seen()
    await opened.next('answer-lost', { provider: 'attio', method: 'PUT' })
    expect(await call(`PATCH /contacts/${id}`, { title: 'Twice' })).toMatchObject({
      status: 200,
      body: { data: { title: 'Twice' } },
    })
    expect(methods(opened.seen()).filter(method => method === 'PUT')).toHaveLength(2)
  })
})

describe('a delete that was carried out while its answer was lost', () => {
  it.each(['hubspot', 'salesforce', 'pipedrive', 'attio'])('%s: ends as done', async provider => {
    connection = await opened.connectTo(provider)
    const [{ id }] = (await call('GET /contacts?limit=1&fields=id')).body.data
    opened.seen()
    await opened.next('answer-lost', { provider, method: 'DELETE' })
    expect((await call(`DELETE /contacts/${id}`)).status).toBe(204)
    expect(methods(opened.seen())).toEqual(['DELETE', 'DELETE'])
    problem(await call(`GET /contacts/${id}`), 404, 'record-not-found')
  })
})
