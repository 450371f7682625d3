// What one would write by hand for one provider and one model, on the libraries that the gateway uses: it checks the
// key and the query, calls the provider, maps the page and answers. `node bench/handler.ts <port> <upstream port> <key>`.
import { createHash, timingSafeEqual } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { Agent, request } from 'undici'
import { z } from 'zod'
import { contactOf, type Theirs } from './contact.ts'

interface Page {
  readonly results: readonly Theirs[]
  readonly paging?: { readonly next?: { readonly after?: string } }
}

const [port, upstreamPort, secret = ''] = process.argv.slice(2)
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const expected = digest(secret)
const dispatcher = new Agent({ connections: 64 })
const Query = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
})

const app = new Hono()
app.get('/contacts', async c => {
  const given = (c.req.header('authorization') ?? '').replace(/^Bearer /, '')
  if (!timingSafeEqual(digest(given), expected)) return c.json({ error: 'unauthenticated' }, 401)
  const query = Query.safeParse(c.req.query())
  if (!query.success) return c.json({ error: query.error.issues }, 400)
  const { limit, cursor } = query.data
  const search = new URLSearchParams({ limit: String(limit), ...(cursor && { after: cursor }) })
  const answer = await request(`http://127.0.0.1:${upstreamPort}/crm/v3/objects/contacts?${search}`, {
    dispatcher,
    headers: { authorization: 'Bearer token', accept: 'application/json' },
  })
  if (answer.statusCode !== 200) return c.json({ error: 'provider' }, 502)
  const { results, paging } = (await answer.body.json()) as Page
  return c.json({ data: results.map(contactOf), next_cursor: paging?.next?.after ?? null, warnings: [] })
})
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(port) })
