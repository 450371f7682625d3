import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { filesOf } from '../../sandbox/stub/folder.ts'
import { createStub } from '../../sandbox/stub/index.ts'
import { completenessOf } from '../../src/mapping/check/leaves.ts'
import type { Warning } from '../../src/mapping/read.ts'
import { recordSchema } from '../../src/models/record-schema.ts'
import { attio as deviations } from '../support/deviations.ts'
import { hasEvidence, recordings, specification } from '../support/evidence.ts'
import { listen, mappingOf, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate, type Violation } from '../support/specification.ts'

/** Ids of the stub's records, by their number. */
const person = (number: number) => `c0a1b2c3-0000-4111-8222-${String(1000 + number).padStart(12, '0')}`
const company = (number: number) => `d0a1b2c3-0000-4111-8222-${String(2000 + number).padStart(12, '0')}`
const member = (number: number) => `5e5d1f0c-7c1b-4b66-8f0e-${String(number).padStart(12, '0')}`

const tier = { read: 'values.tier.0.option.title', write: 'values.tier.0.option' }
const field_mappings = {
  contacts: { 'custom_fields.tier': tier },
  companies: { 'custom_fields.fleet': 'values.fleet_size.0.value' },
}
const files = filesOf('attio')
const { contacts } = files.models
/** The workspace of these tests has an attribute of its own, which it answers otherwise than it takes it. */
const sandbox = createStub({
  ...files,
  models: { ...files.models, contacts: { ...contacts!, fields: { ...contacts!.fields, ...field_mappings.contacts } } },
})
/** What the provider does instead of what the sandbox would. */
let instead: ((request: Request) => Response | undefined) | undefined
const handler = async (request: Request): Promise<Response> => instead?.(request) ?? sandbox.app.fetch(request)

let gate: Pick<Gate, 'url' | 'close'> & { violations?: Violation[] }
let gateway: ProviderGateway
const call: ProviderGateway['call'] = (...given) => gateway.call(...given)

beforeAll(async () => {
  gate = hasEvidence
    ? await startGate({ specs: specification<object>('attio', 'openapi.json'), ...deviations, handler })
    : await listen(handler)
  gateway = await openProvider({
    provider: 'attio',
    address: gate.url,
    credentials: { type: 'OAUTH2', access_token: 'sandbox-attio-token' },
    metadata: { field_mappings },
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

const sorted = (rows: readonly string[]): string[] => [...rows].sort()

describe('lists', () => {
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
  const linked = (target_record_id: string) => ({ target_object: 'people', target_record_id })

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
    const more = { data: { values: { domains: [{ domain: 'ek.example' }, { domain: 'son.example' }] } } }
    await call(`PATCH /companies/${id}`, { pass_through: more })
    const changed = await call(`PATCH /companies/${id}`, { domain: 'new.example', name: 'Ek' })
    expect(changed.body.data).toEqual({ id, created_at, ...input, name: 'Ek', domain: 'new.example' })
    const domains = async () => {
      const { raw } = (await call(`GET /companies/${id}?raw=true`)).body.data
      return raw.values.domains.map((one: { domain: string }) => one.domain)
    }
    expect(await domains()).toEqual(['new.example', 'son.example'])
    // One that was further down the list, in other letters: nothing is lost or doubled.
    await call(`PATCH /companies/${id}`, { domain: 'Son.example' })
    expect(await domains()).toEqual(['Son.example'])
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
    const whole = { id, created_at, ...input, currency: 'EUR', status: 'open' }
    expect(made.body.data).toEqual(whole)
    const more = { data: { values: { associated_people: [3, 4].map(key => linked(person(key))) } } }
    await call(`PATCH /deals/${id}`, { pass_through: more })
    const won = { stage_id: 'Won 🎉', contact_id: person(5) }
    const changed = await call(`PATCH /deals/${id}`, {
      ...won,
      pass_through: { data: { values: { value: [{ currency_value: 7 }] } } },
    })
    expect(changed.body.data).toEqual({ ...whole, ...won, status: 'won', amount: 7 })
    const { raw } = (await call(`GET /deals/${id}?raw=true`)).body.data
    expect(raw.values.associated_people).toEqual([5, 4].map(key => linked(person(key))))
    const cleared = await call(`PATCH /deals/${id}`, { amount: null, company_id: null, contact_id: null })
    const { amount, currency, company_id, contact_id, ...left } = { ...whole, ...won, status: 'won' }
    expect(cleared.body.data).toEqual(left)
    expect((await call(`DELETE /deals/${id}`)).status).toBe(204)
    expect((await call(`GET /deals/${id}`)).status).toBe(404)
  })

  test('the customer’s own fields', async () => {
    // specs/attio/openapi.json#/paths/~1v2~1{target}~1{identifier}~1attributes/get
    const attribute = (api_slug: string, title: string, type: string, more: object) => ({
      api_slug,
      title,
      type,
      ...more,
    })
    instead = request =>
      new URL(request.url).pathname === '/v2/objects/people/attributes'
        ? Response.json({
            data: [
              attribute('name', 'Name', 'personal-name', { is_system_attribute: true, is_writable: true }),
              attribute('tier', 'Tier', 'select', { is_system_attribute: false, is_writable: true }),
              attribute('score', 'Score', 'number', { is_system_attribute: false, is_writable: false }),
            ],
          })
        : undefined
    expect((await call('GET /contacts/fields')).body.data.custom_fields).toEqual([
      {
        name: 'tier',
        label: 'Tier',
        type: 'select',
        read_only: false,
        path: 'values.tier.0.option.title',
        mapped_as: 'custom_fields.tier',
      },
      {
        name: 'score',
        label: 'Score',
        type: 'number',
        read_only: true,
        path: 'values.score.0.value',
        mapped_as: null,
      },
    ])
  })
})

describe('failures', () => {
  const refusal = async (request: string, body?: object) => {
    const answer = await call(request, body)
    return [answer.status, answer.body.code, answer.body.upstream?.code]
  }
  const OWN = { name: 'X', stage_id: 'Lead', owner_id: member(1) }

  test.each<[string, object | undefined, (string | number | undefined)[]]>([
    [`GET /contacts/${person(999)}`, undefined, [404, 'record-not-found', 'not-found']],
    [`PATCH /deals/${person(999)}`, { contact_id: person(1) }, [404, 'record-not-found', 'not-found']],
    ['POST /deals', { name: 'X' }, [422, 'invalid-field', undefined]],
    ['POST /deals', { ...OWN, currency: 'EUR' }, [422, 'invalid-field', undefined]],
    ['POST /deals', { ...OWN, status: 'won' }, [422, 'invalid-field', undefined]],
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
