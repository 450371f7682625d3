import type { Scalar } from '../models/index.ts'
import { isObject } from './path.ts'
import { adf, html } from './rich-text.ts'

/** What a reader answers for a value that is there and cannot be read; the record stays, a warning says so. */
export const UNREADABLE: unique symbol = Symbol('unreadable')
/** What a writer answers for a value that cannot be written so; the text says what would be. */
export class ConversionError {
  readonly wants: string
  constructor(wants: string) {
    this.wants = wants
  }
}

export interface Codec {
  /** Reads theirs; undefined for nothing, UNREADABLE for what cannot be read. */
  read(value: unknown): unknown
  /** Writes ours, which the model has already checked. */
  write(value: unknown): unknown
}

const DAY = 86_400_000
const two = (n: number): string => String(n).padStart(2, '0')
const digits = (s: string, from: number, to: number): number => {
  let n = 0
  for (let i = from; i < to; i++) {
    const c = s.charCodeAt(i) - 48
    if (c < 0 || c > 9) return -1
    n = n * 10 + c
  }
  return n
}
const isDay = (s: string): boolean =>
  s.charCodeAt(4) === 45 &&
  s.charCodeAt(7) === 45 &&
  digits(s, 0, 4) >= 0 &&
  inRange(digits(s, 5, 7), 1, 12) &&
  inRange(digits(s, 8, 10), 1, 31) &&
  // Nearly all days are below the 29th: only the others need their month's length.
  (digits(s, 8, 10) < 29 || digits(s, 8, 10) <= new Date(Date.UTC(digits(s, 0, 4), digits(s, 5, 7), 0)).getUTCDate())
const inRange = (n: number, low: number, high: number): boolean => n >= low && n <= high
/** `2026-01-02T03:04:05Z` or with milliseconds: nearly what we answer. By hand, since it runs for every record. */
const isOurs = (s: string): boolean =>
  (s.length === 24 || s.length === 20) &&
  s.charCodeAt(s.length - 1) === 90 &&
  s.charCodeAt(10) === 84 &&
  isDay(s) &&
  s.charCodeAt(13) === 58 &&
  s.charCodeAt(16) === 58 &&
  inRange(digits(s, 11, 13), 0, 23) &&
  inRange(digits(s, 14, 16), 0, 59) &&
  inRange(digits(s, 17, 19), 0, 59) &&
  (s.length === 20 || (s.charCodeAt(19) === 46 && digits(s, 20, 23) >= 0))

const fromMillis = (ms: number): string | typeof UNREADABLE => {
  const date = new Date(ms)
  const year = date.getUTCFullYear()
  return year >= 0 && year <= 9999 ? date.toISOString() : UNREADABLE // NaN compares false
}
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?([.,]\d+)?)? ?(Z|[+-]\d\d(?::?\d\d)?)?$/i
const DOTNET = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/

/** Any form of ISO 8601, also with nanoseconds, without a colon in the offset, or without an offset (UTC); `/Date()/`. */
export function readInstant(value: unknown): string | typeof UNREADABLE {
  if (typeof value !== 'string') return UNREADABLE
  if (isOurs(value)) return value.length === 24 ? value : `${value.slice(0, 19)}.000Z`
  const net = DOTNET.exec(value)
  if (net) return fromMillis(Number(net[1]))
  const iso = ISO.exec(value)
  // `Date.parse` takes the 30th of February for the 2nd of March.
  if (!iso || !isDay(value)) return UNREADABLE
  const [, day, minutes = '00:00', seconds = ':00', fraction = '', zone = 'Z'] = iso
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
  return fromMillis(Date.parse(`${day}T${minutes}${seconds}${fraction.slice(0, 4).replace(',', '.')}${offset}`))
}
/** A number as text: -0 keeps its sign, and one that JSON wrote too large to be held is none. */
const numberText = (value: number): string | typeof UNREADABLE =>
  Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : UNREADABLE
/** A value as a text of ours: texts as they are, numbers and booleans by their usual form. */
export const readText = (value: unknown): string | typeof UNREADABLE => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(value)
  return typeof value === 'boolean' ? String(value) : UNREADABLE
}
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const isExact = (text: string, n: number): boolean =>
  Number.isSafeInteger(Math.trunc(n)) || !/^\s*[+-]?\d+\s*$/.test(text)
const readNumber = (value: unknown): number | typeof UNREADABLE => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNREADABLE
  if (typeof value !== 'string' || !NUMBER.test(value.trim())) return UNREADABLE
  const n = Number(value)
  // A whole number beyond 2^53 would become another one.
  return Number.isFinite(n) && (value.length < 16 || isExact(value, n)) ? n : UNREADABLE
}
/** Theirs from 0 to 1, ours from 0 to 100; rounded, since 0.07 * 100 is not 7 in binary. */
const hundredfold = (value: unknown): number | typeof UNREADABLE => {
  const n = readNumber(value)
  return n === UNREADABLE ? UNREADABLE : Math.round(n * 1e10) / 1e8
}
/** Theirs in hundredths of a unit, whatever the currency; rounded, since 0.29 * 100 is not 29 in binary. */
const hundredth = (value: unknown): number | typeof UNREADABLE => {
  const n = readNumber(value)
  return n === UNREADABLE ? UNREADABLE : n / 100
}
const readBoolean = (value: unknown): unknown =>
  typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : UNREADABLE
const readDate = (value: unknown): string | typeof UNREADABLE => {
  if (typeof value === 'string' && value.length === 10 && isDay(value)) return value
  const time = readInstant(value)
  return time === UNREADABLE ? UNREADABLE : time.slice(0, 10)
}
const readList = (value: unknown): unknown => {
  if (!Array.isArray(value)) return UNREADABLE
  const texts = value.filter(v => v != null && v !== '').map(readText)
  return texts.includes(UNREADABLE) ? UNREADABLE : texts.length > 0 ? texts : undefined
}
const same = (value: never): unknown => value
const epoch = (unit: number, dayOnly: boolean): Codec => ({
  read: value => {
    const n = readNumber(value)
    if (n === UNREADABLE) return UNREADABLE
    const time = fromMillis(n * unit)
    return time === UNREADABLE || !dayOnly ? time : time.slice(0, 10)
  },
  write: (value: string) => Math.floor(Date.parse(value) / unit),
})
const readParts = (value: unknown): unknown => {
  if (!isObject(value)) return UNREADABLE
  const { year, month, day } = value
  const text = `${String(year).padStart(4, '0')}-${two(Number(month))}-${two(Number(day))}`
  return text.length === 10 && isDay(text) ? text : UNREADABLE
}

/**
 * The closed list of codecs by the type that the model gives a field; `''` is what needs no `format`. Reading is
 * lenient; writing gets values that the model has checked.
 */
export const codecs: Readonly<Record<Scalar | 'list', Readonly<Record<string, Codec>>>> = {
  text: {
    '': { read: readText, write: same },
    // 15 digits are exact in every JSON reader.
    'number-id': {
      read: readText,
      write: (v: string) => (/^\d{1,15}$/.test(v) ? Number(v) : new ConversionError('a whole number')),
    },
    adf: { read: v => adf.read(v) ?? readText(v), write: adf.write },
    html: { read: v => (typeof v === 'string' ? html.read(v) : UNREADABLE), write: html.write },
  },
  number: {
    '': { read: readNumber, write: same },
    'number-text': { read: readNumber, write: (v: number) => String(v) },
    hundredths: { read: hundredth, write: (v: number) => Math.round(v * 100) },
    fraction: { read: hundredfold, write: (v: number) => v / 100 },
    'fraction-text': { read: hundredfold, write: (v: number) => String(v / 100) },
  },
  boolean: { '': { read: readBoolean, write: same } },
  instant: {
    '': { read: readInstant, write: same },
    'unix-seconds': epoch(1000, false),
    'unix-millis': epoch(1, false),
    offset: { read: readInstant, write: (v: string) => v.replace('Z', '+00:00') },
    day: { read: readInstant, write: (v: string) => v.slice(0, 10) },
    dotnet: { read: readInstant, write: (v: string) => `/Date(${Date.parse(v)}+0000)/` },
  },
  date: {
    '': { read: readDate, write: same },
    'unix-seconds': epoch(1000, true),
    'unix-millis': epoch(1, true),
    parts: {
      read: readParts,
      write: (v: string) => {
        const [year, month, day] = v.split('-').map(Number)
        return { year, month, day }
      },
    },
  },
  list: {
    '': { read: readList, write: same },
    semicolons: {
      read: v =>
        typeof v === 'string'
          ? readList(
              v
                .split(';')
                .map(s => s.trim())
                .filter(Boolean),
            )
          : UNREADABLE,
      write: (v: string[]) =>
        v.some(t => t.includes(';'))
          ? new ConversionError('texts without a semicolon, which separates them here')
          : v.join(';'),
    },
  },
}

/** Currencies without two decimal places (ISO 4217, table A.1). */
const DECIMALS: Readonly<Record<string, number>> = Object.fromEntries([
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map(code => [code, 3]),
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' ').map(code => [code, 0]),
])
/** How many minor units one unit of a currency has: 100 for EUR, 1 for JPY. */
export const minorUnits = (currency: unknown): number => 10 ** (DECIMALS[String(currency).toUpperCase()] ?? 2)

/** The instant a number of days earlier. */
export const daysEarlier = (instant: string, days: number): string =>
  new Date(Date.parse(instant) - days * DAY).toISOString()
