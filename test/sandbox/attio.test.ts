import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAttio } from '../../sandbox/attio/index.ts'
import { companies, deals, people } from '../../sandbox/people.ts'
import { attio as deviations } from '../support/deviations.ts'
import { hasEvidence, recordings, specification } from '../support/evidence.ts'
import { type Gate, startGate } from '../support/specification.ts'

const START = Date.UTC(2026, 5, 1, 12)
const AT = '2026-06-01T12:00:00.000000000Z'
const TOKEN = 'sandbox-attio-token'

interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, each asserted where it is used
  body: any
}
type Send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

const sender =
  (fetcher: (request: Request) => Promise<Response> | Response, base: string): Send =>
  async (method, path, body, headers = {}) => {
    const given = {
      authorization: `Bearer ${TOKEN}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await fetcher(new Request(base + path, { method, headers: { ...given, ...headers }, body: text }))
    const answered = await answer.text()
    return { status: answer.status, headers: answer.headers, body: answered === '' ? undefined : JSON.parse(answered) }
  }

const sandbox = createAttio({ now: () => START })
const send = sender(request => sandbox.app.fetch(request), 'http://attio.test')

const id = (prefix: string, key: number) => `${prefix}-0000-4000-8000-${String(key).padStart(12, '0')}`
const person = (key: number) => id('a1000000', key)
const company = (key: number) => id('a2000000', key)
const deal = (key: number) => id('a3000000', key)
/** The first deal that was won and has a person and a company. */
const WON = deals.find(one => one.status === 'won' && one.person && one.company)!
const MINA = id('00000005', 1)
const ADA = `/v2/objects/people/records/${person(1)}`
const ADA_EMAIL = 'ada@analytical-engines.example'

const find = (filter: unknown, rest = {}, object = 'people') =>
  send('POST', `/v2/objects/${object}/records/query`, { filter, ...rest })
const count = async (filter: unknown, object = 'people') => (await find(filter, {}, object)).body.data.length
const idsOf = ({ body }: Answer): string[] =>
  body.data.map((record: { id: { record_id: string } }) => record.id.record_id)
const create = (values: object, object = 'people') =>
  send('POST', `/v2/objects/${object}/records`, { data: { values } })
const write = (method: string, path: string, values: object) => send(method, path, { data: { values } })
/** One member of every value of an attribute. */
const values = ({ body }: Answer, slug: string, member = 'value'): unknown[] =>
  body.data.values[slug].map((value: Record<string, unknown>) => value[member])
const refusal = ({ status, body }: Answer) => [status, body.code]

beforeEach(() => sandbox.reset())

describe('reading', () => {
  test('a person is told in dated values, an empty attribute is an empty list', async () => {
    const { status, body } = await send('GET', ADA)
    expect(status).toBe(200)
    const { data } = body
    expect(data.id).toEqual({
      workspace_id: id('00000001', 1),
      object_id: id('00000002', 1),
      record_id: person(1),
    })
    expect(data.created_at).toMatch(/^2025-\d\d-\d\dT\d\d:\d\d:\d\d\.000000000Z$/)
    const dated = {
      active_from: data.created_at,
      active_until: null,
      created_by_actor: { type: 'app', id: id('00000006', 1) },
    }
    expect(data.values.name).toEqual([
      {
        ...dated,
        first_name: 'Ada',
        last_name: 'Lovelace',
        full_name: 'Ada Lovelace',
        attribute_type: 'personal-name',
      },
    ])
    expect(data.values.email_addresses).toEqual([
      {
        ...dated,
        original_email_address: ADA_EMAIL,
        email_address: ADA_EMAIL,
        email_domain: 'analytical-engines.example',
        email_root_domain: 'analytical-engines.example',
        email_local_specifier: 'ada',
        attribute_type: 'email-address',
      },
    ])
    expect(data.values.phone_numbers[0]).toEqual({
      ...dated,
      original_phone_number: '+44 20 7946 1001',
      country_code: 'GB',
      phone_number: '+442079461001',
      attribute_type: 'phone-number',
    })
    expect(data.values.company).toEqual([
      { ...dated, target_object: 'companies', target_record_id: company(1), attribute_type: 'record-reference' },
    ])
    expect(data.values.primary_location[0]).toMatchObject({
      line_1: "12 St James's Square",
      line_2: null,
      locality: 'London',
      region: null,
      postcode: 'SW1Y 4JU',
      country_code: 'GB',
      latitude: null,
    })
    expect(data.values.tier[0].option).toMatchObject({ title: 'gold', is_archived: false })
    expect(data.values.avatar_url).toEqual([])
    expect(data.values).not.toHaveProperty('updated_at')
  })

  test('a deal has a stage, an owner, an amount in its currency, and links', async () => {
    const { body } = await send('GET', `/v2/objects/deals/records/${deal(WON.key)}`)
    const { stage, owner, value, associated_people, associated_company } = body.data.values
    expect(stage[0].status).toMatchObject({ title: 'Won 🎉', celebration_enabled: true, target_time_in_status: null })
    expect(owner[0]).toMatchObject({
      referenced_actor_type: 'workspace-member',
      referenced_actor_id: id('00000005', WON.owner),
      attribute_type: 'actor-reference',
    })
    expect(value[0]).toMatchObject({ currency_value: WON.amount, currency_code: 'EUR', attribute_type: 'currency' })
    expect(associated_people[0]).toMatchObject({ target_object: 'people', target_record_id: person(WON.person!) })
    expect(associated_company[0]).toMatchObject({
      target_object: 'companies',
      target_record_id: company(WON.company!),
    })
  })

  test.each([
    ['people', 300],
    ['companies', 60],
    ['deals', 120],
  ])('every page of %s together holds each record once', async (object, total) => {
    const seen: string[] = []
    for (let offset = 0; ; offset += 37) {
      const page = idsOf(
        await find({}, { limit: 37, offset, sorts: [{ attribute: 'name', direction: 'asc' }] }, object),
      )
      seen.push(...page)
      if (page.length < 37) break
    }
    expect(seen).toHaveLength(total)
    expect(new Set(seen).size).toBe(total)
  })

  test('a page holds five hundred unless asked, in order of creation', async () => {
    const answer = await send('POST', '/v2/objects/people/records/query', {})
    expect(idsOf(answer)).toHaveLength(300)
    expect(idsOf(answer).slice(0, 2)).toEqual([person(1), person(2)])
    expect(answer.body).toEqual({ data: expect.any(Array) })
    expect(idsOf(await find({}, { offset: 300 }))).toEqual([])
  })

  test('an object and an attribute go by their ids as well', async () => {
    const answer = await find({ [id('00000003', 102)]: ADA_EMAIL }, {}, id('00000002', 1))
    expect(idsOf(answer)).toEqual([person(1)])
  })
})

describe('filtering', () => {
  const email = (operators: object) => ({ email_addresses: { email_address: operators } })

  // Every tenth person of the data set has no email: 30 of 300.
  test.each<[object, number]>([
    [{ email_addresses: 'ADA@analytical-engines.example' }, 1],
    [{ email_addresses: { email_address: ADA_EMAIL } }, 1],
    [email({ $eq: ADA_EMAIL }), 1],
    [email({ $eq: 'ada' }), 0],
    [email({ $contains: 'Analytical' }), 1],
    [email({ $starts_with: 'ada@' }), 1],
    [email({ $ends_with: '@people.example' }), 269],
    [email({ $in: [ADA_EMAIL, 'nobody@people.example'] }), 1],
    [email({ $in: [] }), 0],
    [email({ $not_empty: true }), 270],
    [{ email_addresses: { $not_empty: true } }, 270],
    [{ email_addresses: { email_domain: { $eq: 'analytical-engines.example' } } }, 1],
    [{ $not: { email_addresses: { $not_empty: true } } }, 30],
    [{ $not: email({ $eq: ADA_EMAIL }) }, 299],
    [{ $and: [email({ $eq: ADA_EMAIL }), { name: 'Ada Lovelace' }] }, 1],
    [{ $and: [email({ $eq: ADA_EMAIL }), { name: 'Grace Hopper' }] }, 0],
    [{ email_addresses: ADA_EMAIL, name: 'Grace Hopper' }, 0],
    [{ $or: [email({ $eq: ADA_EMAIL }), { record_id: person(2) }] }, 2],
    [{ name: { first_name: { $eq: 'Ada' }, last_name: { $eq: 'Lovelace' } } }, 1],
    [{ phone_numbers: '+44 20 7946 1001' }, 1],
    [{ phone_numbers: { country_code: 'GB' } }, 270],
    [{ $and: [] }, 300],
    [{}, 300],
  ])('people by %j', async (filter, total) => {
    expect(await count(filter)).toBe(total)
  })

  test('a company is a reference, named by its id with or without the object', async () => {
    const { body } = await send('GET', `/v2/objects/companies/records/${company(1)}`)
    const team = body.data.values.team.map((value: { target_record_id: string }) => value.target_record_id)
    expect(team).toContain(person(1))
    const byId = { company: { target_record_id: { $eq: company(1) } } }
    const byBoth = { company: { target_object: 'companies', target_record_id: company(1) } }
    expect(idsOf(await find(byId))).toEqual(team)
    expect(idsOf(await find(byBoth))).toEqual(team)
    expect(idsOf(await find({ company: company(1) }))).toEqual(team)
    const buyer = company(WON.company!)
    const sold = await find({ associated_company: { target_record_id: { $eq: buyer } } }, {}, 'deals')
    const other = await send('GET', `/v2/objects/companies/records/${buyer}`)
    expect(idsOf(sold)).toEqual(values(other, 'associated_deals', 'target_record_id'))
    expect(idsOf(sold)).toEqual(deals.filter(one => one.company === WON.company).map(one => deal(one.key)))
  })

  test('times compare to the nanosecond, given in any zone', async () => {
    const { created_at } = (await send('GET', ADA)).body.data
    const [before] = created_at.split('.')
    const since = (operators: object) => count({ created_at: operators })
    expect((await since({ $gte: created_at })) - (await since({ $gt: created_at }))).toBe(1)
    expect((await since({ $gte: created_at })) - (await since({ $gte: `${before}.000000001Z` }))).toBe(1)
    expect(await since({ $gte: created_at, $lte: created_at })).toBe(1)
    expect(await count({ created_at: { value: { $lt: '2025' } } })).toBe(0)
    const zoned = `${new Date(Date.parse(created_at) + 7_200_000).toISOString().slice(0, -5)}+02:00`
    expect(await since({ $eq: zoned })).toBe(1)
  })

  test('numbers by size, options and stages by title or id, owners by id', async () => {
    const numbers = (operators: object) => count({ fleet_size: operators }, 'companies')
    // Every fourth company has its key for a fleet size: 4, 8, … 60.
    expect(await numbers({ $not_empty: true })).toBe(15)
    expect(await numbers({ $lt: 8 })).toBe(1)
    expect(await numbers({ $lte: 8 })).toBe(2)
    expect(await numbers({ $gt: 8 })).toBe(13)
    expect(await numbers({ value: 60 })).toBe(1)
    const stages = await send('GET', '/v2/objects/deals/attributes/stage/statuses')
    const lost = stages.body.data.find((status: { title: string }) => status.title === 'Lost')
    expect(await count({ stage: 'Lost' }, 'deals')).toBe(await count({ stage: lost.id.status_id }, 'deals'))
    expect(await count({ stage: { $in: ['Lead', 'In Progress', 'Won 🎉', 'Lost'] } }, 'deals')).toBe(120)
    expect(await count({ tier: 'gold' })).toBeGreaterThan(0)
    const owned = await find({ owner: { referenced_actor_id: { $eq: MINA } } }, {}, 'deals')
    expect(owned.body.data[0].values.owner[0].referenced_actor_id).toBe(MINA)
    const eur = await find({ value: { currency_value: { $gte: 1000 }, currency_code: 'EUR' } }, {}, 'deals')
    for (const { values } of eur.body.data) expect(values.value[0]).toMatchObject({ currency_code: 'EUR' })
    expect(eur.body.data.length).toBeGreaterThan(0)
  })

  test.each([
    ['an unknown attribute', { nonsense: 'x' }],
    ['an unknown operator', email({ $like: 'x' })],
    ['an unknown field', { email_addresses: { nonsense: 'x' } }],
    ['a range of texts', email({ $gt: 'x' })],
    ['a part of a number', { twitter_follower_count: { $contains: '1' } }],
    ['a text for a number', { twitter_follower_count: { $gt: '1' } }],
    ['a text for a time', { created_at: { $gte: 'yesterday' } }],
    ['a day that is not', { created_at: { $gte: '2025-02-30' } }],
    ['what is no id', { company: { target_record_id: { $eq: '1' } } }],
    ['an unknown option', { tier: 'platinum' }],
    ['a place without a field', { primary_location: 'London' }],
    ['an empty constraint', { name: {} }],
    ['a filter that is a list', []],
    ['alternatives that are no list', { $or: {} }],
    ['$not_empty: false', { name: { $not_empty: false } }],
    ['null', { name: null }],
  ])('refuses %s', async (_what, filter) => {
    const answer = await find(filter)
    expect(answer.body).toEqual({
      status_code: 400,
      type: 'invalid_request_error',
      code: 'filter_error',
      message: expect.stringContaining('Error in filter.'),
    })
  })

  test.each([{ limit: 501 }, { limit: 0 }, { limit: '10' }, { offset: -1 }, { limit: 1.5 }])(
    'refuses a page of %j',
    async body => {
      expect(refusal(await find({}, body))).toEqual([400, 'validation_type'])
    },
  )
})

describe('sorting', () => {
  const sorted = async (sort: object, object = 'people') => (await find({}, { sorts: [sort] }, object)).body.data
  const keys = (records: { values: Record<string, Record<string, unknown>[]> }[], slug: string, member = 'value') =>
    records.map(({ values }) => values[slug]?.[0]?.[member])

  test('by an attribute, in both directions', async () => {
    const up = keys(await sorted({ attribute: 'created_at', direction: 'asc' }), 'created_at')
    expect(up).toEqual(up.toSorted())
    expect(keys(await sorted({ attribute: 'created_at', direction: 'desc' }), 'created_at')).toEqual(up.toReversed())
  })

  test('by a field, whatever the case', async () => {
    const names = keys(await sorted({ attribute: 'name', field: 'last_name', direction: 'asc' }), 'name', 'last_name')
    expect(names[0]).toBe('Allen')
    expect(names.at(-1)).toBe('山田')
  })

  test('records without a value come last, either way', async () => {
    for (const direction of ['asc', 'desc']) {
      const titles = keys(await sorted({ attribute: 'job_title', direction }), 'job_title')
      const filled = titles.filter(title => title !== undefined)
      expect(titles.slice(0, filled.length)).toEqual(filled)
      expect(filled[0]).toBe(direction === 'asc' ? 'Account Manager' : 'VP, Marketing')
    }
  })

  test('a stage by its place, a company by its name along a path, and one sort after another', async () => {
    const stages = await sorted({ attribute: 'stage', direction: 'asc' }, 'deals')
    const titles = stages.map(
      (record: { values: { stage: { status: { title: string } }[] } }) => record.values.stage[0]?.status.title,
    )
    expect([...new Set(titles)]).toEqual(['Lead', 'In Progress', 'Won 🎉', 'Lost'])
    const path = [
      ['people', 'company'],
      ['companies', 'name'],
    ]
    const employer = async (direction: string) => {
      const [first] = await sorted({ path, direction })
      const [{ target_record_id }] = first.values.company
      return values(await send('GET', `/v2/objects/companies/records/${target_record_id}`), 'name')
    }
    const names = people.flatMap(({ company: key }) => companies[(key ?? 0) - 1]?.name ?? []).toSorted()
    expect(await employer('asc')).toEqual([names[0]])
    expect(await employer('desc')).toEqual([names.at(-1)])
    const sorts = [
      { attribute: 'name', field: 'last_name', direction: 'asc' },
      { attribute: 'created_at', direction: 'desc' },
    ]
    const { body } = await find({ name: { last_name: 'Allen' } }, { sorts })
    const times = keys(body.data, 'created_at')
    expect(times).toEqual(times.toSorted().toReversed())
    expect(times.length).toBeGreaterThan(1)
  })

  test.each([
    [{ attribute: 'nonsense', direction: 'asc' }],
    [{ attribute: 'name', field: 'nonsense', direction: 'asc' }],
    [{ attribute: 'name' }],
    [{ attribute: 'name', direction: 'up' }],
    [{ direction: 'asc' }],
    [{ path: [['companies', 'name']], direction: 'asc' }],
    [
      {
        path: [
          ['people', 'name'],
          ['companies', 'name'],
        ],
        direction: 'asc',
      },
    ],
  ])('refuses %j', async sort => {
    expect(refusal(await find({}, { sorts: [sort] }))).toEqual([400, 'filter_error'])
  })
})

describe('writing', () => {
  test('a create answers the whole record, and it can be read', async () => {
    const made = await create({
      name: [{ first_name: 'New', last_name: 'Person', full_name: 'New Person' }],
      email_addresses: ['New@People.example', 'new@people.example'],
      phone_numbers: ['+1 415 555 0100', { original_phone_number: '020 7946 0999', country_code: 'GB' }],
      job_title: 'Buyer',
      company: company(2),
      tier: 'silver',
    })
    expect(made.status).toBe(200)
    expect(made.body.data.id.record_id).toBe(person(301))
    expect(made.body.data.created_at).toBe(AT)
    expect(values(made, 'email_addresses', 'email_address')).toEqual(['new@people.example'])
    expect(values(made, 'phone_numbers', 'phone_number')).toEqual(['+14155550100', '+442079460999'])
    expect(values(made, 'phone_numbers', 'country_code')).toEqual(['US', 'GB'])
    expect(values(made, 'created_by', 'referenced_actor_type')).toEqual(['app'])
    const read = await send('GET', `/v2/objects/people/records/${person(301)}`)
    expect(read.body).toEqual(made.body)
    expect((await create({})).body.data).toMatchObject({ created_at: '2026-06-01T12:00:00.001000000Z' })
  })

  test.each([
    ['Lovelace, Ada', { first_name: 'Ada', last_name: 'Lovelace', full_name: 'Ada Lovelace' }],
    [
      { first_name: 'Ada', last_name: 'King' },
      { first_name: 'Ada', last_name: 'King', full_name: 'Ada King' },
    ],
    [{ full_name: 'Ada' }, { first_name: '', last_name: '', full_name: 'Ada' }],
  ])('a name may be %j', async (name, expected) => {
    const { body } = await create({ name })
    expect(body.data.values.name).toMatchObject([expected])
  })

  test('a record is referenced by id, by object and id, or by a value that it alone has', async () => {
    const written = [
      company(2),
      { target_object: 'companies', target_record_id: company(2) },
      { target_object: 'companies', domains: [{ domain: 'northwind-traders.example' }] },
    ]
    for (const one of written)
      expect(values(await create({ company: one }), 'company', 'target_record_id')).toEqual([company(2)])
  })

  test('a deal takes a number, a stage by title or id, and an owner by id or e-mail address', async () => {
    const { body } = await send('GET', '/v2/objects/deals/attributes/stage/statuses')
    const owner = { referenced_actor_type: 'workspace-member', referenced_actor_id: MINA }
    const first = await create({ name: 'D', stage: 'Lead', owner, value: 99.5 }, 'deals')
    expect(first.body.data.values.value[0]).toMatchObject({ currency_value: 99.5, currency_code: 'USD' })
    expect(values(first, 'owner', 'referenced_actor_id')).toEqual([MINA])
    for (const one of ['mina@sandbox.example', MINA, { workspace_member_email_address: 'mina@sandbox.example' }]) {
      const again = await create({ name: 'D', stage: body.data[1].id.status_id, owner: one }, 'deals')
      expect(values(again, 'owner', 'referenced_actor_id')).toEqual([MINA])
      expect(again.body.data.values.stage[0].status.title).toBe('In Progress')
    }
  })

  test('an email or a domain that is taken is a conflict, on create and on update', async () => {
    const taken = await create({ email_addresses: [ADA_EMAIL.toUpperCase()] })
    expect(taken.body).toMatchObject({ status_code: 400, type: 'invalid_request_error', code: 'uniqueness_conflict' })
    const email_addresses = [ADA_EMAIL]
    const other = `/v2/objects/people/records/${person(2)}`
    for (const method of ['PATCH', 'PUT'])
      expect(refusal(await write(method, other, { email_addresses }))).toEqual([400, 'uniqueness_conflict'])
    expect((await write('PATCH', ADA, { email_addresses })).status).toBe(200)
    const domains = ['analytical-engines.example']
    expect(refusal(await create({ domains }, 'companies'))).toEqual([400, 'uniqueness_conflict'])
    expect(await count({})).toBe(300)
  })

  test('a PATCH puts new values before those that are there, a PUT leaves no others', async () => {
    const before = await send('GET', ADA)
    const written = { email_addresses: [ADA_EMAIL, 'countess@people.example'], job_title: 'Countess' }
    const patched = await write('PATCH', ADA, written)
    expect(values(patched, 'email_addresses', 'email_address')).toEqual(['countess@people.example', ADA_EMAIL])
    expect(values(patched, 'email_addresses', 'active_from')).toEqual([AT, before.body.data.created_at])
    expect(values(patched, 'job_title')).toEqual(['Countess'])
    expect(patched.body.data.values.phone_numbers).toEqual(before.body.data.values.phone_numbers)
    const put = await write('PUT', ADA, { email_addresses: ['countess@people.example'] })
    expect(values(put, 'email_addresses', 'email_address')).toEqual(['countess@people.example'])
    expect(values(put, 'email_addresses', 'active_from')).toEqual([AT])
    expect(put.body.data.created_at).toBe(before.body.data.created_at)
    expect((await create({ email_addresses: [ADA_EMAIL] })).status).toBe(200)
  })

  test('what was read can be written back where the type takes more than its own members', async () => {
    const { body } = await send('GET', ADA)
    const { name, email_addresses, phone_numbers } = body.data.values
    expect((await write('PUT', ADA, { name, email_addresses, phone_numbers })).body).toEqual(body)
  })

  test('an empty list or null clears, but a PATCH takes nothing from a list', async () => {
    const cleared = await write('PUT', ADA, { job_title: [], company: null, phone_numbers: [] })
    for (const slug of ['job_title', 'company', 'phone_numbers']) expect(cleared.body.data.values[slug]).toEqual([])
    const patched = await write('PATCH', ADA, { email_addresses: [], description: [] })
    expect(values(patched, 'email_addresses', 'email_address')).toEqual([ADA_EMAIL])
    expect(patched.body.data.values.description).toEqual([])
  })

  test('an assert updates the one that matches, and creates one where none does', async () => {
    const path = '/v2/objects/people/records?matching_attribute=email_addresses'
    const phone_numbers = ['+44 7700 900999']
    const updated = await write('PUT', path, { email_addresses: [ADA_EMAIL, 'a@people.example'], phone_numbers })
    expect(updated.body.data.id.record_id).toBe(person(1))
    expect(values(updated, 'email_addresses', 'email_address')).toEqual(['a@people.example', ADA_EMAIL])
    expect(values(updated, 'phone_numbers', 'phone_number')).toEqual(['+447700900999'])
    const made = await write('PUT', path, { email_addresses: ['b@people.example'] })
    expect(made.body.data.id.record_id).toBe(person(301))
    const put = (query: string, written: object) => write('PUT', `/v2/objects/people/records${query}`, written)
    const second = values(
      await send('GET', `/v2/objects/people/records/${person(2)}`),
      'email_addresses',
      'email_address',
    )
    const both = { email_addresses: [ADA_EMAIL, ...second] }
    expect(refusal(await put('?matching_attribute=email_addresses', both))).toEqual([400, 'multiple_match_results'])
    expect(refusal(await put('?matching_attribute=nonsense', {}))).toEqual([400, 'value_not_found'])
    expect(refusal(await put('?matching_attribute=email_addresses', {}))).toEqual([400, 'missing_value'])
    expect(refusal(await put('?matching_attribute=name', {}))).toEqual([400, 'validation_type'])
    expect(refusal(await put('', {}))).toEqual([400, 'validation_type'])
  })

  test('a relationship can be written from either end', async () => {
    const path = `/v2/objects/companies/records/${company(1)}`
    const put = await write('PUT', path, { team: [person(2), person(3)] })
    expect(values(put, 'team', 'target_record_id')).toEqual([person(2), person(3)])
    expect(values(await send('GET', ADA), 'company', 'target_record_id')).toEqual([])
    const patched = await write('PATCH', path, { team: [person(1)] })
    expect(values(patched, 'team', 'target_record_id')).toEqual([person(1), person(2), person(3)])
    const two = await send('GET', `/v2/objects/people/records/${person(2)}`)
    expect(values(two, 'company', 'target_record_id')).toEqual([company(1)])
    await write('PATCH', `/v2/objects/deals/records/${deal(1)}`, { associated_people: [person(1)] })
    expect(values(await send('GET', ADA), 'associated_deals', 'target_record_id')).toContain(deal(1))
  })

  test('a deleted record is gone, and so is what referred to it', async () => {
    const path = `/v2/objects/companies/records/${company(1)}`
    const deleted = await send('DELETE', path)
    expect([deleted.status, deleted.body]).toEqual([200, {}])
    for (const method of ['GET', 'DELETE']) {
      const gone = await send(method, path)
      expect(gone.body).toEqual({
        status_code: 404,
        type: 'invalid_request_error',
        code: 'not_found',
        message: `Record with ID "${company(1)}" not found.`,
      })
    }
    expect((await write('PATCH', path, {})).status).toBe(404)
    expect(values(await send('GET', ADA), 'company', 'target_record_id')).toEqual([])
    expect((await create({ domains: ['analytical-engines.example'] }, 'companies')).body.data.id.record_id).toBe(
      company(61),
    )
  })

  test.each<[string, object, string]>([
    ['people', { nonsense: 'x' }, 'value_not_found'],
    ['people', { tier: 'platinum' }, 'value_not_found'],
    ['people', { company: company(99) }, 'value_not_found'],
    ['people', { company: { target_object: 'companies', domains: [{ domain: 'no.example' }] } }, 'value_not_found'],
    ['people', { company: 'Northwind' }, 'validation_type'],
    ['people', { company: { target_object: 'people', target_record_id: person(1) } }, 'validation_type'],
    ['people', { company: [company(1), company(2)] }, 'validation_type'],
    ['people', { email_addresses: ['ada'] }, 'validation_type'],
    ['people', { email_addresses: [null] }, 'validation_type'],
    ['people', { phone_numbers: ['020 7946 0999'] }, 'validation_type'],
    ['people', { phone_numbers: [{ phone_number: '+442079460999' }] }, 'validation_type'],
    ['people', { job_title: 5 }, 'validation_type'],
    ['people', { job_title: { value: 'x', attribute_type: 'text' } }, 'validation_type'],
    ['people', { name: 'Ada Lovelace' }, 'validation_type'],
    ['people', { name: {} }, 'validation_type'],
    ['people', { primary_location: { locality: 'London' } }, 'validation_type'],
    ['people', { created_at: '2026-01-01' }, 'validation_type'],
    ['people', { last_interaction: 'x' }, 'validation_type'],
    ['companies', { fleet_size: '5' }, 'validation_type'],
    ['companies', { domains: ['https://x.example/'] }, 'validation_type'],
    ['companies', { foundation_date: 'long ago' }, 'validation_type'],
    ['deals', { name: 'D', stage: 'Lead' }, 'missing_value'],
    ['deals', { name: [], stage: 'Lead', owner: MINA }, 'missing_value'],
    ['deals', { name: 'D', stage: 'Nowhere', owner: MINA }, 'value_not_found'],
    ['deals', { name: 'D', stage: 'Lead', owner: 'nobody@sandbox.example' }, 'value_not_found'],
    ['deals', { name: 'D', stage: 'Lead', owner: MINA, value: 1.00001 }, 'validation_type'],
    [
      'deals',
      { name: 'D', stage: 'Lead', owner: MINA, value: { currency_value: 1, currency_code: 'EUR' } },
      'validation_type',
    ],
  ])('%s refuses %j', async (object, written, code) => {
    const before = await count({}, object)
    const answer = await create(written, object)
    expect(refusal(answer)).toEqual([400, code])
    expect(answer.body).toMatchObject({ status_code: 400, type: 'invalid_request_error' })
    expect(await count({}, object)).toBe(before)
  })

  test('a required value cannot be cleared', async () => {
    for (const method of ['PATCH', 'PUT'])
      expect(refusal(await write(method, `/v2/objects/deals/records/${deal(1)}`, { name: [] }))).toEqual([
        400,
        'missing_value',
      ])
  })

  test('a whole place and a date', async () => {
    const empty = { line_1: null, line_2: null, line_3: null, line_4: null, latitude: '37.331741', longitude: null }
    const place = { ...empty, locality: 'Cupertino', region: 'CA', postcode: '95014', country_code: 'US' }
    const { body } = await create(
      { primary_location: place, foundation_date: '2023-01-02T23:00:00-10:00' },
      'companies',
    )
    expect(body.data.values.primary_location).toMatchObject([place])
    expect(body.data.values.foundation_date[0].value).toBe('2023-01-03')
  })

  test('reset brings the first state back', async () => {
    await send('DELETE', ADA)
    await create({ job_title: 'X' })
    sandbox.reset()
    expect((await send('GET', ADA)).status).toBe(200)
    expect((await send('GET', `/v2/objects/people/records/${person(301)}`)).status).toBe(404)
  })
})

describe('what the workspace is made of', () => {
  test('objects', async () => {
    const { body } = await send('GET', '/v2/objects')
    expect(body.data.map((object: { api_slug: string }) => object.api_slug)).toEqual(['people', 'companies', 'deals'])
    expect((await send('GET', '/v2/objects/people')).body.data).toMatchObject({
      singular_noun: 'Person',
      plural_noun: 'People',
    })
  })

  test('attributes, those of the workspace among them', async () => {
    const { body } = await send('GET', '/v2/objects/people/attributes')
    const named = (slug: string) => body.data.find((attribute: { api_slug: string }) => attribute.api_slug === slug)
    expect(named('tier')).toMatchObject({ type: 'select', is_system_attribute: false, is_writable: true })
    expect(named('email_addresses')).toMatchObject({
      type: 'email-address',
      is_system_attribute: true,
      is_unique: true,
      is_multiselect: true,
    })
    expect(named('created_at')).toMatchObject({ type: 'timestamp', is_writable: false })
    const team = await send('GET', '/v2/objects/companies/attributes/team')
    expect(named('company')).toMatchObject({
      is_multiselect: false,
      relationship: { id: team.body.data.id },
      config: { record_reference: { allowed_object_ids: [id('00000002', 2)] } },
    })
    const fleet = await send('GET', '/v2/objects/companies/attributes/fleet_size')
    expect(fleet.body.data).toMatchObject({ type: 'number', title: 'Fleet size', is_system_attribute: false })
    const value = await send('GET', '/v2/objects/deals/attributes/value')
    expect(value.body.data.config.currency).toEqual({ default_currency_code: 'USD', display_type: 'symbol' })
    const page = await send('GET', '/v2/objects/people/attributes?limit=2&offset=1')
    expect(page.body.data.map((one: { api_slug: string }) => one.api_slug)).toEqual(['name', 'email_addresses'])
  })

  test('options and statuses', async () => {
    const titles = async (path: string) =>
      (await send('GET', `/v2/objects/${path}`)).body.data.map((choice: { title: string }) => choice.title)
    expect(await titles('people/attributes/tier/options')).toEqual(['gold', 'silver', 'bronze'])
    expect(await titles('deals/attributes/stage/statuses')).toEqual(['Lead', 'In Progress', 'Won 🎉', 'Lost'])
    for (const path of [
      'people/attributes/name/options',
      'people/attributes/tier/statuses',
      'people/attributes/x/options',
    ])
      expect(refusal(await send('GET', `/v2/objects/${path}`))).toEqual([404, 'not_found'])
  })

  test('members', async () => {
    const { body } = await send('GET', '/v2/workspace_members')
    expect(body.data.map((member: { email_address: string }) => member.email_address)).toEqual([
      'mina@sandbox.example',
      'tomas@sandbox.example',
      'ines@sandbox.example',
    ])
    expect((await send('GET', `/v2/workspace_members/${MINA}`)).body.data.last_name).toBe('Okafor')
    expect((await send('GET', `/v2/workspace_members/${person(1)}`)).status).toBe(404)
  })
})

describe('refusals and headers', () => {
  test('a missing or wrong token is 401', async () => {
    for (const authorization of ['', 'Bearer other']) {
      const { body } = await send('GET', ADA, undefined, { authorization })
      expect(body).toMatchObject({ status_code: 401, type: 'auth_error', code: 'unauthorized' })
    }
    const other = createAttio({ token: 'other' })
    const headers = { authorization: 'Bearer other' }
    expect((await other.app.request('/v2/objects', { headers })).status).toBe(200)
  })

  test('what is not JSON, not an object, or has no values', async () => {
    const path = '/v2/objects/people/records'
    for (const body of ['{"data":', '[]', '{}', '{"data":{}}', '{"data":{"values":[]}}'])
      expect(refusal(await send('POST', path, body))).toEqual([400, 'validation_type'])
    expect(refusal(await send('PATCH', ADA, { data: { values: {}, more: 1 } }))).toEqual([400, 'validation_type'])
  })

  test('unknown paths, objects, records and methods', async () => {
    for (const [method, path] of [
      ['GET', '/v2/nonsense'],
      ['GET', '/v2/objects/nonsense'],
      ['GET', '/v2/objects/nonsense/attributes'],
      ['GET', '/v2/objects/people/records/1'],
      ['GET', '/v2/objects/people/records'],
      ['GET', `/v2/objects/companies/records/${person(1)}`],
    ] as const)
      expect(refusal(await send(method, path))).toEqual([404, 'not_found'])
    expect(refusal(await find({}, {}, 'nonsense'))).toEqual([404, 'not_found'])
  })

  test('every answer has an execution id and its time, and no budget', async () => {
    const { headers } = await send('GET', ADA)
    expect(headers.get('x-attio-execution-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-accurate-at')).toBe(AT)
    expect([...headers.keys()].filter(name => name.includes('ratelimit'))).toEqual([])
  })
})

describe.skipIf(!hasEvidence)('against the evidence', () => {
  const imitation = createAttio()
  let lie: ((request: Request) => Response) | undefined
  let gate: Gate
  let call: Send

  beforeAll(async () => {
    gate = await startGate({
      specs: specification<object>('attio', 'openapi.json'),
      ...deviations,
      handler: request => lie?.(request) ?? imitation.app.fetch(request),
    })
    call = sender(fetch, gate.url)
  })
  afterAll(() => gate.close())
  beforeEach(() => {
    lie = undefined
    gate.violations.length = 0
    imitation.reset()
  })

  test.each([
    ['people', { email_addresses: ['new@people.example'], tier: 'gold', company: company(1) }, { job_title: [] }],
    ['companies', { domains: ['new.example'], name: 'New', categories: ['Food'] }, { description: null }],
    ['deals', { name: 'New', stage: 'Lead', owner: 'mina@sandbox.example', value: 5 }, { value: [] }],
  ])('every verb of %s', async (object, made, changed) => {
    const path = `/v2/objects/${object}/records`
    const list = await call('POST', `${path}/query`, {})
    const created = await call('POST', path, { data: { values: made } })
    const one = `${path}/${created.body.data.id.record_id}`
    const answers = [
      await call('POST', `${path}/query`, {
        filter: { created_at: { $gte: '2025-03-01' } },
        sorts: [{ attribute: 'name', direction: 'desc' }],
        limit: 5,
        offset: 1,
      }),
      await call('GET', one),
      await call('PATCH', one, { data: { values: changed } }),
      await call('PUT', one, { data: { values: changed } }),
      await call('DELETE', one),
      await call('GET', one),
      await call('DELETE', one),
      await call('POST', path, { data: { values: { nonsense: 'x' } } }),
      await call('POST', `${path}/query`, { filter: { nonsense: 'x' } }),
    ]
    expect([list, created, ...answers].map(answer => answer.status)).toEqual([
      200, 200, 200, 200, 200, 200, 200, 404, 404, 400, 400,
    ])
    expect(gate.violations).toEqual([])
  })

  test('an assert, the describing calls, and the errors that are described', async () => {
    const assert = '/v2/objects/people/records?matching_attribute=email_addresses'
    await call('PUT', assert, { data: { values: { email_addresses: [ADA_EMAIL] } } })
    await call('PUT', assert, { data: { values: {} } })
    for (const path of [
      'objects',
      'objects/deals',
      'objects/people/attributes',
      'objects/companies/attributes?limit=3&offset=2&show_archived=true',
      'objects/deals/attributes',
      'objects/people/attributes/tier',
      'objects/people/attributes/tier/options',
      'objects/deals/attributes/stage/statuses',
      'workspace_members',
      `workspace_members/${MINA}`,
    ])
      expect((await call('GET', `/v2/${path}`)).status).toBe(200)
    expect((await call('GET', '/v2/objects/nonsense')).status).toBe(404)
    expect((await call('GET', '/v2/objects', undefined, { authorization: '' })).status).toBe(401)
    expect(
      (await call('POST', '/v2/objects/people/records', { data: { values: { email_addresses: [ADA_EMAIL] } } })).status,
    ).toBe(400)
    expect(gate.violations).toEqual([])
  })

  test.each<[string, string, string, unknown, string]>([
    [
      'an undeclared query parameter',
      'GET',
      '/v2/workspace_members?limit=2',
      undefined,
      "Unknown query parameter 'limit'",
    ],
    ['an unknown path', 'GET', '/v2/nonsense', undefined, 'no specification has this path'],
    ['an unknown method', 'GET', '/v2/objects/people/records', undefined, 'GET method not allowed'],
    [
      'an assert that matches by nothing',
      'PUT',
      '/v2/objects/people/records',
      { data: { values: {} } },
      'matching_attribute',
    ],
    ['a write without values', 'POST', '/v2/objects/people/records', { data: {} }, 'values'],
    [
      'a sort without direction',
      'POST',
      '/v2/objects/people/records/query',
      { sorts: [{ attribute: 'name' }] },
      'sorts/0',
    ],
    ['a limit that is a text', 'POST', '/v2/objects/people/records/query', { limit: '5' }, 'limit must be number'],
  ])('the gate records %s, and the imitation refuses it', async (_what, method, path, body, detail) => {
    expect((await call(method, path, body)).status).toBeGreaterThanOrEqual(path.includes('workspace') ? 200 : 400)
    expect(gate.violations).toContainEqual(
      expect.objectContaining({ where: 'request', detail: expect.stringContaining(detail) }),
    )
  })

  test('the gate records a value of another shape', async () => {
    const { body } = await call('GET', ADA)
    delete body.data.values.email_addresses[0].email_domain
    lie = () => Response.json(body)
    await call('GET', ADA)
    expect(gate.violations).toContainEqual(
      expect.objectContaining({ where: 'response', detail: expect.stringContaining('email_addresses') }),
    )
  })

  /** The shape of a body: its members in order, and the type of each leaf. */
  const shapeOf = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(shapeOf)
    if (typeof node !== 'object' || node === null) return node === null ? 'null' : typeof node
    return Object.entries(node).map(([name, value]) => [name, shapeOf(value)])
  }

  test('a recorded create is answered in the recorded shape, and so is a read', async () => {
    const recorded = recordings('attio').find(({ id }) => id.includes('/create-record/'))!
    const { method, path, body } = recorded.request
    const answer = await call(method, path, body)
    expect(answer.status).toBe(200)
    delete answer.body.data.values.tier
    expect(shapeOf(answer.body)).toEqual(shapeOf(recorded.response.body))
    const read = recordings('attio').find(({ id }) => id.includes('/get-record/'))!
    const values = { email_addresses: ['test-action@example.com'], company: company(1) }
    const { id } = (await call(method, path, { data: { values } })).body.data
    const { data } = (await call('GET', `${path}/${id.record_id}`)).body
    delete data.values.tier
    // Its company was linked by Attio itself, whose actor has no id.
    data.values.company[0].created_by_actor.id = null
    expect(shapeOf({ data })).toEqual(shapeOf(read.response.body))
  })
})
