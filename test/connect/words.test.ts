import { expect, test } from 'vitest'
import { contrast, readableOn } from '../../src/http/connect/readable-color.ts'
import { en } from '../../src/http/connect/words/en.ts'
import { languageOf, languages, speaker } from '../../src/http/connect/words/index.ts'

const placeholders = (text: string) => [...text.matchAll(/\{[a-z]+\}/g)].map(([name]) => name).sort()

test.each(Object.entries(languages))('%s says every word, with what is put into it', (_, words) => {
  expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort())
  for (const [word, text] of Object.entries(en)) {
    const told = words[word as keyof typeof en]
    expect(told.trim(), word).not.toBe('')
    expect(placeholders(told), word).toEqual(placeholders(text))
  }
})

test('what is put in is not looked into again', () => {
  expect(speaker('en')('found_none', { search: '{search} $& {count}' })).toBe(
    'Nothing found for “{search} $& {count}”.',
  )
})

test.each([
  [undefined, undefined, 'en'],
  [undefined, 'de-CH, en;q=0.9', 'de'],
  [undefined, 'en;q=0.2, de;q=0.7', 'de'],
  [undefined, 'de;q=0, en', 'en'],
  ['DE-at', 'en', 'de'],
  ['fr', 'de', 'de'],
  ['__proto__', ',,;q=x', 'en'],
])('asked for %s by a browser that accepts %s: %s', (asked, header, language) => {
  expect(languageOf(asked, header)).toBe(language)
})

// The colour that failed elsewhere (nango#6589). By WCAG's formula: luminance 0.7152 × 0.4452 + 0.0722 × 0.7682 = 0.374,
// and white on it (1 + 0.05) / (0.374 + 0.05) = 2.48.
test('text on a light colour is black, and readable on every colour', () => {
  expect(contrast('#00b2e3', '#ffffff')).toBeCloseTo(2.48, 2)
  expect(readableOn('#00b2e3')).toBe('#000000')
  expect(readableOn('#1f4fd1')).toBe('#ffffff')
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  for (let grey = 0; grey < 256; grey++) {
    const color = `#${grey.toString(16).padStart(2, '0').repeat(3)}`
    expect(contrast(color, readableOn(color))).toBeGreaterThanOrEqual(4.5)
  }
})
