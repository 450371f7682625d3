import { Hono } from 'hono'
import { customers } from './customers.ts'
import { describe, Refusal, refuse } from './errors.ts'
import { invoices } from './invoices.ts'
import { items } from './items.ts'
import { Records } from './records.ts'

export interface StripeOptions {
  /** The one secret key that is let in, `sandbox-stripe-token` unless given. */
  token?: string
  /** The clock, in epoch milliseconds. */
  now?: () => number
}

/**
 * Stripe's API in small, over the records of sandbox/people.ts: customers with their search, invoices and the items of
 * invoices. Bodies are forms, amounts in minor units, times in epoch seconds.
 *
 * @example
 * const { app, reset } = createStripe({ token: 'secret' })
 * await app.request('/v1/customers', { headers: { authorization: 'Bearer secret' } })
 */
export function createStripe(options: StripeOptions = {}): { app: Hono; reset(): void } {
  const { token = 'sandbox-stripe-token', now = Date.now } = options
  const records = new Records(now)
  const app = new Hono()
  app.use(async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${token}`) refuse(401, 'Invalid API Key provided: ****')
    await next()
  })
  app.route('/v1/customers', customers(records))
  app.route('/v1/invoices', invoices(records))
  app.route('/v1/invoiceitems', items(records))
  app.notFound(c => refuse(404, `Unrecognized request URL (${c.req.method}: ${c.req.path}).`))
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.json(describe(error), error.status)
    throw error
  })
  return { app, reset: () => records.reset() }
}
