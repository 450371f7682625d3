import { describe, expect, test } from 'vitest'
import type { ListAsk, ListPlan } from '../../src/mapping/list.ts'
import { given } from './given.ts'

const fields = {
  id: 'id',
  emails: { slots: [{ email: 'mail' }] },
  owner_id: { at: 'owner', as: 'number-id' },
  updated_at: 'changed',
  created_at: { at: 'made', as: 'unix-millis' },
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
        updated_after: { as: 'day', widen: 1, recheck: true, clause: 'changed >= {value}' },
      },
      directions: { asc: 'up', desc: 'down' },
      sorts: { updated_at: { clause: 'changed {direction}' } },
    },
  ],
})
const plan = (ask: Partial<ListAsk>): ListPlan =>
  mapping.list!.plan({ filters: {}, limit: 50, raw: false, connection: {}, ...ask })
const draft = (ask: Partial<ListAsk>) => {
  const made = plan(ask)
  if (!('draft' in made)) throw new Error(JSON.stringify(made))
  return made.draft
}
const at = '2026-01-02T03:04:05.000Z'

test('the file is without fault', () => expect(mapping.faults).toEqual([]))

describe('the first request that holds all that is asked', () => {
  test('with nothing asked, the first, with its largest page', () =>
    expect(draft({})).toMatchObject({ method: 'GET', url: 'https://api.invented.example/all?n=10' }))
  test('with a filter that only the second has', () =>
    expect(JSON.parse(draft({ filters: { owner_id: '7' } }).body!)).toEqual({ filters: [{ owner: 7 }], size: 50 }))
  test('the second before the third where both could', () =>
    expect(draft({ filters: { email: 'a' } }).url).toBe('https://api.invented.example/search'))
  test('the third, where a filter and a sort stand together', () =>
    expect(
      decodeURIComponent(draft({ filters: { email: "o'h" }, sort: { by: 'updated_at', direction: 'desc' } }).url),
    ).toBe("https://api.invented.example/query?q=kind = x and mail = 'o\\'h' order changed down"))
  test('a filter spells its value as its row does, if it says nothing else', () =>
    expect(JSON.parse(draft({ filters: { created_after: at } }).body!)).toMatchObject({
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
  if (!('draft' in made)) throw new Error('no request')
  expect(decodeURIComponent(made.draft.url)).toContain('changed >= 2026-01-01')
  const rows = [{ id: 1, changed: '2026-01-02T03:04:04.999Z' }, { id: 2, changed: at }, { id: 3 }, 'no record']
  const read = made.answer({ status: 200, headers: new Headers(), body: { rows } })
  expect(read).toMatchObject({ read: { data: [{ id: '2' }], warnings: [{ code: 'unreadable' }] } })
  expect('read' in read && read.read.data[0]).toEqual({ id: '2' })
})

describe('an answer without the list', () => {
  const answered = (body: unknown, status = 200, list = {}) => {
    const one = given({ fields, list: { get: '/all', records: 'data', ...list } })
    const made = one.list!.plan({ filters: {}, limit: 50, raw: false, connection: {} })
    return 'draft' in made ? made.answer({ status, headers: new Headers(), body }) : undefined
  }
  const empty = { read: { data: [], warnings: [] } }
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
        created_after: { as: 'unix-milis', query: { c: '{value}' } },
        updated_after: { widen: 1, query: { c: '{value}' } },
      },
      sorts: { updatd_at: { clause: 'x' } },
    },
  })
  expect(faults).toEqual([
    '/list/filters/emial: no filter "emial"; did you mean "email"?',
    '/list/filters/owner_id/clause: {value} stands inside a text and must name its escape: single, double, doubled, criteria, word, instant',
    '/list/filters/created_after/as: no spelling "unix-milis" of instant; did you mean "unix-millis"?',
    '/list/filters/updated_after/widen: a widened filter must be rechecked',
    '/list/sorts/updatd_at: no sort "updatd_at"; did you mean "updated_at"?',
  ])
})
