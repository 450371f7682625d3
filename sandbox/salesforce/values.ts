import { type Json, refuse, refuseFields } from './errors.ts'
import type { Field } from './field.ts'
import { readId } from './ids.ts'
import { findField, type ObjectName, objects } from './objects.ts'
import type { Records, Value, Values } from './records.ts'
import { millisOf, spellDay } from './times.ts'

export type Verb = 'create' | 'update'

const KINDS: Record<string, string> = { string: 'STRING', number: 'NUMBER', boolean: 'BOOLEAN', object: 'START_OBJECT' }

const unreadable = (field: Field, value: unknown): never =>
  refuse(
    400,
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${field.type} from VALUE_${KINDS[typeof value]} value ${JSON.stringify(value)} or request may be missing a required field`,
  )

function readNumber(field: Field, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) return unreadable(field, value)
  if (field.type === 'int' && !Number.isInteger(number)) return unreadable(field, value)
  if (field.type === 'percent' && (number < 0 || number > 100))
    refuseFields(
      'NUMBER_OUTSIDE_VALID_RANGE',
      `${field.label}: value outside of valid range on numeric field: ${number}`,
      [field.name],
    )
  return number
}

function readDay(field: Field, value: unknown): string {
  const millis = typeof value === 'string' && /^\d{4}-\d\d-\d\d(T.+)?$/.test(value) ? millisOf(value) : Number.NaN
  return Number.isNaN(millis) ? unreadable(field, value) : spellDay(millis)
}

function readReference(records: Records, field: Field, value: string): string {
  const to = field.referenceTo ?? 'User'
  const id = readId(value)
  const wrong = `${field.label}: id value of incorrect type: ${value}`
  if (id === undefined) return refuseFields('MALFORMED_ID', wrong, [field.name])
  if (!id.startsWith(objects[to].prefix)) return refuseFields('FIELD_INTEGRITY_EXCEPTION', wrong, [field.name])
  if (records.get(to, id)?.deleted !== false)
    return refuseFields('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [field.name])
  return id
}

function readText(field: Field, value: string): string {
  const { name, label } = field
  if (field.type === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
    return refuseFields('INVALID_EMAIL_ADDRESS', `${label}: invalid email address: ${value}`, [name])
  if (field.restricted && !field.options.includes(value))
    return refuseFields(
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `${label}: bad value for restricted picklist field: ${value}`,
      [name],
    )
  if (value.length > field.length)
    return refuseFields('STRING_TOO_LONG', `${label}: data value too large: ${value} (max length=${field.length})`, [
      name,
    ])
  return value
}

/** One value as it is kept: texts without the blanks around them, and an empty one is null. */
function readValue(records: Records, field: Field, value: unknown): Value {
  if (value === null || (typeof value === 'string' && value.trim() === '')) return null
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : unreadable(field, value)
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return readNumber(field, value)
    case 'date':
      return readDay(field, value)
  }
  if (typeof value !== 'string') return unreadable(field, value)
  return field.type === 'reference' ? readReference(records, field, value.trim()) : readText(field, value.trim())
}

/** The fields that a body names, each of which the object must have. `attributes` says the type, and is not a field. */
function readFields(type: ObjectName, body: Json): [Field, unknown][] {
  const given = Object.entries(body).filter(([name]) => name !== 'attributes')
  return given.map(([name, value]) => {
    const field = findField(type, name)
    return field ? [field, value] : refuse(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${type}`)
  })
}

function refuseReadOnly(fields: readonly Field[], verb: Verb): void {
  const names = fields
    .filter(field => !(verb === 'create' ? field.createable : field.updateable))
    .map(({ name }) => name)
  if (names.length === 0) return
  const advice =
    'Please check the security settings of this field and verify that it is read/write for your profile or permission set.'
  refuseFields(
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    `Unable to create/update fields: ${names.join(', ')}. ${advice}`,
    names,
  )
}

/** A create needs every required field; neither verb may empty one. */
function refuseMissing(type: ObjectName, values: Values, verb: Verb): void {
  const missing = objects[type].fields.filter(
    ({ name, nillable, defaultedOnCreate, createable }) =>
      !nillable &&
      createable &&
      (values[name] === null || (verb === 'create' && !defaultedOnCreate && !(name in values))),
  )
  const names = missing.map(({ name }) => name)
  if (names.length === 0) return
  if (names[0] === 'OwnerId') refuseFields('INVALID_CROSS_REFERENCE_KEY', 'Owner ID: owner cannot be blank', names)
  refuseFields('REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, names)
}

/** The values of a write as they are kept, null where one is cleared, under the fields' own names. */
export function readValues(records: Records, type: ObjectName, body: Json, verb: Verb): Values {
  const given = readFields(type, body)
  refuseReadOnly(
    given.map(([field]) => field),
    verb,
  )
  const values = Object.fromEntries(given.map(([field, value]) => [field.name, readValue(records, field, value)]))
  refuseMissing(type, values, verb)
  return values
}
