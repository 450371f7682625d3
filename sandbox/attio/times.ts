const TIME = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

/** A time as recorded, `2026-05-15T21:46:52.967000000Z`: to the nanosecond, of which a clock knows the milliseconds. */
export const instant = (millis: number): string => new Date(millis).toISOString().replace('Z', '000000Z')

/**
 * Any ISO 8601 time as Attio keeps it, UTC unless it says otherwise, or nothing for what is no time. Such texts
 * compare as the times do. specs/attio/openapi.json#/components/schemas/input-value/anyOf/18
 */
export function timestampOf(text: string): string | undefined {
  const parts = TIME.exec(text)
  if (parts === null) return undefined
  const [, year, month = '01', day = '01', minute = '00:00', second = '00', fraction = '', zone = 'Z'] = parts
  const nanos = fraction.padEnd(9, '0')
  const millis = Date.parse(`${year}-${month}-${day}T${minute}:${second}.${nanos.slice(0, 3)}${zone}`)
  const exists = new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDate() === Number(day)
  return exists && !Number.isNaN(millis) ? instant(millis).replace('000000Z', `${nanos.slice(3)}Z`) : undefined
}

/** A date is what a time leaves when it is cut: specs/attio/openapi.json#/components/schemas/input-value/anyOf/4 */
export const dateOf = (text: string): string | undefined => timestampOf(text)?.slice(0, 10)
