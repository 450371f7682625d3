import { describe, expect, test } from 'vitest'
import { given } from './given.ts'

const contact = given(
  {
    get: { get: '/p/{id}' },
    update: { patch: '/p/{id}', overwrites: { names: 'whole' } },
    fields: {
      id: 'id',
      first_name: 'names.0.given',
      last_name: { at: 'names.0.family', update: false },
      title: 'job.title',
      department: { at: 'job.unit', write: false },
      phone_numbers: {
        positions: [
          { number: 'phone' },
          { number: 'mobile', type: { const: 'mobile' } },
          { number: 'fax', type: { const: 'fax' } },
        ],
      },
      addresses: {
        positions: [
          {
            street_1: { at: 'street', line: 1 },
            street_2: { at: 'street', line: 2 },
            city: 'city',
            type: { const: 'mailing' },
          },
        ],
      },
      emails: {
        each: 'mails',
        key: 'email',
        row: { email: 'value', type: { at: 'kind', enum: { work: 'W', personal: ['H', 'P'] } } },
      },
      company_id: { at: 'firm.id', format: 'number-id', clear: 'firm' },
      owner_id: { at: 'owner', create: { links: [{ to: '{value}' }] }, update: { by: 'hook' } },
      birthday: { at: 'born', format: 'parts' },
      tags: { at: 'labels', format: 'semicolons' },
      custom_fields: { map: 'extra' },
      created_at: 'made',
    },
    absent: { description: 'notes are records of their own' },
  },
  { empty_value: '' },
)
const create = (input: Record<string, unknown>) => contact.write(input, 'create')
const update = (input: Record<string, unknown>, current?: unknown) => contact.write(input, 'update', current)
const codes = ({ refused }: { refused: readonly { pointer: string; code: string }[] }) =>
  refused.map(({ pointer, code }) => `${pointer} ${code}`)

describe('what is refused', () => {
  test('a third phone where there are two places for it, naming the places', () => {
    const { refused } = create({ phone_numbers: [{ number: '1' }, { number: '2' }] })
    expect(refused).toEqual([
      {
        pointer: '/phone_numbers/1',
        code: 'does-not-fit',
        detail: 'The provider has 3 places: any, mobile, fax.',
      },
    ])
  })

  test('a member without a place, a line too many in one line', () => {
    expect(codes(create({ addresses: [{ city: 'Ulm', country: 'DE' }] }))).toEqual([
      '/addresses/0/country does-not-fit',
    ])
    expect(codes(create({ addresses: [{ street_1: 'a\nb', street_2: 'c' }] }))).toEqual([
      '/addresses/0/street_1 does-not-fit',
    ])
  })

  test('what the provider has not, with the reason of the file; what only it writes; what only a create writes', () => {
    const written = update({ description: 'x', department: 'y', last_name: 'z', created_at: 'now' }, {})
    expect(written.refused).toEqual([
      {
        pointer: '/description',
        code: 'not-supported',
        detail: 'The provider cannot hold it: notes are records of their own.',
      },
      { pointer: '/department', code: 'read-only', detail: 'The provider sets it.' },
      { pointer: '/last_name', code: 'read-only', detail: 'It can only be set on create.' },
      { pointer: '/created_at', code: 'read-only', detail: 'The provider sets it.' },
    ])
  })

  test('values that a spelling or an enum cannot hold', () => {
    expect(codes(create({ company_id: 'abc', tags: ['a;b'], emails: [{ email: 'e', type: 'other' }] }))).toEqual([
      '/emails/0/type value-not-supported',
      '/company_id invalid',
      '/tags invalid',
    ])
  })

  test('custom fields as a whole', () =>
    expect(codes(update({ custom_fields: null }))).toEqual(['/custom_fields invalid']))
})

describe('what is kept otherwise is a warning', () => {
  test('a type that has no place', () => {
    const { body, warnings, refused } = create({
      phone_numbers: [
        { number: '1', type: 'home' },
        { number: '2', type: 'fax' },
      ],
    })
    expect(body).toEqual({ phone: '1', fax: '2' })
    expect(refused).toEqual([])
    expect(warnings).toMatchObject([{ field: 'phone_numbers.0.type', code: 'not-kept' }])
  })

  const named = given({ fields: { id: 'id', name: { at: 'full', compose_from: ['first_name', 'last_name'] } } })
  test('names that are kept as one', () => {
    const { body, warnings } = named.write({ first_name: 'Ada', last_name: 'King' }, 'create')
    expect(body).toEqual({ full: 'Ada King' })
    expect(warnings.map(({ field, code }) => `${field} ${code}`)).toEqual(['first_name kept-as', 'last_name kept-as'])
  })
  test('a part beside the whole name', () => {
    const { body, warnings } = named.write({ name: 'Ada King', first_name: 'Augusta' }, 'create')
    expect(body).toEqual({ full: 'Ada King' })
    expect(warnings.map(({ field, code }) => `${field} ${code}`)).toEqual(['first_name not-kept'])
  })
})

describe('what is written', () => {
  test('an untyped phone takes the place without a type, or the first where all have one', () => {
    expect(create({ phone_numbers: [{ number: '1', type: 'mobile' }, { number: '2' }] }).body).toEqual({
      mobile: '1',
      phone: '2',
    })
    const typed = given({
      fields: {
        id: 'id',
        phone_numbers: {
          positions: [
            { number: 'a', type: { const: 'work' } },
            { number: 'b', type: { const: 'home' } },
          ],
        },
      },
    })
    expect(typed.write({ phone_numbers: [{ number: '1' }] }, 'create').body).toEqual({ a: '1' })
    expect(typed.write({ phone_numbers: [{ number: '1', type: 'fax' }] }, 'create').refused).toHaveLength(1)
  })

  test('nothing is left out on create, cleared on update, in the words of the provider', () => {
    const nothing = { title: null, tags: [], phone_numbers: [], company_id: '', emails: [] }
    expect(create(nothing).body).toEqual({})
    expect(update(nothing).body).toEqual({
      job: { title: '' },
      phone: '',
      mobile: '',
      fax: '',
      mails: [],
      firm: '',
      labels: '',
    })
  })

  test('unused places are cleared on update', () => {
    expect(update({ phone_numbers: [{ number: '1', type: 'fax' }] }).body).toEqual({ phone: '', mobile: '', fax: '1' })
  })

  test('lines of one text, also when the first is missing', () => {
    expect(create({ addresses: [{ street_1: 'a', street_2: 'b\nc' }] }).body).toEqual({ street: 'a\nb\nc' })
    expect(create({ addresses: [{ street_2: 'b' }] }).body).toEqual({ street: '\nb' })
    expect(contact.reader(undefined)({ street: '\nb' }, [])).toEqual({
      addresses: [{ street_2: 'b', type: 'mailing' }],
    })
  })

  test('a template is merged into the record, and only on its verb', () => {
    expect(create({ owner_id: '7' }).body).toEqual({ links: [{ to: '7' }] })
    const { body, byHook } = update({ owner_id: '7' })
    expect([body, byHook]).toEqual([{}, true])
  })

  test('the keys of a map one by one; null clears one on update and is left out on create', () => {
    const custom_fields = { a: 1, b: null }
    expect(create({ custom_fields }).body).toEqual({ extra: { a: 1 } })
    expect(update({ custom_fields }).body).toEqual({ extra: { a: 1, b: '' } })
  })
})

describe('containers that the provider overwrites', () => {
  test('ask for the record first, and only when the change touches them', () => {
    expect(update({ title: 'x' }).needsCurrent).toBe(false)
    expect(update({ first_name: 'Ada' })).toMatchObject({ needsCurrent: true, body: {} })
  })
  test('start from what is there, unmapped members included', () => {
    const current = { names: [{ given: 'A', family: 'King', middle: 'B' }, { given: 'second' }] }
    expect(update({ first_name: 'Ada' }, current).body).toEqual({
      names: [{ given: 'Ada', family: 'King', middle: 'B' }, { given: 'second' }],
    })
    expect(current.names[0]!.given).toBe('A')
  })
})

describe('elements of a list', () => {
  const listed = given({
    get: { get: '/p/{id}' },
    update: { patch: '/p/{id}', overwrites: { mails: 'whole' } },
    fields: {
      id: 'id',
      emails: { each: 'mails', key: 'email', primary: 'first', row: { email: 'value', type: 'kind' } },
    },
  })
  const mails = [
    { value: 'a', kind: 'work', own: 1, first: true },
    { value: 'b', kind: 'home', own: 2 },
  ]
  const write = (emails: unknown) => listed.write({ emails }, 'update', { mails }).body.mails

  test('equal ones stay as they are, an equal key keeps unmapped members, the first is the primary one', () => {
    expect(write([{ email: 'b', type: 'work' }, { email: 'a', type: 'work' }, { email: 'c' }])).toEqual([
      { value: 'b', kind: 'work', own: 2, first: true },
      { value: 'a', kind: 'work', own: 1, first: false },
      { value: 'c', first: false },
    ])
  })
  test('two with one key become two, not one twice', () => {
    expect(
      write([
        { email: 'b', type: 'x' },
        { email: 'b', type: 'y' },
      ]),
    ).toEqual([
      { value: 'b', kind: 'x', own: 2, first: true },
      { value: 'b', kind: 'y', first: false },
    ])
  })
})

describe('money in minor units', () => {
  const deal = given(
    { fields: { id: 'id', amount: { at: 'sum', format: { minor: 'code' } }, currency: 'code' } },
    {},
    'deals',
  )
  test.each<[string, number, number]>([
    ['EUR', 12.5, 1250],
    ['JPY', 500, 500],
    ['KWD', 1.234, 1234],
    ['usd', 0.29, 29],
  ])('%s %d', (currency, amount, sum) => {
    expect(deal.write({ amount, currency }, 'create').body).toEqual({ code: currency, sum })
    expect(deal.reader(undefined)({ id: '1', code: currency, sum }, [])).toEqual({ id: '1', amount, currency })
  })
  test('a currency is due on create, and comes from the record on update', () => {
    expect(codes(deal.write({ amount: 1 }, 'create'))).toEqual(['/amount invalid'])
    expect(deal.write({ amount: 1 }, 'update')).toMatchObject({ needsCurrent: true, refused: [] })
    expect(deal.write({ amount: 1 }, 'update', { code: 'JPY' }).body).toEqual({ sum: 1 })
  })
})
