import { type Detail, invalid } from './errors.ts'
import { isOwner } from './owners.ts'
import { findProperty, type Property } from './property-table.ts'
import type { ObjectType } from './types.ts'

/** A time as HubSpot writes it: no fraction on a whole second. */
export const instant = (millis: number): string => new Date(millis).toISOString().replace('.000Z', 'Z')

/** Milliseconds since 1970 of an epoch or ISO 8601 text, or NaN. */
export const millisOf = (text: string): number => (/^-?\d+$/.test(text) ? Number(text) : Date.parse(text))

export const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)

type Checked = { value: string } | { code: string; message: string }

function checkTime(text: string, write: (millis: number) => string): Checked {
  const millis = millisOf(text)
  return Number.isNaN(millis)
    ? { code: 'INVALID_DATE', message: `${text} was not a valid date.` }
    : { value: write(millis) }
}

function checkOption(property: Property, text: string): Checked {
  if (property.externalOptions)
    return isOwner(text)
      ? { value: text }
      : { code: 'INVALID_OWNER_ID', message: `The owner ${text} does not exist or is inactive.` }
  const allowed = property.options.map(option => option.value)
  if (allowed.includes(text)) return { value: text }
  return { code: 'INVALID_OPTION', message: `${text} was not one of the allowed options: [${allowed.join(', ')}]` }
}

function checkText(property: Property, text: string): Checked {
  if (property.name !== 'email') return { value: text }
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
    return { code: 'INVALID_EMAIL', message: `Email address ${text} is invalid` }
  return { value: text.toLowerCase() }
}

function checkTyped(property: Property, text: string): Checked {
  switch (property.type) {
    case 'number':
      return isNumber(text) ? { value: text } : { code: 'INVALID_NUMBER', message: `${text} was not a valid number.` }
    case 'bool':
      return text === 'true' || text === 'false'
        ? { value: text }
        : { code: 'INVALID_OPTION', message: `${text} was not one of the allowed options: [true, false]` }
    case 'date':
      return checkTime(text, millis => new Date(millis).toISOString().slice(0, 10))
    case 'datetime':
      return checkTime(text, instant)
    case 'enumeration':
      return checkOption(property, text)
    default:
      return checkText(property, text)
  }
}

function check(type: ObjectType, name: string, text: string): Checked {
  const property = findProperty(type, name)
  if (property === undefined) return { code: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` }
  if (property.readOnly)
    return { code: 'READ_ONLY_VALUE', message: `"${name}" is a read only property; its value cannot be set.` }
  return text === '' ? { value: '' } : checkTyped(property, text)
}

/** The specification knows only strings, yet numbers are recorded as accepted; null is not documented anywhere. */
function readText(name: string, value: unknown): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value)
  return invalid(`Invalid input JSON: the value of "${name}" must be a string`)
}

const refusalOf = (name: string, failure: { code: string; message: string }) => ({
  isValid: false,
  message: failure.message,
  error: failure.code,
  name,
})

/**
 * The values of a write as they are kept, the empty string where a value is cleared. All failures are told at once.
 * Documented at specs/hubspot/crm-contacts.v3.json#/paths/~1crm~1v3~1objects~1contacts~1{contactId}/patch
 */
export function readValues(type: ObjectType, written: Record<string, unknown>): Record<string, string> {
  const kept: Record<string, string> = {}
  const failures: ReturnType<typeof refusalOf>[] = []
  for (const [name, value] of Object.entries(written)) {
    const checked = check(type, name, readText(name, value))
    if ('value' in checked) kept[name] = checked.value
    else failures.push(refusalOf(name, checked))
  }
  if (failures.length > 0) {
    const errors: Detail[] = failures.map(({ message, error, name }) => ({
      message,
      code: error,
      context: { propertyName: [name] },
    }))
    invalid(`Property values were not valid: ${JSON.stringify(failures)}`, errors)
  }
  return kept
}
