import { isDeepStrictEqual } from 'node:util'
import { isObject } from '../../../src/mapping/path.ts'

/** Missing, null, `""`, `[]` and `{}` are one nothing; the order of keys says nothing. */
export function plain(value: unknown): unknown {
  if (value == null || value === '') return undefined
  if (Array.isArray(value)) {
    const kept = value.map(plain).filter(v => v !== undefined)
    return kept.length > 0 ? kept : undefined
  }
  if (!isObject(value)) return value
  const kept = Object.entries(value)
    .map(([key, v]) => [key, plain(v)] as const)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}
export const same = (a: unknown, b: unknown): boolean => isDeepStrictEqual(plain(a), plain(b))

/** Whether `got` is what was `wanted`, but for a type that its place adds. */
const fills = (wanted: unknown, got: unknown): boolean => {
  if (!isObject(wanted) || !isObject(got)) return same(wanted, got)
  const { type, ...rest } = got
  return same(wanted, got) || (plain(wanted.type) === undefined && type !== undefined && same(wanted, rest))
}
/** The same elements in the same order. */
export const sameList = (wanted: readonly unknown[], got: readonly unknown[]): boolean => {
  const due = wanted.filter(v => plain(v) !== undefined)
  return due.length === got.length && due.every((w, i) => fills(w, got[i]))
}
/** Lists whose order is that of fixed places: the same elements, each once. */
export function sameElements(wanted: readonly unknown[], got: readonly unknown[]): boolean {
  const left = wanted.map(plain).filter(v => v !== undefined)
  for (const element of got) {
    const exact = left.findIndex(w => same(w, element))
    const found = exact >= 0 ? exact : left.findIndex(w => fills(w, element))
    if (found < 0) return false
    left.splice(found, 1)
  }
  return left.length === 0
}
