import { type Attribute, findAttribute } from './attribute-table.ts'
import type { Data } from './contact-values.ts'
import { filterError, isObject } from './errors.ts'
import { type Comparable, type Field, findField, type Kind, operand, subject } from './fields.ts'
import type { ObjectSlug } from './object-table.ts'
import type { Records, Stored } from './records.ts'

type Test<T> = (of: T) => boolean
type Operator = (field: Field, given: unknown) => Test<Comparable | undefined>

const all =
  <T>(tests: readonly Test<T>[]): Test<T> =>
  of =>
    tests.every(test => test(of))

const listOf = (given: unknown, name: string): unknown[] =>
  Array.isArray(given) ? given : filterError(`${name} takes a list.`)

/** An operator for the kinds that it makes sense for. */
const among =
  (kinds: readonly Kind[], operator: Operator): Operator =>
  (field, given) =>
    kinds.includes(field.kind)
      ? operator(field, given)
      : filterError(`"${field.attribute.slug}" cannot be compared in this way.`)

const ordered = (holds: (mine: Comparable, theirs: Comparable) => boolean): Operator =>
  among(['number', 'date', 'timestamp'], (field, given) => {
    const theirs = operand(field, given)
    return mine => mine !== undefined && holds(mine, theirs)
  })

/** Parts of a text are found whatever their case. */
const textual = (holds: (mine: string, theirs: string) => boolean): Operator =>
  among(['text', 'lower', 'phone'], (field, given) => {
    const theirs = String(operand(field, given)).toLowerCase()
    return mine => mine !== undefined && holds(String(mine).toLowerCase(), theirs)
  })

const equal: Operator = (field, given) => {
  const theirs = operand(field, given)
  return mine => mine === theirs
}

/** Attio's guide to filtering, https://docs.attio.com/rest-api/guides/filtering-and-sorting, names these. */
const operators: Record<string, Operator> = {
  $eq: equal,
  $in: (field, given) => {
    const tests = listOf(given, '$in').map(one => equal(field, one))
    return mine => tests.some(test => test(mine))
  },
  $contains: textual((mine, theirs) => mine.includes(theirs)),
  $starts_with: textual((mine, theirs) => mine.startsWith(theirs)),
  $ends_with: textual((mine, theirs) => mine.endsWith(theirs)),
  $lt: ordered((mine, theirs) => mine < theirs),
  $lte: ordered((mine, theirs) => mine <= theirs),
  $gt: ordered((mine, theirs) => mine > theirs),
  $gte: ordered((mine, theirs) => mine >= theirs),
  $not_empty: (_field, given) =>
    given === true ? mine => mine !== undefined && mine !== '' : filterError('$not_empty takes true only.'),
}

/** `{ "$gte": …, "$lt": … }`, or a bare value that is meant to be equal. */
function readOperators(field: Field, given: unknown): Test<Data> {
  const asked = Object.entries(isObject(given) ? given : { $eq: given })
  if (asked.length === 0) return filterError(`Nothing is asked of "${field.attribute.slug}".`)
  const tests = asked.map(([name, value]) => {
    const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
    return (operator ?? filterError(`Unknown operator "${name}".`))(field, value)
  })
  return data => all(tests)(subject(field, data))
}

const isOperator = (name: string): boolean => name.startsWith('$')

/** A filter on one attribute: a bare value, operators, or fields that each have one of these. */
function readConstraint(attribute: Attribute, given: unknown): Test<Data> {
  if (!isObject(given)) return readOperators(findField(attribute), given)
  const names = Object.keys(given)
  // That there is a value at all can be asked of every attribute.
  if (names.length === 1 && given.$not_empty === true) return () => true
  if (names.every(isOperator)) return readOperators(findField(attribute), given)
  return all(names.map(name => readOperators(findField(attribute, name), given[name])))
}

const combined: Record<string, (records: Records, object: ObjectSlug, given: unknown) => Test<Stored>> = {
  $and: (records, object, given) => all(listOf(given, '$and').map(filter => readFilter(records, object, filter))),
  $or: (records, object, given) => {
    const tests = listOf(given, '$or').map(filter => readFilter(records, object, filter))
    return record => tests.some(test => test(record))
  },
  $not: (records, object, given) => {
    const test = readFilter(records, object, given)
    return record => !test(record)
  },
}

/** Compiles a filter to a test of a record; what is not understood is refused before any record is read. */
export function readFilter(records: Records, object: ObjectSlug, filter: unknown): Test<Stored> {
  if (!isObject(filter)) return filterError('An object is expected.')
  return all(Object.entries(filter).map(([name, given]) => readEntry(records, object, name, given)))
}

function readEntry(records: Records, object: ObjectSlug, name: string, given: unknown): Test<Stored> {
  const combine = Object.hasOwn(combined, name) ? combined[name] : undefined
  if (combine) return combine(records, object, given)
  const attribute = findAttribute(object, name) ?? filterError(`Unknown attribute slug: ${name}.`)
  const test = readConstraint(attribute, given)
  return record => records.values(record, attribute).some(({ data }) => test(data))
}
