import fc from 'fast-check'
import { isObject } from '../../../src/mapping/path.ts'
import type { Unified } from '../../../src/mapping/read.ts'
import type { WriteVerb } from '../../../src/mapping/row.ts'
import type { ValueRow } from '../../../src/mapping/schema/index.ts'
import type { TableRow } from '../../../src/mapping/table.ts'
import type { Field, RowsField, Scalar } from '../../../src/models/index.ts'
import { asRow, eachOf, mapOf, positionsOf } from './rows.ts'
import type { Subject } from './subject.ts'

const nasty = [
  "O'Hara",
  'Zoë',
  'a"b',
  'c\\d',
  'x, (y)',
  '山田',
  '&lt;b&gt; & <i>',
  'null',
  '0',
  'true',
  ' 1 2 ',
  '{value}',
  'two\nlines',
  'two\n\nparagraphs',
  '__proto__',
  '2026-02-30',
]
const text = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 }))
const oneLine = text.map(t => t.replaceAll('\n', ' '))
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map(d => d.toISOString().slice(0, 10))
const moment = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map(d => d.toISOString())
const CURRENCIES = ['EUR', 'JPY', 'KWD', 'usd']

/** Values of a type that the model accepts and the row's spelling can hold. */
function scalar(type: Scalar | 'list', spec: ValueRow, field: { range?: readonly [number, number] } = {}) {
  const as = isObject(spec.format) ? 'minor' : (spec.format ?? '')
  switch (type) {
    case 'boolean':
      return fc.boolean()
    case 'number': {
      const [low, high] = field.range ?? [-1e6, 1e6]
      return fc.integer({ min: Math.max(low, -1e6) * 100, max: Math.min(high, 1e6) * 100 }).map(n => n / 100)
    }
    case 'date':
      return day
    case 'instant':
      if (as === 'day') return day.map(d => `${d}T00:00:00.000Z`)
      return as === 'unix-seconds' ? moment.map(m => `${m.slice(0, 19)}.000Z`) : moment
    case 'list':
      return fc.array(as === 'semicolons' ? oneLine.map(t => t.replaceAll(';', '').trim() || 'x') : text, {
        maxLength: 3,
      })
    default:
      return as === 'number-id' ? fc.integer({ min: 1, max: 1e9 }).map(String) : spec.line === 1 ? oneLine : text
  }
}

/** Ours of an enum; now and then a value that is not listed, with its raw one beside it. */
function choices(name: string, options: NonNullable<ValueRow['enum']>): fc.Arbitrary<Unified> {
  const listed = fc.constantFrom(...Object.keys(options)).map(value => ({ [name]: value }))
  const unlisted = fc.constantFrom('theirs only', 'x;y').map(raw => ({ [name]: 'other', [`${name}_raw`]: raw }))
  return fc.oneof({ weight: 6, arbitrary: listed }, { weight: 1, arbitrary: unlisted })
}

const isWritten = (spec: ValueRow): boolean => spec.write !== false && spec.create !== false && spec.update !== false
/** One element of a list by its members' rows; members without a row stay out. */
function element(field: RowsField, specs: Readonly<Record<string, string | ValueRow>>): fc.Arbitrary<Unified> {
  const [first] = Object.keys(field.members)
  const members = Object.entries(specs).flatMap(([name, given]): [string, fc.Arbitrary<Unified>][] => {
    const spec = asRow(given)
    const type = field.members[name]?.type ?? 'text'
    if (!isWritten(spec)) return []
    if (spec.const !== undefined) return [[name, fc.constantFrom(spec.const, null).map(is => ({ [name]: is }))]]
    if (spec.enum) return [[name, choices(name, spec.enum)]]
    return [[name, scalar(type, spec).map(value => ({ [name]: value }))]]
  })
  return fc
    .record(Object.fromEntries(members), { requiredKeys: first !== undefined && first in specs ? [first] : [] })
    .map(parts => Object.assign({}, ...Object.values(parts)) as Unified)
}

function elements(field: RowsField, row: TableRow): fc.Arbitrary<Unified[]> {
  const each = eachOf(row.spec)
  if (each) return fc.array(element(field, each.row ?? {}), { maxLength: 4 })
  const positions = positionsOf(row.spec)!
  const fitting = fc
    .shuffledSubarray(positions.map((_, i) => i))
    .chain(places => fc.tuple(...places.map(i => element(field, positions[i]!))))
  // Too many, of any type: what does not fit is refused, what loses its type is a warning.
  const any = fc.tuple(element(field, positions[0]!), fc.constantFrom('work', 'mobile', 'strange', null))
  const crowd = fc.array(
    any.map(([one, type]) => ('type' in field.members && type !== null ? { ...one, type } : one)),
    { maxLength: positions.length + 1 },
  )
  return fc.oneof({ weight: 3, arbitrary: fitting }, { weight: 1, arbitrary: crowd })
}

function values(field: Field, row: TableRow): fc.Arbitrary<Unified> {
  const name = row.field
  const wrap = (value: unknown) => ({ [name]: value })
  if (field.type === 'rows') return elements(field, row).map(wrap)
  if (field.type === 'list') {
    const each = eachOf(row.spec)
    return each ? fc.array(text, { maxLength: 3 }).map(wrap) : scalar('list', asRow(row.spec as never)).map(wrap)
  }
  if (field.type === 'map') return fc.constant({})
  const spec = asRow(row.spec as string | ValueRow)
  if (spec.enum) return choices(name, spec.enum)
  if (field.options) return fc.constantFrom(...field.options).map(wrap)
  if (name === 'currency') return fc.constantFrom(...CURRENCIES).map(wrap)
  // Ids are words at most providers; some places take nothing else.
  if (name.endsWith('_id') && !spec.format)
    return fc.oneof({ weight: 8, arbitrary: fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/) }, text).map(wrap)
  return scalar(field.type, spec, field).map(wrap)
}

/** The customer's own fields: rows by name, and what a `map` takes as it is. */
function custom({ mapping, provider }: Subject, verb: WriteVerb): fc.Arbitrary<Unified> {
  const rows = mapping.table.rows.filter(
    row => row.custom !== undefined && row.can(verb) && typeof row.spec === 'string',
  )
  const any = mapping.table.byField.get('custom_fields')
  // A form has texts only.
  const value = provider.sends === 'form' ? text : fc.oneof(text, fc.integer(), fc.boolean())
  const named = fc.record(Object.fromEntries(rows.map(row => [row.custom!, oneLine])), { requiredKeys: [] })
  const free =
    any && mapOf(any.spec) !== undefined && any.can(verb)
      ? fc.dictionary(fc.constantFrom('k0', 'k1', 'a b', 'x.y'), verb === 'update' ? fc.option(value) : value, {
          maxKeys: 3,
          noNullPrototype: true,
        })
      : fc.constant({})
  return fc.tuple(named, free).map(([a, b]) => ({ ...b, ...a }))
}

/** Amounts in minor units need their currency beside them, and no more digits than it has. */
function withCurrency(subject: Subject, record: Unified): Unified {
  const out = { ...record }
  for (const row of subject.mapping.table.rows) {
    const as = isObject(row.spec) && 'format' in row.spec ? row.spec.format : undefined
    if (!isObject(as) || typeof out[row.field] !== 'number') continue
    const beside = subject.mapping.table.rows.find(other => isObject(as) && sourceOf(other) === as.minor)
    if (beside && typeof out[beside.field] !== 'string') out[beside.field] = 'EUR'
    if (beside && out[beside.field] === 'JPY') out[row.field] = Math.round(Number(out[row.field])) || 0
  }
  return out
}
const sourceOf = (row: TableRow): unknown => (typeof row.spec === 'string' ? row.spec : (row.spec as ValueRow).at)

/** Unified records that a caller might write: any of the fields that this mapping can write on this verb. */
export function records(subject: Subject, verb: WriteVerb): fc.Arbitrary<Unified> {
  const { table, model } = subject.mapping
  const rows = table.rows.filter(row => row.custom === undefined && row.can(verb) && !row.byHook(verb))
  const fields = rows
    .filter(row => row.field !== 'custom_fields')
    .map((row): [string, fc.Arbitrary<Unified>] => {
      const given = values(model.fields[row.field]!, row)
      const cleared = fc.constantFrom<Unified>({ [row.field]: null })
      return [
        row.field,
        verb === 'update' ? fc.oneof({ weight: 5, arbitrary: given }, { weight: 1, arbitrary: cleared }) : given,
      ]
    })
  // Parts that have no row of their own, and are joined into another field.
  const parts = table.rows.flatMap(row => row.composeFrom).filter(field => !table.byField.has(field))
  const own = custom(subject, verb).map(map => (Object.keys(map).length > 0 ? { custom_fields: map } : {}))
  return fc
    .record(
      Object.fromEntries([
        ...fields,
        ...parts.map(field => [field, oneLine.map(value => ({ [field]: value }))] as const),
        ['custom_fields', own] as const,
      ]),
      { requiredKeys: [] },
    )
    .map(chosen => withCurrency(subject, Object.assign({}, ...Object.values(chosen)) as Unified))
}
