import { describe, expect, test } from 'vitest'
import {
  compileClause,
  compileFill,
  compileGraphql,
  OMIT,
  onlyPlaceholders,
  type Place,
  type Placeholders,
} from '../../src/mapping/template.ts'

/** Compiles a template that must be without fault, and fills it. */
const fill = (node: unknown, slots: Placeholders, place: Place = 'body', type?: string) => {
  const faults: string[] = []
  const made = compileFill(node, '', { place, type, report: (_, message) => faults.push(message) })(slots)
  expect(faults).toEqual([])
  return made
}
const faultsOf = (node: unknown, place: Place, type?: string) => {
  const faults: string[] = []
  compileFill(node, '/at', { place, type, report: (pointer, message) => faults.push(`${pointer}: ${message}`) })
  return faults
}

describe('a slot without a value takes its surroundings with it', () => {
  test('the smallest key, element, header or text part, and what that empties', () => {
    const search = { groups: [{ filters: '{filters}' }], sorts: ['{sort}'], limit: '{limit}', after: '{cursor}' }
    expect(fill(search, { limit: 5 })).toEqual({ limit: 5 })
    expect(fill(search, { limit: 5, filters: [{ a: 1 }], sort: 'x', cursor: 'c' })).toEqual({
      groups: [{ filters: [{ a: 1 }] }],
      sorts: ['x'],
      limit: 5,
      after: 'c',
    })
    expect(fill({ a: { b: ['{cursor}', 'kept'] } }, {})).toEqual({ a: { b: ['kept'] } })
    expect(fill({ a: { b: ['{cursor}'] } }, {})).toBe(OMIT)
    expect(fill({ a: {}, b: [] }, {})).toEqual({ a: {}, b: [] })
  })

  test('parts of a text vanish by themselves', () => {
    const text = { q: { text: ['SELECT {select} FROM T', ' WHERE {filters}', ' ORDER BY {sort}', ' LIMIT {limit}'] } }
    const slots: Placeholders = { select: [['Id'], ['Account', 'Name']], limit: 9 }
    expect(fill(text, slots, 'query')).toEqual({ q: 'SELECT Id,Account.Name FROM T LIMIT 9' })
    expect(fill(text, { ...slots, filters: ['a = 1', 'b = 2'], sort: 'Id ASC', and: ' AND ' }, 'query')).toEqual({
      q: 'SELECT Id,Account.Name FROM T WHERE a = 1 AND b = 2 ORDER BY Id ASC LIMIT 9',
    })
    expect(fill({ q: { text: ['{sort}'] } }, {}, 'query')).toBe(OMIT)
  })

  test.each([undefined, null, ''])('%j is no value, 0 and false are', nothing => {
    expect(fill({ a: '{value}' }, { value: nothing })).toBe(OMIT)
    expect(fill({ a: '{value}', b: '{offset}' }, { value: false, offset: 0 })).toEqual({ a: false, b: 0 })
  })

  test('one of two words for a direction may be empty', () => {
    expect(fill('{direction}name', { direction: '' }, 'query')).toBe('name')
    expect(fill('{direction}name', { direction: '-' }, 'query')).toBe('-name')
    expect(fill('{direction}name', {}, 'query')).toBe(OMIT)
  })

  test('a slot that fills a whole value keeps its type, inside a text it becomes text', () => {
    expect(fill({ a: '{limit}', b: 'n={limit}', c: { text: ['{limit}'] } }, { limit: 5 })).toEqual({
      a: 5,
      b: 'n=5',
      c: '5',
    })
  })

  test('a selection is a list in a body, commas in a text, a tree in GraphQL', () => {
    const select = [['a'], ['b', 'c'], ['b', 'd']]
    expect(fill({ p: '{select}' }, { select })).toEqual({ p: ['a', 'b.c', 'b.d'] })
    expect(fill({ p: '{select}' }, { select }, 'query')).toEqual({ p: 'a,b.c,b.d' })
    expect(compileGraphql('{ x { {select} } }', '', () => {})({ select })).toBe('{ x { a b{c d} } }')
  })
})

describe('nothing of a caller reaches a place unescaped', () => {
  test('an address takes one encoded segment, or a path of them', () => {
    expect(fill('/p/{id}', { id: "a/b?c#'d" }, 'url')).toBe('/p/a%2Fb%3Fc%23%27d')
    expect(fill('/{id:path}:go', { id: 'people/c 1' }, 'url')).toBe('/people/c%201:go')
    expect(fill('/d({id:word})', { id: 'a-1' }, 'url')).toBe('/d(a-1)')
  })

  test.each(['..', '.', 'a/../b'])('%s is refused in an address', id => {
    const slots: Placeholders = { id }
    expect(fill('/p/{id:path}', slots, 'url')).toBe(OMIT)
    expect(slots.unfilled?.wants).toBe('an id')
  })

  test('what an escape refuses is told, and nothing is sent in its place', () => {
    const slots: Placeholders = { value: "x' OR '1'='1" }
    expect(fill('a eq {value:word}', slots, 'clause', 'text')).toBe(OMIT)
    expect(slots.unfilled?.wants).toMatch(/letters/)
  })

  test('a header takes printable characters only', () => {
    const slots: Placeholders = { value: 'a\r\nx-evil: 1' }
    expect(fill({ 'if-match': '{value}' }, slots, 'header')).toBe(OMIT)
    expect(slots.unfilled?.wants).toMatch(/printable/)
  })

  test.each(['{id}', '{value}', '{cursor}', '{last.x}', '{current.x}'])(
    '%s inside a text must name its escape',
    slot => {
      const place: Place = slot === '{cursor}' || slot === '{current.x}' ? 'query' : 'clause'
      const [fault] = faultsOf({ q: `x = ${slot}` }, place, 'text')
      expect(fault).toMatch(/^\/at\/q: .* must name its escape: single, double/)
      expect(faultsOf({ q: `x = ${slot.replace('}', ':single}')}` }, place, 'text')).toEqual([])
      expect(faultsOf({ q: slot }, place, 'text')).toEqual([])
    },
  )

  test('a text clause is never a whole value, so that its slot too must name its escape', () => {
    const faults: string[] = []
    compileClause('{value}', '', { place: 'clause', type: 'text', report: (_, m) => faults.push(m) })
    expect(faults).toHaveLength(1)
  })

  test.each(['instant', 'date', 'number'])('a %s is safe bare', type => {
    expect(faultsOf('x >= {value}', 'clause', type)).toEqual([])
  })
})

describe('names that are wrong are reported with the nearest right one', () => {
  test.each<[string, Place, RegExp]>([
    ['{limt}', 'query', /no placeholder \{limt\}; did you mean "limit"\?/],
    ['{nothing_like_it}', 'query', /no placeholder .*; there is id, filter, input, limit/],
    ['{value:singel}', 'clause', /no escape "singel"; did you mean "single"\?/],
    ['{value:path}', 'clause', /no escape "path"/],
    ['{last}', 'query', /needs a path/],
    ['{limit.x}', 'query', /takes no path/],
    ['{record}', 'query', /cannot stand in a query; only in body/],
    ['{filters}', 'header', /cannot stand in a header/],
    ['{idempotency_key}', 'body', /only in header/],
    ['{current.a..b:single}', 'query', /not a path: a\.\.b/],
  ])('%s in a %s', (slot, place, message) => expect(faultsOf({ k: slot }, place).join()).toMatch(message))
})

test('what is laid over a body are its slots alone', () => {
  expect(
    onlyPlaceholders({
      Id: '{id}',
      sparse: true,
      data: ['{record}'],
      deep: { token: '{current.token}', name: 'Task' },
    }),
  ).toEqual({ Id: '{id}', deep: { token: '{current.token}' } })
})
