import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { companies, type Deal, deals, people } from '../../sandbox/people.ts'
import { completenessOf } from '../../src/mapping/check/index.ts'
import type { Warning } from '../../src/mapping/read.ts'
import { recordSchema } from '../../src/models/record-schema.ts'
import { hubspot as deviations } from '../support/deviations.ts'
import { hasEvidence, recordings, specification } from '../support/evidence.ts'
import { listen, mappingOf, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate } from '../support/specification.ts'

const SPECIFICATIONS = [
  'crm-contacts.v3.json',
  'crm-companies.v3.json',
  'crm-deals.v3.json',
  'crm-properties.v3.json',
  'associations.v4.json',
]
const TOKEN = 'sandbox-hubspot-token'
const MODELS = ['contacts', 'companies', 'deals']
const CUSTOM = {
  field_mappings: {
    contacts: { 'custom_fields.tier': 'properties.tier' },
    companies: { 'custom_fields.fleet': { at: 'properties.fleet_size', format: 'number-text' } },
  },
}

const sandbox = createHubspot()
/** Requests that the imitation got, as `PUT /crm/v4/…`. */
const seen: string[] = []
const handler = (request: Request) => {
  seen.push(`${request.method} ${new URL(request.url).pathname}`)
  return sandbox.app.fetch(request)
}
let gate: Gate | undefined
let upstream: { url: string; close(): Promise<void> }
let hubspot: ProviderGateway
let custom: ProviderGateway

beforeAll(async () => {
  const specs = () => SPECIFICATIONS.map(file => specification<object>('hubspot', file))
  gate = hasEvidence ? await startGate({ specs: specs(), ...deviations, handler }) : undefined
  upstream = gate ?? (await listen(handler))
  const setup = { provider: 'hubspot', address: upstream.url, credentials: { type: 'OAUTH2', access_token: TOKEN } }
  hubspot = await openProvider(setup)
  custom = await openProvider({ ...setup, metadata: CUSTOM })
})
afterAll(async () => {
  await Promise.all([hubspot.close(), custom.close()])
  await upstream.close()
})
beforeEach(() => {
  sandbox.reset()
  seen.length = 0
})

const contactId = (key: number) => String(1000 + key)
const companyId = (key: number) => String(9000 + key)
const dealId = (key: number) => String(5000 + key)
const ids = (records: readonly { id: string }[]) => records.map(({ id }) => id)
const since = '2025-09-01T00:00:00Z'
const isSince = (time: string) => Date.parse(time) >= Date.parse(since)

async function make(model: string, input: object) {
  const { status, body } = await hubspot.call(`POST /${model}`, input)
  expect([status, body.warnings], JSON.stringify(body)).toEqual([201, []])
  return body.data
}
async function change(model: string, id: string, input: object) {
  const { status, body } = await hubspot.call(`PATCH /${model}/${id}`, input)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.data
}
const read = async (model: string, id: string) => (await hubspot.call(`GET /${model}/${id}`)).body.data

describe('lists', () => {
  it.each([
    ['contacts', people.map(({ key }) => contactId(key))],
    ['companies', companies.map(({ key }) => companyId(key))],
    ['deals', deals.map(({ key }) => dealId(key))],
  ])('walks all %s to the end, each once', async (model, expected) => {
    expect(ids(await hubspot.walk(`/${model}?limit=37`))).toEqual(expected)
    expect(ids(await hubspot.walk(`/${model}?limit=200&fields=name`))).toEqual(expected)
  })

  const someone = people.find(person => person.email && person.company && person.owner)!
  const named = `${someone.first_name} ${someone.last_name}`
  it.each([
    ['email', someone.email!, people.filter(({ email }) => email === someone.email)],
    [
      'name',
      named.toUpperCase(),
      people.filter(person => `${person.first_name} ${person.last_name}`.toLowerCase() === named.toLowerCase()),
    ],
    ['company_id', companyId(someone.company!), people.filter(({ company }) => company === someone.company)],
    ['owner_id', '72', people.filter(({ owner }) => owner === 2)],
    ['created_after', '2025-04-01T00:00:00Z', people.filter(p => Date.parse(p.created_at) >= Date.UTC(2025, 3, 1))],
    ['updated_after', since, people.filter(person => isSince(person.updated_at))],
  ])('walks contacts by %s', async (filter, value, expected) => {
    expect(expected.length).toBeGreaterThan(0)
    const found = await hubspot.walk(`/contacts?limit=7&filter[${filter}]=${encodeURIComponent(value)}`)
    expect(ids(found)).toEqual(expected.map(({ key }) => contactId(key)))
  })

  it.each([
    ['name', companies[4]!.name, companies.filter(({ name }) => name === companies[4]!.name)],
    ['domain', companies[7]!.domain, [companies[7]!]],
    ['owner_id', '71', companies.filter(({ owner }) => owner === 1)],
    ['created_after', '2025-02-01T00:00:00Z', companies.filter(c => Date.parse(c.created_at) >= Date.UTC(2025, 1, 1))],
    ['updated_after', since, companies.filter(company => isSince(company.updated_at))],
  ])('walks companies by %s', async (filter, value, expected) => {
    expect(expected.length).toBeGreaterThan(0)
    const found = await hubspot.walk(`/companies?limit=7&filter[${filter}]=${encodeURIComponent(value)}`)
    expect(ids(found)).toEqual(expected.map(({ key }) => companyId(key)))
  })

  const STAGES = 'appointmentscheduled qualifiedtobuy presentationscheduled contractsent closedwon closedlost'.split(
    ' ',
  )
  const company = deals.find(deal => deal.company)!.company!
  const person = deals.find(deal => deal.person)!.person!
  it.each<[string, string, (deal: Deal) => boolean]>([
    ['name', deals[3]!.name, deal => deal.name === deals[3]!.name],
    ['status', 'open', deal => deal.status === 'open'],
    ['status', 'won', deal => deal.status === 'won'],
    ['status', 'lost', deal => deal.status === 'lost'],
    ['company_id', companyId(company), deal => deal.company === company],
    ['contact_id', contactId(person), deal => deal.person === person],
    ['owner_id', '73', deal => deal.owner === 3],
    ['stage_id', STAGES[2]!, deal => deal.stage === 2],
    ['pipeline_id', 'default', () => true],
    ['created_after', '2025-06-01T00:00:00Z', deal => Date.parse(deal.created_at) >= Date.UTC(2025, 5, 1)],
    ['updated_after', since, deal => isSince(deal.updated_at)],
  ])('walks deals by %s=%s', async (filter, value, holds) => {
    const expected = deals.filter(holds).map(({ key }) => dealId(key))
    expect(expected.length).toBeGreaterThan(0)
    const found = await hubspot.walk(`/deals?limit=7&filter[${filter}]=${encodeURIComponent(value)}`)
    expect(ids(found)).toEqual(expected)
  })

  it.each([
    ['contacts', 'created_at', 'asc', people.length],
    ['contacts', 'updated_at', 'desc', people.length],
    ['contacts', 'first_name', 'asc', people.length],
    ['contacts', 'last_name', 'desc', people.length],
    ['companies', 'created_at', 'desc', companies.length],
    ['companies', 'updated_at', 'asc', companies.length],
    ['companies', 'name', 'asc', companies.length],
    ['deals', 'created_at', 'asc', deals.length],
    ['deals', 'updated_at', 'desc', deals.length],
    ['deals', 'name', 'asc', deals.length],
    ['deals', 'amount', 'desc', deals.length],
    ['deals', 'close_date', 'asc', deals.length],
  ])('walks %s by %s, %s, each once', async (model, by, direction, length) => {
    const found = await hubspot.walk(`/${model}?limit=43&fields=${by}&sort[by]=${by}&sort[direction]=${direction}`)
    expect(new Set(ids(found)).size).toBe(length)
    expect(found).toHaveLength(length)
    const values = found.map(record => record[by]).filter(value => value !== undefined)
    const order = (a: string | number, b: string | number) => (a === b ? 0 : a < b ? -1 : 1)
    const lower = values.map(value => (typeof value === 'string' ? value.toLowerCase() : value))
    expect(lower).toEqual(lower.toSorted((a, b) => (direction === 'asc' ? order(a, b) : order(b, a))))
  })

  it('combines filters with one another and with a sort', async () => {
    const query = `filter[owner_id]=71&filter[updated_after]=${since}&sort[by]=created_at&sort[direction]=desc`
    const expected = people
      .filter(person => person.owner === 1 && isSince(person.updated_at))
      .toSorted((a, b) => b.created_at.localeCompare(a.created_at))
    expect(ids(await hubspot.walk(`/contacts?limit=9&${query}`))).toEqual(expected.map(({ key }) => contactId(key)))
  })

  it('refuses what a search cannot carry', async () => {
    const answer = await hubspot.call('GET /contacts?filter[name]=Ada&filter[owner_id]=71')
    expect([answer.status, answer.body.code]).toEqual([422, 'unsupported-filter'])
    expect((await hubspot.call('GET /contacts?sort[by]=name')).body.code).toBe('unsupported-sort')
  })
})

describe('reading', () => {
  it('a company', async () => {
    const source = companies[0]!
    expect(await read('companies', '9001')).toEqual({
      id: '9001',
      name: 'Analytical Engines',
      domain: 'analytical-engines.example',
      ...(source.industry && { industry: expect.stringMatching(/^[A-Z_]+$/) }),
      employee_count: source.employees,
      annual_revenue: source.annual_revenue,
      phone_numbers: [{ number: source.phone }],
      addresses: [
        {
          street_1: source.street,
          city: source.city,
          ...(source.state && { state: source.state }),
          postal_code: source.postal_code,
          country: source.country,
        },
      ],
      websites: [{ url: 'analytical-engines.example' }],
      owner_id: String(70 + source.owner),
      created_at: source.created_at,
      updated_at: source.updated_at,
    })
  })

  it('deals, with whether they are won, and their chance of it', async () => {
    const chances = [20, 40, 60, 90, 100, 0]
    const found = await hubspot.walk('/deals?limit=100')
    for (const [i, deal] of deals.entries())
      expect(found[i]).toEqual({
        id: dealId(deal.key),
        name: deal.name,
        ...(deal.amount !== undefined && { amount: deal.amount }),
        currency: deal.currency,
        status: deal.status,
        probability: chances[deal.stage],
        stage_id: expect.any(String),
        pipeline_id: 'default',
        ...(deal.close_date && { close_date: deal.close_date }),
        ...(deal.company && { company_id: companyId(deal.company) }),
        ...(deal.person && { contact_id: contactId(deal.person) }),
        owner_id: String(70 + deal.owner),
        ...(deal.status === 'lost' && { lost_reason: 'Price' }),
        ...(deal.description && { description: deal.description }),
        created_at: deal.created_at,
        updated_at: deal.updated_at,
      })
    expect(await read('deals', '5001')).toEqual(found[0])
  })
})

describe('writing', () => {
  const contact = {
    first_name: 'Emmy',
    last_name: 'Noether',
    title: 'Professor',
    emails: [{ email: 'emmy@people.example' }],
    phone_numbers: [
      { number: '+49 551 1' },
      { number: '+49 170 1', type: 'mobile' },
      { number: '+49 551 9', type: 'fax' },
    ],
    addresses: [{ street_1: 'Weender Straße 2', city: 'Göttingen', postal_code: '37073', country: 'Germany' }],
    company_name: 'Mathematisches Institut',
    owner_id: '71',
    websites: [{ url: 'https://people.example/emmy' }],
  }
  const company = {
    name: 'Difference & Sons',
    domain: 'difference.example',
    industry: 'COMPUTER_SOFTWARE',
    employee_count: 12,
    annual_revenue: 123_456.78,
    phone_numbers: [{ number: '+44 20 1' }],
    addresses: [{ street_1: '1 Dorset Street', city: 'London', country: 'United Kingdom' }],
    websites: [{ url: 'https://difference.example' }],
    owner_id: '71',
    description: 'Makes engines.',
  }
  const deal = {
    name: 'Engine no. 2',
    amount: 17_000.25,
    currency: 'GBP',
    stage_id: 'qualifiedtobuy',
    pipeline_id: 'default',
    close_date: '2026-11-30',
    owner_id: '71',
    description: 'With a printer.',
  }

  it.each<[string, Record<string, unknown>, Record<string, unknown>, Record<string, unknown>]>([
    ['contacts', contact, { name: 'Emmy Noether' }, { title: 'Reader', phone_numbers: [{ number: '+1 610 1' }] }],
    ['companies', company, {}, { name: 'Difference', employee_count: 13, addresses: [{ city: 'Turin' }] }],
    ['deals', deal, { status: 'open', probability: 40 }, { name: 'Engine no. 3', amount: 0, close_date: '2027-01-01' }],
  ])('creates, gets, updates, clears and deletes %s', async (model, input, made, changes) => {
    const created = await make(model, input)
    const { id, created_at, updated_at } = created
    expect(created).toEqual({ ...input, ...made, id, created_at, updated_at })
    expect(await read(model, id)).toEqual(created)

    const changed = await change(model, id, changes)
    expect(changed).toEqual({ ...created, ...changes, updated_at: changed.updated_at })
    expect((await change(model, id, changes)).created_at).toBe(created_at)

    const optional = Object.keys(input).filter(
      field => !['pipeline_id', 'stage_id', 'last_name', 'name'].includes(field),
    )
    const cleared = await change(model, id, Object.fromEntries(optional.map(field => [field, null])))
    for (const field of optional) expect(cleared).not.toHaveProperty(field)

    const answer = await hubspot.call(`DELETE /${model}/${id}`)
    expect([answer.status, answer.body]).toEqual([204, undefined])
    expect((await hubspot.call(`GET /${model}/${id}`)).body.code).toBe('record-not-found')
  })

  it('wins and loses a deal by its stage', async () => {
    const { id } = await make('deals', deal)
    expect(await change('deals', id, { stage_id: 'closedwon' })).toMatchObject({ status: 'won', probability: 100 })
    expect(await change('deals', id, { stage_id: 'closedlost' })).toMatchObject({ status: 'lost', probability: 0 })
    const answer = await hubspot.call(`PATCH /deals/${id}`, { status: 'won' })
    expect(answer.body.errors).toMatchObject([{ pointer: '/status', code: 'read-only' }])
  })

  it('refuses what HubSpot has no place for, by its pointer', async () => {
    const phone_numbers = ['1', '2'].map(number => ({ number }))
    const refused = async (model: string, input: object) => {
      const { status, body } = await hubspot.call(`POST /${model}`, input)
      return [status, ...body.errors.map((error: { pointer: string; code: string }) => [error.pointer, error.code])]
    }
    expect(await refused('contacts', { phone_numbers })).toEqual([422, ['/phone_numbers/1', 'does-not-fit']])
    expect(await refused('companies', { phone_numbers })).toEqual([422, ['/phone_numbers/1', 'does-not-fit']])
    expect(await refused('companies', { parent_id: '1' })).toEqual([422, ['/parent_id', 'read-only']])
    expect(await refused('deals', { tags: ['vip'] })).toEqual([422, ['/tags', 'not-supported']])
    expect(seen).toEqual([])
  })
})

describe('links', () => {
  it('gives a contact its company, another one, and none', async () => {
    const { id, company_id } = await make('contacts', { last_name: 'Byron', company_id: '9002' })
    expect(company_id).toBe('9002')
    const moved = await change('contacts', id, { company_id: '9003', title: 'Poet' })
    expect(moved).toMatchObject({ company_id: '9003', title: 'Poet' })
    seen.length = 0
    expect(await change('contacts', id, { company_id: '9003' })).toEqual(moved)
    expect(seen.filter(request => !request.startsWith('GET '))).toEqual([])
    expect(await change('contacts', id, { company_id: null })).not.toHaveProperty('company_id')
    expect(await change('contacts', id, { company_id: null, title: 'Lord' })).toMatchObject({ title: 'Lord' })
  })

  it('passes on what the caller adds, beside a new company', async () => {
    const { id } = await make('contacts', { last_name: 'Byron' })
    const pass_through = { properties: { jobtitle: 'Poet' } }
    expect(await change('contacts', id, { company_id: '9002', pass_through })).toMatchObject({
      title: 'Poet',
      company_id: '9002',
    })
  })

  it('says what was written when a later request fails', async () => {
    const { id } = await make('contacts', { last_name: 'Byron' })
    const { status, body } = await hubspot.call(`PATCH /contacts/${id}`, { title: 'Poet', company_id: '404404' })
    expect([status, body.code, body.upstream.status]).toEqual([422, 'provider-rejected', 404])
    expect(body.detail).toBe('Already done: all fields but the links. Not done: linking the company 404404.')
    expect(await read('contacts', id)).toMatchObject({ title: 'Poet' })
    const only = await hubspot.call(`PATCH /contacts/${id}`, { company_id: '404404' })
    expect(only.body.detail).toBe('Nothing was written. Not done: linking the company 404404.')
  })

  it('writes nothing where there is no such record', async () => {
    const { status, body } = await hubspot.call('PATCH /contacts/999999', { title: 'Nobody', company_id: '9001' })
    expect([status, body.code]).toEqual([404, 'record-not-found'])
    expect(seen).toEqual(['GET /crm/v3/objects/contacts/999999'])
  })

  it('takes an id as one segment of a path', async () => {
    const { id } = await make('contacts', { last_name: 'Byron' })
    const { status } = await hubspot.call(`PATCH /contacts/${id}`, { company_id: '9001/../../contacts/1001' })
    expect(status).toBe(422)
    // A provider that decodes the path first would be led elsewhere.
    expect(seen.filter(request => request.includes('%2F'))).toEqual([])
  })

  it('gives a deal its company and its contact, others, and none', async () => {
    const { id, ...made } = await make('deals', { name: 'Ode', company_id: '9002', contact_id: '1002' })
    expect(made).toMatchObject({ company_id: '9002', contact_id: '1002' })
    const moved = await change('deals', id, { company_id: '9003', contact_id: '1001', amount: 7 })
    expect(moved).toMatchObject({ company_id: '9003', contact_id: '1001', amount: 7 })
    expect(ids(await hubspot.walk('/deals?filter[contact_id]=1002'))).not.toContain(id)
    const bare = await change('deals', id, { company_id: null, contact_id: null })
    expect(bare).not.toHaveProperty('company_id')
    expect(bare).not.toHaveProperty('contact_id')
  })

  it('leaves several contacts of a deal alone', async () => {
    const { id } = await make('deals', {
      name: 'Ode',
      contact_id: '1001',
      pass_through: {
        associations: ['1001', '1002'].map(to => ({
          to: { id: to },
          types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 3 }],
        })),
      },
    })
    const { status, body } = await hubspot.call(`PATCH /deals/${id}`, { name: 'Elegy', contact_id: '1003' })
    expect([status, body.code]).toEqual([409, 'conflict'])
    expect(await read('deals', id)).toMatchObject({ name: 'Ode', contact_id: '1001' })
  })
})

describe('custom fields', () => {
  it('come back, are written and cleared by field mappings', async () => {
    const tiers = (await custom.walk('/contacts?limit=100&fields=custom_fields.tier')).map(
      ({ custom_fields }) => custom_fields?.tier,
    )
    expect(tiers).toEqual(people.map(({ tier }) => tier))
    const { status, body } = await custom.call('POST /companies', { name: 'Fleet', custom_fields: { fleet: 12 } })
    expect([status, body.data.custom_fields]).toEqual([201, { fleet: 12 }])
    const changed = await custom.call(`PATCH /companies/${body.data.id}`, { custom_fields: { fleet: null } })
    expect(changed.body.data).not.toHaveProperty('custom_fields')
  })

  it('are named for mapping', async () => {
    const { status, body } = await hubspot.call('GET /contacts/fields')
    expect(status).toBe(200)
    const text = JSON.stringify(body)
    expect(text).toContain('"properties.tier"')
    expect(text).not.toContain('"properties.firstname"')
  })
})

describe('failures', () => {
  it('a duplicate, a wrong option, an unknown owner', async () => {
    const twin = await hubspot.call('POST /contacts', { emails: [{ email: 'ada@analytical-engines.example' }] })
    expect([twin.status, twin.body.code]).toEqual([409, 'conflict'])
    const industry = await hubspot.call('POST /companies', { name: 'X', industry: 'Milling' })
    expect(industry.body).toMatchObject({
      code: 'provider-rejected',
      upstream: { status: 400, code: 'VALIDATION_ERROR' },
    })
    const owner = await hubspot.call('PATCH /deals/5001', { owner_id: '9' })
    expect(owner.body).toMatchObject({ code: 'provider-rejected', upstream: { status: 400 } })
  })

  it('a token that is no longer good', async () => {
    const credentials = { type: 'OAUTH2', access_token: 'revoked' }
    const closed = await openProvider({ provider: 'hubspot', address: upstream.url, credentials })
    for (const model of MODELS) {
      const { status, body } = await closed.call(`GET /${model}`)
      expect([status, body.code]).toEqual([424, 'connection-needs-reconnect'])
    }
    await closed.close()
  })

  it('a sorted list that goes on beyond the reach of a search', async () => {
    const answers = { results: [{ id: '1', properties: {} }], paging: { next: { after: '10000' } } }
    const beyond = { status: 'error', category: 'VALIDATION_ERROR', message: 'beyond the limit', correlationId: '1' }
    const reach = await listen(async request =>
      'after' in ((await request.json()) as object) ? Response.json(beyond, { status: 400 }) : Response.json(answers),
    )
    const credentials = { type: 'OAUTH2', access_token: TOKEN }
    const far = await openProvider({ provider: 'hubspot', address: reach.url, credentials })
    const { body } = await far.call('GET /contacts?limit=1&sort[by]=created_at')
    const next = await far.call(`GET /contacts?cursor=${body.next_cursor}`)
    expect([next.status, next.body.code, next.body.upstream.message]).toEqual([
      422,
      'provider-rejected',
      'beyond the limit',
    ])
    await far.close()
    await reach.close()
  })
})

describe.skipIf(!hasEvidence)('the evidence', () => {
  const ID: Record<string, string> = { contacts: '0-1', companies: '0-2', deals: '0-3' }
  it.each(MODELS)('reads every recorded record of %s, and leaves nothing unaccounted for', async model => {
    const mapping = await mappingOf('hubspot', model)
    const found = recordings('hubspot').filter(
      ({ request, response }) =>
        new RegExp(`^/crm/v3/objects/(${model}|${ID[model]})(/\\d+)?$`).test(request.path) &&
        request.method !== 'DELETE' &&
        response.status < 300,
    )
    expect(found.length).toBeGreaterThan(0)
    for (const { response } of found) {
      const warnings: Warning[] = []
      const record = mapping.reader(undefined)(response.body, warnings)
      expect(completenessOf(mapping).unaccounted(response.body)).toEqual([])
      expect(warnings).toEqual([])
      expect(recordSchema(mapping.model).strict().safeParse(record).error).toBeUndefined()
      expect(record).toHaveProperty('created_at')
    }
  })

  it('has no request or answer that breaks the specifications', () => {
    expect(gate?.violations).toEqual([])
  })
})
