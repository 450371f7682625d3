import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { companies, deals as dealData, people } from '../../sandbox/people.ts'
import { createPipedrive } from '../../sandbox/pipedrive/index.ts'
import { pipedrive as deviations } from '../support/deviations.ts'
import { hasEvidence, specification } from '../support/evidence.ts'
import { type Gate, startGate } from '../support/specification.ts'

const START = Date.UTC(2026, 5, 1, 12)
const NOW = '2026-06-01T12:00:00Z'
const TOKEN = 'sandbox-pipedrive-token'
const OWNER = 20_000_001
const TIER = '79dfba4a845366af79e9465f21c6d3f6bcc2ba4b'
const FLEET = 'aab51fcd9507f546e9827adb16f8b5b3adb1316c'

interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, each asserted where it is used
  body: any
}
type Send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
interface Told {
  id: number
  [member: string]: unknown
}

const sender =
  (fetcher: (request: Request) => Promise<Response> | Response, base: string): Send =>
  async (method, path, body, headers = { authorization: `Bearer ${TOKEN}` }) => {
    const sent = { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers }
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await fetcher(new Request(base + path, { method, headers: sent, body: text }))
    return { status: answer.status, headers: answer.headers, body: await answer.json() }
  }

const sandbox = createPipedrive({ now: () => START })
const send = sender(request => sandbox.app.fetch(request), 'http://pipedrive.test/api/v2')
const get = (path: string) => send('GET', path)
const one = async (path: string) => (await get(path)).body.data

/** Every record of a list, page by page. */
async function all(path: string, limit = 37, call: Send = send): Promise<Told[]> {
  const found: Told[] = []
  let cursor: string | null = null
  do {
    const mark: string = path.includes('?') ? '&' : '?'
    const { status, body }: Answer = await call(
      'GET',
      `${path}${mark}limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`,
    )
    expect(status).toBe(200)
    found.push(...body.data)
    cursor = body.additional_data.next_cursor
  } while (cursor)
  return found
}
const idsOf = (records: Told[]) => records.map(record => record.id)
const ascending = (values: unknown[]) => (values as number[]).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))

beforeEach(() => sandbox.reset())

describe('reading', () => {
  test('a person, whole', async () => {
    const { status, body } = await get('/persons/1001')
    const { tier: _, ...ada } = people[0]!
    expect(status).toBe(200)
    expect(body).toEqual({
      success: true,
      data: {
        id: 1001,
        name: 'Ada Lovelace',
        first_name: 'Ada',
        last_name: 'Lovelace',
        owner_id: 20_000_000 + ada.owner!,
        org_id: 501,
        emails: [{ value: 'ada@analytical-engines.example', primary: true, label: 'work' }],
        phones: [
          { value: '+44 20 7946 1001', primary: true, label: 'work' },
          { value: '+44 7700 900001', primary: false, label: 'mobile' },
          { value: '+44 20 7946 9001', primary: false, label: 'fax' },
        ],
        im: [],
        picture_id: null,
        postal_address: {
          value: "12 St James's Square, London SW1Y 4JU, United Kingdom",
          street_number: '12',
          route: "St James's Square",
          subpremise: null,
          sublocality: null,
          locality: 'London',
          admin_area_level_1: null,
          admin_area_level_2: null,
          postal_code: 'SW1Y 4JU',
          country: 'United Kingdom',
        },
        notes: ada.description,
        birthday: '1985-12-10',
        job_title: 'Engineer',
        visible_to: 3,
        label_ids: [],
        is_deleted: false,
        custom_fields: { [TIER]: 31 },
        add_time: ada.created_at.replace('.000Z', 'Z'),
        update_time: ada.updated_at.replace('.000Z', 'Z'),
      },
    })
  })

  test('a person with nothing but a name', async () => {
    expect(await one('/persons/1010')).toMatchObject({
      emails: [],
      phones: [],
      postal_address: null,
      job_title: null,
    })
  })

  test('an organization and its own field', async () => {
    const data = await one('/organizations/504')
    const acme = companies[3]!
    expect(data).toMatchObject({
      id: 504,
      name: 'Acme Rockets',
      website: 'https://acme-rockets.example',
      annual_revenue: acme.annual_revenue,
      employee_count: acme.employees,
      custom_fields: { [FLEET]: 4 },
    })
    expect(data.address).toMatchObject({ locality: acme.city, country: acme.country })
    expect((await one('/organizations/501')).custom_fields).toEqual({ [FLEET]: null })
  })

  test('deals that are open, won and lost', async () => {
    // The first six deals of the data set stand at stages 0 to 5: four open ones, then won, then lost.
    expect(await one('/deals/3001')).toMatchObject({
      title: dealData[0]!.name,
      value: dealData[0]!.amount,
      status: 'open',
      stage_id: 1,
      pipeline_id: 1,
      close_time: null,
      won_time: null,
      lost_time: null,
      lost_reason: null,
      custom_fields: null,
    })
    const won = await one('/deals/3005')
    expect(won).toMatchObject({ status: 'won', stage_id: 5, close_time: won.won_time, lost_time: null })
    expect(won.won_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const lost = await one('/deals/3006')
    expect(lost).toMatchObject({ status: 'lost', close_time: lost.lost_time, won_time: null, lost_reason: 'Price' })
  })

  test('what is asked for beside the rest', async () => {
    const custom = `custom_fields=${TIER}&include_option_labels=true&include_labels=true`
    const ada = await one(`/persons/1001?${custom}&include_fields=open_deals_count,closed_deals_count,notes_count`)
    const hers = await all('/deals?person_id=1001')
    expect(ada.custom_fields).toEqual({ [TIER]: { id: 31, label: 'gold' } })
    expect(ada.labels).toEqual([])
    expect(ada.notes_count).toBe(0)
    expect(ada.open_deals_count + ada.closed_deals_count).toBe(hers.length)
    expect((await one('/persons/1001?custom_fields=none')).custom_fields).toEqual({})
    const { people_count } = await one('/organizations/501?include_fields=people_count')
    expect(people_count).toBe(people.filter(person => person.company === 1).length)
  })

  test.each([
    ['persons', 300],
    ['organizations', 60],
    ['deals', 120],
  ])('every page of %s together holds each record once', async (entity, count) => {
    const ids = idsOf(await all(`/${entity}`))
    expect(ids).toHaveLength(count)
    expect(ids).toEqual(ascending([...new Set(ids)]))
  })

  test('a page holds a hundred unless asked, and five hundred at most', async () => {
    expect((await get('/persons')).body.data).toHaveLength(100)
    const whole = await get('/persons?limit=500')
    expect(whole.body.data).toHaveLength(300)
    expect(whole.body.additional_data).toEqual({ next_cursor: null })
    for (const limit of ['501', '0', '-1', 'ten']) expect((await get(`/persons?limit=${limit}`)).status).toBe(400)
  })

  test('a list that ends with a full page has no next one', async () => {
    expect((await get('/organizations?limit=60')).body.additional_data.next_cursor).toBeNull()
  })

  test('pages hold together while records change', async () => {
    const first = await get('/persons?limit=10')
    await send('DELETE', '/persons/1003')
    const { body } = await get(`/persons?limit=10&cursor=${first.body.additional_data.next_cursor}`)
    expect(idsOf(body.data)[0]).toBe(1011)
  })
})

describe('filters and sorts', () => {
  test.each([
    ['persons', 'update_time'],
    ['persons', 'add_time'],
    ['organizations', 'update_time'],
    ['deals', 'add_time'],
    ['deals', 'id'],
  ])('%s by %s, both ways, over all pages', async (entity, field) => {
    const [up, down] = [
      await all(`/${entity}?sort_by=${field}&sort_direction=asc`),
      await all(`/${entity}?sort_by=${field}&sort_direction=desc`),
    ]
    expect(up.map(record => record[field])).toEqual(ascending(up.map(record => record[field])))
    expect(idsOf(down)).toEqual(idsOf(up).toReversed())
    expect(new Set(idsOf(up)).size).toBe(up.length)
  })

  test('updated since is at or after, until is before', async () => {
    const { update_time: at } = await one('/persons/1001')
    const [since, until] = [await all(`/persons?updated_since=${at}`), await all(`/persons?updated_until=${at}`)]
    expect(idsOf(since)).toContain(1001)
    expect(since.every(({ update_time }) => String(update_time) >= at)).toBe(true)
    expect(until.every(({ update_time }) => String(update_time) < at)).toBe(true)
    expect(since.length + until.length).toBe(300)
  })

  const key = (of: string) => (record: object) => record[of as keyof typeof record] as number | string | undefined
  test.each<[string, string, readonly object[], string, number | string]>([
    ['/persons?org_id=501', 'org_id', people, 'company', 1],
    ['/persons?owner_id=20000002', 'owner_id', people, 'owner', 2],
    ['/organizations?owner_id=20000003', 'owner_id', companies, 'owner', 3],
    ['/deals?owner_id=20000003', 'owner_id', dealData, 'owner', 3],
    ['/deals?org_id=522', 'org_id', dealData, 'company', 22],
    ['/deals?stage_id=2', 'stage_id', dealData, 'stage', 1],
    ['/deals?status=won', 'status', dealData, 'status', 'won'],
  ])('%s', async (path, member, data, of, value) => {
    const found = await all(path)
    const [, wanted] = path.split('=')
    expect(found.length).toBeGreaterThan(0)
    expect(found).toHaveLength(data.filter(record => key(of)(record) === value).length)
    expect(found.every(record => String(record[member]) === wanted)).toBe(true)
  })

  test('a person’s deals and a deal’s person', async () => {
    const deal = dealData.find(found => found.person)!
    const id = 1_000 + deal.person!
    expect(idsOf(await all(`/deals?person_id=${id}`))).toContain(3_000 + deal.key)
    expect(idsOf(await all(`/persons?deal_id=${3_000 + deal.key}`))).toEqual([id])
    expect(await all('/persons?deal_id=1')).toEqual([])
  })

  test('by ids, without those that are not there; by several statuses; by pipeline', async () => {
    expect(idsOf(await all('/persons?ids=1003,1001,9'))).toEqual([1001, 1003])
    const closed = await all('/deals?status=won,lost')
    expect(closed).toHaveLength(dealData.filter(deal => deal.status !== 'open').length)
    expect(await all('/deals?pipeline_id=1')).toHaveLength(120)
    expect(await all('/deals?pipeline_id=2')).toEqual([])
  })

  test.each([
    '/persons?page=2',
    '/persons?sort_by=name',
    '/persons?sort_direction=up',
    '/persons?updated_since=yesterday',
    '/persons?updated_since=2025-01-01',
    '/persons?owner_id=mina',
    '/persons?include_fields=everything',
    '/persons?include_labels=maybe',
    '/persons?status=open',
    '/persons?cursor=nonsense',
    '/persons?cursor=',
    `/persons?ids=${Array.from({ length: 101 }, (_, i) => i + 1)}`,
    `/persons?custom_fields=${Array.from({ length: 16 }, (_, i) => i + 1)}`,
    '/deals?status=closed',
    '/persons/ada',
    '/persons/1001?limit=1',
  ])('%s is refused', async path => {
    const { status, body } = await get(path)
    expect(status).toBe(400)
    expect(body).toMatchObject({
      success: false,
      error: expect.any(String),
      error_info: expect.any(String),
      data: null,
    })
  })

  test('a cursor belongs to its order', async () => {
    const { body } = await get('/persons?limit=5')
    const { next_cursor } = body.additional_data
    expect((await get(`/persons?limit=5&sort_by=add_time&cursor=${next_cursor}`)).status).toBe(400)
  })
})

describe('searching', () => {
  const items = async (path: string) => {
    const { status, body } = await get(path)
    expect(status).toBe(200)
    return body.data.items as { result_score: number; item: Told }[]
  }

  test('a person by the exact email, whatever its case', async () => {
    const term = encodeURIComponent('ADA@analytical-engines.example')
    const { notes: _, ...found } = (await items(`/persons/search?term=${term}&fields=email&exact_match=true`))[0]!.item
    expect(found).toEqual({
      id: 1001,
      type: 'person',
      name: 'Ada Lovelace',
      phones: ['+44 20 7946 1001', '+44 7700 900001', '+44 20 7946 9001'],
      emails: ['ada@analytical-engines.example'],
      visible_to: 3,
      owner: { id: (await one('/persons/1001')).owner_id },
      organization: {
        id: 501,
        name: 'Analytical Engines',
        address: (await one('/organizations/501')).address?.value ?? null,
      },
      custom_fields: [],
    })
    expect(await items('/persons/search?term=ada&fields=email&exact_match=true')).toEqual([])
    expect(await items(`/persons/search?term=${term}&fields=name,phone`)).toEqual([])
  })

  test('within an organization, and with the best match first', async () => {
    const found = await items('/persons/search?term=example&fields=email&organization_id=501')
    const there = people.filter(person => person.company === 1 && person.email)
    expect(found).toHaveLength(there.length)
    const scores = (await items('/persons/search?term=la')).map(({ result_score }) => result_score)
    expect(scores).toEqual(ascending(scores).toReversed())
  })

  test('page by page', async () => {
    const seen: number[] = []
    let cursor: string | null = null
    do {
      const { body }: Answer = await get(
        `/persons/search?term=people.example&limit=50${cursor ? `&cursor=${cursor}` : ''}`,
      )
      seen.push(...body.data.items.map(({ item }: { item: Told }) => item.id))
      cursor = body.additional_data.next_cursor
    } while (cursor)
    expect(seen).toHaveLength(people.filter(person => person.email?.includes('people.example')).length)
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('organizations by name, address and their own number; deals by title and person', async () => {
    const acme = await items('/organizations/search?term=acme%20rockets&exact_match=true')
    expect(acme.map(({ item }) => item.id)).toEqual([504])
    expect(acme[0]).toMatchObject({ result_score: 1, item: { type: 'organization', custom_fields: [] } })
    const [fleet] = await items('/organizations/search?term=48&fields=custom_fields&exact_match=true')
    expect(fleet).toMatchObject({ item: { id: 548, custom_fields: ['48'] } })
    const deal = dealData.find(found => found.person && found.company)!
    const term = encodeURIComponent(deal.name)
    const path = `/deals/search?term=${term}&person_id=${1_000 + deal.person!}&status=${deal.status}`
    expect((await items(path)).map(({ item }) => item)).toEqual([
      expect.objectContaining({ id: 3_000 + deal.key, type: 'deal', title: deal.name, value: deal.amount }),
    ])
  })

  test('a deleted record is not found', async () => {
    await send('DELETE', '/organizations/504')
    expect(await items('/organizations/search?term=acme%20rockets&exact_match=true')).toEqual([])
  })

  test.each(['', 'term=', 'term=a', 'term=ada&fields=title', 'term=ada&exact_match=1', 'term=ada&page=1'])(
    'refuses ?%s',
    async query => expect((await get(`/persons/search?${query}`)).status).toBe(400),
  )
})

describe('writing', () => {
  test('a create answers 200 and the whole record, as it reads afterwards', async () => {
    const body = {
      name: 'Grace Brewster Hopper',
      emails: [
        { value: 'grace@navy.example', label: 'home' },
        { value: 'g@navy.example', primary: true },
      ],
      org_id: 501,
      custom_fields: { [TIER]: 32 },
    }
    const made = await send('POST', '/persons', body)
    expect(made.status).toBe(200)
    expect(made.body.data).toMatchObject({
      id: 1301,
      first_name: 'Grace',
      last_name: 'Brewster Hopper',
      owner_id: OWNER,
      emails: [
        { value: 'grace@navy.example', primary: false, label: 'home' },
        { value: 'g@navy.example', primary: true, label: 'work' },
      ],
      phones: [],
      custom_fields: { [TIER]: 32 },
      add_time: NOW,
      update_time: NOW,
      is_deleted: false,
    })
    expect(await one('/persons/1301')).toEqual(made.body.data)
    expect(idsOf(await all('/persons?org_id=501'))).toContain(1301)
  })

  test('the same email twice is two persons', async () => {
    const twin = { name: 'Ada', emails: [{ value: 'ada@analytical-engines.example' }] }
    const { status, body } = await send('POST', '/persons', twin)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ id: 1301, first_name: 'Ada', last_name: null })
    expect(body.data.emails[0]).toEqual({ value: twin.emails[0]!.value, primary: true, label: 'work' })
  })

  test('an update replaces lists, keeps the rest, and moves the time on', async () => {
    const before = await one('/persons/1001')
    const phones = [{ value: '+1', primary: true, label: 'home' }]
    const first = await send('PATCH', '/persons/1001', { phones, job_title: 'Countess' })
    const second = await send('PATCH', '/persons/1001', { phones })
    expect([first.status, second.status]).toEqual([200, 200])
    expect(first.body.data).toEqual({ ...before, phones, job_title: 'Countess', update_time: NOW })
    expect(second.body.data.update_time).toBe('2026-06-01T12:00:01Z')
    expect(idsOf(await all('/persons?updated_since=2026-06-01T12:00:01Z'))).toEqual([1001])
  })

  test('null, an empty text and an empty list clear', async () => {
    const cleared = { org_id: null, birthday: null, notes: '', postal_address: null, emails: [] }
    const { body } = await send('PATCH', '/persons/1001', { ...cleared, custom_fields: { [TIER]: null } })
    expect(body.data).toMatchObject({ ...cleared, notes: null, custom_fields: { [TIER]: null }, name: 'Ada Lovelace' })
    expect(idsOf(await all('/persons?org_id=501'))).not.toContain(1001)
  })

  test('an address is replaced whole', async () => {
    const { body } = await send('PATCH', '/organizations/504', { address: { value: 'Elsewhere 1' } })
    expect(body.data.address).toMatchObject({ value: 'Elsewhere 1', locality: null, country: null })
  })

  test('an organization moves persons along only by their link', async () => {
    const made = await send('POST', '/organizations', { name: 'New', industry: 2, custom_fields: { [FLEET]: 7.5 } })
    expect(made.body.data).toMatchObject({ id: 561, industry: 2, website: null, custom_fields: { [FLEET]: 7.5 } })
    await send('PATCH', '/persons/1001', { org_id: 561 })
    expect(idsOf(await all('/persons?org_id=561'))).toEqual([1001])
  })

  test('a deleted record says so, is in no list, and cannot be changed or deleted again', async () => {
    const gone = await send('DELETE', '/persons/1001')
    expect(gone.status).toBe(200)
    expect(gone.body).toEqual({ success: true, data: { id: 1001 } })
    expect(await one('/persons/1001')).toMatchObject({ is_deleted: true, update_time: NOW })
    expect(await all('/persons')).toHaveLength(299)
    expect((await send('PATCH', '/persons/1001', { name: 'A' })).status).toBe(404)
    expect((await send('DELETE', '/persons/1001')).status).toBe(404)
    expect((await send('PATCH', '/persons/1002', { org_id: 1001 })).status).toBe(400)
  })

  test.each([
    ['persons', { job_title: 'x' }, 'name: is required'],
    ['persons', { name: '' }, 'name: '],
    ['persons', { name: 'A', first_name: 'A' }, 'first_name: is not allowed'],
    ['persons', { name: 'A', emails: 'a@b.example' }, 'emails: must be an array'],
    ['persons', { name: 'A', emails: null }, 'emails: must be an array'],
    ['persons', { name: 'A', emails: [{ label: 'work' }] }, 'emails.0.value: is required'],
    ['persons', { name: 'A', emails: [{ value: 'a', type: 'work' }] }, 'emails.0.type: is not allowed'],
    ['persons', { name: 'A', org_id: '501' }, 'org_id: must be an integer'],
    ['persons', { name: 'A', org_id: 1 }, 'org_id: not found'],
    ['persons', { name: 'A', owner_id: 1 }, 'owner_id: user not found'],
    ['persons', { name: 'A', owner_id: null }, 'owner_id: '],
    ['persons', { name: 'A', birthday: '10.12.1985' }, 'birthday: '],
    ['persons', { name: 'A', birthday: '2025-02-30' }, 'birthday: '],
    ['persons', { name: 'A', label_ids: [99] }, 'label_ids.0: '],
    ['persons', { name: 'A', postal_address: { city: 'B' } }, 'postal_address.city: is not allowed'],
    ['persons', { name: 'A', custom_fields: { [TIER]: 'gold' } }, `custom_fields.${TIER}: must be one of 31, 32, 33`],
    ['persons', { name: 'A', custom_fields: { tier: 31 } }, 'custom_fields.tier: is not allowed'],
    ['organizations', { name: 'A', annual_revenue: 1.5 }, 'annual_revenue: must be an integer'],
    ['organizations', { name: 'A', custom_fields: { [FLEET]: '7' } }, `custom_fields.${FLEET}: must be a number`],
    ['deals', {}, 'title: is required'],
    ['deals', { title: 'D', value: '10' }, 'value: must be a number'],
    ['deals', { title: 'D', currency: 'euro' }, 'currency: '],
    ['deals', { title: 'D', status: 'closed' }, 'status: must be one of'],
    ['deals', { title: 'D', stage_id: 99 }, 'stage_id: stage not found'],
    ['deals', { title: 'D', pipeline_id: 2, stage_id: 1 }, 'stage_id: is not in the pipeline'],
    ['deals', { title: 'D', probability: 101 }, 'probability: '],
    ['deals', { title: 'D', lost_reason: 'Price' }, 'lost_reason: can only be set if deal status is lost'],
    ['deals', { title: 'D', status: 'lost', won_time: NOW }, 'won_time: can only be set'],
    ['deals', { title: 'D', expected_close_date: NOW }, 'expected_close_date: '],
    ['deals', { title: 'D', add_time: NOW }, 'add_time: is not allowed'],
  ])('%s refuse %j', async (entity, body, message) => {
    const { status, body: told } = await send('POST', `/${entity}`, body)
    expect(status).toBe(400)
    expect(told).toMatchObject({ success: false, code: 'ERR_SCHEMA_VALIDATION_FAILED' })
    expect(told.error).toContain(message)
    expect((await all(`/${entity}?updated_since=${NOW}`)).length).toBe(0)
  })

  test('reset brings the first state back', async () => {
    await send('DELETE', '/persons/1001')
    await send('POST', '/persons', { name: 'X' })
    sandbox.reset()
    expect(await one('/persons/1001')).toMatchObject({ is_deleted: false })
    expect((await get('/persons/1301')).status).toBe(404)
  })
})

describe('the life of a deal', () => {
  const change = async (body: object) => (await send('PATCH', '/deals/3001', body)).body.data

  test('a new one stands open at the first stage', async () => {
    const { body } = await send('POST', '/deals', { title: 'D', person_id: 1001, org_id: 501 })
    expect(body.data).toMatchObject({
      ...{ id: 3121, title: 'D', value: 0, currency: 'USD', status: 'open', stage_id: 1, pipeline_id: 1 },
      ...{ person_id: 1001, org_id: 501, owner_id: OWNER, creator_user_id: OWNER, stage_change_time: null },
      ...{ add_time: NOW, update_time: NOW, won_time: null, is_archived: false },
    })
  })

  test('winning, losing and opening again move the times of closing', async () => {
    const won = await change({ status: 'won', won_time: '2026-05-01T10:00:00Z' })
    expect(won).toMatchObject({
      close_time: won.won_time,
      won_time: '2026-05-01T10:00:00Z',
      local_won_date: '2026-05-01',
    })
    expect((await change({ title: 'Still won' })).won_time).toBe(won.won_time)
    const lost = await change({ status: 'lost', lost_reason: 'Too dear' })
    expect(lost).toMatchObject({ won_time: null, lost_time: NOW, close_time: NOW, lost_reason: 'Too dear' })
    const open = await change({ status: 'open' })
    expect(open).toMatchObject({ close_time: null, lost_time: null, lost_reason: null })
  })

  test('a stage brings its pipeline, a pipeline its first stage', async () => {
    expect(await change({ stage_id: 7 })).toMatchObject({ stage_id: 7, pipeline_id: 2, stage_change_time: NOW })
    expect(await change({ pipeline_id: 1 })).toMatchObject({ stage_id: 1, pipeline_id: 1 })
    expect(await change({ pipeline_id: 1, value: 1.5 })).toMatchObject({ stage_id: 1, value: 1.5 })
  })

  test('links, probability and the expected day are cleared with null', async () => {
    const cleared = { person_id: null, org_id: null, probability: null, expected_close_date: null }
    expect(await change(cleared)).toMatchObject(cleared)
  })

  test('a deleted one is listed by that status, and can be brought back', async () => {
    await send('DELETE', '/deals/3001')
    expect(idsOf(await all('/deals'))).not.toContain(3001)
    expect(idsOf(await all('/deals?status=deleted'))).toEqual([3001])
    expect(await all('/deals?status=open,won,lost,deleted')).toHaveLength(120)
    expect(await change({ is_deleted: false })).toMatchObject({ is_deleted: false })
    expect(idsOf(await all('/deals'))).toContain(3001)
  })

  test('an archived one has a list of its own', async () => {
    expect(await change({ is_archived: true })).toMatchObject({ is_archived: true, archive_time: NOW })
    expect(idsOf(await all('/deals'))).not.toContain(3001)
    expect(idsOf(await all('/deals/archived'))).toEqual([3001])
    expect(await change({ is_archived: false })).toMatchObject({ archive_time: null })
  })
})

describe('what the account is made of', () => {
  test('fields, the account’s own among them', async () => {
    const fields = await all('/personFields', 5)
    expect(fields.filter(field => field.is_custom_field)).toEqual([
      {
        field_name: 'Tier',
        field_code: TIER,
        field_type: 'enum',
        options: [
          { id: 31, label: 'gold' },
          { id: 32, label: 'silver' },
          { id: 33, label: 'bronze' },
        ],
        subfields: null,
        is_custom_field: true,
        is_optional_response_field: false,
      },
    ])
    expect(new Set(fields.map(field => field.field_code)).size).toBe(fields.length)
    const fleet = await one(`/organizationFields/${FLEET}?include_fields=required_fields`)
    expect(fleet).toMatchObject({ field_name: 'Fleet size', field_type: 'double', required_fields: { enabled: false } })
    expect((await all('/dealFields')).some(field => field.is_custom_field)).toBe(false)
    expect(await one('/dealFields/value')).toMatchObject({
      subfields: [{ field_code: 'value' }, { field_code: 'currency' }],
    })
    expect((await get('/personFields/nonsense')).status).toBe(404)
  })

  test('two pipelines and their stages', async () => {
    expect((await all('/pipelines')).map(({ id, name }) => [id, name])).toEqual([
      [1, 'Pipeline'],
      [2, 'Partners'],
    ])
    expect(idsOf(await all('/stages?pipeline_id=2'))).toEqual([6, 7])
    expect(idsOf(await all('/stages?sort_by=order_nr&sort_direction=desc', 2))).toEqual([5, 4, 3, 7, 2, 6, 1])
    expect(await one('/stages/1')).toMatchObject({ name: 'Qualified', pipeline_id: 1, deal_probability: 20 })
    expect((await get('/stages/99')).status).toBe(404)
    expect((await get('/pipelines/9')).status).toBe(404)
  })

  test('users, of version 1', async () => {
    const call = sender(request => sandbox.app.fetch(request), 'http://pipedrive.test')
    for (const base of ['/v1', '/api/v1']) {
      const { body } = await call('GET', `${base}/users`)
      expect(idsOf(body.data)).toEqual([20_000_001, 20_000_002, 20_000_003])
      expect((await call('GET', `${base}/users/${OWNER}`)).body.data).toMatchObject({
        name: 'Mina Okafor',
        is_you: true,
      })
      expect((await call('GET', `${base}/users/1`)).status).toBe(404)
    }
  })
})

describe('refusals and headers', () => {
  test('the token comes as a bearer or as an API token, and nothing else is let in', async () => {
    expect((await send('GET', '/persons', undefined, { 'x-api-token': TOKEN })).status).toBe(200)
    for (const headers of [{ authorization: 'Bearer other' }, { 'x-api-token': 'other' }, { authorization: TOKEN }]) {
      const { status, body } = await send('GET', '/persons', undefined, headers as unknown as Record<string, string>)
      expect(status).toBe(401)
      expect(body).toMatchObject({ success: false, error: 'unauthorized access', errorCode: 401 })
    }
    const own = createPipedrive({ token: 'secret' }).app
    const headers = { authorization: 'Bearer secret' }
    expect((await own.request('/api/v2/persons', { headers })).status).toBe(200)
  })

  test('what is beyond the token’s scopes', async () => {
    for (const [method, path] of [
      ['GET', '/activities'],
      ['GET', '/leads/search?term=ab'],
      ['POST', '/personFields'],
    ]) {
      const { status, body } = await send(method!, path!)
      expect(status).toBe(403)
      expect(body).toMatchObject({ success: false, error: 'Scope and URL mismatch' })
    }
  })

  test('what is not JSON, not an object, or not sent as JSON', async () => {
    expect((await send('POST', '/persons', '{"name":')).status).toBe(400)
    expect((await send('POST', '/persons', '[]')).status).toBe(400)
    const plain = { authorization: `Bearer ${TOKEN}`, 'content-type': 'text/plain' }
    expect((await send('POST', '/persons', '{"name":"A"}', plain)).status).toBe(400)
  })

  test('unknown records, paths and methods', async () => {
    const { status, body } = await get('/persons/1')
    expect(status).toBe(404)
    expect(body).toEqual({
      success: false,
      error: 'Entity was not found',
      error_info: 'Object was not found.',
      data: null,
      additional_data: null,
    })
    expect((await get('/nonsense')).status).toBe(404)
    expect((await send('PUT', '/persons/1001', { name: 'A' })).status).toBe(404)
  })

  test('both budgets are announced, the daily one by the cost of each call', async () => {
    const { app } = createPipedrive({ now: () => START })
    const call = sender(request => app.fetch(request), 'http://pipedrive.test/api/v2')
    const left = ({ headers }: Answer) => Number(headers.get('x-daily-ratelimit-token-remaining'))
    const first = await call('GET', '/persons/1001')
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'x-ratelimit-limit': '80',
      'x-ratelimit-remaining': '79',
      'x-ratelimit-reset': '2',
      'x-daily-ratelimit-token-limit': '150000',
      'x-daily-ratelimit-token-remaining': '149999',
    })
    expect(left(await call('GET', '/persons'))).toBe(149_989)
    expect(left(await call('GET', '/persons/search?term=ada'))).toBe(149_969)
    expect(left(await call('PATCH', '/persons/1001', {}))).toBe(149_964)
    const last = await call('DELETE', '/persons/1001')
    expect(left(last)).toBe(149_961)
    expect(last.headers.get('x-ratelimit-remaining')).toBe('75')
  })
})

describe.skipIf(!hasEvidence)('against the published specification', () => {
  const imitation = createPipedrive()
  let lie: ((request: Request) => Response) | undefined
  let gate: Gate
  let call: Send
  let callV1: Send

  beforeAll(async () => {
    gate = await startGate({
      specs: ['v2.yaml', 'v1.yaml'].map(file => specification<object>('pipedrive', file)),
      ...deviations,
      handler: request => lie?.(request) ?? imitation.app.fetch(request),
    })
    call = sender(fetch, `${gate.url}/api/v2`)
    callV1 = sender(fetch, `${gate.url}/v1`)
  }, 60_000)
  afterAll(() => gate.close())
  beforeEach(() => {
    lie = undefined
    gate.violations.length = 0
    imitation.reset()
  })

  const WRITES: [string, object, object][] = [
    [
      'persons',
      {
        name: 'A B',
        emails: [{ value: 'a@b.example', primary: true, label: 'work' }],
        org_id: 501,
        postal_address: { value: 'X' },
        birthday: '1990-01-01',
        custom_fields: { [TIER]: 31 },
      },
      { org_id: null, job_title: null, notes: null, birthday: null, postal_address: null, emails: [], phones: [] },
    ],
    [
      'organizations',
      { name: 'O', address: { value: 'X' }, website: 'https://o.example', custom_fields: { [FLEET]: 2.5 } },
      { address: null, website: null, linkedin: null, industry: null, annual_revenue: null, employee_count: null },
    ],
    [
      'deals',
      { title: 'D', value: 1.5, currency: 'EUR', status: 'lost', lost_reason: 'x', person_id: 1001, org_id: 501 },
      { person_id: null, org_id: null, probability: null, status: 'open', expected_close_date: null },
    ],
  ]

  test.each(WRITES)('every verb of %s', async (entity, body, cleared) => {
    const created = await call('POST', `/${entity}`, body)
    const { id } = created.body.data
    const answers = [
      await call('GET', `/${entity}/${id}?include_labels=true&include_option_labels=true&include_fields=files_count`),
      await call('PATCH', `/${entity}/${id}`, cleared),
      await call('GET', `/${entity}?ids=${id},501,1001&include_fields=notes_count,files_count&limit=5`),
      await call('DELETE', `/${entity}/${id}`),
      await call('GET', `/${entity}/${id}`),
      await call('DELETE', `/${entity}/${id}`),
      await call('GET', `/${entity}/1`),
      await call('GET', `/${entity}`, undefined, {}),
    ]
    expect([created, ...answers].map(answer => answer.status)).toEqual([200, 200, 200, 200, 200, 200, 404, 404, 401])
    expect(gate.violations).toEqual([])
  })

  test.each(['persons', 'organizations', 'deals'])('every page of %s, in every order', async entity => {
    for (const sort of ['id', 'update_time', 'add_time'])
      await all(`/${entity}?sort_by=${sort}&sort_direction=desc&updated_since=2025-01-01T00:00:00Z`, 37, call)
    expect(gate.violations).toEqual([])
  })

  test('searches, fields, pipelines, stages and users', async () => {
    const paths = [
      '/persons/search?term=ada&fields=email,name&exact_match=false&organization_id=501',
      '/organizations/search?term=acme&fields=name',
      '/deals/search?term=2025&status=open&limit=100',
      '/deals?status=open,won&pipeline_id=1',
      '/deals/archived?limit=5',
      '/personFields?include_fields=ui_visibility,important_fields,required_fields',
      `/personFields/${TIER}`,
      '/organizationFields?limit=3',
      '/dealFields',
      '/pipelines?sort_by=add_time',
      '/pipelines/1',
      '/stages?pipeline_id=1',
      '/stages/1',
    ]
    for (const path of paths) expect([path, (await call('GET', path)).status]).toEqual([path, 200])
    expect((await callV1('GET', '/users')).status).toBe(200)
    expect((await callV1('GET', `/users/${OWNER}`)).status).toBe(200)
    expect((await callV1('GET', '/users/1')).status).toBe(404)
    expect((await call('GET', '/activities')).status).toBe(403)
    expect(gate.violations).toEqual([])
  })

  test.each<[string, string, string, unknown, number, string]>([
    ['an undeclared parameter', 'GET', '/persons?start=0', undefined, 400, "Unknown query parameter 'start'"],
    ['a sort of its own', 'GET', '/persons?sort_by=name', undefined, 400, 'must be equal to one of the allowed values'],
    ['an unknown list entry', 'GET', '/persons?include_fields=files_count,x', undefined, 400, 'must match pattern'],
    ['an id as a text', 'POST', '/persons', { name: 'A', org_id: '501' }, 400, 'org_id must be integer'],
    ['a list cleared with null', 'PATCH', '/persons/1001', { emails: null }, 400, 'emails must be array'],
    ['a deal without a title', 'POST', '/deals', { value: 1 }, 400, "required property 'title'"],
    ['the verb of version 1', 'PUT', '/persons/1001', { name: 'A' }, 404, 'PUT method not allowed'],
  ])('the gate records %s, and the sandbox refuses it', async (_what, method, path, body, status, detail) => {
    expect((await call(method, path, body)).status).toBe(status)
    const told = gate.violations.filter(violation => violation.where === 'request')
    expect(told.map(violation => violation.detail).join('; ')).toContain(detail)
  })

  test.each<[string, Response, string]>([
    ['an id as a text', Response.json({ success: true, data: { id: '1' } }), 'data/id must be integer'],
    ['an error without its text', Response.json({ success: false }, { status: 400 }), "required property 'error'"],
    ['an undeclared status', Response.json({ success: true, data: {} }, { status: 201 }), '201'],
  ])('the gate records an answer with %s', async (_what, answer, detail) => {
    lie = () => answer
    expect((await call('GET', '/persons/1001')).status).toBe(answer.status)
    expect(gate.violations.map(violation => violation.detail).join('; ')).toContain(detail)
  })
})
