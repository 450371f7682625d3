import { isObject, keysOf, parsePath } from '../../src/mapping/path.ts'
import type { Select } from '../../src/mapping/schema/index.ts'

type Json = Record<string, unknown>

/** Cuts a value to the names asked for; lists are cut element by element. */
function cut(value: unknown, names: readonly (readonly string[])[]): unknown {
  if (names.some(name => name.length === 0)) return value
  if (Array.isArray(value)) return value.map(element => cut(element, names))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const below = names.filter(name => name[0] === key).map(name => name.slice(1))
      return below.length > 0 ? [[key, cut(inner, below)]] : []
    }),
  )
}

/** A record as the provider answers it when only these names were asked for. */
export function project(record: Json, style: Select | undefined, names: readonly (readonly string[])[]): Json {
  if (!style) return record
  const under = keysOf(parsePath(style.under ?? '') ?? [])
  const always = Object.keys(record).filter(key => style.never?.includes(key))
  if (under.length === 0) return cut(record, [...names, ...always.map(key => [key])]) as Json
  const [top] = under
  const others = Object.keys(record)
    .filter(key => key !== top)
    .map(key => [key])
  return cut(record, [...others, ...names.map(name => [...under, ...name])]) as Json
}
