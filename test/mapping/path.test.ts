import { describe, expect, test } from 'vitest'
import { getter, lay, parsePath, put, show } from '../../src/mapping/path.ts'

const read = (path: string, source: unknown) => getter(parsePath(path)!)(source)
const written = (path: string, value: unknown, target: Record<string, unknown> = {}) => {
  put(target, parsePath(path)!, value)
  return target
}

describe('a path', () => {
  const source = {
    a: { b: [{ c: 1 }, null], d: { e: 'x' } },
    '@odata.etag': 'W/1',
    Phones: [
      null,
      { PhoneType: 'HOME', N: 1 },
      { PhoneType: 'MOBILE', N: 2 },
      { PhoneType: 7, N: 3 },
      { PhoneType: 'a=b', N: 4 },
    ],
  }
  test.each<[string, unknown]>([
    ['a.b.0.c', 1],
    ['a.d.e', 'x'],
    ['a.b.1.c', undefined],
    ['a.b.c', undefined],
    ['a.d.0', undefined],
    ["'@odata.etag'", 'W/1'],
    ['Phones[PhoneType=MOBILE].N', 2],
    ['Phones[PhoneType=7].N', 3],
    ['Phones[PhoneType=a=b].N', 4],
    ['Phones[PhoneType=FAX].N', undefined],
    ['a[x=y].z', undefined],
    ['', source],
  ])('%s', (path, value) => expect(read(path, source)).toEqual(value))

  test.each([
    'a..b',
    'a.',
    '.a',
    'a[b]',
    'a[b=c',
    "'a",
    'a{b}',
    '__proto__.x',
    'a.constructor',
    "'prototype'",
    'a[__proto__=1]',
  ])('%s is none', path => expect(parsePath(path)).toBeUndefined())

  test('reads of any value that is no object are nothing', () => {
    for (const value of [null, undefined, 0, 'text', true, []]) expect(read('a.b.c.d', value)).toBeUndefined()
  })
})

describe('writing a path', () => {
  test('makes what is missing: a list before an index or a pick, else an object', () => {
    expect(written('a.b.0.c', 1)).toEqual({ a: { b: [{ c: 1 }] } })
    expect(written('Phones[PhoneType=MOBILE].N', 2)).toEqual({ Phones: [{ PhoneType: 'MOBILE', N: 2 }] })
    expect(written("'@odata.bind'", 3)).toEqual({ '@odata.bind': 3 })
  })

  test('finds the picked element, adds it where it is not, and leaves the others', () => {
    const phones = { Phones: [{ PhoneType: 'HOME', N: 1 }] }
    written('Phones[PhoneType=HOME].N', 5, phones)
    written('Phones[PhoneType=FAX].N', 6, phones)
    expect(phones).toEqual({
      Phones: [
        { PhoneType: 'HOME', N: 5 },
        { PhoneType: 'FAX', N: 6 },
      ],
    })
  })

  test('replaces what has another shape than the path', () => {
    expect(written('a.b', 1, { a: 'text' })).toEqual({ a: { b: 1 } })
    expect(written('a.0', 1, { a: { x: 1 } })).toEqual({ a: [1] })
  })
})

test('a laid record cannot reach the prototype of all objects', () => {
  lay({}, JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'))
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('a path is shown to people without its indices', () => {
  expect(show(parsePath('a.0.Phones[PhoneType=MOBILE].N')!)).toBe(
    'a.[].Phones[PhoneType=MOBILE].N'.replace('.[]', '[]'),
  )
})
