// An imitation of a provider that nobody has: what action functions under test call, on a real socket.
import { Hono } from 'hono'

/** The provider's own file. */
export const acmeFile = {
  name: 'Acme',
  source: 'test/actions/acme.ts',
  base: 'https://api.acme.example/v2',
  hosts: ['api.acme.example', '*.files.acme.example'],
  headers: { 'Acme-Version': '2026-01-01', 'Acme-Tenant': '{connection.tenant}' },
  connection_config: { tenant: { label: 'Tenant', type: 'word' } },
  auth: {
    oauth2: {
      authorize: 'https://{connection.tenant}.acme.example/authorize',
      token: 'https://api.acme.example/token',
      client: 'body',
      pkce: true,
      scopes: ['numbers.read'],
      scope_separator: ',',
    },
    api_key: { sign: { 'x-acme-key': '{api_key}' } },
  },
  errors: {
    message: 'problem.text',
    code: 'problem.code',
    rows: [{ status: 418, error: 'conflict' }],
  },
} as const

/** A request that came, as far as tests look at it. */
export interface Came {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const NUMBERS = [1, 2, 3, 4, 5]

/** The provider; `came` has every request, `gone` those whose caller did not wait for the answer. */
export function createAcme(): { app: Hono; came: Came[]; gone: string[] } {
  const came: Came[] = []
  const gone: string[] = []
  const failures = new Map<string, number>()
  const app = new Hono()
  app.use(async (c, next) => {
    const { pathname, search } = new URL(c.req.url)
    const headers = Object.fromEntries(c.req.raw.headers)
    came.push({ method: c.req.method, path: pathname + search, headers, body: await c.req.text() })
    await next()
  })
  app.all('/echo', c => c.json(came.at(-1) as never))
  // As a backend with a proxy of its own.
  app.all('/proxy/echo', c => c.json(came.at(-1) as never))
  app.get('/status/:status', c => {
    const status = Number(c.req.param('status'))
    return c.json({ problem: { code: `E${status}`, text: `said ${status}` }, hint: 'look' }, status as 400)
  })
  app.get('/huge-failure', c => c.json({ problem: { code: 'E400' }, filler: 'x'.repeat(150_000) }, 400))
  // Fails that many times, then answers.
  app.all('/flaky/:name/:times/:status', c => {
    const seen = failures.get(c.req.param('name')) ?? 0
    failures.set(c.req.param('name'), seen + 1)
    if (seen < Number(c.req.param('times'))) return c.json({}, Number(c.req.param('status')) as 500)
    return c.json({ tries: seen + 1 })
  })
  app.get('/silent', c => {
    c.req.raw.signal.addEventListener('abort', () => gone.push('/silent'))
    return new Promise<Response>(() => {})
  })
  app.get('/text', c => c.text('{"not": "read"}'))
  app.get('/page', c => c.html('<p>no JSON</p>'))
  app.get('/bytes', c => c.body(new Uint8Array([0, 128, 255, 10, 195])))
  const page = (from: number, size: number) => NUMBERS.slice(from, from + size).map(n => ({ n }))
  const cursor = (after: string | undefined, size: number) => {
    const from = Number(after ?? 0)
    const next = from + size < NUMBERS.length ? String(from + size) : undefined
    return { result: { rows: page(from, size) }, paging: { next } }
  }
  app.get('/by-cursor', c => c.json(cursor(c.req.query('after'), Number(c.req.query('size') ?? 2))))
  app.post('/by-cursor', async c => {
    const { after, size, filter } = await c.req.json()
    return c.json({ ...cursor(after, size), filter })
  })
  app.get('/stuck', c => c.json({ result: { rows: [{ n: 1 }] }, paging: { next: 'again' } }))
  app.get('/ends-with/:what', c =>
    c.json({ rows: [{ n: 1 }], next: { zero: 0, false: false, empty: '', null: null }[c.req.param('what')] }),
  )
  app.get('/by-link', c => {
    const from = Number(c.req.query('from') ?? 0)
    const own = new URL(c.req.url)
    const next = `${own.origin}/by-link?from=${from + 2}&kind=${c.req.query('kind')}`
    if (from + 2 < NUMBERS.length) c.header('link', `<${own.origin}/by-link>; rel="first", <${next}>; rel="next"`)
    return c.json(page(from, 2))
  })
  app.get('/by-body-link', c => {
    const from = Number(c.req.query('from') ?? 0)
    const next = from + 3 < NUMBERS.length ? `https://api.acme.example/by-body-link?from=${from + 3}` : undefined
    return c.json({ value: page(from, 3), '@odata.nextLink': next })
  })
  app.get('/by-offset', c => c.json({ rows: page(Number(c.req.query('skip')), Number(c.req.query('take') ?? 2)) }))
  app.get('/by-page', c => c.json({ rows: page((Number(c.req.query('page')) - 1) * 2, 2) }))
  app.post('/by-offset', async c => {
    const { skip, take } = await c.req.json()
    return c.json({ rows: page(skip, take) })
  })
  return { app, came, gone }
}
