import { climbs } from '../provider/destination.ts'
import { ConversionError, readInstant, UNREADABLE } from './codecs.ts'

const quoted =
  (quote: string, marks: RegExp) =>
  (value: string): string =>
    quote + value.replace(marks, '\\$&') + quote

/**
 * How a value may stand inside a query language: the closed list of escapes. Text that does not fill its whole place
 * must name one, so that no quote of a caller reaches a provider.
 */
export const escapes: Readonly<Record<string, (value: string) => string | ConversionError>> = {
  single: quoted("'", /[\\']/g),
  double: quoted('"', /[\\"]/g),
  doubled: value => `'${value.replaceAll("'", "''")}'`,
  criteria: value => value.replace(/[\\(),]/g, '\\$&'),
  word: value => (/^[A-Za-z0-9_-]+$/.test(value) ? value : new ConversionError('letters, digits, `-` and `_` only')),
  number: value => (/^-?\d+(\.\d+)?$/.test(value) ? value : new ConversionError('a number')),
  instant: value => {
    const time = readInstant(value)
    return time === UNREADABLE ? new ConversionError('a time') : time
  },
}

/** Percent-encodes one segment of a path or one value of a query, also the marks that `encodeURIComponent` leaves. */
export const percent = (value: string): string =>
  encodeURIComponent(value.isWellFormed() ? value : value.toWellFormed()).replace(
    /[!'()*]/g,
    c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/**
 * One path segment; an empty one, `.` and `..` would change which path it is and are refused, and so is what would do so
 * at a provider that decodes a path before it looks for them, and half of a surrogate pair, which no address can hold.
 */
export const segment = (value: string): string | ConversionError =>
  /^\.{0,2}$/.test(value) || !value.isWellFormed() || climbs(value) ? new ConversionError('an id') : percent(value)
