// A provider's answer of any size is bounded in what it makes of us: records, elements, fields, warnings, faults.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listen, openProvider, type ProviderGateway } from '../support/gateway.ts'

let answer: { status: number; body: unknown }
let gateway: ProviderGateway
let github: ProviderGateway
let stripe: ProviderGateway
let server: { url: string; close(): Promise<void> }
beforeAll(async () => {
  server = await listen(() => Response.json(answer.body, { status: answer.status }))
  const { url: address } = server
  gateway = await openProvider({ provider: 'hubspot', address, credentials: { type: 'OAUTH2', access_token: 'x' } })
  stripe = await openProvider({ provider: 'stripe', address, credentials: { type: 'API_KEY', apiKey: 'x' } })
  github = await openProvider({
    provider: 'github',
    address,
    credentials: { type: 'API_KEY', apiKey: 'x' },
    config: { owner: 'koine', repo: 'koine' },
  })
})
afterAll(async () => {
  await gateway.close()
  await github.close()
  await stripe.close()
  await server.close()
})
beforeEach(() => {
  answer = { status: 200, body: {} }
})
const page = (results: unknown[]) => {
  answer = { status: 200, body: { results } }
}
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

describe('a page of a list', () => {
  test('may have more records than were asked for', async () => {
    page(times(1_000, i => ({ id: i, properties: {} })))
    const { status, body } = await gateway.call('GET /contacts?limit=1')
    expect([status, body.data.length]).toEqual([200, 1_000])
  })

  test('is refused with far more', async () => {
    page(times(1_001, i => ({ id: i, properties: {} })))
    const { status, body } = await gateway.call('GET /contacts?limit=1')
    expect([status, body.code]).toEqual([502, 'provider-answer-unreadable'])
    expect(body.detail).toBe('The provider’s page has 1001 records for a limit of 1; more than 1000 are not read.')
  })

  test('is read in turns with other requests, where it is long', async () => {
    page(times(1_000, i => ({ id: i, properties: { firstname: 'x'.repeat(1_000) } })))
    let turns = 0
    const timer = setInterval(() => turns++)
    const { body } = await gateway.call('GET /contacts?limit=200&raw=true')
    clearInterval(timer)
    expect(body.data).toHaveLength(1_000)
    expect(body.data.at(-1)).toMatchObject({ id: '999', raw: { id: 999 } })
    expect(turns).toBeGreaterThan(3)
  })
})

test('of many warnings the first hundred are answered, and how many more there are', async () => {
  page(times(900, () => 'no record'))
  const { body } = await gateway.call('GET /contacts?limit=200')
  expect(body.warnings).toHaveLength(101)
  expect(body.warnings[99].code).toBe('unreadable')
  expect(body.warnings[100]).toEqual({ field: '', code: 'more-warnings', detail: '800 more warnings are left out.' })
})

test('of a list in a record the first ten thousand elements are read, with a warning', async () => {
  answer.body = { number: 1, title: 'x', labels: times(10_001, i => ({ name: `l${i}` })) }
  const { body } = await github.call('GET /tickets/1')
  expect(body.data.tags).toHaveLength(10_000)
  const detail = 'Only the first 10000 of 10001 are read.'
  expect(body.warnings).toEqual([{ record: '1', field: 'tags', code: 'cut', detail }])
})

test('an answer of more values than are read is refused before it is parsed, commas in its texts apart', async () => {
  answer = { status: 200, body: { results: [{ id: '1', properties: { email: ','.repeat(1_000_000) } }] } }
  expect((await gateway.call('GET /contacts')).status).toBe(200)
  page([{ id: '1', properties: Object.fromEntries(times(500_000, i => [i, 1])) }])
  const { status, body } = await gateway.call('GET /contacts')
  expect([status, body.code]).toEqual([502, 'provider-answer-unreadable'])
  expect(body.detail).toContain('more than 500000 values')
})

test('of the customer’s own fields ten thousand are named, with a warning', async () => {
  page(times(50_000, i => ({ name: `own_${i}`, label: 'Own', type: 'string', hubspotDefined: false })))
  const { status, body } = await gateway.call('GET /contacts/fields')
  expect([status, body.data.custom_fields.length]).toEqual([200, 9_999])
  expect(body.warnings).toMatchObject([{ field: 'custom_fields', code: 'cut' }])
})

describe('what is written', () => {
  test.each<[string, string, unknown, string]>([
    ['a list of 1,001 elements', 'POST /contacts', { emails: times(1_001, () => 1) }, '/emails'],
    ['1,001 tags', 'POST /companies', { tags: times(1_001, String) }, '/tags'],
    [
      '1,001 custom fields',
      'POST /contacts',
      { custom_fields: Object.fromEntries(times(1_001, i => [i, 1])) },
      '/custom_fields',
    ],
    [
      '1,001 members to pass through',
      'POST /contacts',
      { pass_through: Object.fromEntries(times(1_001, i => [`k${i}`, 1])) },
      '/pass_through',
    ],
  ])('%s is refused as a whole', async (_, request, record, pointer) => {
    const { status, body } = await gateway.call(request, record)
    expect([status, body.code, body.errors.length]).toEqual([422, 'invalid-field', 1])
    expect(body.errors[0]).toMatchObject({ pointer, detail: expect.stringMatching(/^At most 1000 /) })
  })

  test('a list of 1,000 elements is taken', async () => {
    answer.body = { id: '1', properties: {} }
    const { body } = await gateway.call('POST /contacts', { emails: times(1_000, i => ({ email: `a${i}@x.example` })) })
    expect(body.errors?.[0]?.detail).not.toMatch(/At most/)
  })

  test('a form that would repeat a long name without end is refused', async () => {
    const record = { name: 'x', pass_through: { ['k'.repeat(10_000)]: times(2_000, () => 1) } }
    const { status, body } = await stripe.call('POST /contacts', record)
    expect([status, body.code]).toEqual([422, 'invalid-field'])
    expect(body.detail).toBe('The provider takes a form, here of at most 10485760 characters.')
  })
})

test('of many faults the first hundred are answered, and how many more there are', async () => {
  const record = Object.fromEntries(times(500, i => [`x${i}`, 1]))
  const { status, body } = await gateway.call('POST /contacts', record)
  expect([status, body.code, body.errors.length]).toEqual([422, 'unknown-field', 100])
  expect(body.detail).toContain('`errors` has the first 100.')
})
