import { describe, expect, it } from 'vitest'
import { type Caller, pointers, problem } from './caller.ts'

/** What a request's bytes must be before anything is made of them, and who may keep an answer. */
export function bodies(caller: Caller): void {
  const { call } = caller
  const post = (path: string, bytes: Uint8Array<ArrayBuffer>) =>
    caller.entryPoint.fetch(path, {
      method: 'POST',
      headers: { authorization: `Bearer ${caller.entryPoint.key}`, 'content-type': 'application/json' },
      body: bytes,
    })

  describe('bytes of requests', () => {
    it('a body that is not UTF-8 is refused, not repaired', async () => {
      const before = new TextEncoder().encode('{"name":"a')
      const answer = await post('/environment/api-keys', new Uint8Array([...before, 0xff, 0xfe, 0x22, 0x7d]))
      const body = (await answer.json()) as { code: string; detail: string }
      expect([answer.status, body.code, body.detail]).toEqual([400, 'malformed-json', 'The body is not valid UTF-8.'])
    })

    it.each([
      ['{"name":12345678901234567890}', '/name'],
      ['{"name":-9007199254740993}', '/name'],
      ['{"name":9007199254740993.0}', '/name'],
      ['{"name":1e400}', '/name'],
      ['{"name":-1E+999}', '/name'],
      ['{"name":1e-400}', '/name'],
      ['{"a":["x",{"b\\"/~":[1,2,{"c":0}]}],"d":[[],[0,"}",{"e\\\\":[9007199254740993]}]]}', '/d/1/2/e\\/0'],
    ])('a number that reading would change is refused: %s', async (text, pointer) => {
      const body = problem(await call('POST /environment/api-keys', { body: text }), 422, 'invalid-field')
      expect(pointers(body)).toEqual([pointer])
    })

    it.each([
      '9007199254740991',
      '-9007199254740991',
      '1e21',
      '1.5e300',
      '0e999',
      '0.1234567890123456789',
      '"1234567890123456789"',
    ])('a number that stays what it is passes: %s', async number => {
      const body = problem(
        await call('POST /environment/api-keys', { body: `{"name":"k","x":${number}}` }),
        422,
        'unknown-field',
      )
      expect(pointers(body)).toEqual(['/x'])
    })

    it.each(['GET /contacts/%ff%fe', 'GET /contacts/50%', 'DELETE /environment/api-keys/%c3%28', 'GET /nowhere/%ff'])(
      'a path that is not UTF-8 is refused: %s',
      async request => {
        expect(pointers(problem(await call(request, { connection: 'people' }), 400, 'bad-parameter'))).toEqual([
          '/path',
        ])
      },
    )

    it('a query that is not UTF-8 is refused', async () => {
      const answer = await call('GET /contacts?filter[name]=%ff', { connection: 'people' })
      expect(pointers(problem(answer, 400, 'bad-parameter'))).toEqual(['/query'])
    })

    it('a problem lists a hundred errors, and says how many more there are', async () => {
      const body = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, 1]))
      const { errors, error, detail } = problem(
        await call('POST /environment/api-keys', { body: { name: 'k', ...body } }),
        422,
        'unknown-field',
      )
      expect([errors.length, error.errors.length]).toEqual([100, 100])
      expect(detail).toBe('/k0: There is no such member. (and 299 more) `errors` has the first 100.')
    })

    it('nothing that is somebody’s own is kept on its way, problems neither', async () => {
      const requests: [string, object][] = [
        ['GET /contacts?limit=1', { connection: 'people' }],
        ['GET /contacts/1001', { connection: 'people' }],
        ['POST /contacts', { connection: 'people', body: { nothing: 1 } }],
        ['GET /connections', {}],
        ['GET /environment', { key: null }],
        ['POST /action/trigger', { connection: 'people', body: { action_name: 'list-contacts', input: { limit: 1 } } }],
        ['GET /health', { key: null }],
        ['GET /ready', { key: null }],
        ['GET /nowhere', { key: null }],
        ['PUT /contacts', {}],
        ['GET /proxy/crm/v3/objects/contacts/1001', { connection: 'people' }],
      ]
      const kept: [string, string | null][] = []
      for (const [request, sending] of requests) {
        const { headers } = await call(request, sending)
        if (!/^no-store\b/.test(headers.get('cache-control') ?? '')) kept.push([request, headers.get('cache-control')])
      }
      expect(kept).toEqual([])
    })
  })
}
