import { Hono } from 'hono'
import { type Json, missing, refuse, required } from './errors.ts'
import { apply, type Params, readForm, readQuery } from './form.ts'
import { linesOf } from './items.ts'
import { listParams, page, within } from './lists.ts'
import type { Records } from './records.ts'
import { blankInvoice } from './seed.ts'

/** specs/stripe/openapi.json#/paths/~1v1~1invoices~1{invoice}/post/requestBody, as far as invoices go here */
const CHANGES: Params = {
  auto_advance: 'boolean',
  collection_method: 'text',
  days_until_due: 'integer',
  description: 'text',
  due_date: 'integer',
  footer: 'text',
  metadata: 'map',
}
const PARAMS: Params = { ...CHANGES, customer: 'text', currency: 'text', pending_invoice_items_behavior: 'text' }

/** An invoice with its lines and their sums, as answered. */
function shown(records: Records, invoice: Json): Json {
  const lines = linesOf(records, String(invoice.id))
  const total = lines.reduce((sum, { amount }) => sum + Number(amount), 0)
  const isDue = invoice.status === 'draft' || invoice.status === 'open' || invoice.status === 'uncollectible'
  const customer = records.find('cus', String(invoice.customer))
  return {
    ...invoice,
    amount_due: total,
    amount_remaining: isDue ? total : 0,
    customer_email: customer?.email ?? null,
    customer_name: customer?.name ?? null,
    lines: {
      object: 'list',
      data: lines.slice(0, 10),
      has_more: lines.length > 10,
      total_count: lines.length,
      url: `/v1/invoices/${invoice.id}/lines`,
    },
    subtotal: total,
    total,
  }
}

function write(invoice: Json, sent: Json): void {
  const method = sent.collection_method ?? invoice.collection_method
  if (sent.due_date !== undefined && sent.due_date !== '' && method !== 'send_invoice')
    refuse(400, 'You can only set due_date when collection_method is send_invoice.', undefined, 'due_date')
  apply(invoice, sent, ['collection_method', 'description', 'footer'])
  if (sent.due_date !== undefined) invoice.due_date = sent.due_date === '' ? null : Number(sent.due_date)
}

/** `/v1/invoices`: specs/stripe/openapi.json#/paths/~1v1~1invoices and below */
export function invoices(records: Records): Hono {
  const find = (id: string): Json => records.find('in', id) ?? missing('invoice', id)
  return new Hono()
    .get('/', c => {
      const range = listParams.created!
      const query = readQuery(c, { ...listParams, customer: 'text', status: 'text', due_date: range })
      const found = records
        .all('in')
        .filter(({ customer }) => query.customer === undefined || customer === query.customer)
        .filter(({ status }) => query.status === undefined || status === query.status)
        .filter(({ created, due_date }) => within(created, query.created) && within(due_date, query.due_date))
      const answer = page('/v1/invoices', 'invoice', found, query)
      return c.json({ ...answer, data: (answer.data as Json[]).map(invoice => shown(records, invoice)) })
    })
    .post('/', async c => {
      const sent = await readForm(c, PARAMS)
      const customer = sent.customer === undefined ? required('customer') : String(sent.customer)
      if (!records.find('cus', customer)) missing('customer', customer, 'customer')
      const currency = String(sent.currency ?? 'gbp')
      if (!/^[a-z]{3}$/.test(currency)) refuse(400, `Invalid currency: ${currency}.`, undefined, 'currency')
      const invoice = { ...structuredClone(blankInvoice), created: records.now(), customer, currency } as Json
      write(invoice, sent)
      return c.json(shown(records, records.create('in', invoice)))
    })
    .get('/:id', c => {
      const { id } = c.req.param()
      return c.json(records.isDeleted(id) ? { id, object: 'invoice', deleted: true } : shown(records, find(id)))
    })
    .post('/:id', async c => {
      const invoice = find(c.req.param('id'))
      const sent = await readForm(c, CHANGES)
      if (invoice.status !== 'draft' && (sent.due_date ?? sent.collection_method) !== undefined)
        refuse(400, 'Finalized invoices can’t be updated in this way', 'invoice_not_editable')
      write(invoice, sent)
      return c.json(shown(records, invoice))
    })
    .delete('/:id', c => {
      const { id, status } = find(c.req.param('id'))
      if (status !== 'draft') refuse(400, 'You can only delete draft invoices.', 'invoice_not_editable')
      // Items of a deleted draft wait for the customer's next invoice.
      for (const item of records.all('ii')) if (item.invoice === id) item.invoice = null
      records.delete(String(id))
      return c.json({ id, object: 'invoice', deleted: true })
    })
}
