import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { idBound } from '../../src/store/log-entry.ts'
import { type ActionGateway, openActions } from '../actions/gateway.ts'
import { type Caller, callerOf, problem } from '../contract/caller.ts'
import { settings } from '../contract/entry-point.ts'
import { openNode } from '../contract/node.ts'
import { directory } from '../node/process.ts'
import { openOn } from '../store/disk.ts'
import { listen } from '../support/gateway.ts'

interface Entry {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly at: string
  readonly parent?: string
  readonly status?: number
  readonly code?: string
}

const EMAIL = 'ada@analytical-engines.example'
const TOKEN = 'planted-sandbox-token'
let data: Awaited<ReturnType<typeof directory>>
let provider: Awaited<ReturnType<typeof listen>>
let node: Awaited<ReturnType<typeof openNode>>
let caller: Caller
const connection = 'customer-1'

beforeAll(async () => {
  data = await directory()
  provider = await listen(createHubspot({ token: TOKEN }).app.fetch)
  node = await openNode(data.path, { ...settings, KOINE_RATE_LIMIT: '0' })
  caller = callerOf(() => ({
    sandbox: provider.url,
    scratch: provider.url,
    faults: '',
    closed: '',
    key: settings.KOINE_SECRET_KEY,
    fetch: node.fetch,
  }))
  await caller.connect('crm', provider.url, { token: TOKEN, connection })
  await caller.connect('other', provider.url, { token: TOKEN, connection: 'customer-3' })
})
afterAll(async () => {
  await node?.close()
  await provider?.close()
  await data?.remove()
})

/** What a request leaves in the log, oldest first. */
async function leaves(request: string, sending: Parameters<Caller['call']>[1] = {}): Promise<Entry[]> {
  const answer = await caller.call(request, { connection, ...sending })
  return entriesOf(`request_id=${answer.headers.get('x-request-id')}`)
}
async function entriesOf(query: string): Promise<Entry[]> {
  const { status, body } = await caller.call(`GET /logs?limit=100&${query}`)
  expect(status).toBe(200)
  return body.data.reverse()
}

describe('what a call leaves', () => {
  it('is an entry, and one for each request under it', async () => {
    const [call, request, ...none] = await leaves('GET /contacts/1001')
    expect(none).toEqual([])
    expect(call).toMatchObject({
      kind: 'call',
      name: 'get-contact',
      provider: 'hubspot',
      integration: 'crm',
      connection_id: connection,
      status: 200,
      ms: expect.any(Number),
      provider_ms: expect.any(Number),
    })
    expect(request).toMatchObject({
      kind: 'request',
      parent: call?.id,
      name: `GET ${new URL(provider.url).host}/crm/v3/objects/contacts/{…}`,
      status: 200,
      attempt: 1,
      sent_bytes: 0,
    })
    expect(Date.parse(request?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(call?.at ?? ''))
  })

  it('has every request of a write', async () => {
    const [call, ...requests] = await leaves('POST /contacts', { body: { emails: [{ email: 'new@people.example' }] } })
    expect(call).toMatchObject({ name: 'create-contact', status: 200 })
    expect(requests.map(({ name, parent }) => [name.split(' ')[0], parent])).toEqual([
      ['POST', call?.id],
      ['GET', call?.id],
    ])
  })

  it('says how it failed', async () => {
    const [call, request] = await leaves('GET /contacts/404404')
    expect(call).toMatchObject({ status: 404, code: 'record-not-found' })
    expect(request).toMatchObject({ kind: 'request', status: 404 })
    const refused = await leaves('GET /contacts?filter[title]=x')
    expect(refused.filter(({ kind }) => kind === 'request')).toEqual([])
    const [nobody] = await leaves('GET /contacts', { connection: 'nobody' })
    expect(nobody).toMatchObject({ name: 'list-contacts', status: 404, code: 'connection-not-found' })
  })

  it('is an action with its requests', async () => {
    const body = { action_name: 'list-contacts', input: { limit: 1 } }
    const [action, request] = await leaves('POST /action/trigger', { body })
    expect(action).toMatchObject({ kind: 'action', name: 'list-contacts', status: 200, integration: 'crm' })
    expect(request).toMatchObject({ kind: 'request', parent: action?.id })
  })

  it('is a proxied request, of which no path tells whom it was about', async () => {
    const [proxied, request] = await leaves(`GET /proxy/crm/v3/objects/contacts/1001?email=${EMAIL}`)
    const name = `GET ${new URL(provider.url).host}/crm/v3/objects/contacts/{…}`
    expect(proxied).toMatchObject({ kind: 'proxy', name, status: 200 })
    expect(request).toMatchObject({ kind: 'request', parent: proxied?.id, name, status: 200 })
  })

  it('is nothing of what was said', async () => {
    await leaves(`GET /contacts?filter[email]=${EMAIL}`)
    await leaves(`GET /proxy/crm/v3/objects/contacts/${EMAIL}?idProperty=email`)
    await leaves('POST /action/trigger', { body: { action_name: 'get-contact', input: { id: EMAIL } } })
    await leaves('POST /contacts', { body: { first_name: 'Zebedee', emails: [{ email: 'zebedee@people.example' }] } })
    const database = new DatabaseSync(join(data.path, 'koine-logs.sqlite'), { readOnly: true })
    const rows = JSON.stringify(database.prepare('SELECT * FROM logs').all())
    database.close()
    expect(rows).toContain('get-contact')
    for (const said of ['@', '%40', 'Zebedee', 'zebedee', 'analytical', '1001', TOKEN, settings.KOINE_SECRET_KEY])
      expect(rows).not.toContain(said)
  })
})

describe('GET /logs', () => {
  it('filters', async () => {
    await leaves('GET /contacts/1002', { connection: 'customer-3' })
    const all = await entriesOf('')
    const of = async (query: string, test: (entry: Entry & Record<string, unknown>) => boolean) => {
      const found = await entriesOf(query)
      expect(found.length).toBeGreaterThan(0)
      expect(found).toEqual(all.filter(entry => test(entry as never)))
    }
    await of('kind=proxy', ({ kind }) => kind === 'proxy')
    await of('name=get-contact', ({ name }) => name === 'get-contact')
    await of('integration=other', ({ integration }) => integration === 'other')
    await of('connection_id=customer-3', ({ connection_id }) => connection_id === 'customer-3')
    await of('code=record-not-found', ({ code }) => code === 'record-not-found')
    await of('failed=true', ({ code }) => code !== undefined)
    await of('failed=false&kind=call', ({ code, kind }) => code === undefined && kind === 'call')
    const parent = all.find(({ kind }) => kind === 'call')!.id
    await of(`parent=${parent}`, entry => entry.parent === parent)
    const middle = all[Math.floor(all.length / 2)]!.at
    await of(`since=${middle}`, ({ at }) => at >= middle)
    await of(`until=${middle.replace('Z', '%2B00:00')}`, ({ at }) => at < middle)
    expect(await entriesOf('name=nothing')).toEqual([])
  })

  it('walks, newest first, and ends', async () => {
    const all = (await entriesOf('kind=call')).reverse()
    const found: Entry[] = []
    let cursor: string | null = null
    do {
      const { body }: { body: { data: Entry[]; next_cursor: string | null } } = await caller.call(
        `GET /logs?kind=call&limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
      )
      found.push(...body.data)
      cursor = body.next_cursor
      expect(found.length).toBeLessThanOrEqual(all.length)
    } while (cursor !== null)
    expect(found).toEqual(all)
  })

  it('refuses what it does not know', async () => {
    for (const query of ['limit=101', 'limit=0', 'kind=run', 'failed=1', 'since=yesterday', 'person=ada'])
      problem(await caller.call(`GET /logs?${query}`), 400, 'bad-parameter')
  })

  it('needs its scope', async () => {
    const { key } = await caller.keyWith('records:read')
    problem(await caller.call('GET /logs', { key }), 403, 'forbidden')
    const reader = await caller.keyWith('logs:read')
    expect((await caller.call('GET /logs', { key: reader.key })).status).toBe(200)
  })

  it('has nothing of another environment', async () => {
    const { key } = await caller.tenant()
    const [mine] = await entriesOf('kind=call')
    for (const query of ['', `?parent=${mine?.id}`, '?connection_id=customer-1'])
      expect((await caller.call(`GET /logs${query}`, { key })).body).toEqual({ data: [], next_cursor: null })
    await caller.connect('crm', provider.url, { token: TOKEN, connection: 'theirs', key })
    await caller.call('GET /contacts/1001', { key, connection: 'theirs' })
    expect((await caller.call('GET /logs', { key })).body.data).toHaveLength(2)
    expect(await entriesOf('connection_id=theirs')).toEqual([])
  })

  it('goes with its connection', async () => {
    await caller.connect('short', provider.url, { token: TOKEN, connection: 'short-lived' })
    await leaves('GET /contacts/1001', { connection: 'short-lived' })
    expect(await entriesOf('connection_id=short-lived')).toHaveLength(2)
    await caller.call('DELETE /connections/short-lived?provider_config_key=short')
    expect(await entriesOf('connection_id=short-lived')).toEqual([])
  })

  it('keeps entries for 30 days', async () => {
    const path = join(data.path, 'koine-logs.sqlite')
    const database = new DatabaseSync(path)
    const day = 86_400_000
    const ids = (await entriesOf('kind=proxy')).map(({ id }) => id)
    /** Makes an entry as old as that: an id begins with its time. */
    const age = (id: string, days: number) => {
      const at = new Date(Date.now() - days * day)
      const older = idBound(at.getTime()) + id.slice(9)
      database.prepare('UPDATE logs SET at = ?, id = ? WHERE id = ?').run(at.toISOString(), older, id)
      return older
    }
    age(ids[0]!, 30.1)
    const kept = age(ids[1]!, 29.9)
    database.close()
    const { store } = openOn(join(data.path, 'koine.sqlite'), { logs: path })
    expect((await store.purge()).logs).toBe(1)
    store.close()
    expect((await entriesOf('kind=proxy')).map(({ id }) => id)).toEqual([kept, ...ids.slice(2)])
  })
})

describe('actions that trigger actions', () => {
  let gateway: ActionGateway
  beforeAll(async () => {
    gateway = await openActions()
  })
  afterAll(() => gateway?.close())

  it('stand under each other, each with its own requests', async () => {
    await gateway.connectAcme('second')
    // The same action on the same connection would be a cycle.
    const inner = { name: 'call', connection: 'second', input: { name: 'ask', input: { endpoint: '/echo' } } }
    const answer = await gateway.run('call', inner)
    expect(answer.status).toBe(200)
    const { body } = await gateway.call(`GET /logs?request_id=${answer.headers.get('x-request-id')}`)
    const actions = body.data.filter(({ kind }: Entry) => kind === 'action')
    const by = new Map<string, Entry>(body.data.map((entry: Entry) => [entry.id, entry]))
    const root = actions.find(({ parent }: Entry) => parent === undefined)
    expect(actions.map(({ name }: Entry) => name).sort()).toEqual(['ask', 'call', 'call'])
    const [request] = body.data.filter(({ kind }: Entry) => kind === 'request')
    const ask = by.get(request.parent)
    expect(ask?.name).toBe('ask')
    expect(by.get(by.get(ask?.parent ?? '')?.parent ?? '')).toBe(root)
    const { body: under } = await gateway.call(`GET /logs?parent=${root.id}`)
    expect(under.data.map(({ name }: Entry) => name)).toEqual(['call'])
  })
})
