// No text of a caller or a provider takes time that grows faster than the text. What reads one is taken from the closed
// lists of the product itself, so that what is new there is tested without a line in this file.
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readSources } from '../../bin/check/sources.ts'
import { filesOf, providers } from '../../sandbox/stub/folder.ts'
import { nameOf } from '../../src/backends/call-log.ts'
import { fieldsOf } from '../../src/http/records/parameters.ts'
import { spanOf } from '../../src/http/traceparent.ts'
import { readFilter } from '../../src/mapping/clause.ts'
import { codecs } from '../../src/mapping/codecs.ts'
import { escapes, percent, segment } from '../../src/mapping/escape.ts'
import { parsePath } from '../../src/mapping/path.ts'
import { nearest } from '../../src/mapping/report.ts'
import { compileFill, queryText } from '../../src/mapping/template.ts'
import { models } from '../../src/models/index.ts'
import { writeSchema } from '../../src/models/record-schema.ts'
import { destinationOf, isPrivateAddress } from '../../src/provider/destination.ts'
import { linkTo } from '../../src/provider/link-header.ts'
import { budgetOf } from '../../src/provider/rate-budget.ts'
import { withoutSecrets } from '../../src/provider/redact.ts'
import { requestHeaders } from '../../src/provider/request-headers.ts'
import { retryAfter } from '../../src/provider/retry.ts'
import { secretForms } from '../../src/provider/secret-forms.ts'
import { createCursors } from '../../src/records/cursor.ts'
import { overgrown, stumblesOver } from './growing.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const header = (value: string) => ({ get: () => value, entries: () => [] })

describe('every codec', () => {
  const all = Object.entries(codecs).flatMap(([type, formats]) =>
    Object.entries(formats).map(([format, codec]) => ({ name: `${type} ${format || 'as it is'}`, codec })),
  )
  test.each(all)('$name', ({ codec }) => {
    expect(stumblesOver(text => codec.read(text))).toEqual([])
    expect(stumblesOver(text => codec.write(text))).toEqual([])
    const lists = overgrown(n => {
      const list = Array.from({ length: n }, (_, i) => `a${i}`)
      return () => [codec.read(list), codec.write(list)]
    })
    expect(lists).toBeUndefined()
  })
})

describe('every regular expression of the code', () => {
  const patterns = readSources(root)
    // Those read files of this repository.
    .filter(({ path }) => !path.startsWith('src/mapping/check/'))
    .flatMap(({ path, tokens }) =>
      tokens.flatMap(({ type, text, line }) => (type === 'pattern' ? [{ at: `${path}:${line}`, text }] : [])),
    )
  /** Texts that a pattern itself names, as what it looks for. */
  const wordsOf = (pattern: string): string[] => [...new Set(pattern.match(/[\w<>/&#;:="'-]{2,}/g) ?? [])].slice(0, 6)

  test.each(patterns)('$text at $at', ({ text }) => {
    const end = text.lastIndexOf('/')
    const source = text.slice(1, end)
    const pattern = new RegExp(source, text.slice(end + 1))
    const run = (given: string) => (pattern.global ? given.replace(pattern, '') : given.search(pattern))
    expect(stumblesOver(run)).toEqual([])
    expect(stumblesOver(run, wordsOf(source))).toEqual([])
  })
})

const cursors = createCursors(Buffer.alloc(32, 7).toString('base64'), () => 0)
const limits = providers.map(id => filesOf(id).provider.limits)
const names = Array.from({ length: 30 }, (_, i) => `some_field_${i}`)
const response = { status: 400, headers: header('') }
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  path: parsePath,
  'path segment': segment,
  'percent encoding': percent,
  'query parameter': text => queryText(text, text),
  'nearest name': text => nearest(text, names),
  'fields parameter': fieldsOf,
  cursor: text => cursors.open(text),
  traceparent: spanOf,
  'Link header': text => linkTo('next', text),
  'headers of a budget': text => limits.map(one => budgetOf(one, header(text), 0)),
  'Retry-After header': text => retryAfter(header(text), 0),
  'request headers': text => requestHeaders({ [text]: text }),
  'address in a log': text => nameOf('GET', `https://x.example/${text}`),
  address: text => destinationOf(text, { hosts: ['x.example'], baseUrl: undefined, allowPrivate: false }),
  host: text => destinationOf(`https://${text}/`, { hosts: ['*.x.example'], baseUrl: undefined, allowPrivate: false }),
  base_url: text =>
    destinationOf('https://x.example/', {
      hosts: ['x.example'],
      baseUrl: `https://own.example/${text}`,
      allowPrivate: false,
    }),
  'IP address': isPrivateAddress,
  redaction: text =>
    withoutSecrets({ ...response, text }, secretForms({ authorization: 'Bearer 1111111111' }, 200, {})),
  'redaction by a credential': text =>
    withoutSecrets({ ...response, text: 'x' }, secretForms({ authorization: `Basic ${text}` }, 200, {})),
  // A customer's own row may hold a template.
  template: text => compileFill({ [text]: text }, '', { place: 'body', report: () => {} })({ value: text }),
  ...Object.fromEntries(Object.entries(escapes).map(([name, write]) => [`escape ${name}`, write])),
}
test.each(Object.keys(readers))('%s', name => {
  expect(stumblesOver(readers[name]!)).toEqual([])
})

describe.each(Object.values(models))('model $name', model => {
  test('what is written', () => {
    const schema = writeSchema(model)
    const fields = Object.keys(schema.shape)
    expect(stumblesOver(text => schema.safeParse(Object.fromEntries(fields.map(name => [name, text]))))).toEqual([])
    expect(stumblesOver(text => schema.safeParse({ [text]: text, custom_fields: { [text]: text } }))).toEqual([])
  })

  test('the value of a filter', () => {
    for (const filter of Object.keys(model.filters))
      expect(stumblesOver(text => readFilter(model, filter, text))).toEqual([])
  })
})
