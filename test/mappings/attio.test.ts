import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAttio } from '../../sandbox/attio/index.ts'
import { companies, deals, people } from '../../sandbox/people.ts'
import { completenessOf } from '../../src/mapping/check/leaves.ts'
import type { Warning } from '../../src/mapping/read.ts'
import { recordSchema } from '../../src/models/record-schema.ts'
import { attio as deviations } from '../support/deviations.ts'
import { hasEvidence, recordings, specification } from '../support/evidence.ts'
import { listen, mappingOf, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate, type Violation } from '../support/specification.ts'

const uuid = (prefix: string, key: number) => `${prefix}-0000-4000-8000-${String(key).padStart(12, '0')}`
const person = (key: number) => uuid('a1000000', key)
const company = (key: number) => uuid('a2000000', key)
const deal = (key: number) => uuid('a3000000', key)
const member = (key: number) => uuid('00000005', key)

const sandbox = createAttio()
/** What the provider does instead of what the sandbox would. */
let instead: ((request: Request) => Response | undefined) | undefined
const handler = async (request: Request): Promise<Response> => instead?.(request) ?? sandbox.app.fetch(request)

let gate: Pick<Gate, 'url' | 'close'> & { violations?: Violation[] }
let gateway: ProviderGateway
const { call, walk } = {
  call: (...given: Parameters<ProviderGateway['call']>) => gateway.call(...given),
  walk: (path: string) => gateway.walk(path),
}

beforeAll(async () => {
  gate = hasEvidence
    ? await startGate({ specs: specification<object>('attio', 'openapi.json'), ...deviations, handler })
    : await listen(handler)
  const tier = { read: 'values.tier.0.option.title', write: 'values.tier.0.option' }
  gateway = await openProvider({
    provider: 'attio',
    address: gate.url,
    credentials: { type: 'OAUTH2', access_token: 'sandbox-attio-token' },
    metadata: {
      field_mappings: {
        contacts: { 'custom_fields.tier': tier },
        companies: { 'custom_fields.fleet': 'values.fleet_size.0.value' },
      },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await gate.close()
})
beforeEach(() => {
  instead = undefined
  sandbox.reset()
})

interface Row {
  id: string
  // biome-ignore lint/suspicious/noExplicitAny: fields of many types, each asserted where it is used
  [field: string]: any
}
const idsOf = (rows: readonly Row[]): string[] => rows.map(row => row.id)
const sorted = (rows: readonly string[]): string[] => [...rows].sort()
const ids = (all: readonly { key: number }[], of: (key: number) => string): string[] =>
  sorted(all.map(one => of(one.key)))

/** A deal with a company and a person. */
const LINKED = deals.find(one => one.company !== undefined && one.person !== undefined)!

describe('lists', () => {
  test.each([
    ['contacts', people, person],
    ['companies', companies, company],
    ['deals', deals, deal],
  ])('%s: every record once, whatever the page', async (model, all, of) => {
    for (const limit of [7, 60, 200])
      expect(sorted(idsOf(await walk(`/${model}?limit=${limit}`)))).toEqual(ids(all, of))
  })

  test.each([
    ['contacts', 'created_at', 'first_name', 'last_name', 'name'],
    ['companies', 'created_at', 'name'],
    ['deals', 'created_at', 'name', 'amount'],
  ])('%s in either order', async (model, ...sorts) => {
    const all = { contacts: people, companies, deals }[model]!
    for (const by of sorts)
      for (const [direction, sign] of [
        ['asc', 1],
        ['desc', -1],
      ] as const) {
        const rows = await walk(`/${model}?limit=43&sort[by]=${by}&sort[direction]=${direction}`)
        expect(new Set(idsOf(rows)).size, by).toBe(all.length)
        expect(rows).toHaveLength(all.length)
        const held = rows.map(row => row[by]).filter(value => value !== undefined)
        const keys = held.map(value => (typeof value === 'string' ? value.toLowerCase() : value))
        expect(keys).toEqual([...keys].sort((a, b) => sign * (a < b ? -1 : a > b ? 1 : 0)))
      }
  })

  test.each<[string, Record<string, string>, string[]]>([
    ['contacts', { email: 'ada@analytical-engines.example' }, [person(1)]],
    ['contacts', { name: 'Ada Lovelace', email: 'ada@analytical-engines.example' }, [person(1)]],
    [
      'contacts',
      { company_id: company(1) },
      ids(
        people.filter(p => p.company === 1),
        person,
      ),
    ],
    [
      'contacts',
      { created_after: people[40]!.created_at },
      ids(
        people.filter(p => p.created_at >= people[40]!.created_at),
        person,
      ),
    ],
    ['companies', { domain: companies[4]!.domain }, [company(5)]],
    ['companies', { name: companies[6]!.name }, [company(7)]],
    [
      'companies',
      { created_after: companies[9]!.created_at },
      ids(
        companies.filter(c => c.created_at >= companies[9]!.created_at),
        company,
      ),
    ],
    [
      'deals',
      { status: 'open' },
      ids(
        deals.filter(d => d.status === 'open'),
        deal,
      ),
    ],
    [
      'deals',
      { status: 'won' },
      ids(
        deals.filter(d => d.status === 'won'),
        deal,
      ),
    ],
    [
      'deals',
      { status: 'lost' },
      ids(
        deals.filter(d => d.status === 'lost'),
        deal,
      ),
    ],
    [
      'deals',
      { stage_id: 'Lead' },
      ids(
        deals.filter(d => d.stage < 2),
        deal,
      ),
    ],
    [
      'deals',
      { owner_id: member(2) },
      ids(
        deals.filter(d => d.owner === 2),
        deal,
      ),
    ],
    [
      'deals',
      { company_id: company(LINKED.company!) },
      ids(
        deals.filter(d => d.company === LINKED.company),
        deal,
      ),
    ],
    [
      'deals',
      { contact_id: person(LINKED.person!) },
      ids(
        deals.filter(d => d.person === LINKED.person),
        deal,
      ),
    ],
    ['deals', { name: deals[0]!.name }, [deal(1)]],
    [
      'deals',
      { created_after: deals[9]!.created_at, owner_id: member(1), status: 'open' },
      ids(
        deals.filter(d => d.created_at >= deals[9]!.created_at && d.owner === 1 && d.status === 'open'),
        deal,
      ),
    ],
  ])('%s by %j', async (model, filters, expected) => {
    const query = Object.entries(filters).map(([name, value]) => `filter[${name}]=${encodeURIComponent(value)}`)
    expect(expected.length).toBeGreaterThan(0)
    expect(sorted(idsOf(await walk(`/${model}?limit=11&${query.join('&')}`)))).toEqual(expected)
  })

  test.each([
    ['contacts', 'filter[updated_after]=2026-01-01T00:00:00Z', 'unsupported-filter'],
    ['contacts', 'filter[owner_id]=x', 'unsupported-filter'],
    ['companies', 'filter[updated_after]=2026-01-01T00:00:00Z', 'unsupported-filter'],
    ['companies', 'filter[owner_id]=x', 'unsupported-filter'],
    ['deals', 'filter[pipeline_id]=x', 'unsupported-filter'],
    ['deals', 'sort[by]=close_date', 'unsupported-sort'],
    ['contacts', 'sort[by]=updated_at', 'unsupported-sort'],
  ])('%s?%s is %s', async (model, query, code) => {
    const { status, body } = await call(`GET /${model}?${query}`)
    expect([status, body.code]).toEqual([422, code])
  })
})

describe('records', () => {
  test('the same person, company and deal, linked to each other', async () => {
    const ada = (await call(`GET /contacts/${person(1)}`)).body
    expect(ada).toEqual({
      data: {
        id: person(1),
        first_name: 'Ada',
        last_name: 'Lovelace',
        name: 'Ada Lovelace',
        title: 'Engineer',
        emails: [{ email: 'ada@analytical-engines.example' }],
        phone_numbers: [{ number: '+44 20 7946 1001' }, { number: '+44 7700 900001' }],
        addresses: [{ street_1: "12 St James's Square", city: 'London', postal_code: 'SW1Y 4JU', country: 'GB' }],
        company_id: company(1),
        description: expect.stringMatching(/^Met at the/),
        websites: [{ url: 'https://www.linkedin.com/in/sandbox-1', type: 'linkedin' }],
        created_at: people[0]!.created_at,
        custom_fields: { tier: 'gold' },
      },
      warnings: [],
    })
    const { data } = (await call(`GET /companies/${ada.data.company_id}`)).body
    expect(data).toMatchObject({ name: 'Analytical Engines', domain: 'analytical-engines.example' })
    // The fifth deal is won, whatever else the data set says of it.
    const { amount, currency, owner, company: with_, person: by } = deals[4]!
    const { body } = await call(`GET /deals/${deal(5)}`)
    expect(body.data).toMatchObject({
      ...(amount !== undefined && { amount, currency }),
      status: 'won',
      stage_id: 'Won 🎉',
      owner_id: member(owner),
      ...(with_ && { company_id: company(with_) }),
      ...(by && { contact_id: person(by) }),
    })
  })

  test('a contact is made, changed in part, cleared and deleted', async () => {
    const made = await call('POST /contacts', {
      first_name: 'Wilhelmina',
      last_name: 'Ek',
      title: 'Owner',
      emails: [{ email: 'wil@ek.example' }, { email: 'ek@post.example' }],
      phone_numbers: [{ number: '+46 8 555 01 00' }],
      company_id: company(2),
      description: 'New.',
      websites: [{ url: 'https://ek.example/li', type: 'linkedin' }],
      custom_fields: { tier: 'silver' },
    })
    expect(made.status).toBe(201)
    const { id, created_at, ...rest } = made.body.data
    expect(made.headers.get('location')).toBe(`/contacts/${id}`)
    expect(rest).toEqual({
      first_name: 'Wilhelmina',
      last_name: 'Ek',
      name: 'Wilhelmina Ek',
      title: 'Owner',
      emails: [{ email: 'wil@ek.example' }, { email: 'ek@post.example' }],
      phone_numbers: [{ number: '+46 8 555 01 00' }],
      company_id: company(2),
      description: 'New.',
      websites: [{ url: 'https://ek.example/li', type: 'linkedin' }],
      custom_fields: { tier: 'silver' },
    })
    const whole = { id, created_at, ...rest }
    const change = async (input: object) => (await call(`PATCH /contacts/${id}`, input)).body.data
    expect(await change({ last_name: 'Lund' })).toEqual({ ...whole, last_name: 'Lund', name: 'Wilhelmina Lund' })
    // A list replaces the whole list, and what was read can be written back.
    const emails = [{ email: 'lund@post.example' }, { email: 'wil@ek.example' }]
    expect(await change({ emails })).toMatchObject({ emails })
    const read = (await call(`GET /contacts/${id}`)).body.data
    const { id: _, created_at: __, ...written } = read
    expect(await change(written)).toEqual(read)
    const cleared = { title: null, emails: [], phone_numbers: null, company_id: null, description: '', websites: [] }
    expect(await change({ ...cleared, custom_fields: { tier: null } })).toEqual({
      id,
      created_at,
      first_name: 'Wilhelmina',
      last_name: 'Lund',
      name: 'Wilhelmina Lund',
    })
    expect((await call(`DELETE /contacts/${id}`)).status).toBe(204)
    expect((await call(`GET /contacts/${id}`)).body.code).toBe('record-not-found')
    expect((await call(`DELETE /contacts/${id}`)).status).toBe(404)
  })

  test('a company is made, its domain changed beside the others it has, cleared and deleted', async () => {
    const input = {
      name: 'Ek & Son',
      domain: 'ek.example',
      description: 'Boats.',
      tags: ['Logistics', 'Food'],
      websites: [{ url: 'https://ek.example/x', type: 'twitter' }],
      custom_fields: { fleet: 3 },
    }
    const made = await call('POST /companies', input)
    expect(made.status).toBe(201)
    const { id, created_at } = made.body.data
    expect(made.body.data).toEqual({ id, created_at, ...input })
    const more = { data: { values: { domains: ['ek.example', 'son.example'] } } }
    await call(`PATCH /companies/${id}`, { pass_through: more })
    const changed = await call(`PATCH /companies/${id}`, { domain: 'new.example', name: 'Ek' })
    expect(changed.body.data).toEqual({ id, created_at, ...input, name: 'Ek', domain: 'new.example' })
    expect(idsOf(await walk('/companies?filter[domain]=son.example'))).toEqual([id])
    expect(idsOf(await walk('/companies?filter[domain]=ek.example'))).toEqual([])
    // Again the same, and one that was further down the list: nothing is lost or doubled.
    await call(`PATCH /companies/${id}`, { domain: 'Son.example' })
    const { raw } = (await call(`GET /companies/${id}?raw=true`)).body.data
    expect(raw.values.domains.map((one: { domain: string }) => one.domain)).toEqual(['son.example'])
    const cleared = { domain: null, tags: [], description: null, websites: [], custom_fields: { fleet: null } }
    expect((await call(`PATCH /companies/${id}`, cleared)).body.data).toEqual({ id, created_at, name: 'Ek' })
    expect((await call(`DELETE /companies/${id}`)).status).toBe(204)
    expect((await call(`GET /companies/${id}`)).status).toBe(404)
  })

  test('a deal is made, won, given another contact beside those it has, cleared and deleted', async () => {
    const input = {
      name: 'Slipway',
      amount: 1200.25,
      stage_id: 'In Progress',
      company_id: company(3),
      contact_id: person(3),
      owner_id: member(1),
    }
    const made = await call('POST /deals', input)
    expect(made.status).toBe(201)
    const { id, created_at } = made.body.data
    const whole = { id, created_at, ...input, currency: 'USD', status: 'open' }
    expect(made.body.data).toEqual(whole)
    const more = { data: { values: { associated_people: [person(3), person(4)] } } }
    await call(`PATCH /deals/${id}`, { pass_through: more })
    const won = { stage_id: 'Won 🎉', contact_id: person(5) }
    const changed = await call(`PATCH /deals/${id}`, { ...won, pass_through: { data: { values: { value: 7 } } } })
    expect(changed.body.data).toEqual({ ...whole, ...won, status: 'won', amount: 7 })
    expect(idsOf(await walk(`/deals?filter[contact_id]=${person(4)}`))).toContain(id)
    expect(idsOf(await walk(`/deals?filter[contact_id]=${person(3)}`))).not.toContain(id)
    const cleared = await call(`PATCH /deals/${id}`, { amount: null, company_id: null, contact_id: null })
    const { amount, currency, company_id, contact_id, ...left } = { ...whole, ...won, status: 'won' }
    expect(cleared.body.data).toEqual(left)
    expect((await call(`DELETE /deals/${id}`)).status).toBe(204)
    expect((await call(`GET /deals/${id}`)).status).toBe(404)
  })

  test('every leaf that the sandbox answers is accounted for, but for the customer’s own', async () => {
    for (const [model, own] of [
      ['contacts', 'tier'],
      ['companies', 'fleet_size'],
      ['deals', 'none'],
    ] as const) {
      const ledger = completenessOf(await mappingOf('attio', model))
      const rows = await walk(`/${model}?limit=200&raw=true`)
      const left = new Set(rows.flatMap(row => ledger.unaccounted(row.raw)))
      expect([...left].filter(leaf => !leaf.startsWith(`values.${own}`))).toEqual([])
    }
  })

  test('the customer’s own fields', async () => {
    const fields = async (model: string) => (await call(`GET /${model}/fields`)).body.data.custom_fields
    expect(await fields('contacts')).toEqual([
      {
        name: 'tier',
        label: 'Tier',
        type: 'select',
        read_only: false,
        path: 'values.tier.0.option.title',
        mapped_as: 'custom_fields.tier',
      },
    ])
    expect(await fields('companies')).toMatchObject([
      { name: 'fleet_size', type: 'number', path: 'values.fleet_size.0.value', mapped_as: 'custom_fields.fleet' },
    ])
    expect(await fields('deals')).toEqual([])
    const [four] = await walk(`/companies?filter[domain]=${companies[3]!.domain}`)
    expect(four.custom_fields).toEqual({ fleet: 4 })
  })
})

describe('failures', () => {
  const refusal = async (request: string, body?: object) => {
    const answer = await call(request, body)
    return [answer.status, answer.body.code, answer.body.upstream?.code]
  }
  const ADA = 'ada@analytical-engines.example'
  const OWN = { name: 'X', stage_id: 'Lead', owner_id: member(1) }

  test.each<[string, object | undefined, (string | number | undefined)[]]>([
    [`GET /contacts/${person(999)}`, undefined, [404, 'record-not-found', 'not_found']],
    [`PATCH /contacts/${person(999)}`, { title: 'X' }, [404, 'record-not-found', 'not_found']],
    [`PATCH /deals/${deal(999)}`, { contact_id: person(1) }, [404, 'record-not-found', 'not_found']],
    ['POST /contacts', { emails: [{ email: ADA }] }, [409, 'conflict', 'uniqueness_conflict']],
    [`PATCH /companies/${company(2)}`, { domain: companies[0]!.domain }, [409, 'conflict', 'uniqueness_conflict']],
    ['POST /contacts', { company_id: company(999) }, [422, 'provider-rejected', 'value_not_found']],
    ['POST /contacts', { phone_numbers: [{ number: '0161 496 0123' }] }, [422, 'provider-rejected', 'validation_type']],
    ['POST /companies', { tags: ['Nonsense'] }, [422, 'provider-rejected', 'value_not_found']],
    ['POST /deals', { ...OWN, stage_id: 'Nowhere' }, [422, 'provider-rejected', 'value_not_found']],
    ['POST /deals', { name: 'X' }, [422, 'invalid-field', undefined]],
    ['POST /deals', { ...OWN, currency: 'EUR' }, [422, 'invalid-field', undefined]],
    ['POST /deals', { ...OWN, status: 'won' }, [422, 'invalid-field', undefined]],
    [`PATCH /deals/${deal(1)}`, { owner_id: null }, [422, 'provider-rejected', 'missing_value']],
    ['GET /deals?filter[stage_id]=Nowhere', undefined, [422, 'provider-rejected', 'filter_error']],
  ])('%s %j', async (request, body, expected) => {
    expect(await refusal(request, body)).toEqual(expected)
  })

  test.each<[string, number, string, [number, string]]>([
    ['a refused token', 401, 'unauthorized', [424, 'connection-needs-reconnect']],
    ['a plan that has it not', 403, 'billing_error', [403, 'provider-forbidden']],
    ['an outage', 500, 'internal_error', [502, 'provider-failed']],
  ])('%s', async (_what, status, code, expected) => {
    instead = () => Response.json({ status_code: status, type: 'auth_error', code, message: 'No.' }, { status })
    expect((await refusal(`GET /contacts/${person(1)}`)).slice(0, 2)).toEqual(expected)
  })

  test('haste: Retry-After is a date', async () => {
    const body = { status_code: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded', message: 'Too fast.' }
    const headers = { 'retry-after': new Date(Date.now() + 90_000).toUTCString() }
    instead = () => Response.json(body, { status: 429, headers })
    const answer = await call('GET /contacts')
    expect([answer.status, answer.body.code]).toEqual([429, 'provider-rate-limited'])
    expect(answer.body.retry_after).toBeGreaterThan(80)
    expect(answer.body.retry_after).toBeLessThanOrEqual(90)
  })
})

describe.skipIf(!hasEvidence)('against the evidence', () => {
  test('no request of these tests breaks the specification', () => {
    const { violations } = gate
    expect(violations?.filter(violation => violation.where === 'request')).toEqual([])
  })

  test('every recorded person is read whole, without a warning', async () => {
    const mapping = await mappingOf('attio', 'contacts')
    const recorded = recordings('attio').flatMap(({ request, response }) =>
      request.path.startsWith('/v2/objects/people/records')
        ? [(response.body as { data?: unknown }).data].flat().filter(record => record !== undefined)
        : [],
    )
    expect(recorded.length).toBeGreaterThanOrEqual(2)
    const shown = new Set<string>()
    for (const record of recorded) {
      const warnings: Warning[] = []
      const read = mapping.reader(undefined)(record, warnings)
      expect(warnings).toEqual([])
      expect(completenessOf(mapping).unaccounted(record)).toEqual([])
      expect(recordSchema(mapping.model).strict().parse(read)).toEqual(read)
      for (const field of Object.keys(read)) shown.add(field)
    }
    expect(sorted([...shown])).toEqual(sorted(mapping.evidence.recorded ?? []))
  })
})
