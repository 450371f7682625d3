import { createAction, type Nango, type ProxyError } from 'nango'
import { z } from 'zod'
import { minorUnits } from '../../../src/mapping/codecs.ts'

const line = z
  .strictObject({
    description: z.string().max(5_000).optional().describe('What the line is for.'),
    quantity: z.int().min(0).optional().describe('How many; one when left out.'),
    unit_price: z.number().optional().describe('Price of one, in units of the invoice’s currency.'),
    amount: z.number().optional().describe('Price of the whole line, in place of `unit_price` and `quantity`.'),
    item_id: z.string().min(1).optional().describe('Id of the product sold; needs `unit_price`.'),
  })
  .refine(given => (given.unit_price === undefined) !== (given.amount === undefined), {
    message: 'Either `unit_price` or `amount` is needed.',
    path: ['unit_price'],
  })
  .refine(given => given.amount === undefined || (given.quantity === undefined && given.item_id === undefined), {
    message: 'An `amount` is that of the whole line: leave out `quantity` and `item_id`.',
    path: ['amount'],
  })
type Line = z.infer<typeof line>

const input = z.strictObject({
  customer_id: z.string().min(1).describe('Id of the contact who is to pay.'),
  currency: z.string().length(3).optional().describe('ISO 4217 code; the customer’s own when left out.'),
  due_date: z.iso.date().optional().describe('Day by which it is to be paid; makes it an invoice that is sent.'),
  memo: z.string().max(1_500).optional().describe('Text for the one who pays.'),
  custom_fields: z
    .record(z.string().min(1).max(40), z.string().max(500))
    .optional()
    .describe('Metadata of the invoice.'),
  line_items: z.array(line).min(1).max(250).describe('What the invoice is for.'),
})

/** The invoice in the one schema, as `get-invoice` answers it. */
const output = z.object({
  data: z.looseObject({ id: z.string(), line_items: z.array(z.unknown()).optional() }),
  warnings: z.array(z.unknown()),
})

type Pairs = Readonly<Record<string, string | number | undefined>>
const form = (pairs: Pairs): URLSearchParams =>
  new URLSearchParams(
    Object.entries(pairs).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )

/** An amount in minor units as `unit_amount_decimal` takes it, which is up to 12 decimals: 6 are kept. */
const decimal = (amount: number, currency: string): string => String(Number((amount * minorUnits(currency)).toFixed(6)))

function lineOf(given: Line, invoice: { id: string; customer: string; currency: string }): Pairs {
  const { currency } = invoice
  const common = { customer: invoice.customer, invoice: invoice.id, description: given.description }
  if (given.unit_price === undefined)
    return { ...common, currency, amount: Math.round((given.amount ?? 0) * minorUnits(currency)) }
  const unit_amount_decimal = decimal(given.unit_price, currency)
  const quantity = given.quantity ?? 1
  if (given.item_id === undefined) return { ...common, currency, quantity, unit_amount_decimal }
  return {
    ...common,
    quantity,
    'price_data[currency]': currency,
    'price_data[product]': given.item_id,
    'price_data[unit_amount_decimal]': unit_amount_decimal,
  }
}

/** What the provider said, where it said something. */
function refusalOf(error: unknown): { status?: number; message?: string } {
  const { response } = error as Partial<ProxyError>
  const said = (response?.data as { error?: { message?: unknown } } | undefined)?.error?.message
  const message = typeof said === 'string' ? said : error instanceof Error ? error.message : undefined
  return { ...(response && { status: response.status }), ...(message !== undefined && { message }) }
}

/** Takes back what was made, latest first; answers what could not be taken back. */
async function undo(nango: Nango, made: readonly string[]): Promise<string[]> {
  const left: string[] = []
  for (const endpoint of made.toReversed())
    try {
      await nango.delete({ endpoint, retries: 2 })
    } catch (error) {
      // It is gone: what was to be.
      if ((error as Partial<ProxyError>).response?.status !== 404) left.push(endpoint)
    }
  return left
}

/**
 * Makes a draft invoice with its lines: a request for the invoice, one for each line, and one that reads it back in the
 * one schema. When a line fails, the lines before it and the draft are deleted again, and the failure says so; what
 * could not be deleted is named in `payload.left`.
 *
 * Stripe finalizes and collects a draft by the account's own settings; this action leaves that to it.
 */
export default createAction({
  description: 'Makes a draft invoice with its lines, or nothing: what fails halfway is undone, or plainly reported.',
  version: '1.0.0',
  input,
  output,
  // 250 lines, one after the other since Stripe keeps them in the order in which they came.
  timeout: 300,
  exec: async (nango, given) => {
    const metadata = Object.entries(given.custom_fields ?? {}).map(
      ([key, value]) => [`metadata[${key}]`, value] as const,
    )
    const { data: invoice } = await nango.post<{ id: string; customer: string; currency: string }>({
      endpoint: '/v1/invoices',
      data: form({
        customer: given.customer_id,
        currency: given.currency?.toLowerCase(),
        description: given.memo,
        ...(given.due_date && { collection_method: 'send_invoice', due_date: Date.parse(given.due_date) / 1_000 }),
        pending_invoice_items_behavior: 'exclude',
        ...Object.fromEntries(metadata),
      }),
    })
    const made = [`/v1/invoices/${encodeURIComponent(invoice.id)}`]
    for (const [i, one] of given.line_items.entries())
      try {
        const { data } = await nango.post<{ id: string }>({
          endpoint: '/v1/invoiceitems',
          data: form(lineOf(one, { ...invoice, customer: given.customer_id })),
        })
        made.push(`/v1/invoiceitems/${encodeURIComponent(data.id)}`)
      } catch (error) {
        const upstream = refusalOf(error)
        const left = await undo(nango, made)
        const state =
          left.length === 0 ? 'The draft was deleted again.' : `Still at Stripe, delete it there: ${left.join(', ')}.`
        throw new nango.ActionError({
          message: `No invoice was made: line ${i + 1} failed${upstream.message ? ` (${upstream.message})` : ''}. ${state}`,
          failed: `/line_items/${i}`,
          undone: left.length === 0,
          left,
          upstream,
        })
      }
    try {
      return await nango.triggerAction<z.infer<typeof output>>(
        nango.providerConfigKey,
        nango.connectionId,
        'get-invoice',
        {
          id: invoice.id,
        },
      )
    } catch (error) {
      throw new nango.ActionError({
        message: `The invoice ${invoice.id} was made with all its lines; only reading it back failed. Do not make it again.`,
        failed: 'reading the invoice back',
        undone: false,
        left: made,
        upstream: refusalOf(error),
      })
    }
  },
})
