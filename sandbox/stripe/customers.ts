import { Hono } from 'hono'
import { isObject, type Json, missing, refuse } from './errors.ts'
import { apply, type Params, readForm, readQuery } from './form.ts'
import { listParams, page, searchPage, within } from './lists.ts'
import type { Records } from './records.ts'
import { matching } from './search.ts'
import { blankCustomer } from './seed.ts'

const ADDRESS = {
  city: 'text',
  country: 'text',
  line1: 'text',
  line2: 'text',
  postal_code: 'text',
  state: 'text',
} as const
/** specs/stripe/openapi.json#/paths/~1v1~1customers/post/requestBody, without what leads to other objects */
const PARAMS: Params = {
  address: ADDRESS,
  balance: 'integer',
  description: 'text',
  email: 'text',
  metadata: 'map',
  name: 'text',
  phone: 'text',
  tax_exempt: 'text',
}

function write(record: Json, sent: Json): void {
  if (typeof sent.email === 'string' && sent.email !== '' && !sent.email.includes('@'))
    refuse(400, `Invalid email address: ${sent.email}`, 'email_invalid', 'email')
  apply(record, sent, ['description', 'email', 'name', 'phone', 'tax_exempt'])
  if (sent.address === '') record.address = null
  else if (isObject(sent.address)) {
    const before = (record.address ?? Object.fromEntries(Object.keys(ADDRESS).map(name => [name, null]))) as Json
    const address = { ...before }
    for (const [name, value] of Object.entries(sent.address)) address[name] = value === '' ? null : value
    record.address = Object.values(address).some(value => value !== null) ? address : null
  }
}

/** `/v1/customers`: specs/stripe/openapi.json#/paths/~1v1~1customers and below */
export function customers(records: Records): Hono {
  const find = (id: string): Json => records.find('cus', id) ?? missing('customer', id)
  return new Hono()
    .get('/search', c => {
      const query = readQuery(c, { query: 'text', limit: 'integer', page: 'text' })
      const fits = matching(String(query.query ?? ''))
      return c.json(searchPage('/v1/customers/search', records.all('cus').filter(fits), query))
    })
    .get('/', c => {
      const query = readQuery(c, { ...listParams, email: 'text' })
      const found = records
        .all('cus')
        .filter(({ email }) => query.email === undefined || email === query.email)
        .filter(({ created }) => within(created, query.created))
      return c.json(page('/v1/customers', 'customer', found, query))
    })
    .post('/', async c => {
      const sent = await readForm(c, PARAMS)
      const customer = { ...structuredClone(blankCustomer), created: records.now() } as Json
      write(customer, sent)
      return c.json(records.create('cus', customer))
    })
    .get('/:id', c => {
      const { id } = c.req.param()
      return c.json(records.isDeleted(id) ? { id, object: 'customer', deleted: true } : find(id))
    })
    .post('/:id', async c => {
      const customer = find(c.req.param('id'))
      write(customer, await readForm(c, PARAMS))
      return c.json(customer)
    })
    .delete('/:id', c => {
      const { id } = find(c.req.param('id'))
      records.delete(String(id))
      return c.json({ id, object: 'customer', deleted: true })
    })
}
