import { invalid, isObject, type Json } from './errors.ts'
import { bodyMillisOf, instant, isDay } from './instant.ts'

/** Checks one written value, and says how it is kept. `at` names it in a refusal. */
export type Check = (value: unknown, at: string) => unknown

/** Null clears, and so does an empty text. */
export const clearable =
  (check: Check): Check =>
  (value, at) =>
    value === null || value === '' ? null : check(value, at)

export const text: Check = (value, at) => (typeof value === 'string' ? value : invalid(`${at}: must be a string`))

export const someText: Check = (value, at) =>
  typeof value === 'string' && value.trim() !== '' ? value : invalid(`${at}: must be a string that is not empty`)

export const number: Check = (value, at) => (Number.isFinite(value) ? value : invalid(`${at}: must be a number`))

export const integer: Check = (value, at) => (Number.isInteger(value) ? value : invalid(`${at}: must be an integer`))

export const flag: Check = (value, at) => (typeof value === 'boolean' ? value : invalid(`${at}: must be a boolean`))

export const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value, at) =>
    allowed.includes(value) ? value : invalid(`${at}: must be one of ${allowed.join(', ')}`)

export const range =
  (low: number, high: number): Check =>
  (value, at) => {
    const given = number(value, at) as number
    return given >= low && given <= high ? given : invalid(`${at}: must be from ${low} to ${high}`)
  }

export const currency: Check = (value, at) =>
  typeof value === 'string' && /^[A-Z]{3}$/.test(value) ? value : invalid(`${at}: must be the code of a currency`)

export const day: Check = (value, at) =>
  typeof value === 'string' && isDay(value) ? value : invalid(`${at}: must be a date, YYYY-MM-DD`)

export const time: Check = (value, at) => {
  const millis = typeof value === 'string' ? bodyMillisOf(value) : Number.NaN
  return Number.isNaN(millis) ? invalid(`${at}: must be a time in RFC3339 format`) : instant(millis)
}

export const listOf =
  (check: Check): Check =>
  (value, at) =>
    Array.isArray(value) ? value.map((entry, i) => check(entry, `${at}.${i}`)) : invalid(`${at}: must be an array`)

/** An object of these members and no others. */
const shape =
  (members: Record<string, Check>): ((value: unknown, at: string) => Json) =>
  (value, at) => {
    if (!isObject(value)) return invalid(`${at}: must be an object`)
    const kept = Object.entries(value).map(([name, given]) => {
      const check = Object.hasOwn(members, name) ? members[name] : undefined
      return [name, check ? check(given, `${at}.${name}`) : invalid(`${at}.${name}: is not allowed`)]
    })
    return Object.fromEntries(kept)
  }

const channel = shape({ value: someText, primary: flag, label: text })

/**
 * Emails, phones and messengers: one of them is always the primary one, and a label that is not given is `work`, as
 * recorded for v1.
 */
export const channels: Check = (value, at) => {
  const list = listOf(channel)(value, at) as Json[]
  list.forEach((entry, i) => {
    if (entry.value === undefined) invalid(`${at}.${i}.value: is required`)
  })
  const primary = Math.max(
    0,
    list.findIndex(entry => entry.primary === true),
  )
  return list.map(({ value: given, label = 'work' }, i) => ({ value: given, primary: i === primary, label }))
}

const PARTS =
  'value country admin_area_level_1 admin_area_level_2 locality sublocality route street_number subpremise postal_code'.split(
    ' ',
  )
const address = shape(Object.fromEntries(PARTS.map(part => [part, clearable(text)])))

/** An address is replaced whole; a part that is not given is empty, as recorded for an address of `value` alone. */
export const wholeAddress: Check = (value, at) => {
  const given = address(value, at)
  const parts = PARTS.map(part => [part, given[part] ?? null])
  return parts.some(([, part]) => part !== null) ? Object.fromEntries(parts) : null
}
