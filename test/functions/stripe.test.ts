import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { extraOf, filesOf } from '../../sandbox/stub/folder.ts'
import { createStub } from '../../sandbox/stub/index.ts'
import { stripe as deviations } from '../support/deviations.ts'
import { hasEvidence, specification } from '../support/evidence.ts'
import { listen, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate } from '../support/specification.ts'
import { failing } from './failing.ts'

/** The stub's first customer, and the number of the first invoice that is made there. */
const CUSTOMER = 'cus_001001'
const MADE = 'in_005041'
const sandbox = createStub(filesOf('stripe'), {
  now: () => Date.UTC(2026, 5, 1, 12),
  extra: await extraOf('stripe'),
})
const provider = failing(request => sandbox.app.fetch(request))
const refused = (status: number, message: string) => () =>
  Response.json({ error: { type: 'invalid_request_error', message } }, { status })

let server: { url: string; close(): Promise<void>; violations?: Gate['violations'] }
let gateway: ProviderGateway
const trigger = (input: unknown) =>
  gateway.call('POST /action/trigger', { action_name: 'create-invoice', input }, { 'provider-config-key': 'stripe' })
const expectSpecified = () => expect((server.violations ?? []).filter(({ where }) => where === 'request')).toEqual([])
/** Drafts of the customer, beside the one that was there before. */
async function leftovers(): Promise<string[]> {
  const drafts = await gateway.walk(`/invoices?filter[customer_id]=${CUSTOMER}&filter[status]=draft`)
  return drafts.map(({ id }) => id).filter(id => id !== 'in_005001')
}

beforeAll(async () => {
  const { handler } = provider
  server = hasEvidence
    ? await startGate({ specs: specification<object>('stripe', 'openapi.json'), ...deviations, handler })
    : await listen(handler)
  const credentials = { type: 'API_KEY', apiKey: 'sandbox-stripe-token' }
  gateway = await openProvider({ provider: 'stripe', address: server.url, credentials })
}, 60_000)
afterAll(async () => {
  await gateway.close()
  await server.close()
})
beforeEach(() => {
  sandbox.reset()
  provider.reset()
  if (server.violations) server.violations.length = 0
})

const lines = [
  { description: 'Silk, by the yard', quantity: 20, unit_price: 12.505, item_id: 'prod_Silk' },
  { description: 'Rebate', amount: -5 },
  { description: 'Carriage', unit_price: 19.99 },
]
const input = { customer_id: CUSTOMER, currency: 'EUR', due_date: '2026-07-01', memo: 'Thanks', line_items: lines }

test('an invoice with its lines, in the one schema', async () => {
  const { status, body } = await trigger({ ...input, custom_fields: { order: '78' } })
  expect([status, body]).toEqual([
    200,
    {
      data: {
        id: MADE,
        customer_id: CUSTOMER,
        customer_name: expect.any(String),
        status: 'draft',
        currency: 'eur',
        due_date: '2026-07-01',
        sub_total: 265.09,
        total: 265.09,
        balance: 265.09,
        memo: 'Thanks',
        line_items: [
          {
            id: 'il_0050411',
            description: 'Silk, by the yard',
            quantity: 20,
            unit_price: 12.505,
            amount: 250.1,
            item_id: 'prod_Silk',
          },
          {
            id: 'il_0050412',
            description: 'Rebate',
            quantity: 1,
            unit_price: -5,
            amount: -5,
            item_id: 'prod_made',
          },
          {
            id: 'il_0050413',
            description: 'Carriage',
            quantity: 1,
            unit_price: 19.99,
            amount: 19.99,
            item_id: 'prod_made',
          },
        ],
        custom_fields: { order: '78' },
        created_at: '2026-06-01T12:00:00.000Z',
      },
      warnings: [],
    },
  ])
  expect(provider.came).toEqual([
    'POST /v1/invoices',
    'POST /v1/invoiceitems',
    'POST /v1/invoiceitems',
    'POST /v1/invoiceitems',
    `GET /v1/invoices/${MADE}`,
  ])
  expectSpecified()
})

test('amounts of a currency without minor units', async () => {
  const { body } = await trigger({ customer_id: CUSTOMER, currency: 'JPY', line_items: [{ unit_price: 1_200 }] })
  expect(body.data).toMatchObject({ currency: 'jpy', total: 1_200 })
})

test('a first request that fails makes nothing, and keeps what Stripe said', async () => {
  const refusal = { error: { code: 'resource_missing', param: 'customer' } }
  provider.fail(1, () => Response.json(refusal, { status: 400 }))
  const { status, body } = await trigger({ ...input, customer_id: 'cus_none' })
  expect([status, body.upstream]).toMatchObject([422, { status: 400, body: refusal }])
  expect(provider.came).toEqual(['POST /v1/invoices'])
})

test.each([
  [2, '/line_items/0', [`DELETE /v1/invoices/${MADE}`]],
  [3, '/line_items/1', ['DELETE /v1/invoiceitems/ii_0050411', `DELETE /v1/invoices/${MADE}`]],
])('when request %i fails, all is undone', async (n, failed, undoing) => {
  provider.fail(n, refused(400, 'The product is archived.'))
  const { status, body } = await trigger(input)
  const line = Number(failed.at(-1)) + 1
  expect([status, body.code, body.error.payload]).toEqual([
    400,
    'action-failed',
    {
      message: `No invoice was made: line ${line} failed (The product is archived.). The draft was deleted again.`,
      failed,
      undone: true,
      left: [],
      upstream: { status: 400, message: 'The product is archived.' },
    },
  ])
  expect(body.detail).toBe(body.error.payload.message)
  expect(provider.came.slice(n)).toEqual(undoing)
  expect(await leftovers()).toEqual([])
  expectSpecified()
})

test.each([2, 3])('when request %i fails and cannot be undone, what is left is named', async n => {
  provider.fail(n, refused(503, 'Down.'))
  provider.always(/^DELETE \/v1\/invoices\//, refused(400, 'No.'))
  const { status, body } = await trigger(input)
  expect([status, body.error.payload]).toMatchObject([
    400,
    {
      undone: false,
      left: [`/v1/invoices/${MADE}`],
      message: expect.stringContaining(`Still at Stripe, delete it there: /v1/invoices/${MADE}.`),
    },
  ])
  provider.reset()
  expect(await leftovers()).toEqual([MADE])
})

test('when only reading it back fails, the invoice stays and is named', async () => {
  provider.always(/^GET /, refused(503, 'Down.'))
  const { status, body } = await trigger({ ...input, line_items: [lines[1]] })
  expect([status, body.error.payload]).toMatchObject([
    400,
    {
      message: expect.stringContaining('Do not make it again.'),
      left: expect.arrayContaining([`/v1/invoices/${MADE}`]),
    },
  ])
  expect(provider.came.filter(line => line.startsWith('DELETE'))).toEqual([])
})

test.each([
  [{ customer_id: CUSTOMER }, '/line_items'],
  [{ customer_id: CUSTOMER, line_items: [] }, '/line_items'],
  [{ ...input, line_items: [{ description: 'Free?' }] }, '/line_items/0/unit_price'],
  [{ ...input, line_items: [{ unit_price: 1, amount: 1 }] }, '/line_items/0/unit_price'],
  [{ ...input, line_items: [{ amount: 1, quantity: 2 }] }, '/line_items/0/amount'],
  [{ ...input, line_items: [{ unit_price: 1, quantity: 1.5 }] }, '/line_items/0/quantity'],
  [{ ...input, status: 'open' }, '/status'],
])('bad input is refused before anything is sent: %j', async (given, pointer) => {
  const { status, body } = await trigger(given)
  expect([status, body.code, body.errors[0].pointer]).toEqual([400, 'action-input-invalid', pointer])
  expect(provider.came).toEqual([])
})
