import fc from 'fast-check'

/** The keywords of JSON Schema that the document uses. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}
export type Resolve = (ref: string) => Schema
/** Values for members of a name, wherever they stand: what is there to be found. */
export type Hints = Readonly<Record<string, fc.Arbitrary<unknown>>>

/** Text that breaks careless code: halves of surrogate pairs, NUL, quotes, marks of other languages, long runs. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  fc.constantFrom(
    '\ud800',
    'a\udfff',
    '\u0000',
    'a\u0000b',
    '\u202e\u200b\ufeff',
    "'",
    "\\'",
    '" OR ""="',
    "' OR Name LIKE '%",
    '$(id)',
    '{{id}}',
    '{id}',
    '../..',
    '%00%2e%2e',
    '\r\nX-Injected: 1',
    '__proto__',
    'constructor',
    '𝒜𝒹𝒶 👩‍👩‍👧',
    '1e400',
    'NaN',
  ),
  fc.constantFrom(' ', '\t', '\n').map(mark => mark.repeat(300)),
)
/** Any JSON at all, small. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  oddText,
  fc.constantFrom(null, true, -0, 1e308, [], {}, [[]], ''),
)

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'date-time': fc
    .date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2030-01-01T00:00:00Z'), noInvalidDate: true })
    .map(date => date.toISOString()),
  date: fc.constantFrom('2025-01-31', '2024-02-29', '1985-12-10'),
  email: fc.constantFrom('ada@example.com', 'a.b+c@sub.example.org'),
}

function textOf({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format !== undefined && FORMATS[format]) return FORMATS[format]
  if (pattern !== undefined && format === undefined)
    return fc.stringMatching(new RegExp(pattern)).map(text => text.slice(0, maxLength))
  const bounds = { minLength, maxLength: Math.min(maxLength, Math.max(minLength, 40)) }
  return fc.oneof(fc.string({ ...bounds, unit: 'grapheme' }), fc.string(bounds))
}

function ofType(type: string, schema: Schema, resolve: Resolve, hints: Hints, depth: number): fc.Arbitrary<unknown> {
  const { minimum = -1e9, maximum = 1e9, minItems = 0, maxItems = 4 } = schema
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: minimum, max: maximum })
    case 'number':
      return fc.oneof(
        fc.integer({ min: minimum, max: maximum }),
        fc.double({ min: minimum, max: maximum, noNaN: true }),
      )
    case 'string':
      return textOf(schema)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, resolve, hints, depth + 1), {
        minLength: minItems,
        maxLength: Math.min(maxItems, minItems + 3),
      })
    default:
      return objectOf(schema, resolve, hints, depth)
  }
}

function objectOf(schema: Schema, resolve: Resolve, hints: Hints, depth: number): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, member]) => {
      const made = valuesOf(member, resolve, hints, depth + 1)
      const hint = hints[name]
      return [name, hint ? fc.oneof({ weight: 4, arbitrary: hint }, made) : made]
    }),
  )
  const declared = fc.record(members, { requiredKeys: required.filter(name => name in members) })
  if (typeof additionalProperties !== 'object' || depth > 3) return declared
  const name = fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/), fc.constantFrom('tier', 'plan', 'a.b', 'a b'))
  const more = fc.dictionary(name, valuesOf(additionalProperties, resolve, hints, depth + 1), { maxKeys: 3 })
  return fc.tuple(declared, more).map(([one, other]) => ({ ...other, ...one }))
}

/** Values that a schema of the document accepts. */
export function valuesOf(schema: Schema, resolve: Resolve, hints: Hints = {}, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return valuesOf(resolve(schema.$ref), resolve, hints, depth)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(one => valuesOf(one, resolve, hints, depth)))
  const types = [schema.type ?? []].flat()
  if (types.length === 0) return depth > 3 ? fc.constantFrom(null, 1, 'a') : anyJson
  return fc.oneof(...types.map(type => ofType(type, schema, resolve, hints, depth)))
}
