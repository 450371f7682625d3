import { invalid, isObject } from './errors.ts'
import { findProperty, type ValueType } from './property-table.ts'
import type { Records, Stored } from './records.ts'
import { findType, type ObjectType } from './types.ts'
import { isNumber, millisOf } from './values.ts'

/** A record's own side of a comparison: no values where the property is empty, several for an association. */
interface Subject {
  type: ValueType
  values: string[]
}

type Comparable = string | number
type Test = (subject: Subject, operand: Operand) => boolean

interface Operand {
  value: () => string
  high: () => string
  values: () => string[]
}

/** Property values as they compare: times by the millisecond, numbers by size, text without regard to case. */
export function comparable(type: ValueType, text: string): Comparable {
  if (type === 'number') return isNumber(text) ? Number(text) : invalid(`${text} is not a number`)
  if (type === 'date' || type === 'datetime') {
    const millis = millisOf(text)
    return Number.isNaN(millis) ? invalid(`${text} is not a time`) : millis
  }
  return type === 'enumeration' || type === 'bool' ? text : text.toLowerCase()
}

/** IN and NOT_IN know text in lower case only: HubSpot's search guide asks for lower-case values there. */
const literal = (type: ValueType, text: string): Comparable =>
  type === 'string' || type === 'phone_number' ? text : comparable(type, text)

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/** Whole words, or parts of words where the asked one has an asterisk. */
function hasToken(value: string, asked: string): boolean {
  if (!asked.includes('*')) return words(asked).every(word => words(value).includes(word))
  const pattern = asked
    .toLowerCase()
    .split('*')
    .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return [value.toLowerCase(), ...words(value)].some(token => new RegExp(`^${pattern}$`, 'su').test(token))
}

const some =
  (test: (mine: Comparable, theirs: Comparable) => boolean): Test =>
  (subject, operand) => {
    const theirs = comparable(subject.type, operand.value())
    return subject.values.some(value => test(comparable(subject.type, value), theirs))
  }
const within: Test = ({ type, values }, operand) => {
  const allowed = operand.values().map(value => literal(type, value))
  return values.some(value => allowed.includes(comparable(type, value)))
}
const between: Test = ({ type, values }, operand) => {
  const [low, high] = [comparable(type, operand.value()), comparable(type, operand.high())]
  return values.some(value => comparable(type, value) >= low && comparable(type, value) <= high)
}
const token: Test = ({ values }, operand) => {
  const asked = operand.value()
  return values.some(value => hasToken(value, asked))
}

/** The opposite among records that have a value: an empty property answers only NOT_HAS_PROPERTY. */
const not =
  (test: Test): Test =>
  (subject, operand) =>
    !test(subject, operand) && subject.values.length > 0

/** specs/hubspot/crm-contacts.v3.json#/components/schemas/Filter/properties/operator */
const operators: Record<string, Test> = {
  EQ: some((mine, theirs) => mine === theirs),
  NEQ: not(some((mine, theirs) => mine === theirs)),
  LT: some((mine, theirs) => mine < theirs),
  LTE: some((mine, theirs) => mine <= theirs),
  GT: some((mine, theirs) => mine > theirs),
  GTE: some((mine, theirs) => mine >= theirs),
  BETWEEN: between,
  IN: within,
  NOT_IN: not(within),
  HAS_PROPERTY: ({ values }) => values.length > 0,
  NOT_HAS_PROPERTY: ({ values }) => values.length === 0,
  CONTAINS_TOKEN: token,
  NOT_CONTAINS_TOKEN: not(token),
}

/** `associations.company` stands for the ids of the associated companies. */
function subjectReader(records: Records, type: ObjectType, name: string): (record: Stored) => Subject {
  const to = name.startsWith('associations.') ? findType(name.slice('associations.'.length)) : undefined
  if (to)
    return record => ({ type: 'number', values: records.links.of({ type, id: record.id }, to).map(({ id }) => id) })
  const property = findProperty(type, name) ?? invalid(`There was a problem with the request: no property ${name}`)
  return record => {
    const value = records.value(type, record, name)
    return { type: property.type, values: typeof value === 'string' ? [value] : [] }
  }
}

/** Compiles one filter to a test of a record; a filter that is not complete is refused before any record is read. */
export function readFilter(records: Records, type: ObjectType, filter: unknown): (record: Stored) => boolean {
  if (!isObject(filter)) return invalid('Invalid input JSON: a filter must be an object')
  const { propertyName, operator, value, highValue, values } = filter
  const test = operators[String(operator)] ?? invalid(`Invalid input JSON: unknown operator ${operator}`)
  const text = (given: unknown, name: string) =>
    given === undefined || given === null || given === ''
      ? invalid(`operator ${operator} requires ${name}`)
      : String(given)
  const operand: Operand = {
    value: () => text(value, 'a value'),
    high: () => text(highValue, 'a highValue'),
    values: () =>
      Array.isArray(values) && values.length > 0 ? values.map(String) : invalid(`operator ${operator} requires values`),
  }
  const subjectOf = subjectReader(records, type, String(propertyName))
  // A first run without values evaluates the operand alone.
  const sample = findProperty(type, String(propertyName))?.type ?? 'number'
  test({ type: sample, values: [] }, operand)
  return record => test(subjectOf(record), operand)
}
