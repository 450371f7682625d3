// Records below others: a list that needs its parent, and ids that carry it.
import { expect, test } from 'vitest'
import { given } from './given.ts'

const mapping = given(
  {
    list: {
      get: '/companies/{filter.company_id}/people',
      query: { limit: '{limit}' },
      records: 'people',
      inject: { company: '{filter.company_id}' },
    },
    get: { get: '/companies/{id.0}/people/{id.1}', inject: { company: '{id.0}' } },
    create: { post: '/companies/{input.company_id}/people', inject: { company: '{input.company_id}' } },
    delete: { delete: '/companies/{id.0}/people/{id.1}' },
    fields: {
      id: { join: ['company', 'id'], with: ':', write: false },
      name: 'name',
      company_id: { read: 'company', create: false, update: false },
    },
  },
  {},
)
const headers = new Headers()
const answered = (body: unknown) => ({ status: 200, headers, body })
const plan = (filters: Record<string, string>) => mapping.list!.plan({ filters, limit: 10, raw: false, connection: {} })

test('the mapping is without fault', () => expect(mapping.faults).toEqual([]))

test('a list puts the filter that it requires into its path, and reads its records with it', () => {
  const made = plan({ company_id: '7 & 8' })
  if (!('request' in made)) throw new Error('no request')
  expect(made.request.url).toBe('https://api.invented.example/companies/7%20%26%208/people?limit=10')
  const page = made.read(answered({ people: [{ id: 99, name: 'Ada' }] }))
  expect(page).toMatchObject({ page: { data: [{ id: '7 & 8:99', name: 'Ada', company_id: '7 & 8' }] } })
})

test('without that filter the call is refused, and says what is needed', () => {
  expect(plan({})).toMatchObject({
    refused: {
      code: 'unsupported-filter',
      detail: 'This provider lists only by filter[company_id].',
      errors: [{ pointer: '/query', detail: 'filters: company_id (company_id needed); sorts: none' }],
    },
  })
})

test('a value that would make another path of it is refused', () => {
  expect(plan({ company_id: '..' })).toMatchObject({ refused: { code: 'unsupported-filter' } })
})

test('an id that carries its parent is parted in the path, and put together from the answer', () => {
  const { get } = mapping.verbs
  const made = get!.build({ id: '7:99', connection: {} })
  expect('request' in made && made.request.url).toBe('https://api.invented.example/companies/7/people/99')
  const read = get!.read(answered({ id: 99, name: 'Ada' }), { id: '7:99' })
  expect(read).toMatchObject({ record: { id: 99, company: '7' }, id: '7:99' })
  expect('record' in read && mapping.reader(undefined)(read.record, [])).toEqual({
    id: '7:99',
    name: 'Ada',
    company_id: '7',
  })
})

test('an id without its parent names no record', () => {
  expect(mapping.verbs.delete!.build({ id: '99', connection: {} })).toMatchObject({
    refused: { code: 'record-not-found' },
  })
})

test('a create takes its parent from the record', () => {
  const made = mapping.verbs.create!.build({
    record: { name: 'Ada' },
    input: { name: 'Ada', company_id: '7' },
    connection: {},
  })
  expect('request' in made && made.request.url).toBe('https://api.invented.example/companies/7/people')
})
