// Chunks of a provider that answers results in the order of the records: over its imitation and its specification.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { idOf } from '../../sandbox/salesforce/ids.ts'
import { createSalesforce } from '../../sandbox/salesforce/index.ts'
import type { BatchItem } from '../../src/records/write-chunk.ts'
import { salesforce as deviations } from '../support/deviations.ts'
import { specification } from '../support/evidence.ts'
import { type Chunks, openChunks } from './chunks.ts'

const ROOT = '/services/data/v64.0'
const COLLECTION = `${ROOT}/composite/sobjects`
const contactId = (n: number) => idOf('003', n)

let salesforce: Chunks
beforeAll(async () => {
  salesforce = await openChunks(
    {
      provider: 'salesforce',
      credentials: { type: 'OAUTH2', access_token: 'sandbox-salesforce-token' },
      config: { instance_url: 'https://acme.my.salesforce.com' },
    },
    createSalesforce(),
    () => ({ specs: specification<object>('salesforce', 'platform-rest.json'), ...deviations }),
  )
})
afterAll(() => salesforce.close())
beforeEach(() => salesforce.reset())

const calls = () => salesforce.seen.map(({ at }) => at)
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)
const contacts = (count: number): BatchItem[] => upTo(count).map(n => ({ input: { last_name: `Person ${n}` } }))
const unreadable = { ok: false, failure: { code: 'provider-answer-unreadable' } }

describe('creates', () => {
  it.each([2, 200])('%i records in one request, each answered whole', async count => {
    const made = await salesforce.results('contacts', 'create', contacts(count))
    expect(calls()).toEqual([`POST ${COLLECTION}`, `GET ${ROOT}/query`])
    expect(made).toMatchObject(
      upTo(count).map(n => ({ ok: true, value: { data: { last_name: `Person ${n}`, owner_id: expect.any(String) } } })),
    )
    expect(salesforce.violations).toEqual([])
  })

  it('201 records in two', async () => {
    const plan = await salesforce.plan('contacts', 'create', contacts(201))
    expect(plan).toEqual({ ok: true, value: [{ chunk: upTo(200) }, { alone: 200 }] })
  })

  it('those that are refused have a problem of their own, and the others are made', async () => {
    const items: BatchItem[] = [
      { input: { last_name: 'New' } },
      { input: { last_name: 'Twice', emails: [{ email: 'ada@analytical-engines.example' }] } },
      { input: { first_name: 'Nameless' } },
      { input: { last_name: 'Wrong', emails: [{ email: 'nowhere' }] } },
      { input: { last_name: 'Lost', company_id: 'nobody' } },
    ]
    expect(await salesforce.results('contacts', 'create', items)).toMatchObject([
      { ok: true, value: { data: { last_name: 'New' }, warnings: [] } },
      { ok: false, failure: { code: 'conflict', upstream: { code: 'DUPLICATES_DETECTED' } } },
      { ok: false, failure: { code: 'invalid-field', errors: [{ pointer: '/last_name', code: 'required' }] } },
      { ok: false, failure: { code: 'provider-rejected', upstream: { code: 'INVALID_EMAIL_ADDRESS' } } },
      { ok: false, failure: { code: 'provider-rejected', upstream: { code: 'MALFORMED_ID' } } },
    ])
  })

  it('a field that the organization has not refuses all of them, and nothing is made', async () => {
    const items = contacts(3).map((item, n) => (n === 1 ? { ...item, passThrough: { Nonsense__c: 'x' } } : item))
    const { outcome, hadEffect } = await salesforce.send('contacts', 'create', items)
    expect(outcome).toMatchObject({ type: 'refused', failure: { code: 'provider-rejected' } })
    expect(hadEffect).toBe(false)
    const found = await salesforce.gateway.walk('/contacts?filter[name]=Person 0&fields=id')
    expect(found).toEqual([])
  })
})

describe('updates and deletes', () => {
  it('changes 200 records, each its own', async () => {
    const items = upTo(200).map(n => ({ id: contactId(n + 1), input: { title: `Title ${n}` } }))
    const changed = await salesforce.results('contacts', 'update', items)
    expect(changed).toMatchObject(items.map(({ id, input }) => ({ ok: true, value: { data: { id, ...input } } })))
    expect(calls()).toEqual([`PATCH ${COLLECTION}`, `GET ${ROOT}/query`])
    expect(salesforce.violations).toEqual([])
  })

  it('knows a record by the short form of its id', async () => {
    const items = [1, 2].map(n => ({ id: contactId(n).slice(0, 15), input: { title: 'Short' } }))
    expect(await salesforce.results('contacts', 'update', items)).toMatchObject([
      { ok: true, value: { data: { id: contactId(1), title: 'Short' }, warnings: [] } },
      { ok: true, value: { data: { id: contactId(2), title: 'Short' }, warnings: [] } },
    ])
  })

  it('deletes several in one request; those that are gone are not found', async () => {
    const items = [1, 2, 3].map(n => ({ id: contactId(n) }))
    const gone = { ok: true, value: { data: null, means: 'deleted', warnings: [] } }
    expect(await salesforce.results('contacts', 'delete', items.slice(0, 2))).toEqual([gone, gone])
    expect(await salesforce.results('contacts', 'delete', items)).toMatchObject([
      { ok: false, failure: { code: 'record-not-found' } },
      { ok: false, failure: { code: 'record-not-found' } },
      gone,
    ])
    expect(calls()).toEqual([`DELETE ${COLLECTION}`, `DELETE ${COLLECTION}`])
    expect(salesforce.violations).toEqual([])
  })
})

describe('an answer that does not fit', () => {
  const done = (n: number) => ({ id: contactId(n), success: true, errors: [] })
  const items = [1, 2, 3].map(n => ({ id: contactId(n), input: { title: 'Analyst' } }))
  const answered = (results: unknown) => {
    salesforce.answer(at => (at.endsWith('/composite/sobjects') ? Response.json(results) : undefined))
    return salesforce.results('contacts', 'update', items)
  }
  const ok = (n: number) => ({ ok: true, value: { data: { id: contactId(n) } } })

  it('with a result too few, or too many', async () => {
    expect(await answered([done(1), done(3)])).toMatchObject([unreadable, unreadable, unreadable])
    expect(await answered([done(1), done(2), done(3), done(4)])).toMatchObject([unreadable, unreadable, unreadable])
  })
  it('in another order', async () => {
    expect(await answered([done(2), done(1), done(3)])).toMatchObject([unreadable, unreadable, ok(3)])
  })
  it('with a record that nobody asked about', async () => {
    expect(await answered([done(1), done(7), done(3)])).toMatchObject([ok(1), unreadable, ok(3)])
  })
  it('with results of no shape', async () => {
    expect(await answered([null, 'done', {}])).toMatchObject([
      { ok: false, failure: { code: 'provider-rejected' } },
      { ok: false, failure: { code: 'provider-rejected' } },
      { ok: false, failure: { code: 'provider-rejected' } },
    ])
  })
})
