import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { people } from '../../sandbox/people.ts'
import { filesOf } from '../../sandbox/stub/folder.ts'
import { createStub } from '../../sandbox/stub/index.ts'
import { completenessOf } from '../../src/mapping/check/index.ts'
import type { Mapping } from '../../src/mapping/compile.ts'
import type { Warning } from '../../src/mapping/read.ts'
import { recordSchema } from '../../src/models/record-schema.ts'
import { stripe as deviations } from '../support/deviations.ts'
import { hasEvidence, recordings, specification } from '../support/evidence.ts'
import { listen, mappingOf, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate } from '../support/specification.ts'

const TOKEN = 'sandbox-stripe-token'
const START = Date.UTC(2026, 5, 1, 12)
const NOW = '2026-06-01T12:00:00.000Z'

interface Told {
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into records
  readonly [field: string]: any
}
/** Ids of the stub's records, by their number. */
const idOf = (number: number): string => `cus_${String(1000 + number).padStart(6, '0')}`
const idsOf = (records: readonly Told[]): string[] => records.map(({ id }) => id).sort()
const sandbox = createStub(filesOf('stripe'), { now: () => START })

let server: { url: string; close(): Promise<void>; violations?: Gate['violations'] }
let gateway: ProviderGateway

const open = (apiKey: string) =>
  openProvider({ provider: 'stripe', address: server.url, credentials: { type: 'API_KEY', apiKey } })
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
  const handler = (request: Request) => sandbox.app.fetch(request)
  server = hasEvidence
    ? await startGate({ specs: specification<object>('stripe', 'openapi.json'), ...deviations, handler })
    : await listen(handler)
  gateway = await open(TOKEN)
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
  test('customers by e-mail, as it is written, and by name, page by page', async () => {
    const [ada] = await walk('/contacts?filter[email]=ada@analytical-engines.example')
    expect(ada).toEqual({
      id: idOf(people[0]!.key),
      name: 'Ada Lovelace',
      emails: [{ email: 'ada@analytical-engines.example' }],
      phone_numbers: [{ number: people[0]!.phone }],
      addresses: [
        {
          street_1: "12 St James's Square",
          city: 'London',
          postal_code: 'SW1Y 4JU',
          country: 'United Kingdom',
          type: 'billing',
        },
      ],
      description: people[0]!.description,
      custom_fields: { tier: people[0]!.tier },
      created_at: people[0]!.created_at.replace('Z', '.000Z').replace('.000.000', '.000'),
    })
    const made: string[] = []
    for (let i = 0; i < 3; i++) made.push((await data('POST /contacts', { name: "Twin O'Hara AND so on" })).id)
    const path = `/contacts?limit=2&filter[name]=${encodeURIComponent("twin o'hara and SO on")}`
    expect(idsOf(await walk(path))).toEqual(made.sort())
    expect(await walk(`${path}&filter[email]=ada@analytical-engines.example`)).toEqual([])
    expect(await walk(`${path}&filter[created_after]=2026-06-02`)).toEqual([])
    expectSpecified()
  })

  test('amounts in minor units by their currency', async () => {
    // The lines of the stub's invoices are those of a fixture, in euros.
    const [invoice] = await walk('/invoices?limit=1')
    const [line] = invoice!.line_items
    expect(invoice).toMatchObject({ currency: 'eur', sub_total: 245, total: 305 })
    expect(line).toMatchObject({ quantity: 20, unit_price: 12.505, amount: 250 })
  })
})

describe('writes', () => {
  test('a customer, from its making to its end', async () => {
    const contact = {
      name: 'Mary Somerville & Töchter',
      emails: [{ email: 'mary+books@somerville.example' }],
      phone_numbers: [{ number: '+44 20 7946 0000' }],
      addresses: [{ type: 'billing', street_1: '2 Church Row', street_2: 'Flat [2]', city: 'London', country: 'GB' }],
      description: 'Stars & planets = 100%',
      custom_fields: { tier: 'gold', 'a b': 'c d' },
    }
    const created = await data('POST /contacts', contact)
    expect(created).toEqual({ id: created.id, ...contact, created_at: NOW })
    const at = `/contacts/${created.id}`
    expect(await data(`GET ${at}`)).toEqual(created)

    const change = { addresses: [{ street_1: '8 Hanover Square', type: 'billing' }], custom_fields: { tier: 'silver' } }
    const custom_fields = { tier: 'silver', 'a b': 'c d' }
    expect(await data(`PATCH ${at}`, change)).toEqual({ ...created, ...change, custom_fields })
    const parts = await call(`PATCH ${at}`, { first_name: 'Mary', last_name: 'Fairfax' })
    expect(parts.body).toMatchObject({
      data: { name: 'Mary Fairfax' },
      warnings: [
        { field: 'first_name', code: 'kept-as' },
        { field: 'last_name', code: 'kept-as' },
      ],
    })
    const nothing = { name: null, emails: [], phone_numbers: null, addresses: [], description: '' }
    const cleared = await data(`PATCH ${at}`, { ...nothing, custom_fields: { tier: null, 'a b': null } })
    expect(cleared).toEqual({ id: created.id, created_at: NOW })

    expect((await call(`DELETE ${at}`)).status).toBe(204)
    for (const request of [`GET ${at}`, `DELETE ${at}`]) expect((await call(request)).status).toBe(404)
    expect((await call(`PATCH ${at}`, { name: 'A' })).status).toBe(404)
    expectSpecified()
  })

  test('an invoice, from its making to its end', async () => {
    const invoice = {
      customer_id: idOf(people[0]!.key),
      currency: 'eur',
      due_date: '2026-07-01',
      memo: 'Thank you',
      custom_fields: { order: '78' },
    }
    const created = await data('POST /invoices', invoice)
    const sums = { sub_total: 0, total: 0, balance: 0 }
    const rest = { status: 'draft', ...sums, customer_name: expect.any(String), created_at: NOW }
    expect(created).toEqual({ id: created.id, ...invoice, ...rest })
    const at = `/invoices/${created.id}`
    expect(await data(`GET ${at}`)).toEqual(created)
    const change = { due_date: '2026-07-02', memo: null, custom_fields: { order: null, batch: '9' } }
    const { memo: _, ...kept } = created
    expect(await data(`PATCH ${at}`, change)).toEqual({
      ...kept,
      due_date: '2026-07-02',
      custom_fields: { batch: '9' },
    })
    expect((await call(`DELETE ${at}`)).status).toBe(204)
    expect((await call(`GET ${at}`)).status).toBe(404)
    expectSpecified()
  })
})

describe('refusals', () => {
  test.each([
    ['GET /contacts/cus_none', undefined, 404, 'record-not-found'],
    ['PATCH /invoices/in_none', { memo: 'A' }, 404, 'record-not-found'],
    ['GET /contacts?filter[updated_after]=2026-01-01', undefined, 422, 'unsupported-filter'],
    ['GET /contacts?sort[by]=created_at', undefined, 422, 'unsupported-sort'],
    ['GET /invoices?filter[status]=late', undefined, 400, 'bad-parameter'],
    [
      'POST /contacts',
      { name: 'A', emails: [{ email: 'a@b.example' }, { email: 'c@d.example' }] },
      422,
      'invalid-field',
    ],
    ['POST /contacts', { title: 'Engineer' }, 422, 'invalid-field'],
    ['POST /invoices', { customer_id: idOf(1), line_items: [{ amount: 1 }] }, 422, 'invalid-field'],
    ['POST /invoices', { customer_id: idOf(1), total: 1 }, 422, 'invalid-field'],
    ['PATCH /invoices/in_005001', { currency: 'usd' }, 422, 'invalid-field'],
  ])('%s %j', async (request, body, status, code) => {
    const answer = await call(request, body)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expectSpecified()
  })

  test.skipIf(!hasEvidence)('what the specification does not have is seen, in a form too', async () => {
    await call('POST /contacts', { name: 'A', pass_through: { nonsense: { deep: 1 } } })
    expect(server.violations).toContainEqual(
      expect.objectContaining({ request: 'POST /v1/customers', where: 'request' }),
    )
  })

  test('a key that is let in nowhere', async () => {
    const stranger = await open('sk_other')
    const { status, body } = await stranger.call('GET /invoices')
    expect([status, body.code, body.upstream.status]).toEqual([424, 'connection-needs-reconnect', 401])
    await stranger.close()
  })
})

describe.skipIf(!hasEvidence)('against the evidence', () => {
  /** A record is read valid, without a warning, and every leaf of it is accounted for. */
  function expectRead(mapping: Mapping, record: unknown): void {
    const warnings: Warning[] = []
    const read = mapping.reader(undefined)(record, warnings)
    expect(warnings).toEqual([])
    expect(recordSchema(mapping.model).safeParse(read).error).toBeUndefined()
    expect(completenessOf(mapping).unaccounted(record)).toEqual([])
  }
  const KINDS = { contacts: 'customer', invoices: 'invoice' }

  test.each(Object.entries(KINDS))('%s as recorded', async (name, object) => {
    const mapping = await mappingOf('stripe', name)
    const bodies = recordings('stripe').map(({ response }) => response.body as { object?: string; deleted?: true })
    const records = bodies.filter(body => body?.object === object && !body.deleted)
    expect(records).toHaveLength(2)
    for (const record of records) expectRead(mapping, record)
  })

  test.each(Object.entries(KINDS))('%s as Stripe’s own examples have them', async (name, object) => {
    const { resources } = specification<{ resources: Record<string, object> }>('stripe', 'fixtures3.json')
    expectRead(await mappingOf('stripe', name), resources[object])
  })
})
