import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { people } from '../../sandbox/people.ts'
import { extraOf, filesOf } from '../../sandbox/stub/folder.ts'
import { createStub } from '../../sandbox/stub/index.ts'
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
const ADA = 1001
const COMPANY = String(2000 + people[0]!.company!)

interface Told {
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into records
  readonly [field: string]: any
}
const idsOf = (records: readonly Told[]): number[] => records.map(({ id }) => Number(id)).sort((a, b) => a - b)
const sandbox = createStub(filesOf('pipedrive'), { extra: await extraOf('pipedrive') })
/** What the provider answers instead of what the stub would. */
let instead: ((request: Request) => Response | undefined) | undefined

/** Stands before the stub where the specification is at hand, so that every request below is judged by it. */
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
const expectSpecified = () => expect((server.violations ?? []).filter(({ where }) => where === 'request')).toEqual([])

beforeAll(async () => {
  const handler = (request: Request) => instead?.(request) ?? sandbox.app.fetch(request)
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
  instead = undefined
  sandbox.reset()
  if (server.violations) server.violations.length = 0
})

describe('lists', () => {
  test('by e-mail: the whole person, whatever the case', async () => {
    for (const email of ['ada@analytical-engines.example', 'ADA@analytical-engines.example']) {
      const { status, body } = await call(`GET /contacts?filter[email]=${email}`)
      expect([status, body.next_cursor, body.warnings]).toEqual([200, null, []])
      expect(body.data).toMatchObject([{ id: String(ADA), name: 'Ada Lovelace', company_id: COMPANY }])
    }
    expect(await walk('/contacts?filter[email]=nobody@people.example')).toEqual([])
    expect(await walk('/contacts?filter[email]=ada@analytical-engines.example&filter[company_id]=2002')).toEqual([])
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
    expect(await walk(`${path}&filter[owner_id]=2`)).toEqual([])
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
      company_id: '2002',
      owner_id: '2',
      birthday: '1990-04-17',
      description: 'Called in spring.',
      custom_fields: { tier: 32 },
    }
    const custom_fields = { tier: 32, [TIER]: 32 }
    const created = await data('POST /contacts', contact)
    const at = `/contacts/${created.id}`
    expect(created).toMatchObject({ ...contact, custom_fields, first_name: 'Ilka', last_name: 'van der Meer' })
    expect(await data(`GET ${at}`)).toEqual(created)

    const change = { title: 'Head of buying', addresses: [{ street_1: '9 Dam', city: 'Delft' }], company_id: '2003' }
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
      owner_id: '3',
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

  test('a deal, lost and open again', async () => {
    const deal = {
      name: 'Oak beams',
      amount: 1_200.5,
      currency: 'EUR',
      status: 'open',
      probability: 15,
      stage_id: '2',
      pipeline_id: '1',
      close_date: '2026-09-30',
      company_id: '2001',
      contact_id: String(ADA),
      owner_id: '2',
    }
    const created = await data('POST /deals', deal)
    const at = `/deals/${created.id}`
    expect(created).toMatchObject(deal)
    expect(await data(`GET ${at}`)).toEqual(created)
    const lost = { status: 'lost', lost_reason: 'Price', probability: 100, close_date: '2026-10-01' }
    expect(await data(`PATCH ${at}`, lost)).toMatchObject(lost)
    const links = { company_id: null, contact_id: null }
    const nothing = { amount: null, probability: null, close_date: null, lost_reason: null, ...links }
    const open = await data(`PATCH ${at}`, { status: 'open', ...nothing })
    // An amount of nothing is one of 0 here.
    expect(open).toMatchObject({ name: 'Oak beams', amount: 0, currency: 'EUR', status: 'open', stage_id: '2' })
    for (const field of ['lost_reason', 'probability', 'close_date', 'company_id', 'contact_id'])
      expect(open).not.toHaveProperty(field)
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
    // specs/pipedrive/v2.yaml#/paths/~1personFields/get/responses/200
    const field = (field_code: string, more: object) => ({
      field_code,
      is_custom_field: true,
      is_optional_response_field: false,
      ...more,
    })
    const options = [
      { id: 31, label: 'gold' },
      { id: 32, label: 'silver' },
    ]
    instead = request =>
      new URL(request.url).pathname === '/api/v2/personFields'
        ? Response.json({
            success: true,
            data: [
              field('name', { field_name: 'Name', field_type: 'varchar', is_custom_field: false, options: null }),
              field(TIER, { field_name: 'Tier', field_type: 'enum', options }),
            ],
            additional_data: { next_cursor: null },
          })
        : undefined
    expect((await call('GET /contacts/fields')).body.data.custom_fields).toEqual([
      {
        name: TIER,
        label: 'Tier',
        type: 'select',
        options: [
          { value: '31', label: 'gold' },
          { value: '32', label: 'silver' },
        ],
        read_only: false,
        path: `custom_fields.${TIER}`,
        mapped_as: 'custom_fields.tier',
      },
    ])
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
  ])('%s %j', async (request, body, status, code) => {
    const answer = await call(request, body)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expectSpecified()
  })

  test('a token that is let in nowhere', async () => {
    const stranger = await open({ type: 'OAUTH2', access_token: 'other' })
    const { status, body } = await stranger.call('GET /deals')
    expect([status, body.code, body.upstream.status]).toEqual([424, 'connection-needs-reconnect', 401])
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
