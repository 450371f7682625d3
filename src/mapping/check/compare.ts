import { isObject } from '../path.ts'

/** One place where two JSON values differ. */
export interface Difference {
  /** JSON pointer; empty for the whole. */
  readonly at: string
  readonly message: string
}

const json = (value: unknown): string => JSON.stringify(value)
const isSame = (a: unknown, b: unknown): boolean => differencesBetween(a, b).length === 0

/** Texts longer than this are told only around the place where they differ. */
const LONG = 120
const BEFORE = 24
const AROUND = 80

/** Two texts cut to where they differ. */
function apart(a: string, b: string): [string, string] {
  if (a.length <= LONG && b.length <= LONG) return [a, b]
  let same = 0
  while (same < a.length && a[same] === b[same]) same++
  const from = Math.max(0, same - BEFORE)
  const cut = (text: string): string =>
    `${from > 0 ? '…' : ''}${text.slice(from, from + AROUND)}${from + AROUND < text.length ? '…' : ''}`
  return [cut(a), cut(b)]
}

/** Members that are missing and members that are too many; one that only has another name is told as that. */
function differentKeys(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  at: string,
  partly: boolean,
): Difference[] {
  const missing = Object.keys(expected).filter(key => !(key in actual))
  const strange = Object.keys(actual).filter(key => !(key in expected))
  const out: Difference[] = []
  for (const key of missing) {
    const renamed = partly ? -1 : strange.findIndex(other => isSame(expected[key], actual[other]))
    const as = renamed < 0 ? undefined : strange.splice(renamed, 1)[0]
    const message =
      as === undefined ? `expected ${json(expected[key])}, missing` : `expected, found as "${as}": ${json(actual[as])}`
    out.push({ at: `${at}/${key}`, message })
  }
  if (!partly)
    for (const key of strange) out.push({ at: `${at}/${key}`, message: `not expected: ${json(actual[key])}` })
  return out
}

/**
 * Where two JSON values differ; `*` among the expected stands for any text. With `partly`, further members are allowed.
 */
export function differencesBetween(expected: unknown, actual: unknown, at = '', partly = false): Difference[] {
  if (expected === '*' && typeof actual === 'string' && actual !== '') return []
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const inside = expected.flatMap((e, i) =>
      i < actual.length ? differencesBetween(e, actual[i], `${at}/${i}`, partly) : [],
    )
    if (expected.length === actual.length) return inside
    return [{ at, message: `${expected.length} elements expected, ${actual.length} found` }, ...inside]
  }
  if (isObject(expected) && isObject(actual)) {
    const both = Object.keys(expected).filter(key => key in actual)
    return [
      ...both.flatMap(key => differencesBetween(expected[key], actual[key], `${at}/${key}`, partly)),
      ...differentKeys(expected, actual, at, partly),
    ]
  }
  if (Object.is(expected, actual)) return []
  const [due, found] =
    typeof expected === 'string' && typeof actual === 'string' ? apart(expected, actual) : [expected, actual]
  return [{ at, message: `expected ${json(due)}, found ${json(found)}` }]
}

/** The same as sentences. */
export const differences = (expected: unknown, actual: unknown, at = '', partly = false): string[] =>
  differencesBetween(expected, actual, at, partly).map(({ at: place, message }) => `${place || '/'}: ${message}`)
