import type { Mapping } from '../compile.ts'
import { isObject, keysOf, type Path, parsePath } from '../path.ts'
import type { Report } from '../report.ts'

/** The names of all values in a record, with dots, without indices. An empty list or object is a value too. */
export function leavesOf(value: unknown, name = '', out = new Set<string>()): Set<string> {
  if (Array.isArray(value)) {
    if (value.length === 0) out.add(name)
    for (const element of value) leavesOf(element, name, out)
  } else if (isObject(value)) {
    const keys = Object.keys(value)
    if (keys.length === 0) out.add(name)
    for (const key of keys) leavesOf(value[key], name === '' ? key : `${name}.${key}`, out)
  } else out.add(name)
  return out
}

export const plain = (path: Path): string => keysOf(path).join('.')
/** The tags that picks compare: `Phones.PhoneType`. */
const tags = (path: Path): string[] =>
  path.flatMap((step, i) => (step.pick === undefined ? [] : [[...keysOf(path.slice(0, i)), step.pick].join('.')]))

/** An ignored path as a test; `*` stands for anything within one key, and a path covers what is under it. */
function pattern(text: string): RegExp {
  const keys = keysOf(parsePath(text) ?? []).map(key =>
    key.replace(/[.$^+?()|[\]\\]/g, '\\$&').replaceAll('*', '[^.]*'),
  )
  return new RegExp(`^${keys.join('\\.')}(\\..*)?$`)
}

/** Whether a mapping tells all that a provider answers. */
export interface Completeness {
  /** Leaves of a record that are neither read nor ignored. */
  unaccounted(record: unknown): string[]
}

/** Theirs: every leaf of a record is read by a row, or ignored on purpose. */
export function completenessOf({ table, file, evidence }: Pick<Mapping, 'table' | 'file' | 'evidence'>): Completeness {
  const paths = [
    ...table.rows.flatMap(row => [...row.reads, ...row.writes]),
    ...table.rows.flatMap(row => eachOf(row.spec)),
  ]
  const read = [...new Set([...table.rows.flatMap(row => row.reads).map(plain), ...paths.flatMap(tags)])]
  const conditions = Object.keys(file.exclude ?? {}).map(text => plain(parsePath(text) ?? []))
  const ignored = (evidence.ignored ?? []).map(pattern)
  const isRead = (leaf: string) =>
    [...read, ...conditions].some(path => leaf === path || leaf.startsWith(`${path}.`) || path.startsWith(`${leaf}.`))
  return {
    unaccounted: record =>
      [...leavesOf(record)].filter(leaf => leaf !== '' && !isRead(leaf) && !ignored.some(test => test.test(leaf))),
  }
}
const eachOf = (spec: unknown): Path[] =>
  isObject(spec) && typeof spec.each === 'string' ? [parsePath(spec.each) ?? []] : []

/** Whether what stands beside a wildcard says which keys are meant: two letters, or a mark such as the `$` of `$*`. */
const isNarrow = (beside: string): boolean => beside.length >= 2 || /[^A-Za-z0-9]/.test(beside)

/** Why a path may not be ignored: it would hide what it should not; undefined where it may. */
function broadness(text: string, read: ReadonlySet<string>): string | undefined {
  const keys = keysOf(parsePath(text) ?? [])
  const last = keys.at(-1)
  if (last === undefined) return text === '' ? '"" is over-broad: it ignores everything' : `not a path: ${text}`
  const isAny = (key: string) => /^\*+$/.test(key)
  if (isAny(last)) {
    if (keys.length === 1) return `"${text}" ignores everything`
    const above = keys.slice(0, -1)
    const container = above.join('.')
    const hides = above.some(key => key.includes('*')) || [...read].some(path => path.startsWith(`${container}.`))
    return hides ? `"${text}" is over-broad: name what is ignored below "${container}"` : undefined
  }
  // A key that may be any stands above one that is named: `values.*.active_from`.
  if (keys.some(key => key.includes('*') && !isNarrow(key.replaceAll('*', '')) && !isAny(key)))
    return `"${text}" is over-broad: a wildcard needs two letters or a mark beside it`
  if (keys.some(key => key.includes('*'))) return undefined
  // Leaves are named without indices and picks; so is what would hide them.
  const name = keys.join('.')
  const hidden = [...read].find(path => path === name || path.startsWith(`${name}.`))
  return hidden === undefined ? undefined : `"${text}" is over-broad: a row reads "${hidden}"`
}

/** Refuses an `ignored` that would hide what it should not: everything below a container, or what a row reads. */
export function checkIgnored({ table, evidence }: Mapping, report: Report): void {
  const read = new Set(table.rows.flatMap(row => row.reads).map(plain))
  for (const [i, text] of (evidence.ignored ?? []).entries()) {
    const broad = broadness(text, read)
    if (broad !== undefined) report(`/ignored/${i}`, broad)
  }
}
