import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { github as deviations } from '../support/deviations.ts'
import { hasEvidence, specification } from '../support/evidence.ts'
import { openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate } from '../support/specification.ts'
import { type Emulator, isInstalled, startGithub, TOKEN } from './emulate.ts'

const name = isInstalled
  ? 'GitHub, imitated by emulate'
  : 'GitHub, imitated by emulate: skipped, run `npm ci` in test/clients/github'

describe.skipIf(!isInstalled)(name, () => {
  let emulator: Emulator
  let gate: Gate | undefined
  let gateway: ProviderGateway
  const open = (config: Record<string, unknown>, access_token = TOKEN) =>
    openProvider({
      provider: 'github',
      address: gate?.url ?? emulator.url,
      credentials: { type: 'OAUTH2', access_token },
      config,
    })
  const call: ProviderGateway['call'] = (...given) => gateway.call(...given)
  const trigger = (input: unknown, on = gateway) =>
    on.call('POST /action/trigger', { action_name: 'create-issue', input }, { 'provider-config-key': 'github' })
  /** No request so far broke the specification. */
  const expectSpecified = () => expect((gate?.violations ?? []).filter(({ where }) => where === 'request')).toEqual([])

  beforeAll(async () => {
    const handler = async (request: Request) => {
      const { pathname, search } = new URL(request.url)
      const bytes = await request.arrayBuffer()
      const { method, headers } = request
      const body = bytes.byteLength > 0 ? bytes : null
      const answer = await fetch(emulator.url + pathname + search, { method, headers, body })
      const kept = [...answer.headers].filter(([name]) => !/^(connection|keep-alive|transfer-encoding)$/.test(name))
      // The address of a next page is to lead through the gate again.
      const led = kept.map(([name, value]) => [name, value.replaceAll(emulator.url, gate?.url ?? '')] as const)
      return new Response(await answer.text(), {
        status: answer.status,
        headers: new Headers(led as [string, string][]),
      })
    }
    if (hasEvidence)
      gate = await startGate({ specs: specification<object>('github', 'issues.json'), ...deviations, handler })
    emulator = await startGithub()
    gateway = await open({ owner: 'ada', repo: 'engine' })
  }, 60_000)
  afterAll(async () => {
    await gateway?.close()
    await gate?.close()
    await emulator?.close()
  })
  beforeEach(() => {
    emulator.reset()
    if (gate) gate.violations.length = 0
  })

  async function make(count: number): Promise<void> {
    for (let i = 1; i <= count; i++)
      expect((await call('POST /tickets', { title: `Issue ${i}`, tags: [i % 2 ? 'odd' : 'even'] })).status).toBe(201)
  }

  test('a list is walked through its Link headers, each issue once', async () => {
    await make(7)
    const found = await gateway.walk('/tickets?limit=3')
    expect(found.map(({ title }) => title).sort()).toEqual([1, 2, 3, 4, 5, 6, 7].map(i => `Issue ${i}`))
    expect(found.map(({ tags }) => tags[0]).sort()).toEqual(['even', 'even', 'even', 'odd', 'odd', 'odd', 'odd'])
    const sorted = await gateway.walk('/tickets?limit=2&sort[by]=created_at&sort[direction]=asc&fields=number')
    expect(sorted.map(({ number }) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7])
    expectSpecified()
  })

  test('lists narrowed by each filter', async () => {
    await make(3)
    await call('PATCH /tickets/2', { status: 'closed' })
    await call('PATCH /tickets/3', { assignee_id: 'babbage' })
    const ids = async (query: string) =>
      (await gateway.walk(`/tickets?limit=1&${query}`)).map(({ id }: { id: string }) => id).sort()
    expect(await ids('filter[status]=closed')).toEqual(['2'])
    expect(await ids('filter[status]=open')).toEqual(['1', '3'])
    expect(await ids('filter[assignee_id]=babbage')).toEqual(['3'])
    expect(await ids('filter[creator_id]=babbage')).toEqual([])
    expect(await ids('filter[creator_id]=ada')).toEqual(['1', '2', '3'])
    expect(await ids('filter[updated_after]=2020-01-01')).toEqual(['1', '2', '3'])
    expect(await ids('filter[updated_after]=2199-01-01')).toEqual([])
    expect(await ids('filter[created_after]=2020-01-01&filter[status]=open')).toEqual(['1', '3'])
    expect(await ids('filter[created_after]=2020-01-01&sort[by]=created_at')).toEqual(['1', '2', '3'])
    expectSpecified()
  })

  test('a ticket, from its making to its end', async () => {
    const ticket = { title: 'Oil the axles', description: '**Now**', assignee_id: 'babbage', tags: ['to do', 'bug'] }
    const { status, body } = await call('POST /tickets', ticket)
    expect([status, body.data]).toMatchObject([
      201,
      { ...ticket, id: '1', number: '1', status: 'open', creator_id: 'ada' },
    ])
    expect((await call('GET /tickets/1')).body.data).toEqual(body.data)

    const change = { title: 'Oil all axles', status: 'closed', tags: ['bug'] }
    const changed = await call('PATCH /tickets/1', change)
    expect(changed.body.data).toMatchObject({ ...ticket, ...change, completed_at: expect.any(String) })
    const cleared = await call('PATCH /tickets/1', { status: 'open', description: null, assignee_id: null, tags: [] })
    expect(Object.keys(cleared.body.data).sort()).toEqual(
      ['created_at', 'creator_id', 'id', 'number', 'status', 'title', 'updated_at', 'url'].sort(),
    )

    const deleted = await call('DELETE /tickets/1')
    expect([deleted.status, deleted.headers.get('delete-means')]).toEqual([204, 'closed'])
    expect((await call('GET /tickets/1')).body.data).toMatchObject({ status: 'closed' })
    expectSpecified()
  })

  test('what is not there is a 404, and whose token is missing a 424', async () => {
    for (const request of ['GET /tickets/99', 'DELETE /tickets/99'])
      expect((await call(request)).body).toMatchObject({ status: 404, code: 'record-not-found', source: 'provider' })
    expect((await call('PATCH /tickets/99', { title: 'A' })).body.code).toBe('record-not-found')
    const elsewhere = await open({ owner: 'ada', repo: 'nothing' })
    expect((await elsewhere.call('GET /tickets')).body).toMatchObject({
      status: 422,
      code: 'provider-rejected',
      upstream: { status: 404, message: 'Not Found' },
    })
    await elsewhere.close()
    expectSpecified()
  })

  describe('create-issue', () => {
    test('makes an issue with all it has, and answers it as GitHub has it', async () => {
      const { status, body } = await trigger({
        title: 'Punch the cards',
        body: 'All of them.',
        labels: ['bug', 'to do'],
        assignees: ['ada', 'babbage'],
      })
      expect(status).toBe(200)
      expect(body).toMatchObject({
        number: 1,
        title: 'Punch the cards',
        body: 'All of them.',
        state: 'open',
        labels: [{ name: 'bug' }, { name: 'to do' }],
        assignees: [{ login: 'ada' }, { login: 'babbage' }],
        user: { login: 'ada' },
      })
      expect((await call('GET /tickets/1')).body.data).toMatchObject({ title: 'Punch the cards', assignee_id: 'ada' })
      expectSpecified()
    })

    test('in another repository than the connection’s', async () => {
      expect((await trigger({ title: 'Silk', repo: 'loom' })).body.html_url).toContain('/ada/loom/issues/1')
      expect(await gateway.walk('/tickets')).toEqual([])
    })

    test('bad input is refused by its pointer, before anything is sent', async () => {
      const { status, body } = await trigger({ title: ' ', labels: 'bug' })
      expect([status, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
        400,
        ['/title', '/labels'],
      ])
      expect((await trigger({ title: 'A', repo: '..' })).body).toMatchObject({ status: 400, code: 'action-failed' })
      expect(await gateway.walk('/tickets')).toEqual([])
    })

    test('what GitHub refuses keeps its status and body', async () => {
      const { body } = await trigger({ title: 'A', assignees: ['nobody'] })
      expect(body).toMatchObject({
        upstream: { status: 422, body: { message: 'Validation failed' } },
        source: 'provider',
      })
      const missing = await trigger({ title: 'A', repo: 'nothing' })
      expect(missing.body.upstream).toMatchObject({ status: 404, body: { message: 'Not Found' } })
    })
  })
})
