import { isObject, lay } from '../../src/mapping/path.ts'
import type { VerbRequest } from '../../src/mapping/schema/index.ts'

type Json = Record<string, unknown>

/** Where a template holds the record, as keys; undefined where the record is laid over the whole. */
function placeOfRecord(template: unknown, at: readonly (string | number)[] = []): (string | number)[] | undefined {
  if (template === '{record}') return [...at]
  const inside = Array.isArray(template) ? [...template.entries()] : isObject(template) ? Object.entries(template) : []
  for (const [key, inner] of inside) {
    const found = placeOfRecord(inner, [...at, key])
    if (found) return found
  }
  return undefined
}
/** A body without what the template itself brings: literals and placeholders are no part of the record. */
function without(body: unknown, template: unknown): unknown {
  if (!isObject(body) || !isObject(template)) return undefined
  const kept = Object.entries(body).flatMap(([key, value]) => {
    if (!(key in template)) return [[key, value]]
    const left = without(value, template[key])
    return left === undefined ? [] : [[key, left]]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

/** The record in the body of a write. */
export function recordSent(spec: VerbRequest, whole: unknown): Json {
  const isGraphql = spec.graphql !== undefined
  const template = isGraphql ? spec.variables : spec.body
  const body = isGraphql ? (whole as Json | undefined)?.variables : whole
  const place = placeOfRecord(template)
  const record = place
    ? place.reduce<unknown>((value, key) => (value as Json | undefined)?.[key], body)
    : template === undefined
      ? body
      : without(body, template)
  return (record ?? {}) as Json
}

/** Lists of a provider that a write merges by a tag of their elements, where it replaces all others. */
export type Merges = Readonly<Record<string, string>>

/** Lays what was sent over what is stored: objects by key, lists whole, or by their tag where the provider does so. */
export function layOver(stored: Json, sent: Json, merges: Merges = {}): Json {
  const out = lay(stored, sent) as Json
  for (const [list, tag] of Object.entries(merges)) {
    const before = stored[list]
    const given = sent[list]
    if (!Array.isArray(before) || !Array.isArray(given)) continue
    const left = [...(given as Json[])]
    const merged = (before as Json[]).map(element => {
      const i = left.findIndex(other => other[tag] === element[tag])
      return i < 0 ? element : (lay(element, left.splice(i, 1)[0]) as Json)
    })
    out[list] = [...merged, ...left]
  }
  return out
}
