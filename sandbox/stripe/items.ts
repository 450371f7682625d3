import { Hono } from 'hono'
import { isObject, type Json, missing, refuse, required } from './errors.ts'
import { type Params, readForm } from './form.ts'
import type { Records } from './records.ts'

/** specs/stripe/openapi.json#/paths/~1v1~1invoiceitems/post/requestBody, as far as items go here */
const PARAMS: Params = {
  amount: 'integer',
  currency: 'text',
  customer: 'text',
  description: 'text',
  invoice: 'text',
  metadata: 'map',
  price_data: { currency: 'text', product: 'text', unit_amount: 'integer', unit_amount_decimal: 'decimal' },
  quantity: 'integer',
  unit_amount: 'integer',
  unit_amount_decimal: 'decimal',
}
/** "there is a maximum of 250 items per invoice": the same place */
const MOST = 250

/** The lines of an invoice, in the order in which its items were added. */
export function linesOf(records: Records, invoice: string): Json[] {
  const items = records.all('ii').filter(item => item.invoice === invoice)
  return items.reverse().map(({ id, amount, currency, date, description, metadata, pricing, quantity }) => ({
    id: String(id).replace('ii_', 'il_'),
    object: 'line_item',
    amount,
    currency,
    description,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice,
    livemode: false,
    metadata,
    parent: { type: 'invoice_item_details', invoice_item_details: { invoice_item: id, proration: false } },
    period: { end: date, start: date },
    pretax_credit_amounts: [],
    pricing,
    quantity,
    subtotal: amount,
    taxes: [],
  }))
}

function itemOf(records: Records, sent: Json): Json {
  const customer = sent.customer === undefined ? required('customer') : String(sent.customer)
  if (!records.find('cus', customer)) missing('customer', customer, 'customer')
  const invoice = records.find('in', String(sent.invoice))
  if (sent.invoice !== undefined) {
    if (!invoice) missing('invoice', String(sent.invoice), 'invoice')
    if (invoice?.status !== 'draft') refuse(400, 'Invoice items can only be added to draft invoices.')
    if (linesOf(records, String(sent.invoice)).length >= MOST) refuse(400, `Invoices have at most ${MOST} items.`)
  }
  const price = isObject(sent.price_data) ? sent.price_data : sent
  const unit = price.unit_amount_decimal ?? price.unit_amount
  if ((unit === undefined) === (sent.amount === undefined)) refuse(400, 'You must pass either amount or a unit amount.')
  const currency = String(price.currency ?? required('currency'))
  if (invoice && invoice.currency !== currency)
    refuse(400, `The currency of the invoice is ${invoice.currency}.`, undefined, 'currency')
  const product = isObject(sent.price_data) ? String(price.product ?? required('price_data[product]')) : 'prod_made'
  if (!product.startsWith('prod_')) missing('product', product, 'price_data[product]')
  const quantity = Number(sent.quantity ?? 1)
  return {
    object: 'invoiceitem',
    amount: unit === undefined ? Number(sent.amount) : Math.round(Number(unit) * quantity),
    currency,
    customer,
    date: records.now(),
    description: sent.description ?? null,
    invoice: sent.invoice ?? null,
    livemode: false,
    metadata: sent.metadata || {},
    pricing: {
      type: 'price_details',
      price_details: { price: 'price_made', product },
      unit_amount_decimal: String(unit ?? sent.amount),
    },
    quantity,
  }
}

/** `/v1/invoiceitems`: specs/stripe/openapi.json#/paths/~1v1~1invoiceitems and below */
export function items(records: Records): Hono {
  const find = (id: string): Json => records.find('ii', id) ?? missing('invoiceitem', id)
  return new Hono()
    .post('/', async c => c.json(records.create('ii', itemOf(records, await readForm(c, PARAMS)))))
    .get('/:id', c => c.json(find(c.req.param('id'))))
    .delete('/:id', c => {
      const item = find(c.req.param('id'))
      const invoice = records.find('in', String(item.invoice))
      if (invoice && invoice.status !== 'draft') refuse(400, 'The invoice of this item is no longer a draft.')
      records.delete(String(item.id))
      return c.json({ id: item.id, object: 'invoiceitem', deleted: true })
    })
}
