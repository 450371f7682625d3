// Every verb may have a hook, also without a request of its own: over the whole gateway and a real server.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineDeleteHook, defineGetHook, defineListHook, defineWriteHook } from '../../src/hooks/index.ts'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import { listen } from '../support/gateway.ts'
import { type Opened, openApp } from '../support/opened.ts'

const loaded = (content: unknown) => async () => ({ default: content })
const people = new Map<string, Record<string, unknown>>([['1', { id: '1', full: 'Ada' }]])

const hooks = {
  find: defineListHook(async (context, { limit, state }) => {
    const found = (await context.send({ method: 'GET', path: '/index', query: { limit, after: state as string } })) as {
      ids: string[]
    }
    return { records: found.ids.map(id => people.get(id)), next: state === undefined ? 'more' : undefined }
  }),
  fetch: defineGetHook(async (context, { id }) => {
    const found = (await context.send({ method: 'GET', path: `/rows/${context.segment(id)}` })) as { row?: unknown }
    return found.row
  }),
  save: defineWriteHook(async (context, { id, input }) => {
    const { body } = context.write(input, id === undefined ? 'create' : 'update')
    const made = (await context.send({ method: 'POST', path: '/save', body: { ...body, ...(id && { id }) } })) as {
      id: string
    }
    return { id: made.id }
  }),
  careless: defineGetHook(async (context, { id }) => {
    // Neither waits for a request nor looks at how it ends.
    void context.send({ method: 'GET', path: '/no-such-page' })
    if (id !== 'throw') return { id, full: 'Careless' }
    return context.send({ method: 'GET', path: '/no-such-row' })
  }),
  remove: defineDeleteHook(async (context, { id }) => {
    await context.send({ method: 'POST', path: `/remove/${context.segment(id)}` })
  }),
}
const acme: ProviderFiles = {
  provider: loaded({
    name: 'Acme',
    source: 'invented',
    base: 'https://api.acme.example',
    hosts: ['api.acme.example'],
    auth: { api_key: {} },
  }),
  models: {
    contacts: loaded({
      model: 'contacts',
      list: { hook: 'find' },
      get: { hook: 'fetch' },
      create: { hook: 'save' },
      update: { hook: 'save' },
      delete: { hook: 'remove' },
      fields: { id: 'id', name: 'full' },
    }),
    companies: loaded({
      model: 'companies',
      list: { hook: 'fetch' },
      get: { hook: 'nowhere' },
      fields: { id: 'id', name: 'full' },
    }),
    deals: loaded({ model: 'deals', get: { hook: 'careless' }, fields: { id: 'id', name: 'full' } }),
  },
  hooks: Object.fromEntries(Object.entries(hooks).map(([name, hook]) => [name, loaded(hook)])),
}

let opened: Opened
let server: Awaited<ReturnType<typeof listen>>
const agents = new Set<string | null>()

async function call(request: string, body?: unknown) {
  const [method = '', path = ''] = request.split(/ (.*)/s)
  const answer = await opened.app.request(path, {
    method,
    headers: {
      authorization: `Bearer ${opened.config.KOINE_SECRET_KEY}`,
      'connection-id': 'one',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}

beforeAll(async () => {
  server = await listen(async request => {
    agents.add(request.headers.get('user-agent'))
    const { pathname } = new URL(request.url)
    const [, what, id = ''] = pathname.split('/')
    if (what === 'index') return Response.json({ ids: [...people.keys()] })
    if (what === 'rows') return Response.json({ row: people.get(id) })
    if (what?.startsWith('no-such')) return Response.json({}, { status: 404 })
    if (what === 'remove') return people.delete(id) ? Response.json({}) : new Response(null, { status: 404 })
    const given = (await request.json()) as { id?: string }
    const made = given.id ?? '2'
    people.set(made, { ...people.get(made), ...given, id: made })
    return Response.json({ id: made })
  })
  opened = openApp({ acme })
  const integration = { provider: 'acme', unique_key: 'acme', integration_config: { base_url: server.url } }
  expect((await call('POST /integrations', integration)).status).toBe(200)
  const credentials = { type: 'API_KEY', apiKey: 'key-of-acme' }
  const connection = { provider_config_key: 'acme', connection_id: 'one', credentials }
  expect((await call('POST /connections', connection)).status).toBeLessThan(300)
})
afterAll(async () => {
  await opened.close()
  await server.close()
})

test('a list, page by page', async () => {
  const first = await call('GET /contacts?limit=5')
  expect(first).toMatchObject({ status: 200, body: { data: [{ id: '1', name: 'Ada' }] } })
  const second = await call(`GET /contacts?cursor=${first.body.next_cursor}`)
  expect(second).toMatchObject({ status: 200, body: { next_cursor: null } })
})

test('a get, also of nobody', async () => {
  expect(await call('GET /contacts/1')).toMatchObject({ status: 200, body: { data: { id: '1', name: 'Ada' } } })
  expect(await call('GET /contacts/404')).toMatchObject({ status: 404, body: { code: 'record-not-found' } })
})

test('a record from its making to its end', async () => {
  expect(await call('POST /contacts', { name: 'Alan' })).toMatchObject({
    status: 201,
    body: { data: { name: 'Alan' } },
  })
  expect(await call('PATCH /contacts/2', { name: 'Alan M.' })).toMatchObject({
    status: 200,
    body: { data: { id: '2', name: 'Alan M.' } },
  })
  expect(await call('DELETE /contacts/2')).toEqual({ status: 204, body: undefined })
  expect(await call('DELETE /contacts/2')).toMatchObject({ status: 404, body: { code: 'record-not-found' } })
})

test('a hook of another verb, or that is not there, is a problem that says so', async () => {
  expect(await call('GET /companies')).toMatchObject({
    status: 404,
    body: { code: 'action-not-found', detail: 'There is no hook "fetch" for list.' },
  })
  expect(await call('GET /companies/1')).toMatchObject({ status: 404, body: { code: 'action-not-found' } })
})

test('hooks send as everything else does: with our name', () => {
  expect([...agents]).toEqual([expect.stringMatching(/^koine\/\d/)])
})

test('a hook that does not wait for a request leaves no rejection behind, which would end the process', async () => {
  const { status, body } = await call('GET /deals/1')
  expect([status, body.data.name]).toEqual([200, 'Careless'])
  expect((await call('GET /deals/throw')).status).toBe(404)
})
