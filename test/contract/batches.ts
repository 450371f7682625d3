import { describe, expect, it } from 'vitest'
import { type Answer, type Caller, pointers, problem, type Sending } from './caller.ts'

/** Milliseconds in which a batch of some hundred records has ended. */
const SOON = 15_000

/** Batches: many writes as one run, with a result or a problem a record. */
export function batches(caller: Caller): void {
  const { call, connect, tenant } = caller
  const batch = (body: object, sending: Sending = {}) =>
    call('POST /contacts/batch', { connection: 'scratch', body, ...sending })
  /** The run as it stands when it has ended. */
  async function ended(answer: Answer, sending: Sending = {}): Promise<Answer> {
    expect([answer.status, answer.text]).toEqual([202, expect.any(String)])
    const request = `GET /runs/${answer.body.id}`
    await expect
      .poll(async () => (await call(request, sending)).body.ended_at, { timeout: SOON, interval: 50 })
      .not.toBeNull()
    return call(request, sending)
  }
  const results = async (id: string, sending: Sending = {}) =>
    (await caller.walk(`/runs/${id}/results?limit=100`, sending)).flatMap(({ body }) => body.data)
  const named = (first_name: string) => ({ first_name })

  describe('batches', () => {
    it('create, update and delete, with a result a record', async () => {
      const records = Array.from({ length: 230 }, (_, i) => named(`Computer ${i}`))
      const { body } = await ended(await batch({ verb: 'create', records }))
      expect(body).toMatchObject({
        state: 'succeeded',
        kind: 'batch',
        action: 'create-contact',
        items: 230,
        progress: { queued: 0, running: 0, succeeded: 230, failed: 0, interrupted: 0 },
        output: { total: 230, succeeded: 230, failed: 0, interrupted: 0 },
      })
      const made = await results(body.id)
      expect(made.map(({ index, state }) => [index, state])).toEqual(records.map((_, i) => [i, 'succeeded']))
      // Each its own: by what was asked for, not by what another one got.
      expect(made.map(({ output }) => output.data.first_name)).toEqual(records.map(record => record.first_name))
      const ids: string[] = made.map(({ output }) => output.data.id)
      expect(new Set(ids).size).toBe(230)
      const some = ids.slice(0, 3)
      const changed = await ended(
        await batch({ verb: 'update', records: some.map(id => ({ id, title: `Programmer of ${id}` })) }),
      )
      expect((await results(changed.body.id)).map(({ output }) => output.data.title)).toEqual(
        some.map(id => `Programmer of ${id}`),
      )
      const gone = await ended(await batch({ verb: 'delete', records: ids.map(id => ({ id })) }))
      expect(gone.body.progress.succeeded).toBe(230)
      problem(await call(`GET /contacts/${ids[0]}`, { connection: 'scratch' }), 404, 'record-not-found')
    })

    it('say of each record why it failed, and stop no other', async () => {
      const made = await ended(await batch({ verb: 'create', records: [named('Frances'), named('Adele')] }))
      const [first] = await results(made.body.id)
      const records = [
        { id: first.output.data.id, title: 'Programmer' },
        { id: '99999999', title: 'Nobody' },
        { id: first.output.data.id, emails: [{ email: 'one@example.com' }, { email: 'two@example.com' }] },
      ]
      const { body } = await ended(await batch({ verb: 'update', records }))
      const all = await results(body.id)
      expect(all.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'failed'])
      expect(all[1].problem).toMatchObject({ code: 'record-not-found', status: 404 })
      expect(pointers(all[2].problem)).toEqual(['/emails/1'])
      expect(body.output).toEqual({ total: 3, succeeded: 1, failed: 2, interrupted: 0 })
    })

    it('are refused where a record is not what the model says, by its place', async () => {
      const wrong = problem(
        await batch({ verb: 'create', records: [named('x'), { emails: [{ email: 7 }] }] }),
        422,
        'invalid-field',
      )
      expect(pointers(wrong)).toEqual(['/records/1/emails/0/email'])
      expect(problem(await batch({ verb: 'create', records: [] }), 422, 'invalid-field').errors).toBeDefined()
      const many = Array.from({ length: 1001 }, () => ({ id: '1' }))
      problem(await batch({ verb: 'delete', records: many }), 422, 'invalid-field')
      problem(await batch({ verb: 'upsert', records: [{}] }), 422, 'invalid-field')
      problem(
        await batch({ verb: 'delete', records: [{ id: '1' }] }, { connection: 'nobody' }),
        404,
        'connection-not-found',
      )
    })

    it('answer what they came to where the caller waits, once for their key', async () => {
      const headers = { prefer: 'wait=20', 'idempotency-key': 'one-batch' }
      const waited = { headers: { ...headers, prefer: 'respond-async, wait=20' } }
      const records = [named('Lila'), named('Nicholas')]
      const answer = await batch({ verb: 'create', records }, waited)
      expect([answer.status, answer.body]).toEqual([200, { total: 2, succeeded: 2, failed: 0, interrupted: 0 }])
      const again = await batch({ verb: 'create', records }, waited)
      expect([again.headers.get('idempotent-replayed'), again.body]).toEqual(['true', answer.body])
      problem(await batch({ verb: 'create', records: [named('Other')] }, waited), 422, 'idempotency-mismatch')
    })

    it('of another environment are not there, and other runs have no results', async () => {
      const made = await ended(await batch({ verb: 'create', records: [named('Own'), named('Too')] }))
      const { key } = await tenant()
      problem(await call(`GET /runs/${made.body.id}/results`, { key }), 404, 'run-not-found')
      const headers = { 'x-async': 'true' }
      const run = await call('POST /contacts', { connection: 'scratch', headers, body: named('Alone') })
      problem(await call(`GET /runs/${run.body.id}/results`), 400, 'bad-parameter')
      problem(await call(`GET /runs/${made.body.id}/results?limit=0`), 400, 'bad-parameter')
    })

    it('wait as a whole while the provider wants no more', async () => {
      await connect('slowed', `${caller.entryPoint.faults}/hasty`)
      const answer = await batch({ verb: 'delete', records: [{ id: '1' }, { id: '2' }] }, { connection: 'slowed' })
      await expect
        .poll(async () => (await call(`GET /runs/${answer.body.id}`)).body, { timeout: SOON })
        .toMatchObject({ state: 'queued', code: 'provider-rate-limited', progress: { queued: 2, failed: 0 } })
      expect((await call(`DELETE /runs/${answer.body.id}`)).body.state).toBe('cancelled')
    })
  })
}
