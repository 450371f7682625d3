import { gzipSync } from 'node:zlib'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

interface Bound {
  Bindings: HttpBindings
}

/** HubSpot's error body: specs/hubspot/crm-contacts.v3.json#/components/schemas/Error */
const refusal = (status: ContentfulStatusCode, category: string, more: object = {}, headers = {}) => {
  return (c: Context<Bound>) =>
    c.json({ status: 'error', message: `said ${category}`, correlationId: 'c0', category, ...more }, status, headers)
}

/** Ways of a provider to fail, by the name that stands first in the path. */
const faults: Readonly<Record<string, (c: Context<Bound>) => Response | Promise<Response>>> = {
  unauthorized: refusal(401, 'INVALID_AUTHENTICATION'),
  unscoped: refusal(403, 'MISSING_SCOPES'),
  forbidden: refusal(403, 'FORBIDDEN'),
  missing: refusal(404, 'OBJECT_NOT_FOUND'),
  gone: refusal(410, 'GONE'),
  conflict: refusal(409, 'CONFLICT'),
  invalid: refusal(400, 'VALIDATION_ERROR'),
  hasty: refusal(
    429,
    'RATE_LIMITS',
    { errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' },
    { 'retry-after': '7' },
  ),
  spent: refusal(429, 'RATE_LIMITS', { errorType: 'RATE_LIMIT', policyName: 'DAILY' }),
  failed: refusal(500, 'INTERNAL_ERROR'),
  unavailable: c => c.text('<h1>Service Unavailable</h1>', 503, { 'retry-after': '12' }),
  page: c => c.html('<html><body>Please sign in</body></html>'),
  listless: c => c.json({ status: 'COMPLETE' }),
  elsewhere: c => c.redirect('http://127.0.0.1/', 302),
  // Repeats the credential, as it is and escaped, also compressed.
  echo: c => {
    const token = c.req.header('authorization')?.replace('Bearer ', '') ?? ''
    const escaped = [...token].map(char => `%${char.charCodeAt(0).toString(16)}`).join('')
    const text = `token: ${token} and again: ${escaped}.`
    const headers = { 'content-type': 'text/plain', 'x-token': token, 'set-cookie': 'a=1', 'clear-site-data': '"*"' }
    return c.req.path.endsWith('/gzip')
      ? c.body(new Uint8Array(gzipSync(text)), 200, { ...headers, 'content-encoding': 'gzip' })
      : c.body(text, 200, headers)
  },
  // Never answers; ends with the server.
  silent: () => new Promise<Response>(() => {}),
  'cut-short': c => {
    const { outgoing } = c.env
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    outgoing.write('{"results":[{"id":"1",', () => outgoing.destroy())
    return RESPONSE_ALREADY_SENT
  },
}

/** A provider that fails in the way that the path begins with. */
export function createFaults(): Hono<Bound> {
  return new Hono<Bound>().all('/:fault/*', c => faults[c.req.param('fault')]?.(c) ?? c.notFound())
}
