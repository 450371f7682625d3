import { describe, expect, test } from 'vitest'
import { ConversionError } from '../../src/mapping/codecs.ts'
import { escapes, percent, segment } from '../../src/mapping/escape.ts'

describe('each escape keeps a value inside its place', () => {
  test.each<[string, string, string]>([
    ['single', "o'h", "'o\\'h'"],
    ['single', "\\' OR 1=1 --", "'\\\\\\' OR 1=1 --'"],
    ['double', 'o"h', '"o\\"h"'],
    ['double', '\\" OR true', '"\\\\\\" OR true"'],
    ['doubled', "o'h", "'o''h'"],
    ['doubled', "' or ''='", "''' or ''''='''"],
    ['criteria', 'a(b),', 'a\\(b\\)\\,'],
    ['criteria', 'x)or(Email:equals:y', 'x\\)or\\(Email:equals:y'],
    ['word', 'abc-1_Z', 'abc-1_Z'],
    ['instant', '2026-01-02T03:04:05+01:00', '2026-01-02T02:04:05.000Z'],
  ])('%s %s', (name, value, escaped) => expect(escapes[name]!(value)).toBe(escaped))

  test.each(["a'b", 'a b', 'a)', '', 'ä', 'a.b', 'a/b', 'a\n'])('word refuses %j', value =>
    expect(escapes.word!(value)).toBeInstanceOf(ConversionError),
  )
  test.each(['now()', "2026-01-02' OR '1", ''])('instant refuses %j', value =>
    expect(escapes.instant!(value)).toBeInstanceOf(ConversionError),
  )
})

describe('in an address', () => {
  test('all but letters, digits and four marks is encoded', () => {
    expect(percent("a b/c?d#e&f=g'(h)*!~")).toBe('a%20b%2Fc%3Fd%23e%26f%3Dg%27%28h%29%2A%21~')
    expect(percent('山')).toBe('%E5%B1%B1')
    expect(percent('\ud800')).toBe('%EF%BF%BD')
  })
  test('a segment that would change the path is refused', () => {
    for (const value of ['', '.', '..']) expect(segment(value)).toBeInstanceOf(ConversionError)
    expect(segment('...')).toBe('...')
    expect(segment('a/b')).toBe('a%2Fb')
    // A provider may decode a path before it looks for dots.
    for (const value of ['../admin', 'a/../../b', '..\\admin', '%2e%2e/x'])
      expect(segment(value)).toBeInstanceOf(ConversionError)
  })
})
