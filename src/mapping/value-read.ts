import type { Scalar } from '../models/index.ts'
import { type Codec, minorUnits, readText, UNREADABLE } from './codecs.ts'
import { isNothing } from './path.ts'
import type { Into } from './row.ts'
import type { ValueRow } from './schema/index.ts'

/** How a row gets at theirs: one path, several of which the first present wins, or several joined as one text. */
export function rawOf(spec: ValueRow, gets: readonly ((s: unknown) => unknown)[]): (source: unknown) => unknown {
  const [get] = gets
  if (spec.join) {
    const between = spec.with ?? ' '
    return source => {
      let text: string | undefined
      for (const get of gets) {
        const value = get(source)
        if (isNothing(value)) continue
        // A part that is no text makes the whole unreadable; it is handed on, so that this is told.
        const part = readText(value)
        if (part === UNREADABLE) return value
        text = text === undefined ? part : text + between + part
      }
      return text
    }
  }
  if (gets.length === 1) return get!
  return source => {
    for (const g of gets) {
      const value = g(source)
      if (!isNothing(value)) return value
    }
    return undefined
  }
}

/** Theirs → ours, by the value and by its text: `true` and `"true"` are one. */
function listOf(options: NonNullable<ValueRow['enum']>): (theirs: unknown) => string | undefined {
  const byText = new Map<string, string>()
  for (const [ours, theirs] of Object.entries(options))
    for (const one of [theirs].flat()) if (!byText.has(String(one))) byText.set(String(one), ours)
  const others = byText.get('*')
  return theirs => (typeof theirs === 'object' ? undefined : (byText.get(String(theirs)) ?? others))
}

/** What a value row is read with. */
export interface ValueReading {
  readonly name: string
  readonly spec: ValueRow
  readonly codec: Codec
  readonly type: Scalar | 'list'
  /** Theirs, as it stands in a record. */
  readonly raw: (source: unknown) => unknown
  /** The currency of an amount in minor units. */
  readonly money: ((source: unknown) => unknown) | undefined
}

/** How a value row is read: by its enum, as plain text, or by its codec. */
export function readingOf({ name, spec, codec, type, raw, money }: ValueReading): Into {
  if (spec.enum) {
    const ours = listOf(spec.enum)
    return (source, out, bad) => {
      const value = raw(source)
      if (value == null || value === '') return
      const text = readText(value)
      if (text === UNREADABLE) return bad(name, value)
      const found = ours(value)
      out[name] = found ?? 'other'
      if (found === undefined) out[`${name}_raw`] = text
    }
  }
  if (type === 'text' && !spec.format)
    return (source, out, bad) => {
      const value = raw(source)
      if (typeof value === 'string') {
        if (value !== '') out[name] = value
      } else if (value != null) {
        const text = codec.read(value)
        if (text === UNREADABLE) bad(name, value)
        else out[name] = text
      }
    }
  return (source, out, bad) => {
    const value = raw(source)
    if (value == null || value === '') return
    const ours = codec.read(value)
    if (ours === UNREADABLE) bad(name, value)
    else if (ours !== undefined) out[name] = money ? (ours as number) / minorUnits(money(source)) : ours
  }
}
