import { beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type Caller, pointers, problem, type Sending } from './caller.ts'

/** Milliseconds in which a run has ended that has nothing to wait for. */
const SOON = 15_000

/** Runs: accepted now, carried out by their connection's queue, and asked for later. */
export function runs(caller: Caller): void {
  const { call, connect, tenant, keyWith } = caller
  const later = (more: Readonly<Record<string, string>> = {}) => ({ 'x-async': 'true', ...more })
  const trigger = (action_name: string, input?: unknown, sending: Sending = {}) =>
    call('POST /action/trigger', {
      connection: 'scratch',
      ...sending,
      headers: later(sending.headers),
      body: { action_name, input },
    })
  /** The address of a run that was just accepted. */
  const accepted = (answer: Answer): string => {
    expect([answer.status, answer.text]).toEqual([202, expect.any(String)])
    const { id, statusUrl } = answer.body
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect([statusUrl, answer.headers.get('location')]).toEqual([`/action/${id}`, `/action/${id}`])
    return id
  }
  const ended = async (id: string, sending: Sending = {}): Promise<Answer> => {
    let answer = await call(`GET /action/${id}`, sending)
    for (const until = Date.now() + SOON; answer.body?.code === 'run-not-ended' && Date.now() < until; ) {
      await new Promise(resolve => setTimeout(resolve, 50))
      answer = await call(`GET /action/${id}`, sending)
    }
    return answer
  }

  describe('runs', () => {
    beforeAll(async () => {
      await connect('limited', `${caller.entryPoint.faults}/hasty`)
      await connect('refusing', `${caller.entryPoint.faults}/failed`)
    })

    it('of an action answer 202, and then what it returned', async () => {
      const answer = await ended(
        accepted(await trigger('create-contact', { first_name: 'Betty', last_name: 'Snyder' })),
      )
      expect([answer.status, answer.body.data]).toMatchObject([200, { first_name: 'Betty', last_name: 'Snyder' }])
      const { id } = answer.body.data
      const changed = await ended(accepted(await trigger('update-contact', { id, title: 'Programmer' })))
      expect([changed.status, changed.body.data.title]).toEqual([200, 'Programmer'])
      const gone = await ended(accepted(await trigger('delete-contact', { id })))
      expect([gone.status, gone.text]).toEqual([200, ''])
      problem(await call(`GET /contacts/${id}`, { connection: 'scratch' }), 404, 'record-not-found')
    })

    it('of the unified API answer 202 on every write', async () => {
      const sending = { connection: 'scratch', headers: later() }
      const body = { first_name: 'Jean', last_name: 'Bartik' }
      const made = await ended(accepted(await call('POST /contacts', { ...sending, body })))
      expect([made.status, made.body.data]).toMatchObject([200, body])
      const path = `/contacts/${made.body.data.id}`
      const title = { title: 'Programmer' }
      const changed = await ended(accepted(await call(`PATCH ${path}`, { ...sending, body: title })))
      expect([changed.status, changed.body.data.title]).toEqual([200, 'Programmer'])
      const gone = await ended(accepted(await call(`DELETE ${path}`, sending)))
      expect([gone.status, gone.text]).toEqual([200, ''])
    })

    it('say how they stand, with what came of them', async () => {
      const id = accepted(await trigger('get-contact', { id: '1001', fields: ['title'] }, { connection: 'people' }))
      await ended(id)
      const { status, body } = await call(`GET /runs/${id}`)
      expect([status, body]).toMatchObject([
        200,
        {
          id,
          state: 'succeeded',
          kind: 'action',
          action: 'get-contact',
          integration: 'people',
          provider: 'hubspot',
          connection_id: 'people',
          attempts: 1,
          retries: 0,
          max_retries: 0,
          next_attempt_at: null,
          code: null,
          output: { data: { id: '1001', title: 'Engineer' }, warnings: [] },
        },
      ])
      expect(Date.parse(body.created_at)).toBeLessThanOrEqual(Date.parse(body.started_at))
      expect(Date.parse(body.started_at)).toBeLessThanOrEqual(Date.parse(body.ended_at))
    })

    it('that fail end with 500 and their problem', async () => {
      const id = accepted(await trigger('get-contact', { id: 'nobody' }))
      const answer = await ended(id)
      expect([answer.status, answer.body.code, answer.body.status]).toEqual([500, 'record-not-found', 500])
      expect(answer.body.error).toMatchObject({ code: expect.any(String), message: expect.any(String) })
      const { body } = await call(`GET /runs/${id}`)
      expect([body.state, body.code, body.problem.code]).toEqual(['failed', 'record-not-found', 'record-not-found'])
    })

    it('are tried again as often as was asked for', async () => {
      const id = accepted(
        await trigger('list-contacts', {}, { connection: 'refusing', headers: { 'x-max-retries': '1' } }),
      )
      const answer = await ended(id)
      expect([answer.status, answer.body.code]).toEqual([500, 'provider-failed'])
      const { body } = await call(`GET /runs/${id}`)
      expect([body.state, body.attempts, body.retries]).toEqual(['failed', 2, 1])
    })

    it('wait while the provider wants no more, which costs no retry; then they can be cancelled', async () => {
      const id = accepted(await trigger('list-contacts', {}, { connection: 'limited' }))
      await expect
        .poll(async () => (await call(`GET /runs/${id}`)).body, { timeout: SOON })
        .toMatchObject({ state: 'queued', attempts: 1, retries: 0, code: 'provider-rate-limited', ended_at: null })
      const waiting = accepted(await trigger('list-contacts', {}, { connection: 'limited' }))
      problem(await call(`GET /action/${waiting}`), 404, 'run-not-ended')
      for (const one of [waiting, id]) {
        const cancelled = await call(`DELETE /runs/${one}`)
        expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled'])
        const answer = await call(`GET /action/${one}`)
        expect([answer.status, answer.body.code]).toEqual([500, 'run-cancelled'])
      }
      expect((await call(`DELETE /runs/${id}`)).body.state).toBe('cancelled')
    })

    it('with an idempotency key are accepted once', async () => {
      const sending = { headers: { 'idempotency-key': 'one-run' } }
      const input = { first_name: 'Ruth', last_name: 'Teitelbaum' }
      const first = await trigger('create-contact', input, sending)
      const again = await trigger('create-contact', input, sending)
      expect([again.headers.get('idempotent-replayed'), again.body]).toEqual(['true', first.body])
      await ended(accepted(first))
      problem(await trigger('create-contact', { ...input, title: 'x' }, sending), 422, 'idempotency-mismatch')
    })

    it('keep their key used however they end, also where the caller waited for it', async () => {
      await connect('unscoped-later', `${caller.entryPoint.faults}/unscoped`)
      const sending = {
        connection: 'unscoped-later',
        headers: { prefer: 'respond-async, wait=20', 'idempotency-key': 'one-failed-run' },
      }
      const body = { action_name: 'list-contacts', input: {} }
      const first = problem(await call('POST /action/trigger', { ...sending, body }), 403, 'scope-missing')
      const again = await call('POST /action/trigger', { ...sending, body })
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([403, 'true'])
      expect(again.body.instance).toBe(first.instance)
    })

    it('are preferred by Prefer, and answer at once where they end in time', async () => {
      const prefer = (value: string) => ({ connection: 'people', headers: { prefer: value } })
      const body = { action_name: 'get-contact', input: { id: '1001', fields: ['title'] } }
      const waited = await call('POST /action/trigger', { ...prefer('respond-async, wait=20'), body })
      expect([waited.status, waited.body.data.title]).toEqual([200, 'Engineer'])
      expect(waited.headers.get('preference-applied')).toBe('respond-async, wait=20')
      const asked = await call('POST /action/trigger', { ...prefer('respond-async'), body })
      expect(asked.headers.get('preference-applied')).toBe('respond-async')
      await ended(accepted(asked))
      const made = await call('POST /contacts', {
        connection: 'scratch',
        headers: { prefer: 'wait=20, respond-async' },
        body: { first_name: 'Marlyn' },
      })
      const { id } = made.body.data
      expect([made.status, made.headers.get('location')]).toEqual([201, `/contacts/${id}`])
      const gone = await call(`DELETE /contacts/${id}`, {
        connection: 'scratch',
        headers: { prefer: 'respond-async,wait=20' },
      })
      expect([gone.status, gone.headers.get('delete-means')]).toEqual([204, 'archived'])
      const refused = { ...prefer('respond-async, wait=20'), body: { action_name: 'get-contact', input: { id: 'no' } } }
      problem(await call('POST /action/trigger', refused), 404, 'record-not-found')
      expect((await call('POST /action/trigger', { ...prefer('wait=20'), body })).status).toBe(200)
    })

    it('are refused where something is known to be wrong already', async () => {
      problem(await trigger('no-such-action', {}), 404, 'action-not-found')
      problem(await trigger('list-contacts', {}, { connection: 'nobody' }), 404, 'connection-not-found')
      const wrong = problem(await trigger('create-contact', { emails: [{ email: 7 }] }), 400, 'action-input-invalid')
      expect(pointers(wrong)).toEqual(['/emails/0/email'])
      for (const headers of [{ 'x-max-retries': '6' }, { 'x-max-retries': '-1' }, { 'x-async': 'perhaps' }])
        problem(await trigger('list-contacts', {}, { headers }), 400, 'bad-parameter')
      const unknown = { ...later(), 'content-type': 'application/json' }
      problem(await call('POST /contacts', { headers: unknown, body: {} }), 400, 'bad-parameter')
    })

    it('are listed, by what they are and page by page', async () => {
      const { key } = await tenant()
      await connect('listed', caller.entryPoint.sandbox, { key })
      const sending = { key, connection: 'listed' }
      const ids = []
      for (const action of ['get-contact', 'get-company', 'get-contact'])
        ids.push(accepted(await trigger(action, { id: '1001' }, sending)))
      for (const id of ids) await ended(id, { key })
      // At the edge a run is listed some moments after it has ended.
      await expect
        .poll(
          async () => (await call('GET /runs', { key })).body.data.map((run: { ended_at: string }) => run.ended_at),
          {
            timeout: SOON,
          },
        )
        .toEqual([expect.any(String), expect.any(String), expect.any(String)])
      const listed = async (query: string) =>
        (await call(`GET /runs?${query}`, { key })).body.data.map((run: { id: string }) => run.id)
      const [first, second, third] = ids
      expect(await listed('')).toEqual([third, second, first])
      expect(await listed('action=get-company')).toEqual([second])
      expect(await listed('state=succeeded&connection_id=listed&integration=listed&kind=action')).toContain(first)
      expect(await listed('state=queued')).toEqual([])
      expect(await listed('until=2020-01-01T00:00:00Z')).toEqual([])
      const page = (await call('GET /runs?limit=2', { key })).body
      expect(page.data).toHaveLength(2)
      const rest = (await call(`GET /runs?limit=2&cursor=${page.next_cursor}`, { key })).body
      expect([rest.data.map((run: { id: string }) => run.id), rest.next_cursor]).toEqual([[first], null])
      problem(await call('GET /runs?limit=0', { key }), 400, 'bad-parameter')
      problem(await call('GET /runs?colour=red', { key }), 400, 'bad-parameter')
    })

    it('of another environment are not there', async () => {
      const id = accepted(await trigger('get-contact', { id: '1001' }, { connection: 'people' }))
      await ended(id)
      const { key } = await tenant()
      for (const request of [`GET /action/${id}`, `GET /runs/${id}`, `DELETE /runs/${id}`])
        problem(await call(request, { key }), 404, 'run-not-found')
      problem(await call(`GET /runs/${id.replace(/.$/, last => (last === '0' ? '1' : '0'))}`), 404, 'run-not-found')
      // Of a queue that there is not.
      const nowhere = id.replace(/^./, first => (first === '0' ? '1' : '0'))
      for (const request of [`GET /action/${nowhere}`, `GET /runs/${nowhere}/results`, `DELETE /runs/${nowhere}`])
        problem(await call(request), 404, 'run-not-found')
      problem(await call('GET /action/not-a-uuid'), 400, 'bad-parameter')
    })

    it('of actions are not seen by a key that only writes records', async () => {
      const action = accepted(await trigger('get-contact', { id: '1001' }, { connection: 'people' }))
      await ended(action)
      const { key } = await keyWith('records:write')
      problem(await call(`GET /runs/${action}`, { key }), 404, 'run-not-found')
      const write = { key, connection: 'scratch', headers: later(), body: { first_name: 'Kathleen' } }
      const own = accepted(await call('POST /contacts', write))
      expect((await ended(own, { key })).status).toBe(200)
      const kinds = (await call('GET /runs', { key })).body.data.map((run: { kind: string }) => run.kind)
      expect(new Set([...kinds, 'record'])).toEqual(new Set(['record']))
      problem(await call(`GET /runs/${own}`, { key: (await keyWith('records:read')).key }), 403, 'forbidden')
    })

    it('are erased with their connection', async () => {
      await connect('leaving', caller.entryPoint.sandbox)
      const id = accepted(await trigger('get-contact', { id: '1001' }, { connection: 'leaving' }))
      await ended(id)
      expect((await call('DELETE /connections/leaving?provider_config_key=leaving')).status).toBe(200)
      problem(await call(`GET /runs/${id}`), 404, 'run-not-found')
      const listed = await call('GET /runs?connection_id=leaving')
      expect(listed.body.data).toEqual([])
    })
  })
}
