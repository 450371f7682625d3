// What somebody who added two CRMs from the documentation could not say.
import { describe, expect, test } from 'vitest'
import { budgetOf } from '../../src/provider/rate-budget.ts'
import { given } from './given.ts'

const headers = (all: Record<string, string> = {}) => new Headers(all)

test('money in hundredths beside a currency that only the account has', () => {
  const mapping = given(
    { fields: { id: 'id', amount: { at: 'value', format: 'hundredths' }, currency: { at: 'ccy', write: false } } },
    {},
    'deals',
  )
  expect(mapping.faults).toEqual([])
  expect(mapping.reader(undefined)({ id: 1, value: 1999, ccy: 'USD' }, [])).toMatchObject({ amount: 19.99 })
  expect(mapping.write({ amount: 0.29 }, 'create')).toMatchObject({ body: { value: 29 }, refused: [] })
})

describe('every other value of theirs is one of ours', () => {
  const mapping = given(
    {
      list: { get: '/deals', filters: { status: { query: { status: '{value}' } } } },
      fields: { id: 'id', status: { at: 'stage', enum: { won: 'Won', lost: 'Lost', open: '*' } } },
    },
    {},
    'deals',
  )
  const read = (stage: string) => mapping.reader(undefined)({ id: 1, stage }, []).status

  test('is read', () => {
    expect(mapping.faults).toEqual([])
    expect([read('Won'), read('Lost'), read('Renamed by the customer')]).toEqual(['won', 'lost', 'open'])
  })
  test('cannot be written, and says what can', () => {
    expect(mapping.write({ status: 'open' }, 'create').refused).toEqual([
      { pointer: '/status', code: 'value-not-supported', detail: 'Write one of won, lost.' },
    ])
    expect(mapping.write({ status: 'won' }, 'create').body).toEqual({ stage: 'Won' })
  })
  test('cannot be asked for, and says what can', () => {
    expect(mapping.list!.plan({ filters: { status: 'open' }, limit: 1, raw: false, connection: {} })).toMatchObject({
      refused: { code: 'unsupported-filter', detail: 'filter[status] needs one of won, lost at this provider.' },
    })
  })
  test('is written as the value that stands before it', () => {
    const first = given({ fields: { id: 'id', status: { at: 'stage', enum: { open: ['New', '*'] } } } }, {}, 'deals')
    expect(first.write({ status: 'open' }, 'create').body).toEqual({ stage: 'New' })
    expect(first.reader(undefined)({ id: 1, stage: 'Any' }, [])).toMatchObject({ status: 'open' })
  })
})

test('a key of a customer’s own field that has dots in it is selected by name', () => {
  const mapping = given({
    select: { by: 'names' },
    list: { get: '/people', query: { fields: '{select}' } },
    fields: { id: 'id', 'custom_fields.tier': "'custom.cf_x1'" },
  })
  expect(mapping.faults).toEqual([])
  expect(mapping.select(undefined)).toEqual([['id'], ['custom.cf_x1']])
  const plan = mapping.list!.plan({ filters: {}, limit: 1, raw: false, connection: {} })
  expect('request' in plan && new URL(plan.request.url).searchParams.get('fields')).toBe('id,custom.cf_x1')
})

test('one of ours that is several of theirs, in a text: each escaped, commas between', () => {
  const mapping = given(
    {
      list: {
        get: '/deals',
        query: { criteria: { text: ['({filters})'] } },
        filters: {
          status: {
            clause: 'Stage:equals:{value:criteria}',
            in: 'Stage:in:{value:criteria}',
            enum: { open: ['New', 'In (talks), late'], won: 'Won' },
          },
        },
      },
    },
    {},
    'deals',
  )
  const criteria = (status: string) => {
    const plan = mapping.list!.plan({ filters: { status }, limit: 1, raw: false, connection: {} })
    return 'request' in plan && new URL(plan.request.url).searchParams.get('criteria')
  }
  expect(mapping.faults).toEqual([])
  expect(criteria('open')).toBe('(Stage:in:New,In \\(talks\\)\\, late)')
  expect(criteria('won')).toBe('(Stage:equals:Won)')
})

test('the first value of an object is what the provider says', () => {
  const { classifyError } = given({}, { errors: { message: ['error', 'field-errors.*'] } })
  const said = (body: unknown) => classifyError({ status: 400, headers: headers(), body }, 'create')?.upstream?.message
  expect(said({ 'field-errors': { name: 'Name is needed.', phone: 'No.' } })).toBe('Name is needed.')
  expect(said({ 'field-errors': { name: ['Too long.'] } })).toBe('Too long.')
  expect(said({ 'field-errors': {} })).toBeUndefined()
  expect(said({ 'field-errors': 'text' })).toBeUndefined()
})

test('one header that says limit, rest and when it is full again', () => {
  const limits = { header: 'ratelimit', like: 'limit={limit}, remaining={remaining}, reset={reset}' }
  const budget = { limit: 240, remaining: 0, reset: 5 }
  expect(budgetOf(limits, headers({ ratelimit: 'limit=240, remaining=0, reset=4.5' }), 0)).toEqual(budget)
  // Close documents commas and sends semicolons (evidence/recorded/close.jsonl#close/get-user/get/0/19).
  expect(budgetOf(limits, headers({ ratelimit: 'limit=240; remaining=0; reset=4.5' }), 0)).toEqual(budget)
  expect(budgetOf(limits, headers({ ratelimit: 'limit=240 remaining=0 reset=4.5' }), 0)).toBeUndefined()
})

test('a list, a get or a delete may be a hook alone', () => {
  const mapping = given({
    list: { hook: 'find' },
    get: { hook: 'fetch' },
    delete: { hook: 'remove' },
  })
  expect(mapping.faults).toEqual([])
  expect(mapping.list!.plan({ filters: {}, limit: 1, raw: false, connection: {} })).toEqual({ hook: 'find' })
})
