/** One step of a path: a key or index, or the element of a list whose `pick` is `is`. */
export type Step =
  | { readonly key: string | number; readonly pick?: undefined }
  | { readonly pick: string; readonly is: string; readonly key?: undefined }
export type Path = readonly Step[]

type Json = Record<string | number, unknown>
const STEP = /(?:'([^']+)'|([^.[\]'{}]+))((?:\[[^=\]]+=[^\]]*\])?)(\.|$)/y
// Writing to one of these could change every object of the process.
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Reads a path: `a.b.0.c`, `'@odata.etag'`, `Phones[PhoneType=MOBILE].PhoneNumber`; `""` is the whole. Nothing in it
 * computes. Answers undefined for a text that is not a path.
 */
export function parsePath(text: string): Path | undefined {
  const steps: Step[] = []
  STEP.lastIndex = 0
  for (let at = 0; at < text.length; at = STEP.lastIndex) {
    const match = STEP.exec(text)
    if (!match || (match[4] && STEP.lastIndex === text.length)) return undefined
    const key = (match[1] ?? match[2])!
    if (FORBIDDEN.has(key)) return undefined
    steps.push({ key: match[2] && /^\d+$/.test(key) ? Number(key) : key })
    if (match[3]) {
      // The value may hold the mark itself.
      const inner = match[3].slice(1, -1)
      const [pick, is] = [inner.slice(0, inner.indexOf('=')), inner.slice(inner.indexOf('=') + 1)]
      if (FORBIDDEN.has(pick)) return undefined
      steps.push({ pick, is })
    }
  }
  return steps
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const isPicked = (element: unknown, pick: string, is: string): boolean =>
  isObject(element) && element[pick] != null && String(element[pick]) === is

/** An entry of a table by a name that a customer may have written: what every object inherits is none. */
export const entry = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** A function that reads a path; what is not there, or not of the shape that the path expects, is undefined. */
export function getter(path: Path): (source: unknown) => unknown {
  const keys = path.map(step => step.key)
  if (keys.every(key => typeof key === 'string')) {
    const [a, b, c] = keys
    // The lengths that nearly all rows have, without a loop: this runs for every field of every record.
    if (keys.length === 0) return source => source
    if (keys.length === 1) return source => (isObject(source) ? source[a!] : undefined)
    if (keys.length === 2)
      return source => {
        const inner = isObject(source) ? source[a!] : undefined
        return isObject(inner) ? inner[b!] : undefined
      }
    if (keys.length === 3)
      return source => {
        const inner = isObject(source) ? source[a!] : undefined
        const deep = isObject(inner) ? inner[b!] : undefined
        return isObject(deep) ? deep[c!] : undefined
      }
  }
  return source => {
    let value = source
    for (const step of path) {
      if (step.pick !== undefined) {
        value = Array.isArray(value) ? value.find(element => isPicked(element, step.pick, step.is)) : undefined
      } else if (typeof step.key === 'number') {
        value = Array.isArray(value) ? value[step.key] : undefined
      } else value = isObject(value) ? value[step.key] : undefined
      if (value == null) return undefined
    }
    return value
  }
}

/** Writes a value at a path, making what is missing: a list before an index or a pick, else an object. */
export function put(target: Record<string, unknown>, path: Path, value: unknown): void {
  const last = path.length - 1
  let at: Json = target
  for (let i = 0; i <= last; i++) {
    const step = path[i]!
    const next = path[i + 1]
    if (step.pick !== undefined) {
      const list = at as unknown as unknown[]
      let element = list.find(e => isPicked(e, step.pick, step.is)) as Json | undefined
      if (!element) {
        element = { [step.pick]: step.is }
        list.push(element)
      }
      at = element
      continue
    }
    if (i === last) {
      at[step.key] = value
      return
    }
    const there = at[step.key]
    const wantsList = next!.pick !== undefined || typeof next!.key === 'number'
    if (wantsList ? !Array.isArray(there) : !isObject(there)) at[step.key] = wantsList ? [] : {}
    at = at[step.key] as Json
  }
}

/** A path for people and for the check of completeness: indices as `[]`, picks as `[pick=is]`. */
export const show = (path: Path): string =>
  path
    .map(step =>
      step.pick !== undefined ? `[${step.pick}=${step.is}]` : typeof step.key === 'number' ? '[]' : step.key,
    )
    .join('.')
    .replaceAll('.[', '[')

/** The keys of a path alone, without indices and picks. */
export const keysOf = (path: Path): string[] => path.flatMap(step => (typeof step.key === 'string' ? [step.key] : []))

/** Whether a path begins with another. */
export const startsWith = (path: Path, under: Path): boolean =>
  under.length <= path.length &&
  under.every(
    (step, i) => step.key === path[i]!.key && step.pick === path[i]!.pick && stepIs(step) === stepIs(path[i]!),
  )
const stepIs = (step: Step): string | undefined => (step.pick === undefined ? undefined : step.is)

export function clone<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(clone) as T
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, clone(v)])) as T
}

/** Lays one value over another: objects key by key, everything else replaces. */
export function lay(under: unknown, over: unknown): unknown {
  if (!isObject(under) || !isObject(over)) return over
  const out: Record<string, unknown> = { ...under }
  for (const key of Object.keys(over)) {
    if (FORBIDDEN.has(key)) continue
    out[key] = key in under ? lay(under[key], over[key]) : over[key]
  }
  return out
}

/** The same, but lists are joined: how several templates of one record come together. */
export function merge(under: unknown, over: unknown): unknown {
  if (Array.isArray(under) && Array.isArray(over)) return [...under, ...over]
  if (!isObject(under) || !isObject(over)) return over
  const out: Record<string, unknown> = { ...under }
  for (const key of Object.keys(over)) out[key] = key in under ? merge(under[key], over[key]) : over[key]
  return out
}

/** Missing, null, `""` and `[]` are one nothing. */
export const isNothing = (value: unknown): boolean =>
  value == null || value === '' || (Array.isArray(value) && value.length === 0)
