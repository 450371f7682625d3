import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { companies as companyData, deals as dealData, people } from '../../sandbox/people.ts'
import { createPipedrive } from '../../sandbox/pipedrive/index.ts'
import { completenessOf } from '../../src/mapping/check/index.ts'
import type { Mapping } from '../../src/mapping/compile.ts'
import type { Warning } from '../../src/mapping/read.ts'
import { recordSchema } from '../../src/models/record-schema.ts'
import { pipedrive as deviations } from '../support/deviations.ts'
import { hasEvidence, recordings, specification } from '../support/evidence.ts'
import { listen, mappingOf, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate } from '../support/specification.ts'

const TOKEN = 'sandbox-pipedrive-token'
const TIER = '79dfba4a845366af79e9465f21c6d3f6bcc2ba4b'
const FLEET = 'aab51fcd9507f546e9827adb16f8b5b3adb1316c'
const SINCE = '2025-11-01T00:00:00Z'
const ADA = 1001

interface Told {
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into records
  readonly [field: string]: any
}
const idsOf = (records: readonly Told[]): number[] => records.map(({ id }) => Number(id)).sort((a, b) => a - b)
const keysOf = (of: readonly { key: number }[], from: number): number[] => of.map(({ key }) => from + key)
const sandbox = createPipedrive()

/** Stands before the sandbox where the specification is at hand, so that every request below is judged by it. */
let server: { url: string; close(): Promise<void>; violations?: Gate['violations'] }
let gateway: ProviderGateway

const open = (credentials: Record<string, string>, metadata?: Record<string, unknown>) =>
  openProvider({ provider: 'pipedrive', address: server.url, credentials, ...(metadata && { metadata }) })
const walk = (path: string): Promise<Told[]> => gateway.walk(path)
const call: ProviderGateway['call'] = (...given) => gateway.call(...given)
async function data(request: string, body?: unknown): Promise<Told> {
  const answer = await call(request, body)
  expect([answer.status, answer.body.warnings], JSON.stringify(answer.body)).toEqual([
    request.startsWith('POST') ? 201 : 200,
    [],
  ])
  return answer.body.data
}
/** No request so far broke the specification. */
const expectSpecified = () => expect(server.violations ?? []).toEqual([])

beforeAll(async () => {
  const handler = (request: Request) => sandbox.app.fetch(request)
  server = hasEvidence
    ? await startGate({ specs: specification<object>('pipedrive', 'v2.yaml'), ...deviations, handler })
    : await listen(handler)
  gateway = await open(
    { type: 'OAUTH2', access_token: TOKEN },
    { field_mappings: { contacts: { 'custom_fields.tier': `custom_fields.${TIER}` } } },
  )
}, 60_000)
afterAll(async () => {
  await gateway.close()
  await server.close()
})
beforeEach(() => {
  sandbox.reset()
  if (server.violations) server.violations.length = 0
})

describe('lists', () => {
  test.each([
    ['contacts', keysOf(people, 1_000)],
    ['companies', keysOf(companyData, 500)],
    ['deals', keysOf(dealData, 3_000)],
  ])('every one of %s comes once, in every order', async (model, ids) => {
    expect(idsOf(await walk(`/${model}?limit=37`))).toEqual(ids)
    for (const by of ['created_at', 'updated_at'])
      for (const direction of ['asc', 'desc']) {
        const sorted = await walk(`/${model}?limit=50&fields=${by}&sort[by]=${by}&sort[direction]=${direction}`)
        const times = sorted.map(record => record[by])
        expect(times).toEqual(times.toSorted((a, b) => (direction === 'asc' ? 1 : -1) * (a < b ? -1 : a > b ? 1 : 0)))
        expect(idsOf(sorted)).toEqual(ids)
      }
    const updated = `filter[updated_after]=${SINCE}`
    const late = [people, companyData, dealData].find(list => list.length === ids.length)!
    expect(idsOf(await walk(`/${model}?limit=20&${updated}`))).toEqual(
      ids.filter((_, i) => Date.parse(late[i]!.updated_at) >= Date.parse(SINCE)),
    )
    expectSpecified()
  })

  test('contacts of a company and an owner', async () => {
    const company = people[0]!.company!
    const own = people.filter(person => person.company === company)
    expect(idsOf(await walk(`/contacts?limit=2&filter[company_id]=${500 + company}`))).toEqual(keysOf(own, 1_000))
    const owned = own.filter(person => (person.owner ?? 1) === 1)
    expect(
      idsOf(
        await walk(
          `/contacts?limit=2&filter[company_id]=${500 + company}&filter[owner_id]=20000001&sort[by]=created_at`,
        ),
      ),
    ).toEqual(keysOf(owned, 1_000))
    expectSpecified()
  })

  test('deals by everything that narrows them', async () => {
    const deal = dealData.find(one => one.company !== undefined && one.person !== undefined && one.status === 'open')!
    const same = (test: (one: (typeof dealData)[number]) => boolean) => keysOf(dealData.filter(test), 3_000)
    const cases: [string, number[]][] = [
      ['status]=won', same(one => one.status === 'won')],
      ['status]=lost', same(one => one.status === 'lost')],
      [`company_id]=${500 + deal.company!}`, same(one => one.company === deal.company)],
      [`contact_id]=${1_000 + deal.person!}`, same(one => one.person === deal.person)],
      [`owner_id]=${20_000_000 + deal.owner}`, same(one => one.owner === deal.owner)],
      [`stage_id]=${deal.stage + 1}`, same(one => Math.min(one.stage, 4) === deal.stage)],
      ['pipeline_id]=2', []],
    ]
    for (const [filter, ids] of cases)
      expect([filter, idsOf(await walk(`/deals?limit=20&filter[${filter}`))]).toEqual([filter, ids])
    expectSpecified()
  })

  test('by e-mail: the whole person, whatever the case', async () => {
    for (const email of ['ada@analytical-engines.example', 'ADA@analytical-engines.example']) {
      const { status, body } = await call(`GET /contacts?filter[email]=${email}`)
      expect([status, body.next_cursor, body.warnings]).toEqual([200, null, []])
      expect(body.data).toEqual([
        {
          id: String(ADA),
          first_name: 'Ada',
          last_name: 'Lovelace',
          name: 'Ada Lovelace',
          title: 'Engineer',
          emails: [{ email: 'ada@analytical-engines.example', type: 'work' }],
          phone_numbers: [
            { number: people[0]!.phone, type: 'work' },
            { number: people[0]!.mobile, type: 'mobile' },
            { number: people[0]!.fax, type: 'fax' },
          ],
          addresses: [
            { street_1: "12 St James's Square", city: 'London', postal_code: 'SW1Y 4JU', country: 'United Kingdom' },
          ],
          company_id: '501',
          owner_id: String(20_000_000 + people[0]!.owner!),
          birthday: '1985-12-10',
          description: people[0]!.description,
          custom_fields: { tier: 31, [TIER]: 31 },
          created_at: people[0]!.created_at,
          updated_at: people[0]!.updated_at,
        },
      ])
    }
    expect(await walk('/contacts?filter[email]=nobody@people.example')).toEqual([])
    expect(await walk('/contacts?filter[email]=ada@analytical-engines.example&filter[company_id]=502')).toEqual([])
    expectSpecified()
  })

  test.each([
    ['contacts', 'name', {}],
    ['companies', 'name', {}],
    ['deals', 'name', { status: 'open' }],
  ])('%s by name, page by page', async (model, field, more) => {
    const made: string[] = []
    for (let i = 0; i < 5; i++) made.push((await data(`POST /${model}`, { [field]: 'Twin & Söhne', ...more })).id)
    await call(`DELETE /${model}/${made.pop()}`)
    const path = `/${model}?limit=2&filter[name]=${encodeURIComponent('twin & söhne')}`
    expect(idsOf(await walk(path))).toEqual(made.map(Number))
    expect(await walk(`${path}&filter[owner_id]=20000002`)).toEqual([])
    if (model === 'deals') expect(await walk(`${path}&filter[status]=won`)).toEqual([])
    expectSpecified()
  })
})

describe('writes', () => {
  test('a contact, from its making to its end', async () => {
    const contact = {
      name: 'Ilka van der Meer',
      title: 'Buyer',
      emails: [
        { email: 'ilka@meer.example', type: 'work' },
        { email: 'ilka@home.example', type: 'personal' },
      ],
      phone_numbers: [{ number: '+31 20 555 0101', type: 'mobile' }],
      addresses: [
        { street_1: '3 Canal Street', street_2: 'Top', city: 'Utrecht', state: 'UT', country: 'Netherlands' },
      ],
      company_id: '502',
      owner_id: '20000002',
      birthday: '1990-04-17',
      description: 'Called in spring.',
      custom_fields: { tier: 32 },
    }
    const custom_fields = { tier: 32, [TIER]: 32 }
    const created = await data('POST /contacts', contact)
    const at = `/contacts/${created.id}`
    expect(created).toMatchObject({ ...contact, custom_fields, first_name: 'Ilka', last_name: 'van der Meer' })
    expect(await data(`GET ${at}`)).toEqual(created)

    const change = { title: 'Head of buying', addresses: [{ street_1: '9 Dam', city: 'Delft' }], company_id: '503' }
    const changed = await data(`PATCH ${at}`, { ...change, custom_fields: { tier: 33 } })
    const { updated_at: _, ...before } = created
    expect(changed).toMatchObject({ ...before, ...change, custom_fields: { tier: 33, [TIER]: 33 } })
    const renamed = await call(`PATCH ${at}`, { last_name: 'Meer' })
    expect(renamed.body).toMatchObject({
      data: { name: 'Ilka Meer', title: 'Head of buying' },
      warnings: [{ field: 'last_name', code: 'kept-as' }],
    })
    expect((await data(`PATCH ${at}`, { emails: [...contact.emails].reverse() })).emails).toEqual(
      contact.emails.toReversed(),
    )

    const nothing = { title: null, phone_numbers: [], addresses: [], company_id: null, birthday: null, description: '' }
    const cleared = await data(`PATCH ${at}`, { ...nothing, emails: null, custom_fields: { tier: null } })
    expect(Object.keys(cleared).sort()).toEqual(
      ['id', 'name', 'first_name', 'last_name', 'owner_id', 'created_at', 'updated_at'].sort(),
    )
    expect(await data(`PATCH ${at}`, {})).toEqual(cleared)

    const gone = await call(`DELETE ${at}`)
    expect([gone.status, gone.headers.get('delete-means')]).toEqual([204, 'deleted'])
    for (const request of [`GET ${at}`, `DELETE ${at}`]) expect((await call(request)).status).toBe(404)
    expect((await walk('/contacts?filter[email]=ilka@meer.example')).length).toBe(0)
    expectSpecified()
  })

  test('a company, from its making to its end', async () => {
    const company = {
      name: 'Halyard',
      industry: '2',
      employee_count: 4,
      annual_revenue: 250_000,
      addresses: [{ street_1: '2 Mast Row', city: 'Cowes', postal_code: 'PO31 7AB', country: 'United Kingdom' }],
      websites: [{ url: 'https://halyard.example' }, { url: 'https://linkedin.example/halyard', type: 'linkedin' }],
      owner_id: '20000003',
      custom_fields: { [FLEET]: 2.5 },
    }
    const created = await data('POST /companies', company)
    const at = `/companies/${created.id}`
    expect(created).toMatchObject(company)
    expect(await data(`GET ${at}`)).toEqual(created)
    const change = { name: 'Halyard & Sons', industry: '3', websites: [company.websites[1]] }
    expect(await data(`PATCH ${at}`, change)).toMatchObject({ ...change, addresses: company.addresses })
    const cleared = await data(`PATCH ${at}`, {
      industry: null,
      employee_count: null,
      annual_revenue: null,
      addresses: [],
      websites: [],
      custom_fields: { [FLEET]: null },
    })
    expect(Object.keys(cleared).sort()).toEqual(['created_at', 'id', 'name', 'owner_id', 'updated_at'])
    expect((await call(`DELETE ${at}`)).status).toBe(204)
    expect((await call(`GET ${at}`)).status).toBe(404)
    expectSpecified()
  })

  test('a deal, won, lost and open again', async () => {
    const deal = {
      name: 'Oak beams',
      amount: 1_200.5,
      currency: 'EUR',
      status: 'open',
      probability: 15,
      stage_id: '2',
      pipeline_id: '1',
      close_date: '2026-09-30',
      company_id: '501',
      contact_id: String(ADA),
      owner_id: '20000002',
    }
    const created = await data('POST /deals', deal)
    const at = `/deals/${created.id}`
    expect(created).toMatchObject(deal)
    expect(await data(`GET ${at}`)).toEqual(created)
    expect(await data(`PATCH ${at}`, { status: 'won', close_date: null })).toMatchObject({
      status: 'won',
      close_date: new Date().toISOString().slice(0, 10),
    })
    const lost = { status: 'lost', lost_reason: 'Price', probability: 100, close_date: '2026-10-01' }
    expect(await data(`PATCH ${at}`, lost)).toMatchObject(lost)
    const links = { company_id: null, contact_id: null }
    const open = await data(`PATCH ${at}`, {
      status: 'open',
      amount: null,
      probability: null,
      close_date: null,
      ...links,
    })
    expect(open).toMatchObject({ name: 'Oak beams', amount: 0, currency: 'EUR', status: 'open', stage_id: '2' })
    for (const field of ['lost_reason', 'probability', 'close_date', 'company_id', 'contact_id'])
      expect(open).not.toHaveProperty(field)
    expect(await data(`PATCH ${at}`, { pipeline_id: '2', stage_id: '7' })).toMatchObject({ stage_id: '7' })
    expect((await call(`DELETE ${at}`)).status).toBe(204)
    expect((await call(`GET ${at}`)).status).toBe(404)
    expectSpecified()
  })

  test('links lead from a contact to its company, and from both to their deals', async () => {
    const { company_id } = await data(`GET /contacts/${ADA}`)
    expect(await data(`GET /companies/${company_id}`)).toMatchObject({ name: 'Analytical Engines' })
    const { id } = await data('POST /deals', { name: 'Linked', company_id, contact_id: String(ADA) })
    for (const filter of [`company_id]=${company_id}`, `contact_id]=${ADA}`])
      expect((await walk(`/deals?filter[${filter}`)).map(deal => deal.id)).toContain(id)
    expectSpecified()
  })
})

describe('what a connection has of its own', () => {
  test('custom fields, with the path to map them', async () => {
    const fieldsOf = async (model: string) => (await call(`GET /${model}/fields`)).body.data.custom_fields
    expect(await fieldsOf('contacts')).toEqual([
      {
        name: TIER,
        label: 'Tier',
        type: 'select',
        options: [
          { value: '31', label: 'gold' },
          { value: '32', label: 'silver' },
          { value: '33', label: 'bronze' },
        ],
        read_only: false,
        path: `custom_fields.${TIER}`,
        mapped_as: 'custom_fields.tier',
      },
    ])
    expect(await fieldsOf('companies')).toMatchObject([{ name: FLEET, type: 'number', mapped_as: null }])
    expect(await fieldsOf('deals')).toEqual([])
    expectSpecified()
  })

  test('an API token signs in its own way', async () => {
    const own = await open({ type: 'API_KEY', apiKey: TOKEN })
    expect((await own.call(`GET /contacts/${ADA}`)).status).toBe(200)
    await own.close()
  })
})

describe('refusals', () => {
  test.each([
    ['GET /contacts/404404', undefined, 404, 'record-not-found'],
    ['PATCH /deals/404404', { name: 'Nothing' }, 404, 'record-not-found'],
    ['DELETE /companies/404404', undefined, 404, 'record-not-found'],
    ['GET /contacts?filter[created_after]=2026-01-01', undefined, 422, 'unsupported-filter'],
    ['GET /contacts?filter[email]=a@b.example&sort[by]=created_at', undefined, 422, 'unsupported-sort'],
    ['GET /companies?filter[domain]=acme.example', undefined, 422, 'unsupported-filter'],
    ['GET /contacts?filter[owner_id]=mina', undefined, 422, 'unsupported-filter'],
    ['GET /deals?filter[name]=A&filter[stage_id]=first', undefined, 422, 'unsupported-filter'],
    ['GET /contacts?sort[by]=last_name', undefined, 422, 'unsupported-sort'],
    ['POST /contacts', { name: 'A', phone_numbers: [{ number: '1', type: 'pager' }] }, 422, 'invalid-field'],
    ['POST /contacts', { name: 'A', addresses: [{ city: 'A' }, { city: 'B' }] }, 422, 'invalid-field'],
    ['POST /companies', { employee_count: 1 }, 422, 'invalid-field'],
    ['POST /deals', { name: 'A', tags: ['x'] }, 422, 'invalid-field'],
    ['POST /deals', { name: 'A', lost_reason: 'Too dear' }, 422, 'provider-rejected'],
  ])('%s %j', async (request, body, status, code) => {
    const answer = await call(request, body)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expectSpecified()
  })

  test('a token that is let in nowhere', async () => {
    const stranger = await open({ type: 'OAUTH2', access_token: 'other' })
    const { status, body } = await stranger.call('GET /deals')
    expect([status, body.code, body.upstream]).toEqual([
      424,
      'connection-needs-reconnect',
      { status: 401, code: '401', message: 'unauthorized access' },
    ])
    await stranger.close()
  })
})

describe.skipIf(!hasEvidence)('against the evidence', () => {
  const OF = { contacts: 'persons', companies: 'organizations', deals: 'deals' }
  interface Examples {
    paths: Record<
      string,
      Record<string, { responses: Record<number, { content?: Record<string, { example?: unknown }> }> }>
    >
  }

  /** A record is read valid, without a warning, and every leaf of it is accounted for. */
  function expectRead(mapping: Mapping, record: unknown): void {
    const warnings: Warning[] = []
    const read = mapping.reader(undefined)(record, warnings)
    expect(warnings).toEqual([])
    expect(recordSchema(mapping.model).safeParse(read).error).toBeUndefined()
    expect(completenessOf(mapping).unaccounted(record)).toEqual([])
  }

  test('records of version 2 as recorded', async () => {
    const path = /^(\/api)?\/v2\/(persons|organizations|deals)(\/\d+)?$/
    const recorded = recordings('pipedrive').filter(({ request, response }) => path.test(request.path) && response.body)
    expect(recorded.map(({ id }) => id)).toEqual(['pipedrive/get-deal/get/0/21'])
    const deals = await mappingOf('pipedrive', 'deals')
    for (const { response } of recorded) expectRead(deals, (response.body as { data: unknown }).data)
  })

  test.each(Object.entries(OF))('%s as the specification’s examples have them', async (name, entity) => {
    const mapping = await mappingOf('pipedrive', name)
    const { paths } = specification<Examples>('pipedrive', 'v2.yaml')
    const answers = [paths[`/${entity}`], paths[`/${entity}/{id}`]].flatMap(path =>
      ['get', 'post', 'patch'].map(verb => path?.[verb]?.responses[200]?.content?.['application/json']?.example),
    )
    const records = answers.flatMap(answer => (answer as { data?: unknown } | undefined)?.data ?? [])
    expect(records.length).toBe(4)
    for (const record of records) expectRead(mapping, record)
  })
})
