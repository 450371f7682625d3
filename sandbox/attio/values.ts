import { type Attribute, type AttributeType, findAttribute } from './attribute-table.ts'
import { type Data, domainOf, emailOf, locationOf, nameOf, phoneOf } from './contact-values.ts'
import { hasOnly, invalid, isObject, type Json, refuse, unknownValue } from './errors.ts'
import type { ObjectSlug } from './object-table.ts'
import { actorOf, choiceOf, type Reader, recordOf, type Shelf } from './references.ts'
import { dateOf, timestampOf } from './times.ts'

/** What a request writes, by attribute; an empty list clears. */
export type Written = Map<Attribute, Data[]>

/** A value that is written bare or as the one member of an object. */
const plain =
  (member: string, read: (value: unknown) => unknown): Reader =>
  input => {
    const value = read(isObject(input) && hasOnly(input, [member]) ? input[member] : input)
    return value === undefined ? undefined : { [member]: value }
  }

const textual = (read: (text: string) => string | undefined) => (value: unknown) =>
  typeof value === 'string' ? read(value) : undefined
const finite = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
/** At most four decimal places: specs/attio/openapi.json#/components/schemas/input-value/anyOf/3 */
const money = (value: unknown) => {
  const amount = finite(value)
  return amount !== undefined && Number(amount.toFixed(4)) === amount ? amount : undefined
}

/** The account keeps its money in one currency, so a write has no say in it. */
const currency: Reader = (...given) => {
  const data = plain('currency_value', money)(...given)
  return data && { ...data, currency_code: 'USD' }
}

const never: Reader = () => undefined
const readOne: Reader = (input, attribute, shelf) => readers[attribute.type](input, attribute, shelf)

/** specs/attio/openapi.json#/components/schemas/input-value, and the shorthand that is recorded beside it */
const readers: Record<AttributeType, Reader> = {
  text: plain(
    'value',
    textual(text => text),
  ),
  number: plain('value', finite),
  currency,
  date: plain('value', textual(dateOf)),
  timestamp: plain('value', textual(timestampOf)),
  status: choiceOf,
  select: choiceOf,
  'record-reference': recordOf(readOne),
  'actor-reference': actorOf,
  location: locationOf,
  domain: domainOf,
  'email-address': emailOf,
  'phone-number': phoneOf,
  interaction: never,
  'personal-name': nameOf,
}

/** Two values of an attribute are the same when this is: an e-mail address however it was spelled. */
export const identityOf = ({ original_email_address, original_phone_number, ...data }: Data): string =>
  JSON.stringify(data)

/** All values that are written to one attribute, each once. */
function readAll(attribute: Attribute, given: unknown, shelf: Shelf): Data[] {
  const list = given === null ? [] : Array.isArray(given) ? given : [given]
  if (list.length > 1 && !attribute.multiselect)
    return invalid(`More than one value was passed to the single-select attribute with slug "${attribute.slug}".`)
  const values = list.map(
    input =>
      readOne(input, attribute, shelf) ??
      invalid(`An invalid value was passed to attribute with slug "${attribute.slug}": ${JSON.stringify(input)}`),
  )
  return [...new Map(values.map(data => [identityOf(data), data])).values()]
}

function writable(object: ObjectSlug, name: string): Attribute {
  const attribute = findAttribute(object, name) ?? unknownValue(`Cannot find attribute with slug/ID "${name}".`)
  return attribute.readOnly ? invalid(`The attribute with slug "${attribute.slug}" cannot be written.`) : attribute
}

/** The `data.values` of a write, checked as a whole before anything is kept. */
export function readValues(object: ObjectSlug, body: Json, shelf: Shelf): Written {
  const values = isObject(body.data) ? body.data.values : undefined
  if (!isObject(values)) return invalid('Body payload validation error: data.values must be an object.')
  const written: Written = new Map()
  for (const [name, given] of Object.entries(values)) {
    const attribute = writable(object, name)
    const data = readAll(attribute, given, shelf)
    if (attribute.required && data.length === 0) missing(attribute)
    written.set(attribute, data)
  }
  return written
}

export const missing = ({ id }: Attribute): never =>
  refuse(400, 'missing_value', `Required value for attribute with ID "${id}" was not provided.`)
