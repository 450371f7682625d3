import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { hubspot as deviations } from '../support/deviations.ts'
import { hasEvidence, specification } from '../support/evidence.ts'
import { type Gate, startGate } from '../support/specification.ts'

const START = Date.UTC(2026, 5, 1, 12)
const TOKEN = 'sandbox-hubspot-token'

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

const sandbox = createHubspot({ now: () => START })
const send = sender(request => sandbox.app.fetch(request), 'http://hubspot.test')
const find = (filters: unknown[], rest = {}, type = 'contacts') =>
  send('POST', `/crm/v3/objects/${type}/search`, { filterGroups: [{ filters }], limit: 200, ...rest })
const idsOf = ({ body }: Answer): string[] => body.results.map((record: { id: string }) => record.id)

beforeEach(() => sandbox.reset())

describe('reading', () => {
  test('a contact shows its defaults when nothing is asked for', async () => {
    const { status, body } = await send('GET', '/crm/v3/objects/contacts/1001')
    expect(status).toBe(200)
    expect(body).toEqual({
      id: '1001',
      properties: {
        createdate: body.createdAt,
        email: 'ada@analytical-engines.example',
        firstname: 'Ada',
        hs_object_id: '1001',
        lastmodifieddate: body.updatedAt,
        lastname: 'Lovelace',
      },
      createdAt: body.createdAt,
      updatedAt: body.updatedAt,
      archived: false,
      url: 'https://app.hubspot.com/contacts/1/record/0-1/1001',
    })
  })

  test('an empty property that was asked for is null, an unknown one is left out', async () => {
    const { body } = await send('GET', '/crm/v3/objects/contacts/1010?properties=email,phone,nonsense')
    expect(body.properties).toEqual({
      createdate: body.createdAt,
      email: null,
      hs_object_id: '1010',
      lastmodifieddate: body.updatedAt,
      phone: null,
    })
  })

  test('a contact is found by its email', async () => {
    const { body } = await send('GET', '/crm/v3/objects/contacts/ADA@analytical-engines.example?idProperty=email')
    expect(body.id).toBe('1001')
  })

  test('a deal shows its stage, as text throughout', async () => {
    const asked = 'amount,dealstage,hs_is_closed,hs_is_closed_won,hs_deal_stage_probability,pipeline'
    const { body } = await send('GET', `/crm/v3/objects/0-3/5005?properties=${asked}`)
    expect(body.properties).toMatchObject({
      dealstage: 'closedwon',
      hs_is_closed: 'true',
      hs_is_closed_won: 'true',
      hs_deal_stage_probability: '1.0',
      pipeline: 'default',
    })
    expect(body.properties.amount).toMatch(/^\d+(\.5)?$/)
  })

  test.each([
    ['contacts', 300],
    ['companies', 60],
    ['deals', 120],
    ['0-3', 120],
  ])('every page of %s together holds each record once', async (type, count) => {
    const seen: string[] = []
    let path = `/crm/v3/objects/${type}?limit=37`
    for (;;) {
      const answer = await send('GET', path)
      seen.push(...idsOf(answer))
      const next = answer.body.paging?.next
      if (!next) break
      expect(next.link).toContain(`after=${next.after}`)
      path = `/crm/v3/objects/${type}?limit=37&after=${next.after}`
    }
    expect(seen).toHaveLength(count)
    expect(new Set(seen).size).toBe(count)
  })

  test('a page holds ten unless asked, and a hundred at most', async () => {
    expect((await send('GET', '/crm/v3/objects/contacts')).body.results).toHaveLength(10)
    expect((await send('GET', '/crm/v3/objects/contacts?limit=101')).status).toBe(400)
    const small = createHubspot({ pageMax: 3 }).app
    const { body } = await sender(request => small.fetch(request), 'http://hubspot.test')(
      'GET',
      '/crm/v3/objects/deals?limit=50',
    )
    expect(body.results).toHaveLength(3)
    expect(body.paging.next.after).toBe('5003')
  })
})

describe('searching', () => {
  const email = (operator: string, rest: object) => ({ propertyName: 'email', operator, ...rest })

  test('an email is found whatever its case', async () => {
    const answer = await find([email('EQ', { value: 'ADA@Analytical-Engines.example' })])
    expect(answer.body.total).toBe(1)
    expect(idsOf(answer)).toEqual(['1001'])
  })

  // Every tenth person of the data set has no email: 30 of 300.
  test.each([
    ['HAS_PROPERTY', {}, 270],
    ['NOT_HAS_PROPERTY', {}, 30],
    ['NEQ', { value: 'ada@analytical-engines.example' }, 269],
    ['IN', { values: ['ada@analytical-engines.example', 'nobody@people.example'] }, 1],
    ['IN', { values: ['ADA@analytical-engines.example'] }, 0],
    ['NOT_IN', { values: ['ada@analytical-engines.example'] }, 269],
    ['CONTAINS_TOKEN', { value: 'analytical' }, 1],
    ['CONTAINS_TOKEN', { value: '*engines*' }, 1],
    ['CONTAINS_TOKEN', { value: 'analytic' }, 0],
    ['NOT_CONTAINS_TOKEN', { value: 'analytical' }, 269],
  ])('email %s %j', async (operator, rest, total) => {
    expect((await find([email(operator, rest)])).body.total).toBe(total)
  })

  test.each([
    ['LT', { value: '1010' }, 9],
    ['LTE', { value: '1010' }, 10],
    ['GT', { value: '1010' }, 290],
    ['GTE', { value: '1010' }, 291],
    ['BETWEEN', { value: '1005', highValue: '1010' }, 6],
    ['GT', { value: '999' }, 300],
  ])('hs_object_id %s %j compares as a number', async (operator, rest, total) => {
    expect((await find([{ propertyName: 'hs_object_id', operator, ...rest }])).body.total).toBe(total)
  })

  test('times compare by the millisecond, given as epoch or as text', async () => {
    const { body } = await send('GET', '/crm/v3/objects/contacts/1001')
    const at = Date.parse(body.updatedAt)
    const since = (value: string) => find([{ propertyName: 'lastmodifieddate', operator: 'GTE', value }])
    const [from, after, text] = [await since(String(at)), await since(String(at + 1)), await since(body.updatedAt)]
    expect(from.body.total - after.body.total).toBe(1)
    expect(text.body.total).toBe(from.body.total)
  })

  test('groups are alternatives, filters in a group all hold', async () => {
    const is = (propertyName: string, value: string) => ({ propertyName, operator: 'EQ', value })
    const search = (filterGroups: unknown[]) => send('POST', '/crm/v3/objects/contacts/search', { filterGroups })
    expect((await search([{ filters: [is('hs_object_id', '1001'), is('hs_object_id', '1002')] }])).body.total).toBe(0)
    const either = [{ filters: [is('hs_object_id', '1001')] }, { filters: [is('hs_object_id', '1002')] }]
    expect((await search(either)).body.total).toBe(2)
  })

  test('sorts by an object or a name, in both directions', async () => {
    const first = async (sorts: unknown[]) => idsOf(await find([], { sorts, limit: 1 }))[0]
    expect(await first([{ propertyName: 'hs_object_id', direction: 'DESCENDING' }])).toBe('1300')
    expect(await first([{ propertyName: 'hs_object_id', direction: 'ASCENDING' }])).toBe('1001')
    expect(await first(['hs_object_id'])).toBe('1001')
    expect(await first(['-hs_object_id'])).toBe('1300')
  })

  test('pages hold each record once and say the total', async () => {
    const seen: string[] = []
    let after: string | undefined
    do {
      const answer = await find([], { sorts: [{ propertyName: 'lastname' }], limit: 70, ...(after && { after }) })
      expect(answer.body.total).toBe(300)
      seen.push(...idsOf(answer))
      after = answer.body.paging?.next.after
    } while (after)
    expect(new Set(seen).size).toBe(300)
    expect(seen).toHaveLength(300)
  })

  test('finds deals by their company, contacts by their primary one, and anybody by a word', async () => {
    const { body } = await send('GET', '/crm/v4/objects/companies/9001/associations/deals')
    const deals = body.results.map((link: { toObjectId: string }) => link.toObjectId)
    const company = { propertyName: 'associations.company', operator: 'EQ', value: '9001' }
    expect(idsOf(await find([company], {}, 'deals'))).toEqual(deals)
    const primary = { propertyName: 'associatedcompanyid', operator: 'EQ', value: '9001' }
    expect(idsOf(await find([primary]))).toContain('1001')
    expect(idsOf(await find([], { query: 'ada lovelace' }))).toContain('1001')
  })

  test.each([
    ['an unknown property', { filterGroups: [{ filters: [{ propertyName: 'x', operator: 'EQ', value: '1' }] }] }],
    ['an unknown operator', { filterGroups: [{ filters: [email('LIKE', { value: '1' })] }] }],
    ['a missing value', { filterGroups: [{ filters: [email('EQ', {})] }] }],
    ['a missing token', { filterGroups: [{ filters: [email('CONTAINS_TOKEN', {})] }] }],
    ['text for a time', { filterGroups: [{ filters: [{ propertyName: 'createdate', operator: 'GT', value: 'x' }] }] }],
    ['too long a page', { limit: 201 }],
    ['two sorts', { sorts: ['email', 'lastname'] }],
  ])('refuses %s', async (_what, body) => {
    const answer = await send('POST', '/crm/v3/objects/contacts/search', body)
    expect(answer.status).toBe(400)
    expect(answer.body.category).toBe('VALIDATION_ERROR')
  })

  test('reaches ten thousand records and no further', async () => {
    const page = (after: string) => send('POST', '/crm/v3/objects/contacts/search', { after, limit: 100 })
    expect((await page('9900')).status).toBe(200)
    const beyond = await page('9901')
    expect(beyond.status).toBe(400)
    expect(beyond.body.message).toBe('The requested page is beyond the limit of 10000')
  })
})

describe('writing', () => {
  const create = (properties: object, rest = {}, type = 'contacts') =>
    send('POST', `/crm/v3/objects/${type}`, { properties, ...rest })

  test('a create answers every value, and the record can be read', async () => {
    const { status, body } = await create({ email: 'New@People.example', firstname: 'New', tier: 'silver' })
    expect(status).toBe(201)
    const at = '2026-06-01T12:00:00Z'
    const values = { email: 'new@people.example', firstname: 'New', lifecyclestage: 'lead', tier: 'silver' }
    expect(body.properties).toEqual({ ...values, createdate: at, lastmodifieddate: at, hs_object_id: '1301' })
    expect((await send('GET', '/crm/v3/objects/contacts/1301')).body.properties.firstname).toBe('New')
    expect((await create({ firstname: 'Next' })).body.id).toBe('1302')
  })

  test('an email that is taken is a conflict, on create and on update', async () => {
    const conflict = await create({ email: 'ADA@analytical-engines.example' })
    expect(conflict.status).toBe(409)
    expect(conflict.body).toMatchObject({
      status: 'error',
      message: 'Contact already exists. Existing ID: 1001',
      category: 'CONFLICT',
    })
    const properties = { email: 'ada@analytical-engines.example' }
    expect((await send('PATCH', '/crm/v3/objects/contacts/1002', { properties })).status).toBe(409)
    expect((await send('PATCH', '/crm/v3/objects/contacts/1001', { properties })).status).toBe(200)
  })

  test('several at once are told apart by their trace; without one, an error refuses all of them', async () => {
    const [good, wrong] = [{ firstname: 'New' }, { email: 'nowhere' }].map(properties => ({
      properties,
      associations: [],
    }))
    const traced = [good, wrong].map((input, n) => ({ ...input, objectWriteTraceId: `t${n}` }))
    const some = await send('POST', '/crm/v3/objects/contacts/batch/create', { inputs: traced })
    expect(some.status).toBe(207)
    expect(some.body).toMatchObject({
      results: [{ id: '1301', objectWriteTraceId: 't0' }],
      errors: [{ category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['t1'] } }],
    })
    const none = await send('POST', '/crm/v3/objects/contacts/batch/create', { inputs: [good, wrong] })
    expect([none.status, none.body.category]).toEqual([400, 'VALIDATION_ERROR'])
    expect((await send('GET', '/crm/v3/objects/contacts/1302')).status).toBe(404)
  })

  test('more than 100 at once are refused', async () => {
    const inputs = Array.from({ length: 101 }, (_, n) => ({ id: String(1001 + n) }))
    expect((await send('POST', '/crm/v3/objects/contacts/batch/archive', { inputs })).status).toBe(400)
    expect((await send('GET', '/crm/v3/objects/contacts/1001')).status).toBe(200)
  })

  test('an update changes what it names, clears with an empty text, and moves the time on', async () => {
    const path = '/crm/v3/objects/contacts/1001'
    const properties = { jobtitle: 'Countess', phone: '' }
    const first = await send('PATCH', path, { properties })
    const second = await send('PATCH', `/crm/v3/objects/contacts/ada@analytical-engines.example?idProperty=email`, {
      properties,
    })
    expect([first.status, second.status]).toEqual([200, 200])
    expect(first.body.updatedAt).toBe('2026-06-01T12:00:00Z')
    expect(Date.parse(second.body.updatedAt)).toBeGreaterThan(Date.parse(first.body.updatedAt))
    const { body } = await send('GET', `${path}?properties=jobtitle,phone,mobilephone,lastmodifieddate`)
    expect(body.properties).toMatchObject({ jobtitle: 'Countess', phone: null, mobilephone: '+44 7700 900001' })
    expect(body.properties.lastmodifieddate).toBe(second.body.updatedAt)
  })

  test('a deleted record is gone, is listed among the archived, and can be deleted again', async () => {
    const path = '/crm/v3/objects/contacts/1001'
    expect((await send('DELETE', path)).status).toBe(204)
    const gone = await send('GET', path)
    expect(gone.status).toBe(404)
    expect(gone.body).toMatchObject({ status: 'error', message: 'resource not found', category: 'OBJECT_NOT_FOUND' })
    expect((await send('PATCH', path, { properties: {} })).status).toBe(404)
    expect((await send('DELETE', path)).status).toBe(204)
    const archived = await send('GET', '/crm/v3/objects/contacts?archived=true')
    expect(archived.body.results.map((r: { id: string; archived: boolean }) => [r.id, r.archived])).toEqual([
      ['1001', true],
    ])
    expect((await find([{ propertyName: 'hs_object_id', operator: 'EQ', value: '1001' }])).body.total).toBe(0)
    expect((await create({ email: 'ada@analytical-engines.example' })).status).toBe(201)
  })

  test.each([
    ['contacts', { x: '1' }, 'x', 'PROPERTY_DOESNT_EXIST'],
    ['contacts', { tier: 'platinum' }, 'tier', 'INVALID_OPTION'],
    ['contacts', { email: 'ada' }, 'email', 'INVALID_EMAIL'],
    ['contacts', { hubspot_owner_id: '99' }, 'hubspot_owner_id', 'INVALID_OWNER_ID'],
    ['contacts', { associatedcompanyid: '9001' }, 'associatedcompanyid', 'READ_ONLY_VALUE'],
    ['deals', { amount: 'abc' }, 'amount', 'INVALID_NUMBER'],
    ['deals', { dealstage: 'won' }, 'dealstage', 'INVALID_OPTION'],
    ['deals', { closedate: 'soon' }, 'closedate', 'INVALID_DATE'],
  ])('%s refuses %j', async (type, properties, name, code) => {
    const { status, body } = await create(properties, {}, type)
    expect(status).toBe(400)
    expect(body.category).toBe('VALIDATION_ERROR')
    expect(body.errors).toMatchObject([{ code, context: { propertyName: [name] } }])
    const [, list = ''] = /^Property values were not valid: (.*)$/.exec(body.message) ?? []
    expect(JSON.parse(list)).toMatchObject([{ isValid: false, error: code, name }])
  })

  test('numbers are taken and answered as text, and a stage brings its pipeline', async () => {
    const { body } = await create(
      { dealname: 'D', amount: 10000, dealstage: 'closedlost', closedate: '2026-07-01' },
      {},
      'deals',
    )
    expect(body.properties).toMatchObject({
      amount: '10000',
      closedate: '2026-07-01T00:00:00Z',
      pipeline: 'default',
      hs_is_closed: 'true',
      hs_is_closed_won: 'false',
      hs_deal_stage_probability: '0.0',
    })
  })

  test('reset brings the first state back', async () => {
    await send('DELETE', '/crm/v3/objects/contacts/1001')
    await create({ firstname: 'X' })
    sandbox.reset()
    expect((await send('GET', '/crm/v3/objects/contacts/1001')).status).toBe(200)
    expect((await send('GET', '/crm/v3/objects/contacts/1301')).status).toBe(404)
  })
})

describe('associations', () => {
  const DEFINED = 'HUBSPOT_DEFINED'
  const primaryOf = async (id: string) =>
    (await send('GET', `/crm/v3/objects/contacts/${id}?properties=associatedcompanyid`)).body.properties
      .associatedcompanyid
  const create = (toId: string, associationTypeId: number) =>
    send('POST', '/crm/v3/objects/contacts', {
      properties: { firstname: 'New' },
      associations: [{ to: { id: toId }, types: [{ associationCategory: DEFINED, associationTypeId }] }],
    })
  const links = async (path: string) => (await send('GET', `/crm/v4/objects/${path}`)).body.results

  test('the first company of a new contact becomes its primary one', async () => {
    const { status, body } = await create('9002', 279)
    expect(status).toBe(201)
    expect(body.properties.associatedcompanyid).toBe('9002')
    expect(await links(`contacts/${body.id}/associations/companies`)).toEqual([
      {
        toObjectId: '9002',
        associationTypes: [
          { category: DEFINED, typeId: 1, label: 'Primary' },
          { category: DEFINED, typeId: 279, label: null },
        ],
      },
    ])
  })

  test('an unknown company or a type of another object is refused, and nothing is created', async () => {
    expect((await create('1', 279)).status).toBe(400)
    expect((await create('9002', 341)).status).toBe(400)
    expect((await send('GET', '/crm/v3/objects/contacts/1301')).status).toBe(404)
  })

  test('a later company takes the primary place only when associated as such', async () => {
    expect(await primaryOf('1001')).toBe('9001')
    const made = await send('PUT', '/crm/v4/objects/contacts/1001/associations/default/companies/9003')
    expect(made.body).toMatchObject({
      status: 'COMPLETE',
      results: [
        {
          from: { id: '1001' },
          to: { id: '9003' },
          associationSpec: { associationCategory: DEFINED, associationTypeId: 279 },
        },
        {
          from: { id: '9003' },
          to: { id: '1001' },
          associationSpec: { associationCategory: DEFINED, associationTypeId: 280 },
        },
      ],
    })
    expect(await primaryOf('1001')).toBe('9001')
    const labels = [{ associationCategory: DEFINED, associationTypeId: 1 }]
    const labelled = await send('PUT', '/crm/v4/objects/contacts/1001/associations/companies/9003', labels)
    expect(labelled.status).toBe(201)
    expect(labelled.body).toEqual({
      fromObjectTypeId: '0-1',
      fromObjectId: '1001',
      toObjectTypeId: '0-2',
      toObjectId: '9003',
      labels: ['Primary'],
    })
    expect(await primaryOf('1001')).toBe('9003')
    const { body } = await send('GET', '/crm/v3/objects/contacts/1001?associations=companies,nonsense')
    expect(body.associations.companies.results).toEqual(
      expect.arrayContaining([
        { id: '9001', type: 'contact_to_company_unlabeled' },
        { id: '9003', type: 'contact_to_company' },
        { id: '9003', type: 'contact_to_company_unlabeled' },
      ]),
    )
  })

  test('what is ended is gone from both ends, and so is what belonged to an archived record', async () => {
    const ended = await send('DELETE', '/crm/v4/objects/contacts/1001/associations/companies/9001')
    expect(ended.status).toBe(204)
    expect(await primaryOf('1001')).toBeNull()
    const contacts = await links('companies/9001/associations/contacts')
    expect(contacts.map((link: { toObjectId: string }) => link.toObjectId)).not.toContain('1001')
    await create('9002', 279)
    await send('DELETE', '/crm/v3/objects/companies/9002')
    expect(await primaryOf('1301')).toBeNull()
  })

  test('deals have companies and contacts', async () => {
    await send('PUT', '/crm/v4/objects/deals/5001/associations/default/contacts/1001')
    const found = await links('0-3/5001/associations/contact')
    expect(found).toContainEqual({
      toObjectId: '1001',
      associationTypes: [{ category: DEFINED, typeId: 3, label: null }],
    })
    await send('PUT', '/crm/v4/objects/deals/5001/associations/default/companies/9050')
    expect(
      (await links('deals/5001/associations/companies')).map((l: { toObjectId: string }) => l.toObjectId),
    ).toContain('9050')
  })

  test('a record that is not there is 404', async () => {
    expect((await send('GET', '/crm/v4/objects/contacts/1/associations/companies')).status).toBe(404)
    expect((await send('PUT', '/crm/v4/objects/contacts/1001/associations/default/companies/1')).status).toBe(404)
  })
})

describe('what the account is made of', () => {
  const named = (list: { name: string }[], name: string) => list.find(item => item.name === name)

  test('properties, those of the account among them', async () => {
    const { body } = await send('GET', '/crm/v3/properties/contacts')
    const tier = named(body.results, 'tier') as unknown as { options: { value: string }[] }
    expect(tier).toMatchObject({
      type: 'enumeration',
      fieldType: 'select',
      modificationMetadata: { readOnlyValue: false },
    })
    expect(tier).not.toHaveProperty('hubspotDefined')
    expect(tier.options.map(option => option.value)).toEqual(['gold', 'silver', 'bronze'])
    expect(named(body.results, 'email')).toMatchObject({ type: 'string', hubspotDefined: true })
    expect(named(body.results, 'createdate')).toMatchObject({ modificationMetadata: { readOnlyValue: true } })
    const fleet = await send('GET', '/crm/v3/properties/companies/fleet_size')
    expect(fleet.body).toMatchObject({ type: 'number', label: 'Fleet size' })
    expect((await send('GET', '/crm/v3/properties/companies/nonsense')).status).toBe(404)
  })

  test('one pipeline of six stages', async () => {
    const { body } = await send('GET', '/crm/v3/pipelines/deals')
    expect(body.results.map((pipeline: { id: string }) => pipeline.id)).toEqual(['default'])
    const closed = body.results[0].stages.map((s: { metadata: { isClosed: string } }) => s.metadata.isClosed)
    expect(closed).toEqual(['false', 'false', 'false', 'false', 'true', 'true'])
  })

  test('owners, by id, by user and by email', async () => {
    expect(idsOf(await send('GET', '/crm/v3/owners'))).toEqual(['71', '72', '73'])
    expect((await send('GET', '/crm/v3/owners/71')).body).toMatchObject({
      email: 'mina@sandbox.example',
      lastName: 'Okafor',
    })
    expect((await send('GET', '/crm/v3/owners/702?idProperty=userId')).body.id).toBe('72')
    expect(idsOf(await send('GET', '/crm/v3/owners?email=ines%40sandbox.example'))).toEqual(['73'])
    expect((await send('GET', '/crm/v3/owners/1')).status).toBe(404)
  })
})

describe('refusals and headers', () => {
  const path = '/crm/v3/objects/contacts'

  test('a missing or wrong token is 401', async () => {
    for (const authorization of ['', 'Bearer other']) {
      const { status, body, headers } = await send('GET', path, undefined, { authorization })
      expect(status).toBe(401)
      expect(body).toMatchObject({ status: 'error', category: 'INVALID_AUTHENTICATION' })
      expect(headers.get('x-hubspot-correlation-id')).toBe(body.correlationId)
    }
  })

  test('what is not JSON, not an object, or not sent as JSON', async () => {
    expect((await send('POST', path, '{"properties":')).status).toBe(400)
    expect((await send('POST', path, '[]')).status).toBe(400)
    expect((await send('POST', path, { properties: { email: null } })).status).toBe(400)
    expect((await send('POST', path, '{}', { 'content-type': 'text/plain' })).status).toBe(415)
  })

  test('unknown paths, types and methods', async () => {
    expect((await send('GET', '/crm/v3/nonsense')).status).toBe(404)
    expect((await send('GET', '/crm/v3/objects/nonsense')).status).toBe(400)
    expect((await send('PUT', path, {})).status).toBe(405)
    expect((await send('DELETE', '/crm/v3/owners/71')).status).toBe(405)
  })

  test('the budget is announced, but for a search', async () => {
    const { headers } = await send('GET', path)
    expect(headers.get('x-hubspot-ratelimit-max')).toBe('110')
    expect(headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000')
    expect(Number(headers.get('x-hubspot-ratelimit-remaining'))).toBeGreaterThan(0)
    expect(headers.get('x-hubspot-ratelimit-secondly')).toBe('11')
    const search = await find([])
    expect(search.headers.get('x-hubspot-ratelimit-max')).toBeNull()
    expect(search.headers.get('x-hubspot-correlation-id')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

const SPECIFICATIONS = [
  'crm-contacts.v3.json',
  'crm-companies.v3.json',
  'crm-deals.v3.json',
  'crm-properties.v3.json',
  'crm-pipelines.v3.json',
  'crm-crmOwners.v3.json',
  'associations.v4.json',
]

describe.skipIf(!hasEvidence)('against the published specification', () => {
  const imitation = createHubspot()
  let lie: ((request: Request) => Response) | undefined
  let gate: Gate
  let call: Send

  beforeAll(async () => {
    gate = await startGate({
      specs: SPECIFICATIONS.map(file => specification<object>('hubspot', file)),
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

  test.each(['contacts', 'companies', 'deals', '0-3'])('every verb of %s', async type => {
    const path = `/crm/v3/objects/${type}`
    const list = await call('GET', `${path}?limit=5&properties=hubspot_owner_id,phone,description&archived=false`)
    const id = list.body.results[1].id
    const created = await call('POST', path, { properties: { hubspot_owner_id: '71' } })
    const answers = [
      await call('GET', `${path}/${id}?properties=city%2Cphone&associations=companies,contacts,deals`),
      await call('PATCH', `${path}/${id}`, { properties: { hubspot_owner_id: '' } }),
      await call('POST', `${path}/search`, {
        filterGroups: [{ filters: [{ propertyName: 'hs_object_id', operator: 'GT', value: id }] }],
        sorts: [{ propertyName: 'createdate', direction: 'DESCENDING' }],
        properties: ['phone'],
        limit: 3,
      }),
      await call('DELETE', `${path}/${id}`),
      await call('GET', `${path}/${id}`),
      await call('GET', `${path}?archived=true`),
      await call('POST', path, { properties: { nonsense: 'x' } }),
    ]
    expect([list, created, ...answers].map(answer => answer.status)).toEqual([
      200, 201, 200, 200, 200, 204, 404, 200, 400,
    ])
    expect(gate.violations).toEqual([])
  })

  test('associations', async () => {
    const kind = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }
    const path = '/crm/v4/objects/contacts/1001/associations'
    const associations = [{ to: { id: '9002' }, types: [kind] }]
    const answers = [
      await call('POST', '/crm/v3/objects/contacts', { properties: { firstname: 'A' }, associations }),
      await call('GET', `${path}/companies?limit=1`),
      await call('PUT', `${path}/default/companies/9004`),
      await call('PUT', `${path}/companies/9005`, [kind]),
      await call('DELETE', `${path}/companies/9005`),
    ]
    expect(answers.map(answer => answer.status)).toEqual([201, 200, 200, 201, 204])
    expect(gate.violations).toEqual([])
  })

  test('properties, pipelines, owners, and the errors that are described', async () => {
    const paths = ['properties/contacts', 'properties/companies', 'properties/deals', 'properties/contacts/tier']
    for (const path of [...paths, 'pipelines/deals', 'pipelines/deals/default/stages', 'owners', 'owners/71'])
      expect((await call('GET', `/crm/v3/${path}`)).status).toBe(200)
    expect((await call('GET', '/crm/v3/owners/9')).status).toBe(404)
    expect((await call('GET', '/crm/v3/owners', undefined, { authorization: '' })).status).toBe(401)
    expect(
      (await call('POST', '/crm/v3/objects/contacts', { properties: { email: 'ada@analytical-engines.example' } }))
        .status,
    ).toBe(409)
    expect(gate.violations).toEqual([])
  })

  test.each<[string, string, string, unknown, string]>([
    [
      'an undeclared query parameter',
      'GET',
      '/crm/v3/objects/contacts?page=2',
      undefined,
      "Unknown query parameter 'page'",
    ],
    ['an unknown path', 'GET', '/crm/v3/nonsense', undefined, 'no specification has this path'],
    ['an unknown method', 'PUT', '/crm/v3/objects/contacts', {}, 'PUT method not allowed'],
    [
      'a value that is no text',
      'PATCH',
      '/crm/v3/objects/contacts/1001',
      { properties: { phone: null } },
      'request/body/properties/phone must be string',
    ],
    ['a body that is not JSON', 'POST', '/crm/v3/objects/contacts', '{', 'JSON'],
    ['a sort of another shape', 'POST', '/crm/v3/objects/contacts/search', { sorts: [{ by: 'email' }] }, 'sorts/0'],
  ])('the gate records %s and forwards it', async (_what, method, path, body, detail) => {
    const seen: string[] = []
    lie = request => {
      seen.push(`${request.method} ${new URL(request.url).pathname}`)
      return new Response(null, { status: 500 })
    }
    expect((await call(method, path, body)).status).toBe(500)
    expect(seen).toEqual([`${method} ${path.replace(/\?.*/, '')}`])
    const told = gate.violations.filter(violation => violation.where === 'request')
    expect(told.map(violation => violation.detail).join('; ')).toContain(detail)
  })

  test('a handler that throws is told apart from an answer', async () => {
    lie = () => {
      throw new Error('broken')
    }
    const answer = await fetch(`${gate.url}/crm/v3/objects/contacts`)
    expect(answer.status).toBe(599)
    expect(gate.violations[0]?.detail).toContain('broken')
  })

  test.each<[string, Response, string]>([
    ['a member of the wrong type', Response.json({ results: {} }), 'results must be array'],
    [
      'a required member that is missing',
      Response.json({ results: [{ id: '1' }] }),
      "must have required property 'properties'",
    ],
    [
      'a property that is no text',
      Response.json({
        results: [
          {
            id: '1',
            properties: { a: 1 },
            createdAt: '2026-01-01T00:00:00Z',
            updatedAt: '2026-01-01T00:00:00Z',
            archived: false,
          },
        ],
      }),
      'properties/a must be string',
    ],
    [
      'a status that is not declared',
      Response.json({ results: [] }, { status: 202 }),
      "must have required property 'category'",
    ],
    ['no body', new Response(null, { status: 200 }), 'a JSON body is expected'],
  ])('the gate records an answer with %s and passes it on', async (_what, answer, detail) => {
    lie = () => answer
    expect((await call('GET', '/crm/v3/objects/contacts')).status).toBe(answer.status)
    expect(gate.violations.map(violation => violation.where)).toEqual(['response'])
    expect(gate.violations[0]?.detail).toContain(detail)
  })
})
