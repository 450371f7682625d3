import fc from 'fast-check'

/** The seed of every property; another one is tried with `SECURITY_SEED=7 npx vitest run test/security`. */
export const SEED = Number(process.env.SECURITY_SEED ?? 20260722)
/** Texts that each place is tried with. */
export const RUNS = Number(process.env.SECURITY_RUNS ?? 25)

const MARKS = [
  "'",
  '"',
  '\\',
  "\\'",
  '`',
  '\n',
  '\r\n',
  '\t',
  '\u0000',
  '\u2028',
  '\u00a0',
  '%',
  '_',
  '*',
  '?',
  '#',
  '&',
  '=',
  ';',
  ',',
  '/',
  '..',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '$',
  '<',
  '>',
  '|',
  '--',
  '/*',
  ' OR ',
  ' AND ',
  ' NOT ',
  ' LIKE ',
  ' LIMIT 1',
  '1=1',
  'null',
  'true',
  '\\u0027',
  '%27',
  '%0d%0a',
  '{value}',
  '{id}',
  '$ne',
  '😀',
  'é',
  'a',
  'Z',
]
const KNOWN = [
  "x' OR Name != '",
  "x\\' OR Name != \\'",
  "' OR Id IN (SELECT ContactId FROM Case) OR Name = '",
  '" || "1"="1',
  'a&filter=b',
  'a\r\nX-Injected: 1\r\n\r\n{}',
  '../../users/1',
  '..%2f..%2fusers',
  '1?archived=true#',
  '"},"propertyName":"x","a":{"b":"',
  '{"$or":[{}]}',
  '__proto__',
  'constructor',
  '{{7*7}}<%= 7*7 %>$(id)',
]

/** Text made of what query languages, addresses, headers and JSON are made of; without blanks around it. */
export const nasty: fc.Arbitrary<string> = fc
  .oneof(
    {
      weight: 3,
      arbitrary: fc.array(fc.constantFrom(...MARKS), { minLength: 1, maxLength: 8 }).map(all => all.join('')),
    },
    { weight: 1, arbitrary: fc.constantFrom(...KNOWN) },
    {
      weight: 1,
      arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).map(text => text.toWellFormed()),
    },
  )
  .map(text => text.trim() || "'")
