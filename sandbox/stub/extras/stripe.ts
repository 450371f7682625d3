// Stripe's invoice items, which the action `create-invoice` makes: what is added to a draft shows in its lines and sums.
import { isObject } from '../../../src/mapping/path.ts'
import type { Extra } from '../index.ts'

type Json = Record<string, unknown>

/** A line as an item makes it: specs/stripe/openapi.json#/components/schemas/line_item */
function lineOf(id: string, sent: Json): Json {
  const price = isObject(sent.price_data) ? sent.price_data : sent
  const unit = price.unit_amount_decimal ?? sent.amount
  const quantity = Number(sent.quantity ?? 1)
  return {
    id: id.replace('ii_', 'il_'),
    object: 'line_item',
    amount: sent.amount === undefined ? Math.round(Number(unit) * quantity) : Number(sent.amount),
    currency: price.currency,
    description: sent.description ?? null,
    pricing: {
      type: 'price_details',
      price_details: { product: price.product ?? 'prod_made' },
      unit_amount_decimal: String(unit),
    },
    quantity,
  }
}

const extra: Extra = ({ method, path, body }, { records, refuse }) => {
  const invoices = records.get('invoices')
  const [, item] = /^\/v1\/invoiceitems(?:\/(ii_\w+))?$/.exec(path) ?? []
  if (!invoices || !path.startsWith('/v1/invoiceitems')) return undefined
  const linesIn = (invoice: Json): Json[] => (isObject(invoice.lines) ? (invoice.lines.data as Json[]) : [])
  const change = (invoice: Json, lines: readonly Json[]) => {
    const total = lines.reduce((sum, { amount }) => sum + Number(amount), 0)
    const sums = { subtotal: total, total, amount_remaining: total }
    invoices.update(invoices.idOf(invoice), { ...sums, lines: { data: lines } })
  }
  if (method === 'POST' && item === undefined && isObject(body)) {
    const invoice = invoices.find(String(body.invoice))
    if (!invoice) return refuse('No such invoice.')
    const lines = linesIn(invoice)
    const id = `ii_${invoices.idOf(invoice).replace('in_', '')}${lines.length + 1}`
    change(invoice, [...lines, lineOf(id, body)])
    return { status: 200, headers: {}, body: { id, object: 'invoiceitem' } }
  }
  if (method === 'DELETE' && item !== undefined) {
    const line = item.replace('ii_', 'il_')
    const invoice = invoices.all().find(one => linesIn(one).some(({ id }) => id === line))
    if (!invoice) return refuse('No such invoice item.')
    const left = linesIn(invoice).filter(({ id }) => id !== line)
    change(invoice, left)
    return { status: 200, headers: {}, body: { id: item, object: 'invoiceitem', deleted: true } }
  }
  return refuse('Invoice items are made and deleted here.')
}
export default extra
