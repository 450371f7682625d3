import { callingCode, countryOf, isCountry } from './countries.ts'
import { hasOnly, isObject } from './errors.ts'

/** A value without what surrounds it on the wire: the members that its type adds. */
export type Data = Record<string, unknown>

const HOST = /^([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/

/** The last two labels; of suffixes like `co.uk` nothing is known here. */
const rootOf = (domain: string): string => domain.split('.').slice(-2).join('.')

export function domainOf(input: unknown): Data | undefined {
  const domain = isObject(input) ? input.domain : input
  if (typeof domain !== 'string' || !HOST.test(domain.toLowerCase())) return undefined
  return { domain: domain.toLowerCase(), root_domain: rootOf(domain.toLowerCase()) }
}

export function emailOf(input: unknown): Data | undefined {
  const written = isObject(input) ? input.email_address : input
  const [, local, host] = (typeof written === 'string' && /^([^\s@<>,]+)@([^\s@]+)$/.exec(written.toLowerCase())) || []
  if (!local || !host || !HOST.test(host)) return undefined
  return {
    original_email_address: written,
    email_address: `${local}@${host}`,
    email_domain: host,
    email_root_domain: rootOf(host),
    email_local_specifier: local,
  }
}

/** International, or local beside a country: specs/attio/openapi.json#/components/schemas/input-value/anyOf/13 */
export function phoneOf(input: unknown): Data | undefined {
  const { original_phone_number: written, country_code: country } = isObject(input)
    ? input
    : { original_phone_number: input, country_code: undefined }
  if (typeof written !== 'string' || !/^\+?[\d\s().\-/]+$/.test(written.trim())) return undefined
  const digits = written.replace(/\D/g, '')
  if (written.trim().startsWith('+')) return phone(written, countryOf(digits), digits)
  if (!isCountry(country)) return undefined
  return phone(written, country, `${callingCode(country)}${digits.replace(/^0/, '')}`)
}

const phone = (original_phone_number: string, country_code: string | undefined, digits: string): Data | undefined =>
  country_code && /^\d{7,15}$/.test(digits)
    ? { original_phone_number, country_code, phone_number: `+${digits}` }
    : undefined

/** Three parts, of which the whole follows from the other two, or the text `Last name, First name`. */
export function nameOf(input: unknown): Data | undefined {
  if (typeof input === 'string') {
    const [, last_name = '', first_name = ''] = /^([^,]+),([^,]+)$/.exec(input)?.map(part => part.trim()) ?? []
    return last_name && first_name ? { first_name, last_name, full_name: `${first_name} ${last_name}` } : undefined
  }
  if (!isObject(input)) return undefined
  const { first_name = '', last_name = '', full_name = [first_name, last_name].filter(Boolean).join(' ') } = input
  const parts = { first_name, last_name, full_name }
  const named = 'first_name' in input || 'last_name' in input || 'full_name' in input
  return named && Object.values(parts).every(part => typeof part === 'string') ? parts : undefined
}

const ADDRESS = ['line_1', 'line_2', 'line_3', 'line_4', 'locality', 'region', 'postcode'] as const
export const LOCATION = [...ADDRESS, 'country_code', 'latitude', 'longitude'] as const

/**
 * Every member has to be there, null where it is empty:
 * specs/attio/openapi.json#/components/schemas/input-value/anyOf/10
 */
export function locationOf(input: unknown): Data | undefined {
  if (!isObject(input) || !hasOnly(input, LOCATION)) return undefined
  const text = (name: string) => input[name] === null || typeof input[name] === 'string'
  const degrees = (name: string, most: number) =>
    input[name] === null || (/^[-+]?\d+(\.\d+)?$/.test(String(input[name])) && Math.abs(Number(input[name])) <= most)
  const fits =
    LOCATION.every(text) &&
    (input.country_code === null || isCountry(input.country_code)) &&
    degrees('latitude', 90) &&
    degrees('longitude', 180)
  return fits ? Object.fromEntries(LOCATION.map(name => [name, input[name]])) : undefined
}
