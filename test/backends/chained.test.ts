// A gateway over a gateway: what one of them asks of its backend is what the other serves.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import contacts from '../../mappings/hubspot/contacts.json' with { type: 'json' }
import { files } from '../../mappings/index.ts'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import type { Files } from '../../src/mapping/catalogue.ts'
import { problem } from '../contract/caller.ts'
import { listen } from '../support/gateway.ts'
import { type BackendGateway, openGateway } from './gateway.ts'

/** Our own words, so that the verbs of the gateway behind are the actions of the one in front. */
const fields = {
  id: 'id',
  first_name: 'first_name',
  last_name: 'last_name',
  title: 'title',
  emails: { each: 'emails', row: { email: 'email', type: 'type' } },
}
const wrapped = { record: 'data', fields }
const chained: Files = {
  ...files,
  hubspot: {
    ...files.hubspot,
    models: {
      contacts: async () => ({
        default: {
          ...contacts,
          backend_actions: {
            nango: {
              list: {
                action: 'list-contacts',
                input: { limit: '{limit}', cursor: '{cursor}' },
                filters: { email: { filter: { email: '{value}' } } },
                records: 'data',
                cursor: 'next_cursor',
                fields,
              },
              get: { action: 'get-contact', input: { id: '{id}' }, ...wrapped },
              create: { action: 'create-contact', ...wrapped },
              update: { action: 'update-contact', input: { id: '{id}' }, ...wrapped },
              delete: { action: 'delete-contact', input: { id: '{id}' } },
            },
          },
        },
      }),
    },
  },
}

const hubspot = createHubspot()
let provider: Awaited<ReturnType<typeof listen>>
let behind: BackendGateway
/** Over its proxy, and over its actions. */
const front: Record<'proxy' | 'actions', BackendGateway | undefined> = { proxy: undefined, actions: undefined }
const to = { integration: 'crm', connection: 'customer-1' }
let theirs: { key: string }

async function connect(gateway: BackendGateway, key: string, connection_id: string, token: string): Promise<void> {
  const { body } = await gateway.call('GET /integrations/crm', { key })
  if (body?.data === undefined)
    await gateway.must('POST /integrations', {
      key,
      body: { provider: 'hubspot', unique_key: 'crm', integration_config: { base_url: provider.url } },
    })
  const credentials = { type: 'OAUTH2', access_token: token }
  await gateway.must('POST /connections', { key, body: { provider_config_key: 'crm', connection_id, credentials } })
}

beforeAll(async () => {
  provider = await listen(hubspot.app.fetch)
  behind = await openGateway()
  await connect(behind, behind.key, 'customer-1', 'sandbox-hubspot-token')
  await connect(behind, behind.key, 'signed-out', 'planted-wrong-token')
  theirs = await behind.tenant()
  await connect(behind, theirs.key, 'customer-2', 'sandbox-hubspot-token')
  front.proxy = await openGateway()
  front.actions = await openGateway(chained)
  for (const gateway of Object.values(front)) {
    await gateway!.integrate('crm', { type: 'nango', host: behind.url, api_key: behind.key })
    await gateway!.integrate('refused', {
      type: 'nango',
      host: behind.url,
      api_key: 'koine_planted-unknown-key',
      provider_config_key: 'crm',
    })
    const { key } = await behind.keyWith('connections:read')
    await gateway!.integrate('narrow', {
      type: 'nango',
      host: behind.url,
      api_key: key,
      provider_config_key: 'crm',
    })
  }
})
afterAll(async () => {
  for (const gateway of Object.values(front)) await gateway?.close()
  await behind?.close()
  await provider?.close()
})
beforeEach(() => hubspot.reset())

describe.each(['proxy', 'actions'] as const)('a gateway over a gateway’s %s', way => {
  const call: BackendGateway['call'] = (request, naming) => front[way]!.call(request, { ...to, ...naming })

  it('lists, walks and filters', async () => {
    const first = await call('GET /contacts?limit=3')
    expect(first.body.data.map((c: { id: string }) => c.id)).toEqual(['1001', '1002', '1003'])
    const next = await call(`GET /contacts?cursor=${first.body.next_cursor}`)
    expect(next.body.data[0].id).toBe('1004')
    const found = await call('GET /contacts?filter[email]=ada@analytical-engines.example')
    expect(found.body).toMatchObject({ data: [{ id: '1001', first_name: 'Ada' }], next_cursor: null })
  })

  it('creates, changes and deletes', async () => {
    const emails = [{ email: 'mary@example.com' }]
    const made = await call('POST /contacts', { body: { first_name: 'Mary', title: 'Dr', emails } })
    expect([made.status, made.body.data]).toEqual([
      201,
      expect.objectContaining({ first_name: 'Mary', title: 'Dr', emails }),
    ])
    const { id } = made.body.data
    const changed = await call(`PATCH /contacts/${id}`, { body: { title: null, last_name: 'Somerville' } })
    expect(changed.body.data).toMatchObject({ id, first_name: 'Mary', last_name: 'Somerville' })
    expect(changed.body.data.title).toBeUndefined()
    expect((await call(`DELETE /contacts/${id}`)).status).toBe(204)
    problem(await call(`GET /contacts/${id}`), 404, 'record-not-found')
  })

  it('relays failures of the provider with what it said', async () => {
    const body = problem(
      await call('POST /contacts', { body: { emails: [{ email: 'no email' }] } }),
      422,
      'provider-rejected',
    )
    expect(body).toMatchObject({ provider: 'hubspot', upstream: { status: 400, code: 'VALIDATION_ERROR' } })
    problem(await call('GET /contacts', { connection: 'signed-out' }), 424, 'connection-needs-reconnect')
  })

  it('relays names that the other does not know, and what belongs to another environment, alike', async () => {
    const nobody = await call('GET /contacts', { connection: 'nobody' })
    const somebodys = await call('GET /contacts', { connection: 'customer-2' })
    for (const answer of [nobody, somebodys]) problem(answer, 404, 'connection-not-found')
    const same = ({ body: { instance: _, ...rest } }: typeof nobody) => rest
    expect(same(somebodys)).toEqual(same(nobody))
  })

  it('does not blame its caller for its own key', async () => {
    const refused = problem(await call('GET /contacts', { integration: 'refused' }), 403, 'provider-forbidden')
    expect(refused).toMatchObject({ source: 'provider', upstream: { status: 401, code: 'unauthenticated' } })
    const narrow = problem(await call('GET /contacts', { integration: 'narrow' }), 403, 'provider-forbidden')
    expect(narrow.upstream).toMatchObject({ status: 403, code: 'forbidden' })
  })

  it('lets another environment use neither its integration nor its data', async () => {
    const other = await front[way]!.tenant()
    problem(await call('GET /contacts', { key: other.key }), 404, 'integration-not-found')
    problem(await call('GET /proxy/crm/v3/objects/contacts', { key: other.key }), 404, 'integration-not-found')
  })
})

describe('over a gateway’s actions', () => {
  it('what the other refuses comes with its errors', async () => {
    const gateway = front.actions!
    const long = 'x'.repeat(70_000)
    const answer = await gateway.call('POST /contacts', { ...to, body: { first_name: long.slice(0, 60_000) } })
    expect(answer.status).toBeLessThan(300)
    const passed = { ...to, body: { first_name: 'A', pass_through: { shoe_size: 43, title: 7 } } }
    const body = problem(await gateway.call('POST /contacts', passed), 400, 'action-input-invalid')
    expect(body.errors.map((e: { pointer: string }) => e.pointer).sort()).toEqual(['/shoe_size', '/title'])
  })
})

describe('a gateway behind that is out of room', () => {
  it.each([
    [503, 'overloaded', 429, 'provider-rate-limited'],
    [503, 'too-many-bodies', 429, 'provider-rate-limited'],
    [503, 'storage-unavailable', 502, 'provider-failed'],
    [500, 'storage-integrity', 502, 'provider-failed'],
    [507, 'quota-exceeded', 502, 'provider-failed'],
  ])('its %i %s is not told as ours', async (status, code, told, as) => {
    const full = await listen(() =>
      Response.json(
        { type: `/problems/${code}`, status, code, detail: 'Full.', retry_after: 60 },
        { status, headers: { 'content-type': 'application/problem+json' } },
      ),
    )
    try {
      const gateway = front.proxy!
      await gateway.integrate(`full-${code}`, { type: 'nango', host: full.url, api_key: 'any' })
      const answer = await gateway.call('GET /contacts', { ...to, integration: `full-${code}` })
      expect(problem(answer, told, as)).toMatchObject({ source: 'provider', upstream: { status, code } })
    } finally {
      await full.close()
    }
  })
})

describe('the key of a backend', () => {
  it('is nowhere that anybody reads', async () => {
    for (const way of ['proxy', 'actions'] as const) {
      const gateway = front[way]!
      const explained = await gateway.must('GET /contacts/1001?explain=true', to)
      const listed = await gateway.must('GET /integrations')
      const logs = await gateway.must('GET /logs?limit=100')
      const refused = await gateway.call('GET /contacts', { ...to, integration: 'refused' })
      for (const { text } of [explained, listed, logs, refused])
        for (const secret of [behind.key, 'koine_planted-unknown-key', 'sandbox-hubspot-token'])
          expect(text).not.toContain(secret)
      expect(gateway.everything()).not.toContain('koine_planted-unknown-key')
      // Both gateways of this test have one key: it is the caller's here, and hashed.
      expect(gateway.everything()).not.toContain(behind.key)
    }
  })
})
