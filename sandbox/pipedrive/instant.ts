/** A time as Pipedrive writes it: whole seconds in UTC, `2025-01-07T08:01:01Z`. */
export const instant = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`

/** Epoch milliseconds of an RFC 3339 time, or NaN. */
export const millisOf = (text: string): number =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN

/** As `millisOf`, for bodies, where `2025-01-07 08:01:01` is a time in UTC too. */
export const bodyMillisOf = (text: string): number =>
  millisOf(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? `${text.replace(' ', 'T')}Z` : text)

/** Whether a text is a day of the calendar, `2026-02-28`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const millis = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text)
}
