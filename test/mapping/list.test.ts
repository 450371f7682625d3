import { describe, expect, test } from 'vitest'
import type { ListAsk, ListPlan } from '../../src/mapping/list.ts'
import { given } from './given.ts'

const fields = {
  id: 'id',
  emails: { positions: [{ email: 'mail' }] },
  owner_id: { at: 'owner', format: 'number-id' },
  updated_at: 'changed',
  created_at: { at: 'made', format: 'unix-millis' },
}
const mapping = given({
  fields,
  list: [
    {
      get: '/all',
      query: { n: '{limit}', sort: '{sort}' },
      max: 10,
      records: 'data',
      sorts: { updated_at: { clause: 'changed' } },
    },
    {
      post: '/search',
      body: { filters: '{filters}', size: '{limit}' },
      records: 'hits',
      filters: {
        email: { clause: { mail: '{value}' } },
        owner_id: { clause: { owner: '{value}' } },
        created_after: { clause: { made: '{value}' } },
      },
    },
    {
      get: '/query',
      query: { q: { text: ['kind = x', ' and {filters}', ' order {sort}'] } },
      and: ' and ',
      records: 'rows',
      filters: {
        email: 'mail = {value:single}',
        updated_after: { format: 'day', widen_days: 1, post_filter: true, clause: 'changed >= {value}' },
      },
      directions: { asc: 'up', desc: 'down' },
      sorts: { updated_at: { clause: 'changed {direction}' } },
    },
  ],
})
const plan = (ask: Partial<ListAsk>): ListPlan =>
  mapping.list!.plan({ filters: {}, limit: 50, raw: false, connection: {}, ...ask })
const request = (ask: Partial<ListAsk>) => {
  const made = plan(ask)
  if (!('request' in made)) throw new Error(JSON.stringify(made))
  return made.request
}
const at = '2026-01-02T03:04:05.000Z'

test('the file is without fault', () => expect(mapping.faults).toEqual([]))

describe('the first request that holds all that is asked', () => {
  test('with nothing asked, the first, with its largest page', () =>
    expect(request({})).toMatchObject({ method: 'GET', url: 'https://api.invented.example/all?n=10' }))
  test('with a filter that only the second has', () =>
    expect(JSON.parse(request({ filters: { owner_id: '7' } }).body!)).toEqual({ filters: [{ owner: 7 }], size: 50 }))
  test('the second before the third where both could', () =>
    expect(request({ filters: { email: 'a' } }).url).toBe('https://api.invented.example/search'))
  test('the third, where a filter and a sort stand together', () =>
    expect(
      decodeURIComponent(request({ filters: { email: "o'h" }, sort: { by: 'updated_at', direction: 'desc' } }).url),
    ).toBe("https://api.invented.example/query?q=kind = x and mail = 'o\\'h' order changed down"))
  test('a filter spells its value as its row does, if it says nothing else', () =>
    expect(JSON.parse(request({ filters: { created_after: at } }).body!)).toMatchObject({
      filters: [{ made: Date.parse(at) }],
    }))
})

describe('what none holds is refused with what each offers', () => {
  test('filters', () => {
    const refused = plan({ filters: { owner_id: '7', updated_after: at } })
    expect(refused).toMatchObject({
      refused: {
        code: 'unsupported-filter',
        detail: 'This provider cannot carry filter[owner_id] with filter[updated_after] in one request.',
        errors: [
          { detail: 'filters: none; sorts: updated_at' },
          { detail: 'filters: email, owner_id, created_after; sorts: none' },
          { detail: 'filters: email, updated_after; sorts: updated_at' },
        ],
      },
    })
  })
  test('sorts', () =>
    expect(plan({ sort: { by: 'name', direction: 'asc' } })).toMatchObject({ refused: { code: 'unsupported-sort' } }))
  test('a value that cannot be spelled', () =>
    expect(plan({ filters: { owner_id: 'x' } })).toMatchObject({
      refused: {
        code: 'unsupported-filter',
        errors: [{ code: 'value-not-supported', detail: 'Send a whole number.' }],
      },
    }))
})

test('a widened filter asks a day earlier, and is applied once more to what came', () => {
  const made = plan({ filters: { updated_after: at }, fields: ['id'] })
  if (!('request' in made)) throw new Error('no request')
  expect(decodeURIComponent(made.request.url)).toContain('changed >= 2026-01-01')
  const rows = [{ id: 1, changed: '2026-01-02T03:04:04.999Z' }, { id: 2, changed: at }, { id: 3 }, 'no record']
  const read = made.read({ status: 200, headers: new Headers(), body: { rows } })
  expect(read).toMatchObject({ page: { data: [{ id: '2' }], warnings: [{ code: 'unreadable' }] } })
  expect('page' in read && read.page.data[0]).toEqual({ id: '2' })
})

describe('an answer without the list', () => {
  const answered = (body: unknown, status = 200, list = {}) => {
    const one = given({ fields, list: { get: '/all', records: 'data', ...list } })
    const made = one.list!.plan({ filters: {}, limit: 50, raw: false, connection: {} })
    return 'request' in made ? made.read({ status, headers: new Headers(), body }) : undefined
  }
  const empty = { page: { data: [], warnings: [] } }
  test.each([{}, { data: 'text' }, 'text', { data: null }, undefined, ''])('%j cannot be read', body =>
    expect(answered(body)).toMatchObject({ refused: { code: 'provider-answer-unreadable' } }),
  )
  test.each([204, 304])('%d is an empty list', status => expect(answered(undefined, status)).toMatchObject(empty))
  test('where the list is missing when there is nothing, so may the whole answer be', () => {
    for (const body of [{}, undefined]) expect(answered(body, 200, { absent_when_empty: true })).toMatchObject(empty)
    expect(answered({ data: 'text' }, 200, { absent_when_empty: true })).toMatchObject({
      refused: { code: 'provider-answer-unreadable' },
    })
  })
})

test('wrong names are told with the nearest right one', () => {
  const { faults } = given({
    fields,
    list: {
      get: '/all',
      filters: {
        emial: 'mail = {value:single}',
        owner_id: 'o = {value}',
        created_after: { format: 'unix-milis', query: { c: '{value}' } },
        updated_after: { widen_days: 1, query: { c: '{value}' } },
      },
      sorts: { updatd_at: { clause: 'x' } },
    },
  })
  expect(faults).toEqual([
    '/list/filters/emial: no filter "emial"; did you mean "email"?',
    '/list/filters/owner_id/clause: {value} stands inside a text and must name its escape: single, double, doubled, criteria, word, number, instant',
    '/list/filters/created_after/format: no format "unix-milis" of instant; did you mean "unix-millis"?',
    '/list/filters/updated_after/widen_days: a widened filter needs `post_filter`',
    '/list/sorts/updatd_at: no sort "updatd_at"; did you mean "updated_at"?',
  ])
})
