import { beforeAll, describe, expect, it } from 'vitest'
import { ada } from './ada.ts'
import { type Caller, pointers, problem, type Sending } from './caller.ts'

const PAGE = 'https://app.example.com'
const OTHER = 'https://other.example.com'
const EVIL = 'https://evil.example'

/** Session tokens: what they allow, with what they end, and how pages of other origins are answered. */
export function sessions(caller: Caller): void {
  const { call, connect } = caller

  describe('sessions', () => {
    let key: string
    let environment: string
    beforeAll(async () => {
      const tenant = await caller.tenant()
      key = tenant.key
      environment = tenant.id
      await connect('mine', caller.entryPoint.sandbox, { key })
      await connect('yours', caller.entryPoint.scratch, { key })
      await change({ allowed_origins: [PAGE, OTHER] })
    })
    const change = async (body: object) => {
      expect((await call('PATCH /environment', { key, body })).status).toBe(200)
    }
    const make = (body: object = {}, sending: Sending = {}) =>
      call('POST /sessions', { key, body: { connection_id: 'mine', ...body }, ...sending })
    const tokenFor = async (body: object = {}, sending: Sending = {}): Promise<string> => {
      const answer = await make(body, sending)
      expect([answer.status, answer.text]).toEqual([201, expect.any(String)])
      return answer.body.token
    }
    const as = (token: string, request: string, sending: Sending = {}) => call(request, { ...sending, key: token })
    const from = (origin: string) => ({ headers: { origin } })
    const keyWith = async (...scopes: string[]) => {
      const { body } = await call('POST /environment/api-keys', { key, body: { name: 'some', scopes } })
      return body.data as { id: string; key: string }
    }
    /** The claims of a token, as whoever has it reads them. */
    const claimsOf = (token: string) => JSON.parse(atob(token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/')))

    describe('a token', () => {
      it('reads records without a key and without naming its connection', async () => {
        const { status, body, headers } = await make()
        expect([status, headers.get('cache-control')]).toEqual([201, 'no-store'])
        expect(body).toEqual({ token: expect.stringMatching(/^koine_session_/), expires_at: expect.any(String) })
        const one = await as(body.token, 'GET /contacts/1001')
        expect([one.status, one.body.data]).toEqual([200, ada])
        const named = { connection: 'mine', headers: { 'provider-config-key': 'mine' } }
        expect((await as(body.token, 'GET /contacts/1001', named)).body.data).toEqual(ada)
        expect((await call('GET /contacts/1001', { key: null, headers: { 'x-api-key': body.token } })).status).toBe(200)
        expect((await as(body.token, 'GET /contacts/fields')).status).toBe(200)
        expect((await as(body.token, 'GET /companies?limit=1')).body.data).toHaveLength(1)
      })

      it('lives for 15 minutes unless it is said otherwise, and for a day at most', async () => {
        const lives = async (body: object) => {
          const { body: made } = await make(body)
          const { iat, exp } = claimsOf(made.token)
          expect(new Date(made.expires_at).getTime()).toBe(exp * 1000)
          return exp - iat
        }
        expect(await lives({})).toBe(900)
        expect(await lives({ expires_in: 86_400 })).toBe(86_400)
        for (const expires_in of [86_401, 0, -1, 1.5, '900'])
          expect(pointers(problem(await make({ expires_in }), 422, 'invalid-field'))).toEqual(['/expires_in'])
      })

      it('is refused for what does not exist', async () => {
        problem(await make({ connection_id: 'nobody' }), 404, 'connection-not-found')
        problem(await make({ provider_config_key: 'nothing' }), 404, 'integration-not-found')
        problem(await make({ provider_config_key: 'yours' }), 404, 'connection-not-found')
        // Of another environment: `people` is a connection of `dev`.
        problem(await make({ connection_id: 'people' }), 404, 'connection-not-found')
        for (const [body, at] of [
          [{ models: ['persons'] }, '/models/0'],
          [{ models: [] }, '/models'],
          [{ verbs: ['list', 'erase'] }, '/verbs/1'],
          [{ verbs: [] }, '/verbs'],
          [{ origins: [PAGE, EVIL] }, '/origins/1'],
          [{ origins: ['*'] }, '/origins/0'],
          [{ origins: ['null'] }, '/origins/0'],
          [{ origins: [] }, '/origins'],
        ] as const)
          expect(pointers(problem(await make(body), 422, 'invalid-field'))).toEqual([at])
        problem(await make({ environment: 'dev' }), 422, 'unknown-field')
      })

      it('calls records and nothing else, whatever its key may', async () => {
        const token = await tokenFor()
        for (const request of [
          'GET /connections',
          'GET /connections/mine',
          'DELETE /connections/mine',
          'GET /integrations',
          'GET /environment',
          'PATCH /environment',
          'GET /environment/api-keys',
          'POST /environment/api-keys',
          'POST /sessions',
          'GET /coverage',
          'GET /providers',
          'GET /logs',
          'GET /scripts/config',
          'POST /action/trigger',
          'GET /proxy/crm/v3/objects/contacts',
        ]) {
          const body = /^(POST|PATCH)/.test(request) ? { connection_id: 'mine' } : undefined
          problem(await as(token, request, { connection: 'mine', body }), 403, 'outside-session')
        }
      })

      it('is for one connection', async () => {
        const token = await tokenFor()
        problem(await as(token, 'GET /contacts', { connection: 'yours' }), 403, 'outside-session')
        problem(await as(token, 'GET /contacts', { connection: 'people' }), 403, 'outside-session')
        const other = { headers: { 'provider-config-key': 'yours' } }
        problem(await as(token, 'GET /contacts', other), 403, 'outside-session')
      })

      it('is for its models and verbs', async () => {
        const body = { last_name: 'X' }
        const reading = await tokenFor({ connection_id: 'yours', models: ['contacts'], verbs: ['list'] })
        expect((await as(reading, 'GET /contacts?limit=1')).status).toBe(200)
        expect((await as(reading, 'GET /contacts/fields')).status).toBe(200)
        for (const request of ['GET /contacts/1001', 'DELETE /contacts/1001', 'GET /companies', 'GET /deals/fields'])
          problem(await as(reading, request), 403, 'outside-session')
        for (const request of ['POST /contacts', 'PATCH /contacts/1001'])
          problem(await as(reading, request, { body }), 403, 'outside-session')
        const writing = await tokenFor({ connection_id: 'yours', models: ['contacts'], verbs: ['create', 'get'] })
        const made = await as(writing, 'POST /contacts', { body })
        expect(made.status).toBe(201)
        expect((await as(writing, `GET /contacts/${made.body.data.id}`)).status).toBe(200)
        for (const request of [`DELETE /contacts/${made.body.data.id}`, 'GET /contacts'])
          problem(await as(writing, request), 403, 'outside-session')
        // Nor by another method or path that leads to the same handler.
        const head = await as(writing, 'HEAD /contacts')
        expect(head.status).toBe(403)
        problem(await as(await tokenFor({ verbs: ['create'] }), 'GET /contacts/fields'), 403, 'outside-session')
      })

      it('keeps the answer for an idempotency key of its own connection', async () => {
        const token = await tokenFor({ connection_id: 'yours', verbs: ['create'] })
        const sending = { body: { last_name: 'Twice' }, headers: { 'idempotency-key': 'one-token' } }
        const first = await as(token, 'POST /contacts', sending)
        const again = await as(token, 'POST /contacts', sending)
        expect([first.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
        expect(again.body).toEqual(first.body)
      })

      it('never does more than its key', async () => {
        const reader = await keyWith('sessions:write', 'records:read')
        problem(await make({ verbs: ['list', 'create'] }, { key: reader.key }), 403, 'forbidden')
        const token = await tokenFor({}, { key: reader.key })
        expect(claimsOf(token).verbs).toEqual(['list', 'get'])
        expect((await as(token, 'GET /contacts?limit=1')).status).toBe(200)
        problem(await as(token, 'POST /contacts', { body: { last_name: 'X' } }), 403, 'outside-session')
        const none = await keyWith('sessions:write', 'connections:read')
        problem(await make({}, { key: none.key }), 403, 'forbidden')
        const unable = await keyWith('records:read')
        expect(problem(await make({}, { key: unable.key }), 403, 'forbidden').detail).toContain('`sessions:write`')
      })
    })

    describe('a token ends', () => {
      it('with its time', async () => {
        const { body } = await make({ expires_in: 1 })
        await expect
          .poll(async () => (await as(body.token, 'GET /contacts/1001')).status, { timeout: 5000, interval: 100 })
          .toBe(401)
        const answer = await as(body.token, 'GET /contacts/1001', from(PAGE))
        problem(answer, 401, 'session-ended')
        expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
        // The page must be able to read that it needs another.
        expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE)
      })

      it('with its key', async () => {
        const made = await keyWith('sessions:write', 'records:read')
        const token = await tokenFor({}, { key: made.key })
        expect((await as(token, 'GET /contacts/1001')).status).toBe(200)
        expect((await call(`DELETE /environment/api-keys/${made.id}`, { key })).status).toBe(204)
        problem(await as(token, 'GET /contacts/1001'), 401, 'session-ended')
        problem(await as(token, 'GET /connections'), 401, 'session-ended')
      })

      it('with its connection, also where another is made under the same id', async () => {
        await connect('brief', caller.entryPoint.sandbox, { key })
        const token = await tokenFor({ connection_id: 'brief' })
        expect((await as(token, 'GET /contacts/1001')).status).toBe(200)
        const path = '/connections/brief?provider_config_key=brief'
        expect((await call(`DELETE ${path}`, { key })).status).toBe(200)
        problem(await as(token, 'GET /contacts/1001'), 401, 'session-ended')
        const credentials = { type: 'OAUTH2', access_token: 'sandbox-hubspot-token' }
        const body = { provider_config_key: 'brief', connection_id: 'brief', credentials }
        expect((await call('POST /connections', { key, body })).status).toBe(201)
        problem(await as(token, 'GET /contacts/1001'), 401, 'session-ended')
        expect((await as(await tokenFor({ connection_id: 'brief' }), 'GET /contacts/1001')).status).toBe(200)
      })

      it('with its environment', async () => {
        const { id, key } = await caller.tenant()
        await connect('gone', caller.entryPoint.sandbox, { key })
        const token = await tokenFor({ connection_id: 'gone' }, { key })
        expect((await as(token, 'GET /contacts/1001')).status).toBe(200)
        expect((await call(`DELETE /environments/${id}`)).status).toBe(204)
        problem(await as(token, 'GET /contacts/1001'), 401, 'session-ended')
      })
    })

    it('of another environment lead to that environment alone', async () => {
      const two = await caller.tenant()
      await connect('mine', caller.entryPoint.scratch, { key: two.key })
      const theirs = await tokenFor({}, { key: two.key })
      expect(claimsOf(theirs).environment).toBe(two.id)
      expect(claimsOf(await tokenFor()).environment).toBe(environment)
      // The same names, another connection: its records are those of the other environment's account.
      expect((await as(theirs, 'GET /contacts?limit=1')).status).toBe(200)
      problem(await as(theirs, 'GET /contacts', from(PAGE)), 403, 'origin-not-allowed')
    })

    describe('pages of other origins', () => {
      const preflight = (request: string, headers: Record<string, string>) =>
        call(`OPTIONS ${request}`, { key: null, headers })
      const asked = { origin: PAGE, 'access-control-request-method': 'GET' }

      it('are answered a preflight on every route of records, and on no other', async () => {
        for (const [path, methods] of [
          ['/contacts', 'GET, HEAD, POST'],
          ['/invoices/7', 'DELETE, GET, HEAD, PATCH'],
          ['/deals/fields', 'DELETE, GET, HEAD, PATCH'],
        ] as const) {
          const headers = { ...asked, 'access-control-request-headers': 'authorization,connection-id' }
          const { status, headers: answered, text } = await preflight(path, headers)
          expect([status, text]).toEqual([204, ''])
          expect(answered.get('access-control-allow-origin')).toBe(PAGE)
          expect(answered.get('access-control-allow-methods')).toBe(methods)
          for (const name of ['authorization', 'connection-id', 'content-type', 'idempotency-key'])
            expect(answered.get('access-control-allow-headers')!.split(', ')).toContain(name)
          expect(answered.get('access-control-max-age')).toBe('7200')
          expect(answered.get('vary')).toBe('Origin')
          expect(answered.has('access-control-allow-credentials')).toBe(false)
        }
        for (const path of ['/connections', '/sessions', '/environment', '/action/trigger', '/health']) {
          const answer = await preflight(path, asked)
          problem(answer, 405, 'method-not-allowed')
          expect(answer.headers.has('access-control-allow-origin')).toBe(false)
        }
        problem(await preflight('/contacts/1/emails', asked), 404, 'not-found')
        problem(await preflight('/contacts', { origin: PAGE }), 405, 'method-not-allowed')
        problem(await preflight('/contacts', {}), 405, 'method-not-allowed')
        // A page without an origin, or of no website, is allowed nothing.
        for (const origin of ['null', 'file://', 'https://app.example.com/', 'HTTPS://APP.EXAMPLE.COM'])
          expect((await preflight('/contacts', { ...asked, origin })).headers.has('access-control-allow-origin')).toBe(
            false,
          )
      })

      it('read answers and failures with a token where the environment allows the origin', async () => {
        const token = await tokenFor()
        for (const [request, status] of [
          ['GET /contacts?limit=1', 200],
          ['GET /contacts/1001', 200],
          ['GET /contacts/no-such', 404],
          ['GET /contacts?limit=0', 400],
          ['GET /contacts/%ff', 400],
        ] as const) {
          const answer = await as(token, request, from(PAGE))
          expect([request, answer.status]).toEqual([request, status])
          expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE)
          expect(answer.headers.get('vary')).toContain('Origin')
          expect(answer.headers.get('access-control-expose-headers')!.split(', ')).toEqual(
            expect.arrayContaining(['x-request-id', 'ratelimit-remaining', 'retry-after', 'location', 'delete-means']),
          )
          expect(answer.headers.has('access-control-allow-credentials')).toBe(false)
        }
        const sent = [...(await as(token, 'GET /contacts/1001', from(PAGE))).headers.keys()]
        expect(sent).toEqual(expect.arrayContaining(['x-request-id', 'ratelimit-limit', 'server-timing']))
        const unknown = await call('GET /contacts', { key: null, ...from(PAGE) })
        expect(problem(unknown, 401, 'unauthenticated')).toBeTruthy()
        expect(unknown.headers.get('access-control-allow-origin')).toBe(PAGE)
        const bare = await as(token, 'GET /contacts/1001')
        expect([bare.status, bare.headers.has('access-control-allow-origin')]).toEqual([200, false])
      })

      it('are refused where it does not', async () => {
        const token = await tokenFor()
        for (const origin of [
          EVIL,
          'null',
          'http://app.example.com',
          'https://app.example.com.evil.example',
          'https://app.example.com:8443',
          'https://evil.example/?https://app.example.com',
        ]) {
          const answer = await as(token, 'GET /contacts/1001', from(origin))
          problem(answer, 403, 'origin-not-allowed')
          expect(answer.headers.has('access-control-allow-origin')).toBe(false)
        }
      })

      it('are those of the token alone, where it names some', async () => {
        const token = await tokenFor({ origins: [PAGE] })
        expect((await as(token, 'GET /contacts/1001', from(PAGE))).status).toBe(200)
        problem(await as(token, 'GET /contacts/1001', from(OTHER)), 403, 'origin-not-allowed')
        problem(await as(token, 'GET /contacts/1001'), 403, 'origin-not-allowed')
      })

      it('are looked up anew once the environment changes', async () => {
        const token = await tokenFor({ origins: [OTHER] })
        const read = () => as(token, 'GET /contacts/1001', from(OTHER))
        expect((await read()).status).toBe(200)
        await change({ allowed_origins: [PAGE] })
        problem(await read(), 403, 'origin-not-allowed')
        await change({ allowed_origins: [PAGE, OTHER] })
        expect((await read()).status).toBe(200)
      })

      it('may not call with a key, on any route, unless the environment allows it', async () => {
        const routes = ['GET /contacts/1001', 'GET /connections', 'GET /environment', 'GET /coverage', 'GET /logs']
        for (const origin of [PAGE, EVIL, 'null'])
          for (const request of routes)
            problem(await call(request, { key, connection: 'mine', ...from(origin) }), 403, 'key-in-browser')
        const inHeader = { connection: 'mine', headers: { origin: PAGE, 'x-api-key': key } }
        problem(await call('GET /contacts/1001', { key: null, ...inHeader }), 403, 'key-in-browser')
        problem(await make({}, from(PAGE)), 403, 'key-in-browser')
        expect((await call('GET /environment', { key })).body.data.allow_keys_from_browsers).toBe(false)
        await change({ allow_keys_from_browsers: true })
        const answer = await call('GET /contacts/1001', { key, connection: 'mine', ...from(PAGE) })
        expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, PAGE])
        const foreign = await call('GET /contacts/1001', { key, connection: 'mine', ...from(EVIL) })
        expect(foreign.headers.has('access-control-allow-origin')).toBe(false)
        await change({ allow_keys_from_browsers: false })
        problem(await call('GET /contacts/1001', { key, connection: 'mine', ...from(PAGE) }), 403, 'key-in-browser')
      })
    })
  })
}
