// Chunks of a provider that names each result by a key or an id: over its imitation and its specification.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import type { BatchItem } from '../../src/records/write-chunk.ts'
import { hubspot as deviations } from '../support/deviations.ts'
import { specification } from '../support/evidence.ts'
import { type Chunks, openChunks } from './chunks.ts'

const SPECIFICATIONS = ['crm-contacts.v3.json', 'crm-companies.v3.json', 'crm-deals.v3.json']
const TOKEN = 'sandbox-hubspot-token'
const CUSTOM = { field_mappings: { companies: { 'custom_fields.fleet': 'properties.fleet_size' } } }

let hubspot: Chunks
let custom: Chunks
beforeAll(async () => {
  const specs = () => ({ specs: SPECIFICATIONS.map(file => specification<object>('hubspot', file)), ...deviations })
  const setup = { provider: 'hubspot', credentials: { type: 'OAUTH2', access_token: TOKEN } }
  hubspot = await openChunks(setup, createHubspot(), specs)
  custom = await openChunks({ ...setup, metadata: CUSTOM }, createHubspot(), specs)
})
afterAll(async () => {
  await hubspot.close()
  await custom.close()
})
beforeEach(() => {
  hubspot.reset()
  custom.reset()
})
const calls = () => hubspot.seen.map(({ at }) => at.replace('/crm/v3/objects/', ''))

const company = (n: number): BatchItem => ({ input: { name: `Works ${n}`, domain: `works-${n}.example` } })
const companies = (count: number) => Array.from({ length: count }, (_, n) => company(n))
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, n) => n + from)
const unreadable = { ok: false, failure: { code: 'provider-answer-unreadable' } }

describe('a plan', () => {
  it.each([
    [1, [{ alone: 0 }]],
    [2, [{ chunk: [0, 1] }]],
    [100, [{ chunk: upTo(100) }]],
    [101, [{ chunk: upTo(100) }, { alone: 100 }]],
    [250, [{ chunk: upTo(100) }, { chunk: upTo(100, 100) }, { chunk: upTo(50, 200) }]],
  ])('of %i records', async (count, steps) => {
    expect(await hubspot.plan('companies', 'create', companies(count))).toEqual({ ok: true, value: steps })
    expect(hubspot.seen).toEqual([])
  })

  it('sends alone what a hook writes, what changes nothing, and what cannot be mapped', async () => {
    const items: BatchItem[] = [
      { id: '1001', input: { title: 'Countess' } },
      { id: '1002', input: { company_id: '9001' } },
      { id: '1003', input: {} },
      { id: '1004', input: { birthday: '1912-06-23' } },
      { id: '1005', input: { title: 'Rear admiral' } },
    ]
    const steps = [{ alone: 1 }, { alone: 2 }, { alone: 3 }, { chunk: [0, 4] }]
    expect(await hubspot.plan('contacts', 'update', items)).toEqual({ ok: true, value: steps })
  })

  it('never has a record twice in a chunk, and keeps the order of its changes', async () => {
    const items = ['1001', '1002', '1001', '1003', '1003'].map(id => ({ id, input: { title: 'Analyst' } }))
    const steps = [{ chunk: [0, 1] }, { chunk: [2, 3] }, { alone: 4 }]
    expect(await hubspot.plan('contacts', 'update', items)).toEqual({ ok: true, value: steps })
    const byHook: BatchItem[] = [...items.slice(0, 2), { id: '1001', input: { company_id: '9001' } }]
    expect(await hubspot.plan('contacts', 'update', byHook)).toEqual({
      ok: true,
      value: [{ chunk: [0, 1] }, { alone: 2 }],
    })
  })

  it('sends alone an id that could be read as several', async () => {
    const items = ['1001,1002', '1003', '1004'].map(id => ({ id }))
    expect(await hubspot.plan('contacts', 'delete', items)).toEqual({
      ok: true,
      value: [{ alone: 0 }, { chunk: [1, 2] }],
    })
  })

  it('fails for a model that the provider has not', async () => {
    expect(await hubspot.plan('invoices', 'create', companies(2))).toMatchObject({
      failure: { code: 'unsupported-verb' },
    })
  })
})

describe('creates', () => {
  it.each([2, 100])('%i records in one request, each answered whole', async count => {
    const made = await hubspot.results('companies', 'create', companies(count))
    expect(calls()).toEqual(['POST companies/batch/create', 'POST companies/batch/read'])
    expect(made).toHaveLength(count)
    for (const [n, one] of made.entries())
      expect(one).toEqual({
        ok: true,
        value: {
          data: {
            id: expect.stringMatching(/^\d+$/),
            name: `Works ${n}`,
            domain: `works-${n}.example`,
            websites: [{ url: `works-${n}.example` }],
            created_at: expect.any(String),
            updated_at: expect.any(String),
          },
          warnings: [],
        },
      })
    expect(hubspot.violations).toEqual([])
  })

  it('those that are refused have a problem of their own, and the others are made', async () => {
    const items = [
      { input: { first_name: 'Ada', emails: [{ email: 'ada@analytical-engines.example' }] } },
      { input: { first_name: 'New', emails: [{ email: 'new@example.com' }] } },
      { input: { first_name: 'Wrong', emails: [{ email: 'nowhere' }] } },
      { input: { first_name: 'Unmapped', birthday: '1912-06-23' } },
      { input: { first_name: 'Placed', company_id: '9001' } },
    ]
    expect(await hubspot.results('contacts', 'create', items)).toMatchObject([
      { ok: false, failure: { code: 'conflict', upstream: { code: 'CONFLICT' } } },
      { ok: true, value: { data: { first_name: 'New' }, warnings: [] } },
      {
        ok: false,
        failure: { code: 'provider-rejected', upstream: { message: expect.stringContaining('INVALID_EMAIL') } },
      },
      { ok: false, failure: { code: 'invalid-field', errors: [{ pointer: '/birthday', code: 'not-supported' }] } },
      { ok: true, value: { data: { first_name: 'Placed', company_id: '9001' }, warnings: [] } },
    ])
    expect(hubspot.violations).toEqual([])
  })

  it('says which fields of a deal are not read back, and writes them all the same', async () => {
    const items = [{ input: { name: 'One', company_id: '9001' } }, { input: { name: 'Two', contact_id: '1001' } }]
    const made = await hubspot.results('deals', 'create', items)
    const unread = (field: string) => expect.objectContaining({ field, code: 'not-read-back' })
    expect(made).toMatchObject([
      { value: { data: { name: 'One' }, warnings: [unread('company_id'), unread('contact_id')] } },
      { value: { data: { name: 'Two' }, warnings: [unread('company_id'), unread('contact_id')] } },
    ])
    const [first] = made
    const id = first !== 'alone' && first?.ok ? first.value.data?.id : undefined
    expect((await hubspot.gateway.call(`GET /deals/${id}`)).body.data).toMatchObject({
      name: 'One',
      company_id: '9001',
    })
    expect(hubspot.violations).toEqual([])
  })

  it('carries a customer’s own fields and what is passed through, each in its record', async () => {
    const items = [
      { input: { name: 'Fleet', custom_fields: { fleet: '7' } } },
      { input: { name: 'Passed' }, passThrough: { properties: { fleet_size: '8' } } },
    ]
    expect(await custom.results('companies', 'create', items)).toMatchObject([
      { value: { data: { name: 'Fleet', custom_fields: { fleet: '7' } } } },
      { value: { data: { name: 'Passed', custom_fields: { fleet: '8' } } } },
    ])
  })
})

describe('updates and deletes', () => {
  it('changes 100 records, each its own', async () => {
    const items = upTo(100, 1001).map(id => ({ id: String(id), input: { title: `Title ${id}` } }))
    const changed = await hubspot.results('contacts', 'update', items)
    expect(calls()).toEqual(['POST contacts/batch/update', 'POST contacts/batch/read'])
    expect(changed.map(one => one !== 'alone' && one.ok && [one.value.data?.id, one.value.data?.title])).toEqual(
      items.map(({ id, input }) => [id, input.title]),
    )
    expect(hubspot.violations).toEqual([])
  })

  it('a record that is not there is not found; the others are changed', async () => {
    const items = ['1001', '404404', '1002'].map(id => ({ id, input: { title: 'Analyst' } }))
    expect(await hubspot.results('contacts', 'update', items)).toMatchObject([
      { ok: true, value: { data: { id: '1001', title: 'Analyst' } } },
      { ok: false, failure: { code: 'record-not-found' } },
      { ok: true, value: { data: { id: '1002', title: 'Analyst' } } },
    ])
  })

  it('archives several in one request', async () => {
    const items = upTo(100, 1001).map(id => ({ id: String(id) }))
    const gone = { ok: true, value: { data: null, means: 'archived', warnings: [] } }
    expect(await hubspot.results('contacts', 'delete', items)).toEqual(items.map(() => gone))
    expect(calls()).toEqual(['POST contacts/batch/archive'])
    expect((await hubspot.gateway.call('GET /contacts/1001')).status).toBe(404)
    expect(hubspot.violations).toEqual([])
  })

  it('leaves to the single verb what a chunk cannot carry, also where nobody planned it', async () => {
    const items: BatchItem[] = [
      { id: '1001', input: { title: 'Countess' } },
      { id: '1002', input: { company_id: '9001' } },
    ]
    expect(await hubspot.results('contacts', 'update', items)).toMatchObject([{ ok: true }, 'alone'])
    expect(JSON.stringify(hubspot.seen[0]?.body)).not.toContain('1002')
  })
})

describe('a chunk as a whole', () => {
  const answers = (status: number, body: unknown, at = 'batch/create') => {
    hubspot.answer(call => (call.includes(at) ? Response.json(body, { status }) : undefined))
  }

  it.each([
    [400, { status: 'error', category: 'VALIDATION_ERROR', message: 'No' }, 'provider-rejected'],
    [409, { status: 'error', category: 'CONFLICT', message: 'Twice' }, 'conflict'],
    [413, {}, 'provider-rejected'],
  ])('refused with %i, it was not written, and its records may go alone', async (status, body, code) => {
    answers(status, body)
    const { outcome, hadEffect } = await hubspot.send('companies', 'create', companies(3))
    expect(outcome).toMatchObject({ type: 'refused', failure: { code } })
    expect(hadEffect).toBe(false)
  })

  it.each([
    [401, {}, 'connection-needs-reconnect', false],
    [403, { category: 'MISSING_SCOPES' }, 'scope-missing', false],
    [429, { errorType: 'RATE_LIMIT' }, 'provider-rate-limited', false],
    [500, {}, 'provider-failed', true],
    [200, { status: 'error', category: 'VALIDATION_ERROR' }, 'provider-rejected', true],
    [201, { status: 'COMPLETE' }, 'provider-answer-unreadable', true],
  ])('failed with %i, it says whether it may have had an effect', async (status, body, code, had) => {
    answers(status, body)
    const { outcome, hadEffect } = await hubspot.send('companies', 'create', companies(3))
    expect(outcome).toMatchObject({ type: 'failed', failure: { code } })
    expect(hadEffect).toBe(had)
  })

  it('that changed something is not sent again', async () => {
    answers(503, {})
    await hubspot.send('companies', 'create', companies(3))
    expect(calls()).toEqual(['POST companies/batch/create'])
  })

  it('records that were written and not read back are told with a warning', async () => {
    answers(503, {}, 'batch/read')
    const warning = expect.objectContaining({ field: '', code: 'not-read-back' })
    expect(await hubspot.results('companies', 'create', companies(2))).toMatchObject([
      { ok: true, value: { data: { name: 'Works 0', domain: 'works-0.example' }, warnings: [warning] } },
      { ok: true, value: { data: { name: 'Works 1', domain: 'works-1.example' }, warnings: [warning] } },
    ])
  })
})

describe('an answer that does not fit', () => {
  const at = '2026-06-01T12:00:00Z'
  const whole = { status: 'COMPLETE', startedAt: at, completedAt: at }
  const made = (id: string, key?: string) => ({
    id,
    properties: { name: `Works ${key}` },
    createdAt: at,
    updatedAt: at,
    archived: false,
    ...(key !== undefined && { objectWriteTraceId: key }),
  })
  const answered = async (results: unknown[], errors: unknown[] = []) => {
    hubspot.answer(call => {
      const back = ['11', '12', '13'].map(id => made(id, String(Number(id) - 11)))
      if (call.includes('batch/read')) return Response.json({ ...whole, results: back })
      return Response.json({ ...whole, results, ...(errors.length > 0 && { errors }) }, { status: 207 })
    })
    return hubspot.results('companies', 'create', companies(3))
  }
  const ok = (id: string) => ({ ok: true, value: { data: { id } } })

  it('without one of the records', async () => {
    expect(await answered([made('13', '2'), made('11', '0')])).toMatchObject([ok('11'), unreadable, ok('13')])
  })
  it('with one too many', async () => {
    const results = [made('12', '1'), made('99', '7'), made('11', '0'), made('98'), made('13', '2')]
    expect(await answered(results)).toMatchObject([ok('11'), ok('12'), ok('13')])
  })
  it('with two of one record', async () => {
    const results = [made('11', '0'), made('12', '1'), made('13', '1')]
    expect(await answered(results)).toMatchObject([ok('11'), unreadable, unreadable])
  })
  it('with a result and a failure of one record', async () => {
    const error = { category: 'VALIDATION_ERROR', message: 'No', context: { objectWriteTraceId: ['1'] } }
    const results = [made('11', '0'), made('12', '1'), made('13', '2')]
    expect(await answered(results, [error])).toMatchObject([ok('11'), unreadable, ok('13')])
  })
  it('with a failure of nobody', async () => {
    const error = { category: 'VALIDATION_ERROR', message: 'No such option', context: {} }
    const [first, second] = await answered([made('11', '0')], [error])
    expect(first).toMatchObject(ok('11'))
    expect(second).toMatchObject({ ...unreadable, failure: { detail: expect.stringContaining('No such option') } })
  })
  it('whose records are of no shape at all', async () => {
    expect(await answered([null, 'made', 7, []])).toMatchObject([unreadable, unreadable, unreadable])
  })
})
