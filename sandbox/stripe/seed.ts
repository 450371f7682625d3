import { type Person, people } from '../people.ts'
import type { Json } from './errors.ts'

const seconds = (time: string): number => Math.floor(Date.parse(time) / 1_000)
const named = ({ first_name, last_name }: Person): string => [first_name, last_name].filter(Boolean).join(' ')

/** Members of a customer without a value: specs/stripe/openapi.json#/components/schemas/customer, and as recorded. */
export const blankCustomer = {
  object: 'customer',
  address: null,
  balance: 0,
  currency: null,
  default_source: null,
  delinquent: false,
  description: null,
  discount: null,
  email: null,
  invoice_prefix: 'K01NE',
  invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
  livemode: false,
  metadata: {},
  name: null,
  next_invoice_sequence: 1,
  phone: null,
  preferred_locales: [],
  shipping: null,
  tax_exempt: 'none',
  test_clock: null,
}

/** Members of an invoice without a value, as recorded. */
export const blankInvoice = {
  object: 'invoice',
  account_country: 'GB',
  account_name: 'Sandbox',
  amount_paid: 0,
  amount_shipping: 0,
  attempt_count: 0,
  attempted: false,
  auto_advance: false,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  billing_reason: 'manual',
  collection_method: 'charge_automatically',
  default_tax_rates: [],
  description: null,
  discounts: [],
  due_date: null,
  effective_at: null,
  footer: null,
  livemode: false,
  metadata: {},
  number: null,
  parent: null,
  starting_balance: 0,
  status: 'draft',
  status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
  total_taxes: [],
}

function customerOf(person: Person): Json {
  const { street, city, state, postal_code, country_code } = person
  const address = { city, country: country_code, line1: street, line2: undefined, postal_code, state }
  return {
    ...blankCustomer,
    id: `cus_seed${String(person.key).padStart(6, '0')}`,
    created: seconds(person.created_at),
    address: street ? Object.fromEntries(Object.entries(address).map(([name, value]) => [name, value ?? null])) : null,
    description: person.description ?? null,
    email: person.email ?? null,
    metadata: person.tier ? { tier: person.tier } : {},
    name: named(person),
    phone: person.phone ?? null,
  }
}

/** People whose customers have invoices, one each, and how far those are. */
const BILLED = 40
const STATUSES = ['draft', 'open', 'paid', 'void', 'uncollectible'] as const
const CURRENCIES = ['gbp', 'eur', 'jpy']

function invoiceOf(person: Person, i: number): Json[] {
  const number = String(i + 1).padStart(4, '0')
  const [id, customer] = [`in_seed${number}`, `cus_seed${String(person.key).padStart(6, '0')}`]
  const status = STATUSES[i % STATUSES.length]!
  const created = seconds(person.created_at) + 86_400
  const finalized = status === 'draft' ? null : created + 3_600
  const currency = CURRENCIES[i % CURRENCIES.length]!
  const [unit, quantity] = [1_250 + i, (i % 4) + 1]
  const item = {
    id: `ii_seed${number}`,
    object: 'invoiceitem',
    amount: unit * quantity,
    currency,
    customer,
    date: created,
    description: `Order ${number}`,
    invoice: id,
    livemode: false,
    metadata: {},
    pricing: {
      type: 'price_details',
      price_details: { price: `price_seed${number}`, product: `prod_seed${(i % 7) + 1}` },
      unit_amount_decimal: String(unit),
    },
    quantity,
  }
  const invoice = {
    ...blankInvoice,
    id,
    created,
    currency,
    customer,
    number: finalized === null ? null : `K01NE-${number}`,
    status,
    due_date: i % 2 ? created + 30 * 86_400 : null,
    collection_method: i % 2 ? 'send_invoice' : 'charge_automatically',
    effective_at: finalized,
    amount_paid: status === 'paid' ? unit * quantity : 0,
    status_transitions: { ...blankInvoice.status_transitions, finalized_at: finalized },
  }
  return [item, invoice]
}

export function seed(add: (record: Json) => void): void {
  for (const person of people) add(structuredClone(customerOf(person)))
  for (const [i, person] of people.slice(0, BILLED).entries())
    for (const record of invoiceOf(person, i)) add(structuredClone(record))
}
