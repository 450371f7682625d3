// Recorded answers played back behind `base_url` to the whole gateway: what it sends keeps to the specifications, and
// what it answers is ours. The server knows addresses only; pages are put together from the recorded records.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attio, hubspot, salesforce } from '../support/deviations.ts'
import { hasEvidence, recordings, specification } from '../support/evidence.ts'
import { openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate } from '../support/specification.ts'

/** How a recorded provider answers: by method and path, or not at all. */
type Reply = readonly [status: number, body?: unknown]
type Replies = (request: Request, url: URL) => Reply | undefined

const bodyOf = (id: string): never => recordings(id.split('/')[0]!).find(one => one.id === id)?.response.body as never

const answer = (reply: Reply | undefined): Response => {
  const [status, body] = reply ?? [599, { message: 'nothing of this kind was recorded' }]
  return body === undefined ? new Response(null, { status }) : Response.json(body, { status })
}

interface Stage {
  gateway: ProviderGateway
  gate: Gate
}
const open: Stage[] = []
async function stage(provider: string, specs: object[], deviations: object, replies: Replies): Promise<Stage> {
  const handler = (request: Request) => answer(replies(request, new URL(request.url)))
  const gate = await startGate({ specs, ...deviations, handler })
  const credentials = { type: 'OAUTH2', access_token: 'recorded' }
  const gateway = await openProvider({ provider, address: gate.url, credentials })
  open.push({ gateway, gate })
  return { gateway, gate }
}
afterAll(async () => {
  for (const { gateway, gate } of open) {
    await gateway.close()
    await gate.close()
  }
})

describe.skipIf(!hasEvidence)('HubSpot', () => {
  let gateway: ProviderGateway
  let gate: Gate
  beforeAll(async () => {
    const of = {
      contacts: [bodyOf('hubspot/get-contact/get/0/28'), bodyOf('hubspot/create-contact/post/0/8')],
      companies: [bodyOf('hubspot/get-company/get/0/27'), bodyOf('hubspot/create-company/post/0/7')],
      deals: [bodyOf('hubspot/get-deal/get/0/29'), bodyOf('hubspot/create-deal/post/0/9')],
    } as Record<string, { id: string }[]>
    const files = ['crm-contacts.v3.json', 'crm-companies.v3.json', 'crm-deals.v3.json']
    const specs = files.map(file => specification<object>('hubspot', file))
    ;({ gateway, gate } = await stage('hubspot', specs, hubspot, ({ method }, url) => {
      const [model = '', id] = url.pathname.split('/').slice(4)
      const all = of[model] ?? []
      const [first, made] = all
      const one = all.find(record => record.id === id)
      if (method === 'GET' && id === undefined) {
        // One record a page, whatever is asked for.
        if (url.searchParams.get('after') === made?.id) return [200, { results: [made] }]
        return [200, { results: [first], paging: { next: { after: made?.id, link: 'https://api.hubapi.com/x' } } }]
      }
      if (method === 'POST' && id === 'search') return [200, { total: 1, results: [first] }]
      if (method === 'POST') return [200, made] // Recorded as 200; documented as 201.
      if (method === 'DELETE') return [204]
      if (one) return [200, one]
      const message = 'Object not found.  objectId are usually numeric.'
      return [
        404,
        {
          status: 'error',
          message,
          correlationId: 'aeb5f871-7f07-4993-9211-075dc63e7cbf',
          category: 'OBJECT_NOT_FOUND',
        },
      ]
    }))
  })

  const updated = {
    id: '713492963559',
    first_name: 'Updated',
    last_name: 'TestUser',
    name: 'Updated TestUser',
    emails: [{ email: 'test-contact-2026@example.com' }],
    created_at: '2026-02-25T16:23:49.023Z',
    updated_at: '2026-03-12T07:34:24.559Z',
  }
  const made = {
    id: '734931097788',
    first_name: 'Test',
    last_name: 'Contact',
    name: 'Test Contact',
    emails: [{ email: 'test.contact.1741764800@example.com' }],
    phone_numbers: [{ number: '+1 555-1234' }],
    company_name: 'Test Company',
    websites: [{ url: 'https://testcompany.com' }],
    created_at: '2026-03-12T07:33:46.615Z',
    updated_at: '2026-03-12T07:33:46.615Z',
  }

  test('lists contacts, page by page, to a real end', async () => {
    expect(await gateway.walk('/contacts')).toEqual([updated, made])
    const found = await gateway.call('GET /contacts?filter[email]=test-contact-2026@example.com')
    expect(found.body).toEqual({ data: [updated], next_cursor: null, warnings: [] })
  })

  test('makes, changes, reads and deletes one', async () => {
    const input = { emails: made.emails, first_name: 'Test', phone_numbers: made.phone_numbers }
    const created = await gateway.call('POST /contacts', input)
    expect([created.status, created.headers.get('location'), created.body.data]).toEqual([
      201,
      `/contacts/${made.id}`,
      made,
    ])
    const changed = await gateway.call(`PATCH /contacts/${updated.id}`, { first_name: 'Updated' })
    expect([changed.status, changed.body]).toEqual([200, { data: updated, warnings: [] }])
    expect((await gateway.call(`DELETE /contacts/${updated.id}`)).status).toBe(204)
  })

  test('reads a company and a deal that have few of their properties', async () => {
    expect((await gateway.call('GET /companies/421290981567')).body.data).toEqual({
      id: '421290981567',
      name: 'Test Company for Get Action',
      domain: 'test-get-action.com',
      industry: 'COMPUTER_SOFTWARE',
      phone_numbers: [{ number: '+1-555-TEST' }],
      addresses: [{ city: 'San Francisco', state: 'CA', country: 'USA' }],
      created_at: '2026-03-12T07:35:26.564Z',
      updated_at: '2026-03-12T07:35:30.805Z',
    })
    expect((await gateway.call('GET /deals/479475667160')).body.data).toEqual({
      id: '479475667160',
      name: 'Test Deal Updated via Action',
      amount: 3000,
      stage_id: 'appointmentscheduled',
      pipeline_id: 'default',
      created_at: '2026-02-25T16:26:25.880Z',
      updated_at: '2026-03-09T20:29:45.981Z',
    })
    const deal = await gateway.call('POST /deals', { name: 'Test Deal for Validation', amount: 10000 })
    expect(deal.body.data).toEqual({
      id: '493561802994',
      name: 'Test Deal for Validation',
      amount: 10000,
      status: 'open',
      created_at: '2026-03-12T07:34:03.846Z',
      updated_at: '2026-03-12T07:34:03.846Z',
    })
  })

  test('tells what is not there', async () => {
    const { status, body } = await gateway.call('GET /contacts/1')
    expect([status, body.code, body.upstream.code]).toEqual([404, 'record-not-found', 'OBJECT_NOT_FOUND'])
  })

  test('sends what the specification allows', () => {
    expect(gate.violations.filter(({ where }) => where === 'request')).toEqual([])
  })
})

describe.skipIf(!hasEvidence)('Salesforce', () => {
  let gateway: ProviderGateway
  let gate: Gate
  const made = '001dM00003kRs59QAC'
  beforeAll(async () => {
    const account: Record<string, unknown> = bodyOf('salesforce/get-record/get/0/21')
    const page = (...records: unknown[]): Reply => [200, { totalSize: records.length, done: true, records }]
    const specs = [specification<object>('salesforce', 'platform-rest.json')]
    ;({ gateway, gate } = await stage('salesforce', specs, salesforce, ({ method }, url) => {
      if (method === 'POST') return [201, bodyOf('salesforce/create-record/post/0/10')]
      if (method === 'PATCH' || method === 'DELETE') {
        if (url.pathname.endsWith('/001dM00003jU9GxQAK')) return [204]
        return [404, [{ errorCode: 'ENTITY_IS_DELETED', message: 'entity is deleted' }]]
      }
      const q = url.searchParams.get('q') ?? ''
      if (q.includes("'locked'"))
        return [403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }]]
      if (q.includes(`WHERE Id = '${made}'`)) return page({ ...account, Id: made, Name: 'Test Account from Nango' })
      if (q.includes("WHERE Id > '001dM00003jU9GxQAK'")) return page()
      return page(account)
    }))
  })

  const account = {
    id: '001dM00003jU9GxQAK',
    name: 'Edge Communications',
    industry: 'Electronics',
    employee_count: 1000,
    annual_revenue: 139_000_000,
    phone_numbers: [{ number: '(512) 757-6000' }, { number: '(512) 757-9000', type: 'fax' }],
    addresses: [
      {
        type: 'billing',
        street_1: '312 Constitution Place',
        street_2: 'Austin, TX 78767\nUSA',
        city: 'Austin',
        state: 'TX',
        country: 'United States',
      },
      { type: 'shipping', street_1: '312 Constitution Place', street_2: 'Austin, TX 78767\nUSA' },
    ],
    websites: [{ url: 'http://edgecomm.com' }],
    owner_id: '005dM00000aYf0qQAC',
    description: expect.stringMatching(/^Edge, founded in 1998/),
    created_at: '2026-05-01T07:25:37.000Z',
    updated_at: '2026-05-01T07:25:37.000Z',
  }

  test('lists accounts, one a page, and an empty page is the end', async () => {
    expect(await gateway.walk('/companies?limit=1')).toEqual([account])
  })

  test('makes, changes, reads and deletes one', async () => {
    const created = await gateway.call('POST /companies', { name: 'Test Account from Nango' })
    expect([created.status, created.headers.get('location')]).toEqual([201, `/companies/${made}`])
    expect(created.body.data).toEqual({ ...account, id: made, name: 'Test Account from Nango' })
    const changed = await gateway.call('PATCH /companies/001dM00003jU9GxQAK', { employee_count: 1000 })
    expect([changed.status, changed.body.data]).toEqual([200, account])
    expect((await gateway.call('DELETE /companies/001dM00003jU9GxQAK')).status).toBe(204)
  })

  test('tells what is gone, and a spent quota', async () => {
    const gone = await gateway.call('PATCH /companies/001dM00003jU9GyQAK', { name: 'x' })
    expect([gone.status, gone.body.code]).toEqual([404, 'record-not-found'])
    const spent = await gateway.call('GET /companies/locked')
    expect([spent.status, spent.body.code]).toEqual([429, 'provider-rate-limited'])
  })

  test('sends what the specification allows', () => {
    expect(gate.violations.filter(({ where }) => where === 'request')).toEqual([])
  })
})

describe.skipIf(!hasEvidence)('Attio', () => {
  let gateway: ProviderGateway
  let gate: Gate
  beforeAll(async () => {
    const [got, made] = ['attio/get-record/get/0/21', 'attio/create-record/post/0/6'].map(bodyOf) as { data: object }[]
    const specs = [specification<object>('attio', 'openapi.json')]
    ;({ gateway, gate } = await stage('attio', specs, attio, ({ method }, { pathname }) => {
      if (pathname.endsWith('/records/query')) return [200, { data: [got!.data, made!.data] }]
      if (method === 'POST') return [200, made]
      if (method === 'DELETE') return [200, bodyOf('attio/delete-record/delete/0/13')]
      if (pathname.endsWith('/0e339d90-1b8d-436e-9305-7c08620dc212')) return [200, got]
      const message = 'Record with ID "11111111-1111-4111-8111-111111111111" not found.'
      return [404, { status_code: 404, type: 'invalid_request_error', code: 'not_found', message }]
    }))
  })

  const got = {
    id: '0e339d90-1b8d-436e-9305-7c08620dc212',
    emails: [{ email: 'test-action@example.com' }],
    company_id: '9bd1ef0b-a4d1-4978-bc15-9c9e5cf382a2',
    created_at: '2026-05-15T21:49:04.642Z',
  }
  const made = {
    id: 'd7393919-e128-45ad-9cd6-e970da078b2f',
    first_name: 'Test',
    last_name: 'User',
    name: 'Test User',
    created_at: '2026-05-15T21:46:52.967Z',
  }

  test('lists people', async () => {
    const { body } = await gateway.call('GET /contacts?limit=3')
    expect(body).toEqual({ data: [got, made], next_cursor: null, warnings: [] })
  })

  test('makes, changes, reads and deletes one', async () => {
    const created = await gateway.call('POST /contacts', { first_name: 'Test', last_name: 'User' })
    expect([created.status, created.body.data]).toEqual([201, made])
    const changed = await gateway.call(`PATCH /contacts/${got.id}`, { emails: got.emails })
    expect([changed.status, changed.body]).toEqual([200, { data: got, warnings: [] }])
    expect((await gateway.call(`GET /contacts/${got.id}`)).body.data).toEqual(got)
  })

  test('deletes one, and tells what is not there', async () => {
    expect((await gateway.call(`DELETE /contacts/${got.id}`)).status).toBe(204)
    const { status, body } = await gateway.call('GET /contacts/11111111-1111-4111-8111-111111111111')
    expect([status, body.code, body.upstream.code]).toEqual([404, 'record-not-found', 'not_found'])
  })

  test('sends what the specification allows', () => {
    expect(gate.violations.filter(({ where }) => where === 'request')).toEqual([])
  })
})
