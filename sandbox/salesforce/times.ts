/** A time as recorded: whole seconds, and no colon in the offset. */
export const spellTime = (millis: number): string => new Date(millis).toISOString().replace(/\.\d+Z$/, '.000+0000')

export const spellDay = (millis: number): string => new Date(millis).toISOString().slice(0, 10)

/** Salesforce keeps whole seconds. */
export const toSecond = (millis: number): number => Math.floor(millis / 1000) * 1000

/** Milliseconds since 1970 of a day or a time with its offset; NaN for a day that no calendar has. */
export function millisOf(text: string): number {
  const day = text.slice(0, 10)
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || spellDay(midnight) !== day) return Number.NaN
  return Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
}
