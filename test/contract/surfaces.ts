import { describe, expect, it } from 'vitest'
import { type Caller, problem } from './caller.ts'

/** What is public: the document, the reference page, the pages of problems. */
export function surfaces({ call }: Caller): void {
  describe('surfaces', () => {
    it('serves its OpenAPI document, to pages of any origin too', async () => {
      const { status, headers, body } = await call('GET /openapi.json', { key: null })
      expect(status).toBe(200)
      expect(headers.get('content-type')).toBe('application/json')
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(body.openapi).toMatch(/^3\.1\./)
      expect(Object.keys(body.paths)).toEqual(
        expect.arrayContaining(['/contacts', '/contacts/{id}', '/connections', '/integrations', '/health', '/ready']),
      )
      expect(Object.keys(body.paths['/contacts'])).toEqual(expect.arrayContaining(['get', 'post']))
    })

    it('serves a reference page that loads nothing from elsewhere', async () => {
      const { status, headers, text } = await call('GET /docs', { key: null })
      expect(status).toBe(200)
      expect(headers.get('content-type')).toMatch(/^text\/html/)
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'/)
      expect(text).toContain('/docs/reference.js')
      expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    })

    it('names the script of the reference by its content, for good; the plain address is asked for again', async () => {
      const { text } = await call('GET /docs', { key: null })
      const [address = ''] = /\/docs\/reference\.js\?v=\w+/.exec(text) ?? []
      const named = await call(`GET ${address}`, { key: null })
      expect([named.status, named.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
      const plain = await call('GET /docs/reference.js', { key: null })
      expect([plain.status, plain.headers.get('cache-control')]).toEqual([200, 'public, max-age=300'])
      expect(plain.text === named.text).toBe(true)
    })

    it.each(['/docs/reference.js', '/docs/start.js', '/openapi.json'])(
      'answers %s once to who keeps it',
      async path => {
        const first = await call(`GET ${path}`, { key: null })
        const etag = first.headers.get('etag')!
        expect(etag).toMatch(/^(W\/)?"[^"]+"$/)
        expect(first.headers.get('vary')).toMatch(/accept-encoding/i)
        const again = await call(`GET ${path}`, { key: null, headers: { 'if-none-match': etag } })
        expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
        const other = await call(`GET ${path}`, { key: null, headers: { 'if-none-match': '"another"' } })
        expect([other.status, other.text === first.text]).toEqual([200, true])
        const head = await call(`HEAD ${path}`, { key: null })
        expect([head.status, head.text, head.headers.get('content-type')]).toEqual([
          200,
          '',
          first.headers.get('content-type'),
        ])
      },
    )

    it('serves a page for every code of a problem', async () => {
      const { body } = await call('GET /nowhere')
      const { status, headers, text } = await call(`GET ${body.type}`, { key: null })
      expect(status).toBe(200)
      expect(headers.get('content-type')).toMatch(/^text\/html/)
      expect(text).toContain('<code>not-found</code>')
      const limited = await call('GET /problems/provider-rate-limited', { key: null })
      expect([limited.status, limited.text.includes('<dd>429</dd>')]).toEqual([200, true])
    })

    it('has no page for a code that does not exist', async () => {
      problem(await call('GET /problems/out-of-cheese', { key: null }), 404, 'not-found')
      problem(await call('GET /problems/constructor', { key: null }), 404, 'not-found')
    })
  })
}
