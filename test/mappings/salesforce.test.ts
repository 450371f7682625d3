import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Company, companies, type Deal, deals, type Person, people } from '../../sandbox/people.ts'
import { idOf } from '../../sandbox/salesforce/ids.ts'
import { createSalesforce } from '../../sandbox/salesforce/index.ts'
import { completenessOf } from '../../src/mapping/check/index.ts'
import { models } from '../../src/models/index.ts'
import { recordSchema } from '../../src/models/record-schema.ts'
import { salesforce as deviations } from '../support/deviations.ts'
import { hasEvidence, recordings, specification } from '../support/evidence.ts'
import { listen, mappingOf, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate, type Violation } from '../support/specification.ts'

const ADA = '003Sb0000000001IAA'
const ENGINES = '001Sb0000000001IAA'
const MINA = '005Sb0000000001IAA'
const NOBODY = '003Sb0000009999IAA'
const all = { contacts: people, companies, deals }
const prefixes = { contacts: '003', companies: '001', deals: '006' }
type Name = keyof typeof all
/** A person, company or deal of the sandbox, with what any of them may have. */
type One = Partial<Person & Omit<Company, 'owner'> & Omit<Deal, 'company' | 'owner'>> &
  Pick<Person, 'key' | 'created_at' | 'updated_at'>
const names = Object.keys(all) as Name[]
const key = (model: Name, n: number | undefined) => (n === undefined ? undefined : idOf(prefixes[model], n))

const sandbox = createSalesforce()
/** What stands before the sandbox: its answers, or one that a test puts in their place. */
let instead: { status: number; body: unknown } | undefined
const handler = (request: Request) =>
  instead
    ? Response.json(instead.body, {
        status: instead.status,
        headers: instead.status === 403 ? {} : { 'retry-after': '7' },
      })
    : sandbox.app.fetch(request)

let gate: Gate | (Awaited<ReturnType<typeof listen>> & { violations: Violation[] })
let gateway: ProviderGateway
beforeAll(async () => {
  gate = hasEvidence
    ? await startGate({ specs: specification<object>('salesforce', 'platform-rest.json'), ...deviations, handler })
    : { ...(await listen(handler)), violations: [] }
  gateway = await openProvider({
    provider: 'salesforce',
    address: gate.url,
    credentials: { type: 'OAUTH2', access_token: 'sandbox-salesforce-token' },
    metadata: {
      field_mappings: {
        contacts: { 'custom_fields.tier': 'Tier__c' },
        companies: { 'custom_fields.fleet_size': { at: 'Fleet_Size__c', format: 'number-text', write: false } },
      },
    },
  })
})
afterEach(() => {
  instead = undefined
})
afterAll(async () => {
  await gateway.close()
  await gate.close()
})

const idsOf = (records: { id: string }[]): string[] => records.map(({ id }) => id)
const data = async (request: string, body?: unknown, status = 200) => {
  const answer = await gateway.call(request, body)
  expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ warnings: [] })])
  return answer.body.data
}
const refused = async (request: string, body?: unknown) => {
  const { status, body: problem } = await gateway.call(request, body)
  return [status, problem.code, problem.upstream?.code ?? problem.errors?.[0]?.pointer]
}

describe('lists', () => {
  test.each(names)('%s: every record once, and valid', async name => {
    const found = await gateway.walk(`/${name}?limit=50`)
    expect(idsOf(found)).toEqual(all[name].map(one => key(name, one.key)))
    const schema = recordSchema(models[name]!)
    for (const record of found) expect(schema.safeParse(record).error).toBeUndefined()
  })

  const sorts = names.flatMap(name => models[name]!.sorts.map(by => [name, by] as const))
  test.each(sorts.flatMap(([name, by]) => (['asc', 'desc'] as const).map(direction => [name, by, direction] as const)))(
    '%s by %s %s: every record once, in order',
    async (name, by, direction) => {
      const found = await gateway.walk(`/${name}?limit=23&fields=${by}&sort[by]=${by}&sort[direction]=${direction}`)
      expect(idsOf(found).sort()).toEqual(all[name].map(one => key(name, one.key)).sort())
      const values = found.flatMap(record => (record[by] === undefined ? [] : [record[by]]))
      const lower = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value) as string
      const ordered = values.every((value, i) => i === 0 || lower(values[i - 1]) <= lower(value))
      const reversed = values.every((value, i) => i === 0 || lower(values[i - 1]) >= lower(value))
      expect(direction === 'asc' ? ordered : reversed).toBe(true)
      expect(found.slice(0, values.length).every(record => by in record)).toBe(true)
    },
  )

  const spring = '2025-03-01T00:00:00.000Z'
  const autumn = '2025-09-01T00:00:00.000Z'
  const [first, , third, fourth] = deals as [Deal, Deal, Deal, Deal]
  const ofMina = ({ owner = 1 }: One) => owner === 1
  const filters: [Name, string, (one: One) => boolean][] = [
    ['contacts', 'filter[email]=ADA@analytical-engines.example', one => one.key === 1],
    ['contacts', "filter[name]=Linus O'Hara", one => one.last_name === "O'Hara" && one.first_name === 'Linus'],
    ['contacts', `filter[company_id]=${ENGINES}`, one => one.company === 1],
    ['contacts', `filter[company_id]=${ENGINES}&sort[by]=name`, one => one.company === 1],
    ['contacts', `filter[owner_id]=${MINA}&sort[by]=first_name`, ofMina],
    ['contacts', `filter[created_after]=${spring}`, one => one.created_at >= spring],
    [
      'contacts',
      `filter[updated_after]=${autumn}&filter[owner_id]=${MINA}&sort[by]=updated_at&sort[direction]=desc`,
      one => ofMina(one) && one.updated_at >= autumn,
    ],
    ['companies', 'filter[name]=granite %26 sons', one => one.name === 'Granite & Sons'],
    [
      'companies',
      `filter[owner_id]=${MINA}&filter[updated_after]=${autumn}`,
      one => ofMina(one) && one.updated_at >= autumn,
    ],
    ['companies', `filter[created_after]=${spring}&sort[by]=name`, one => one.created_at >= spring],
    ['deals', 'filter[status]=open', one => one.status === 'open'],
    ['deals', 'filter[status]=won&sort[by]=close_date', one => one.status === 'won'],
    ['deals', 'filter[status]=lost&sort[by]=amount', one => one.status === 'lost'],
    ['deals', 'filter[stage_id]=Qualification', one => one.stage === 1],
    [
      'deals',
      `filter[owner_id]=${MINA}&filter[created_after]=${spring}`,
      one => ofMina(one) && one.created_at >= spring,
    ],
    ['deals', `filter[company_id]=${key('companies', first.company)}`, one => one.company === first.company],
    ['deals', `filter[contact_id]=${key('contacts', first.person)}`, one => one.person === first.person],
    ['deals', `filter[name]=${third.name}`, one => one.name === third.name],
    ['deals', `filter[updated_after]=${fourth.updated_at}`, one => one.updated_at >= fourth.updated_at],
  ]
  test.each(filters)('%s with %s', async (name, query, holds) => {
    const found = await gateway.walk(`/${name}?limit=7&fields=id&${query}`)
    const due = (all[name] as readonly One[]).filter(holds).map(one => key(name, one.key))
    expect(due.length).toBeGreaterThan(0)
    expect(idsOf(found).sort()).toEqual(due.sort())
  })

  test('what cannot be carried is refused', async () => {
    expect((await refused('GET /companies?filter[domain]=acme.example')).slice(0, 2)).toEqual([
      422,
      'unsupported-filter',
    ])
    expect((await refused('GET /deals?filter[pipeline_id]=1')).slice(0, 2)).toEqual([422, 'unsupported-filter'])
    expect(await refused('GET /contacts?filter[company_id]=acme')).toEqual([
      422,
      'provider-rejected',
      'INVALID_QUERY_FILTER_OPERATOR',
    ])
    expect(await gateway.walk("/contacts?filter[email]=x' OR Id != '")).toEqual([])
  })
})

test('a person whole, with the field of the customer and the company', async () => {
  expect(await data(`GET /contacts/${ADA}`)).toEqual({
    id: ADA,
    first_name: 'Ada',
    last_name: 'Lovelace',
    name: 'Ada Lovelace',
    title: 'Engineer',
    department: 'Engineering',
    emails: [{ email: 'ada@analytical-engines.example' }],
    phone_numbers: [
      { number: '+44 20 7946 1001', type: 'work' },
      { number: '+44 7700 900001', type: 'mobile' },
      { number: '+44 20 7946 9001', type: 'fax' },
    ],
    addresses: [
      {
        type: 'mailing',
        street_1: "12 St James's Square",
        city: 'London',
        postal_code: 'SW1Y 4JU',
        country: 'United Kingdom',
      },
    ],
    company_id: ENGINES,
    company_name: 'Analytical Engines',
    owner_id: idOf('005', people[0]!.owner!),
    birthday: '1985-12-10',
    description: people[0]!.description,
    custom_fields: { tier: 'gold' },
    created_at: people[0]!.created_at,
    updated_at: people[0]!.updated_at,
  })
  expect(await data(`GET /companies/${idOf('001', 4)}?fields=custom_fields`)).toEqual({
    id: idOf('001', 4),
    custom_fields: { fleet_size: 4 },
  })
})

test('a connection needs the address of its instance, unless the integration has its own', async () => {
  expect((await gateway.call('POST /integrations', { provider: 'salesforce', unique_key: 'direct' })).status).toBe(200)
  const connect = (connection_config?: object) =>
    gateway.call('POST /connections', {
      provider_config_key: 'direct',
      credentials: { type: 'OAUTH2', access_token: 'any' },
      ...(connection_config && { connection_config }),
    })
  // A path, no address at all, and an address that is not the provider's.
  const wrong = ['https://acme.my.salesforce.com/home', 'acme', 'https://acme.example']
  for (const config of [undefined, ...wrong.map(instance_url => ({ instance_url }))]) {
    const { status, body } = await connect(config)
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, '/connection_config/instance_url'])
  }
  expect((await connect({ instance_url: 'https://acme.my.salesforce.com' })).status).toBe(201)
})

test('the budget of the organization is told', async () => {
  const { headers } = await gateway.call(`GET /contacts/${ADA}?fields=name`)
  expect([...headers].filter(([name]) => /remaining/i.test(name)).map(([, value]) => value)).toContain('14899')
})

test('the fields of the customer, from the description of the object', async () => {
  const { body } = await gateway.call('GET /contacts/fields')
  expect(body.data.custom_fields).toEqual([
    expect.objectContaining({
      name: 'Tier__c',
      label: 'Tier',
      type: 'select',
      path: 'Tier__c',
      options: ['gold', 'silver', 'bronze'].map(value => ({ value, label: value })),
    }),
  ])
  const account = await gateway.call('GET /companies/fields')
  expect(account.body.data.custom_fields).toEqual([expect.objectContaining({ name: 'Fleet_Size__c', type: 'number' })])
})

describe('writes', () => {
  afterEach(() => sandbox.reset())

  test('a contact: made, changed, cleared, deleted', async () => {
    const sent = {
      first_name: 'Ines',
      last_name: "O'Neil",
      title: 'Buyer',
      department: 'Sales',
      emails: [{ email: 'ines@example.com' }],
      phone_numbers: [
        { number: '1', type: 'work' },
        { number: '2', type: 'mobile' },
        { number: '3', type: 'home' },
        { number: '4', type: 'other' },
        { number: '5', type: 'fax' },
      ],
      addresses: [
        {
          type: 'mailing',
          street_1: '1 High Street',
          street_2: 'Flat 2',
          city: 'London',
          state: 'London',
          postal_code: 'N1',
          country: 'UK',
        },
        { type: 'other', city: 'Leeds' },
      ],
      company_id: ENGINES,
      owner_id: MINA,
      birthday: '1990-02-28',
      description: 'Wrote first.',
      custom_fields: { tier: 'silver' },
    }
    const made = await data('POST /contacts', sent, 201)
    const { id, created_at, updated_at, ...kept } = made
    expect(kept).toEqual({ ...sent, name: "Ines O'Neil", company_name: 'Analytical Engines' })
    expect([typeof created_at, typeof updated_at]).toEqual(['string', 'string'])
    expect(await data(`GET /contacts/${id}`)).toEqual(made)

    const changed = await data(`PATCH /contacts/${id}`, {
      title: 'Lead',
      phone_numbers: [{ number: '9', type: 'home' }],
    })
    expect({ ...changed, updated_at }).toEqual({
      ...made,
      title: 'Lead',
      phone_numbers: [{ number: '9', type: 'home' }],
    })

    const nothing = {
      first_name: null,
      title: '',
      department: null,
      emails: [],
      phone_numbers: [],
      addresses: null,
      company_id: null,
      birthday: null,
      description: null,
      custom_fields: { tier: null },
    }
    const cleared = await data(`PATCH /contacts/${id}`, nothing)
    const left = { id, last_name: "O'Neil", name: "O'Neil", owner_id: MINA, created_at, updated_at: cleared.updated_at }
    expect(cleared).toEqual(left)

    expect((await gateway.call(`DELETE /contacts/${id}`)).status).toBe(204)
    expect((await refused(`GET /contacts/${id}`)).slice(0, 2)).toEqual([404, 'record-not-found'])
    expect(await refused(`PATCH /contacts/${id}`, { title: 'x' })).toEqual([
      404,
      'record-not-found',
      'ENTITY_IS_DELETED',
    ])
    expect(await refused(`DELETE /contacts/${id}`)).toEqual([404, 'record-not-found', 'ENTITY_IS_DELETED'])
  })

  test('a company: made, changed, cleared, deleted with what belongs to it', async () => {
    const sent = {
      name: 'Quarry & Co',
      industry: 'Engineering',
      employee_count: 12,
      annual_revenue: 1_250_000.5,
      phone_numbers: [{ number: '1' }, { number: '2', type: 'fax' }],
      addresses: [
        { type: 'billing', street_1: '1 Pit Lane', city: 'Leeds', postal_code: 'LS1', country: 'UK' },
        {
          type: 'shipping',
          street_1: 'Gate 2',
          street_2: 'Yard',
          city: 'Hull',
          state: 'Yorkshire',
          postal_code: 'HU1',
          country: 'UK',
        },
      ],
      websites: [{ url: 'https://quarry.example' }],
      parent_id: ENGINES,
      owner_id: MINA,
      description: 'Stone.',
    }
    const made = await data('POST /companies', sent, 201)
    const { id, created_at, updated_at, ...kept } = made
    expect(kept).toEqual(sent)
    expect(created_at <= updated_at).toBe(true)
    expect(await data(`PATCH /companies/${id}`, { employee_count: 13 })).toMatchObject({ ...kept, employee_count: 13 })
    const nothing = Object.fromEntries(Object.keys(sent).map(name => [name, null]))
    const cleared = await data(`PATCH /companies/${id}`, { ...nothing, name: 'Quarry', owner_id: MINA })
    expect(cleared).toEqual({ id, name: 'Quarry', owner_id: MINA, created_at, updated_at: cleared.updated_at })

    const contact = await data('POST /contacts', { last_name: 'Mason', company_id: id }, 201)
    expect(idsOf(await gateway.walk(`/contacts?filter[company_id]=${id}`))).toEqual([contact.id])
    expect((await gateway.call(`DELETE /companies/${id}`)).status).toBe(204)
    expect((await gateway.call(`GET /contacts/${contact.id}`)).status).toBe(404)
  })

  test('a deal: made with its company and contact, won, cleared, deleted', async () => {
    const sent = {
      name: 'Crane 9',
      amount: 1999.5,
      probability: 35,
      stage_id: 'Qualification',
      close_date: '2026-12-24',
      company_id: ENGINES,
      contact_id: ADA,
      owner_id: MINA,
      description: 'Asked twice.',
    }
    const made = await data('POST /deals', sent, 201)
    const { id, created_at, updated_at, ...kept } = made
    expect(kept).toEqual({ ...sent, status: 'open' })
    expect(created_at <= updated_at).toBe(true)
    for (const query of [`contact_id]=${ADA}`, `company_id]=${ENGINES}`])
      expect(idsOf(await gateway.walk(`/deals?filter[${query}`))).toContain(id)
    expect(await data(`PATCH /deals/${id}`, { stage_id: 'Closed Won' })).toMatchObject({
      status: 'won',
      probability: 100,
    })
    expect(await data(`PATCH /deals/${id}`, { stage_id: 'Closed Lost' })).toMatchObject({
      status: 'lost',
      probability: 0,
    })
    const cleared = await data(`PATCH /deals/${id}`, { amount: null, company_id: null, description: null })
    expect(Object.keys(cleared)).not.toEqual(expect.arrayContaining(['amount', 'company_id', 'description']))
    expect(await refused(`PATCH /deals/${id}`, { contact_id: ADA })).toEqual([422, 'invalid-field', '/contact_id'])
    expect(await refused(`PATCH /deals/${id}`, { status: 'won' })).toEqual([422, 'invalid-field', '/status'])
    expect((await gateway.call(`DELETE /deals/${id}`)).status).toBe(204)
    expect((await gateway.call(`GET /deals/${id}`)).status).toBe(404)
  })

  test('what the organization refuses', async () => {
    expect(await refused('POST /contacts', { first_name: 'No last name' })).toEqual([
      422,
      'invalid-field',
      '/last_name',
    ])
    const twin = { last_name: 'Twin', emails: [{ email: 'ada@analytical-engines.example' }] }
    expect(await refused('POST /contacts', twin)).toEqual([409, 'conflict', 'DUPLICATES_DETECTED'])
    const odd = { last_name: 'Odd', company_id: 'acme' }
    expect(await refused('POST /contacts', odd)).toEqual([422, 'provider-rejected', 'MALFORMED_ID'])
    expect(await refused(`PATCH /contacts/${ADA}`, { company_id: 'acme' })).toEqual([
      422,
      'provider-rejected',
      'MALFORMED_ID',
    ])
    expect(await refused(`PATCH /contacts/${ADA}`, { emails: [{ email: 'a@b.c' }, { email: 'd@e.f' }] })).toEqual([
      422,
      'invalid-field',
      '/emails/1',
    ])
    expect(await refused(`PATCH /contacts/${ADA}`, { custom_fields: { tier: 'lead' } })).toEqual([
      422,
      'provider-rejected',
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    ])
    for (const id of [NOBODY, 'nobody', "it's"]) expect((await gateway.call(`GET /contacts/${id}`)).status).toBe(404)
    for (const request of [`PATCH /contacts/${NOBODY}`, 'PATCH /contacts/003nobody'])
      expect((await refused(request, { title: 'x' })).slice(0, 2)).toEqual([404, 'record-not-found'])
    const won = deals.find(deal => deal.status === 'won' && deal.company)!
    expect(await refused(`DELETE /companies/${key('companies', won.company)}`)).toEqual([
      422,
      'provider-rejected',
      'DELETE_FAILED',
    ])
  })
})

// Statuses and codes: the REST guide's "Status Codes and Error Responses" and the SOAP guide's exception and status codes.
describe('failures', () => {
  const cases: [number, string, number, string][] = [
    [403, 'REQUEST_LIMIT_EXCEEDED', 429, 'provider-rate-limited'],
    [401, 'INVALID_SESSION_ID', 424, 'connection-needs-reconnect'],
    [401, 'INVALID_AUTH_HEADER', 424, 'connection-needs-reconnect'],
    [403, 'API_DISABLED_FOR_ORG', 403, 'provider-forbidden'],
    [403, 'INSUFFICIENT_ACCESS', 403, 'provider-forbidden'],
    [400, 'INSUFFICIENT_ACCESS_OR_READONLY', 403, 'provider-forbidden'],
    [400, 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 403, 'provider-forbidden'],
    [400, 'DUPLICATE_VALUE', 409, 'conflict'],
    [400, 'UNABLE_TO_LOCK_ROW', 502, 'provider-failed'],
    [400, 'QUERY_TIMEOUT', 502, 'provider-failed'],
    [503, 'SERVER_UNAVAILABLE', 502, 'provider-failed'],
    [404, 'NOT_FOUND', 404, 'record-not-found'],
    [400, 'MALFORMED_ID', 404, 'record-not-found'],
    [400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 422, 'provider-rejected'],
    [400, 'STRING_TOO_LONG', 422, 'provider-rejected'],
  ]
  test.each(cases)('%i %s is %i %s', async (status, errorCode, ours, code) => {
    instead = { status, body: [{ message: 'as told', errorCode }] }
    const answer = await gateway.call(`PATCH /contacts/${ADA}`, { title: 'x' })
    expect(answer.body).toMatchObject({ status: ours, code, upstream: { status, code: errorCode, message: 'as told' } })
    expect(answer.body.retry_after).toBe(ours === 502 ? 7 : undefined)
  })

  test('a write that failed with a good status', async () => {
    const errors = [{ statusCode: 'STRING_TOO_LONG', message: 'too long', fields: ['Title'] }]
    instead = { status: 200, body: { id: null, success: false, errors } }
    expect(await refused(`PATCH /contacts/${ADA}`, { title: 'x' })).toEqual([
      422,
      'provider-rejected',
      'STRING_TOO_LONG',
    ])
  })
  test('a list beyond the largest offset', async () => {
    instead = { status: 400, body: [{ message: 'as told', errorCode: 'NUMBER_OUTSIDE_VALID_RANGE' }] }
    expect(await refused('GET /contacts?sort[by]=name')).toEqual([
      422,
      'provider-rejected',
      'NUMBER_OUTSIDE_VALID_RANGE',
    ])
  })
})

describe.skipIf(!hasEvidence)('the evidence', () => {
  interface Found {
    attributes?: { type?: string }
  }
  const types: Record<string, string> = { Contact: 'contacts', Account: 'companies', Opportunity: 'deals' }
  // Of older versions of the interface than the one that is mapped, which only added fields since.
  test('every recorded record is read whole', async () => {
    const found = recordings('salesforce').flatMap(({ id, response: { body } }) => {
      const { records = [], recentItems = [] } = (body ?? {}) as { records?: Found[]; recentItems?: Found[] }
      return [body as Found, ...records, ...recentItems].flatMap(record => {
        const model = types[record?.attributes?.type ?? '']
        return model === undefined ? [] : [{ id, model, record }]
      })
    })
    expect(found.length).toBeGreaterThan(0)
    for (const { id, model, record } of found) {
      const mapping = await mappingOf('salesforce', model)
      expect(completenessOf(mapping).unaccounted(record), id).toEqual([])
      const warnings: never[] = []
      const unified = mapping.reader(undefined)(record, warnings)
      expect(warnings, id).toEqual([])
      expect(recordSchema(models[model]!).safeParse(unified).error, id).toBeUndefined()
    }
  })
  test('every published member of a contact and an account is read or ignored', async () => {
    const { components } = specification<{
      components: { schemas: Record<string, { examples: { properties: object }[] }> }
    }>('salesforce', 'platform-rest.json')
    for (const [schema, model] of [
      ['ContactSObject', 'contacts'],
      ['AccountSObject', 'companies'],
    ] as const)
      expect(
        completenessOf(await mappingOf('salesforce', model)).unaccounted(
          Object.fromEntries(
            Object.keys(components.schemas[schema]!.examples[0]!.properties).map(name => [name, null]),
          ),
        ),
      ).toEqual([])
  })

  // What the sandbox answers is judged by its own tests.
  test('no request of these tests breaks the specification', () => {
    expect(gate.violations.filter(({ where }) => where === 'request')).toEqual([])
  })
})
