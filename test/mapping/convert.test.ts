import { describe, expect, test } from 'vitest'
import { readFilter } from '../../src/mapping/clause.ts'
import { ConversionError, codecs, daysEarlier, minorUnits, UNREADABLE } from '../../src/mapping/codecs.ts'

type Type = keyof typeof codecs
const reads = (type: Type, as: string, theirs: unknown) => codecs[type][as]!.read(theirs)
const writes = (type: Type, as: string, ours: unknown) => codecs[type][as]!.write(ours)
const AT = '2026-01-02T03:04:05.678Z'
const MIDNIGHT = '2026-01-02T00:00:00.000Z'

describe('both ways', () => {
  test.each<[Type, string, unknown, unknown]>([
    // type, spelling, ours, theirs
    ['text', '', 'Ada', 'Ada'],
    ['text', 'number-id', '42', 42],
    ['text', 'html', 'a < b & c\nd\n\ne', '<p>a &lt; b &amp; c<br>d</p><p>e</p>'],
    [
      'text',
      'adf',
      'one\ntwo\n\nthree',
      {
        type: 'doc',
        version: 1,
        content: [
          {
            type: 'paragraph',
            content: [{ type: 'text', text: 'one' }, { type: 'hardBreak' }, { type: 'text', text: 'two' }],
          },
          { type: 'paragraph', content: [{ type: 'text', text: 'three' }] },
        ],
      },
    ],
    ['number', '', 1.5, 1.5],
    ['number', 'number-text', 1.5, '1.5'],
    ['number', 'fraction', 7, 0.07],
    ['number', 'fraction-text', 12.5, '0.125'],
    ['boolean', '', false, false],
    ['instant', '', AT, AT],
    ['instant', 'unix-seconds', '2026-01-02T03:04:05.000Z', 1767323045],
    ['instant', 'unix-millis', AT, 1767323045678],
    ['instant', 'offset', AT, '2026-01-02T03:04:05.678+00:00'],
    ['instant', 'day', MIDNIGHT, '2026-01-02'],
    ['instant', 'dotnet', AT, '/Date(1767323045678+0000)/'],
    ['date', '', '2026-01-02', '2026-01-02'],
    ['date', 'parts', '2026-01-02', { year: 2026, month: 1, day: 2 }],
    ['date', 'unix-seconds', '2026-01-02', 1767312000],
    ['date', 'unix-millis', '1969-12-31', -86400000],
    ['list', '', ['a', 'b'], ['a', 'b']],
    ['list', 'semicolons', ['a', 'b c'], 'a;b c'],
  ])('%s %s', (type, as, ours, theirs) => {
    expect(writes(type, as, ours)).toEqual(theirs)
    expect(reads(type, as, theirs)).toEqual(ours)
  })
})

describe('instants are read in all forms', () => {
  test.each<[unknown, string]>([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.123456789Z', '2026-01-02T03:04:05.123Z'],
    ['2026-01-02T03:04:05.967000000Z', '2026-01-02T03:04:05.967Z'],
    ['2026-01-02T05:04:05.5+02:00', '2026-01-02T03:04:05.500Z'],
    ['2026-01-02T03:04:05.000+0000', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T05:04:05+0200', '2026-01-02T03:04:05.000Z'],
    ['2026-01-01T22:34:05-0430', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T05:04:05+02', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02 03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04', '2026-01-02T03:04:00.000Z'],
    ['2026-01-02', MIDNIGHT],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['/Date(1767323045678)/', AT],
    ['/Date(1767323045678+0200)/', AT],
  ])('%s', (theirs, ours) => expect(reads('instant', '', theirs)).toBe(ours))

  test.each([
    'yesterday',
    '02/01/2026',
    '2026-02-30',
    '2025-02-29T00:00:00Z',
    '2026-02-30T10:00:00+01:00',
    '2026-13-01T00:00:00Z',
    '2026-01-02T25:00:00Z',
    '10000-01-01',
    '/Date(soon)/',
    '/Date(99999999999999999)/',
    1767323045,
    {},
    [],
    true,
  ])('%j cannot be read', theirs => expect(reads('instant', '', theirs)).toBe(UNREADABLE))

  test('numbers of seconds and milliseconds also come as texts', () => {
    expect(reads('instant', 'unix-seconds', '1767323045')).toBe('2026-01-02T03:04:05.000Z')
    expect(reads('instant', 'unix-millis', '1767323045678')).toBe(AT)
    expect(reads('instant', 'unix-millis', 'soon')).toBe(UNREADABLE)
    expect(reads('instant', 'unix-millis', 1e18)).toBe(UNREADABLE)
  })
})

describe('numbers', () => {
  test.each<[unknown, number]>([
    ['12.50', 12.5],
    [' 7 ', 7],
    ['-.5', -0.5],
    ['1e3', 1000],
    [0, 0],
    [2 ** 53 + 2, 2 ** 53 + 2],
  ])('%j is read', (theirs, ours) => expect(reads('number', '', theirs)).toBe(ours))
  test.each([Number.NaN, Number.POSITIVE_INFINITY, 'NaN', 'Infinity', '1e999', '12,50', '0x10', 'a', true, {}, [1]])(
    '%j cannot be read',
    theirs => expect(reads('number', '', theirs)).toBe(UNREADABLE),
  )

  test('a hundredth is not made inexact', () => {
    expect(reads('number', 'fraction', 0.29)).toBe(29)
    expect(reads('number', 'fraction', 0.07)).toBe(7)
  })
})

describe('texts, dates and lists', () => {
  test('a number or a flag is read as a text, an object is not', () => {
    expect(reads('text', '', 42)).toBe('42')
    expect(reads('text', '', false)).toBe('false')
    expect(reads('text', '', {})).toBe(UNREADABLE)
  })
  test('an id beyond what JSON numbers hold is refused, not rounded', () => {
    expect(writes('text', 'number-id', '999999999999999')).toBe(999999999999999)
    for (const id of ['9007199254740993', '12a', '-1', '1.5', ''])
      expect(writes('text', 'number-id', id)).toBeInstanceOf(ConversionError)
  })
  test('a date may come with a time', () => {
    expect(reads('date', '', '2026-01-02T00:00:00.000Z')).toBe('2026-01-02')
    for (const theirs of ['2026-02-30', '2026-1-2', '0000-00-00', '', 20260102])
      expect(reads('date', '', theirs)).toBe(UNREADABLE)
  })
  test('parts that are no day cannot be read', () => {
    expect(reads('date', 'parts', { year: 2026, month: 2, day: 30 })).toBe(UNREADABLE)
    expect(reads('date', 'parts', { month: 2, day: 3 })).toBe(UNREADABLE)
    expect(reads('date', 'parts', '2026-01-02')).toBe(UNREADABLE)
  })
  test('empty places of a list are left out, and an empty list is nothing', () => {
    expect(reads('list', '', ['a', null, '', 7])).toEqual(['a', '7'])
    expect(reads('list', '', [])).toBeUndefined()
    expect(reads('list', '', 'a')).toBe(UNREADABLE)
    expect(reads('list', 'semicolons', 'a; b;;')).toEqual(['a', 'b'])
    expect(writes('list', 'semicolons', ['a;b'])).toBeInstanceOf(ConversionError)
  })
  test('structure is read as plain text', () => {
    expect(reads('text', 'html', '<div>a<br/>b</div>\n<ul><li>c &amp;amp; d</li></ul>')).toBe('a\nb\n\nc &amp; d')
    expect(reads('text', 'adf', { type: 'doc', content: [null, 7, { type: 'mention' }] })).toBe('\n\n\n\n')
    expect(reads('text', 'adf', { type: 'paragraph' })).toBe(UNREADABLE)
  })
})

test('minor units by ISO 4217', () => {
  expect(['EUR', 'usd', 'JPY', 'krw', 'KWD', 'BHD'].map(minorUnits)).toEqual([100, 100, 1, 1, 1000, 1000])
})
test('days earlier', () => expect(daysEarlier('2026-03-01T00:00:00.000Z', 1)).toBe('2026-02-28T00:00:00.000Z'))

test('the value of a filter that is no text is never any text', () => {
  const model = {
    name: 'things',
    singular: 'thing',
    description: 'Things.',
    fields: Object.fromEntries(
      (['number', 'instant', 'date', 'boolean'] as const).map(type => [type, { type, description: '', example: '' }]),
    ),
    filters: { number: 'number', instant_after: 'instant', date: 'date', boolean: 'boolean' },
    sorts: [],
  }
  for (const filter of Object.keys(model.filters))
    expect([filter, readFilter(model, filter, "1' OR '1'='1")]).toEqual([filter, expect.any(ConversionError)])
  expect(readFilter(model, 'boolean', 'true')).toBe('true')
})
