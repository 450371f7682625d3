import fc from 'fast-check'
import { anyJson, oddText } from './schema.ts'

/** Stands in a value for what cannot be made by `JSON.stringify`, which would run out of stack. */
const DEEP = '\u0001deep'
const LEVELS = 10_000
const nested = (open: string, close: string): string => `${open.repeat(LEVELS)}1${close.repeat(LEVELS)}`
/** JSON of many levels. */
export const deepTexts = [nested('[', ']'), nested('{"a":', '}'), nested('[{"a":', '}]')] as const

/** The JSON text of a value, its deep places filled. */
const textOf = (value: unknown, deep: string): string =>
  (JSON.stringify(value) ?? '').replaceAll(JSON.stringify(DEEP), () => deep)

const strange: fc.Arbitrary<unknown> = fc.oneof(
  anyJson,
  oddText,
  fc.constantFrom(DEEP, 'x'.repeat(120_000), 1e308, -1, 0.1, {}, [], [null], { toString: 1 }, { length: -1 }),
)
const memberName = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'id', 'a/b~c', '', 'pass_through', 'custom_fields', 'length', '\ud800'),
  oddText,
)

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** A copy with one member changed: replaced, taken away, added, here or in a member below. */
function changed(value: unknown, pick: number, name: string, by: unknown): unknown {
  if (Array.isArray(value)) {
    const at = pick % (value.length + 1)
    if (at === value.length) return [...value, by]
    return value.map((one, i) => (i === at ? changed(one, pick >> 2, name, by) : one))
  }
  if (!isObject(value)) return by
  const names = Object.keys(value)
  const there = names[pick % (names.length + 1)]
  if (there === undefined) return Object.fromEntries([...Object.entries(value), [name, by]])
  const { [there]: old, ...rest } = value
  switch ((pick >> 4) % 4) {
    case 0:
      return rest
    case 1:
      return Object.fromEntries([...Object.entries(value), [there, by]])
    case 2:
      return Object.fromEntries([...Object.entries(value), [name, by]])
    default:
      return { ...rest, [there]: changed(old, pick >> 6, name, by) }
  }
}

/** Texts that are no JSON, or not what a body may be. */
const MALFORMED: readonly (string | Buffer)[] = [
  '',
  ' ',
  '{',
  '{"a":1,}',
  "{'a':1}",
  '{"a":1}{"b":2}',
  '\ufeff{}',
  'null',
  'undefined',
  '0',
  '"text"',
  '[]',
  '[[[[',
  'NaN',
  '{"a":"\u0000"}',
  '{"\\ud800":"\\udc00\\ud800"}',
  ...deepTexts,
  '['.repeat(500_000),
  Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
  Buffer.from('{"name":"\xff"}', 'latin1'),
  Buffer.from('\ufffe{\u0000}\u0000', 'utf16le'),
]

/** Bodies made of a valid one by a few changes, and bodies that are none. */
export const bodies = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<string | Buffer> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...MALFORMED) },
    {
      weight: 7,
      arbitrary: fc
        .tuple(
          valid,
          fc.array(fc.tuple(fc.nat(0xfffff), memberName, strange), { minLength: 1, maxLength: 3 }),
          fc.constantFrom(...deepTexts),
        )
        .map(([value, changes, deep]) =>
          textOf(
            changes.reduce((made: unknown, [pick, name, by]) => changed(made, pick, name, by), value),
            deep,
          ),
        ),
    },
  )

/** One segment of a path as nobody should send it; what may not stand in a request line at all is left out. */
export const oddSegment: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '%2e',
    '%2e%2e',
    '.%2E',
    '%2f',
    '%5c',
    '..%2f..%2f',
    '',
    '%',
    '%z',
    '%zz',
    '%ff',
    '%c3%28',
    '%00',
    '%0d%0a',
    '%ed%a0%80',
    '%20',
    '%252e%252e',
    '{id}',
    ':id',
    '*',
    'fields',
    'metadata',
    '__proto__',
    '%F0%9F%91%A9',
    '%23%3F%26',
    "'%20OR%20'1'='1",
  ),
  oddText.map(text => encodeURIComponent(text.toWellFormed()).slice(0, 600)),
  fc.constantFrom('a'.repeat(1_001), '%41'.repeat(2_000)),
)

const LIMITS = ['0x10', '1e2', '', '-1', '0', '201', '1.5', '٣', ' 5', '+5', '1e400', '00000000005', 'null', '[]']
const FILTERS = ['filter[email]', 'filter[shoe]', 'filter[]', 'filter', 'filter[name][eq]', 'filter[__proto__]']
const loose = (text: string): string => encodeURIComponent(text.toWellFormed())

/** A piece of a query as nobody should send it. */
export const oddQuery: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...LIMITS).map(limit => `limit=${encodeURIComponent(limit)}`),
  fc.constantFrom(...LIMITS).map(page => `page=${encodeURIComponent(page)}`),
  fc.tuple(fc.constantFrom(...FILTERS), oddText).map(([name, value]) => `${encodeURIComponent(name)}=${loose(value)}`),
  fc
    .tuple(fc.constantFrom('fields', 'cursor', 'sort[by]', 'sort[direction]', 'explain', 'raw', 'search'), oddText)
    .map(([name, value]) => `${name}=${loose(value)}`),
  fc.tuple(oddText, oddText).map(([name, value]) => `${loose(name)}=${loose(value)}`),
  fc.constantFrom(
    'limit=5&limit=6',
    'include=webhook&include=credentials&include=webhook',
    'fields=id&fields=name',
    'tags[plan]=gold&tags[plan]=silver&tags[]=1&tags[a][b]=2',
    '&&&',
    '=',
    '=1',
    '?',
    'limit',
    'limit=%',
    'fields=%ff',
    'fields=,,,',
    '%00=1',
    '__proto__=1',
    '__proto__[a]=1',
    'constructor=1',
    'cursor=%ed%a0%80',
    `fields=${'name,'.repeat(900)}`,
    `filter[name]=${'x'.repeat(1_001)}`,
    `cursor=${'A'.repeat(8_001)}`,
    `a=${'b'.repeat(9_000)}`,
  ),
)

/** What a header may hold by the rules of HTTP, and careless code may not. */
const headerText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', ' ', ',', '"', '\xff\xfe', "'; DROP TABLE connections; --", 'a'.repeat(3_000), 'null', '../..'),
  fc.string({ maxLength: 20 }).map(text => text.replace(/[^\x20-\x7e]/g, '')),
)
const TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/json, text/html',
  'application/problem+json',
  'APPLICATION/JSON',
  'application/jsonx',
  'json',
  '',
  ';',
  '\xff',
]
const CONTROLS = {
  'content-encoding': ['gzip', 'br', 'identity', 'nonsense'],
  accept: ['text/html', '', '*/*;q=0', 'application/xml'],
  'x-http-method-override': ['DELETE'],
  'if-none-match': ['*'],
  range: ['bytes=0-1'],
  expect: ['100-continue'],
  'x-forwarded-host': ['evil.test'],
  origin: ['https://evil.test', 'null'],
  cookie: ['a=b; __proto__=1'],
} as const

/** A header as nobody should send it. */
export const oddHeader: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(
    fc.constantFrom('connection-id', 'provider-config-key', 'idempotency-key', 'x-request-id', 'x-api-key'),
    headerText,
  ),
  fc.tuple(fc.constant('content-type'), fc.constantFrom(...TYPES)),
  fc
    .constantFrom('Bearer', 'Bearer  ', 'Basic YTpi', 'bearer \xff', 'Bearer a b', 'Bearer null', '', 'Digest x="y"')
    .map(text => ['authorization', text] as const),
  fc.oneof(
    ...Object.entries(CONTROLS).map(([name, values]) => fc.constantFrom(...values).map(text => [name, text] as const)),
  ),
)
