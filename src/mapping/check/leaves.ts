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

const plain = (path: Path): string => keysOf(path).join('.')
/** The tags that picks compare: `Phones.PhoneType`. */
const tags = (path: Path): string[] =>
  path.flatMap((step, i) => (step.pick === undefined ? [] : [[...keysOf(path.slice(0, i)), step.pick].join('.')]))

/** An ignored path as a test; `*` stands for anything within one key, and a path covers what is under it. */
function pattern(text: string): RegExp {
  const source = text
    .replaceAll("'", '')
    .replace(/[.$^+?()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^.]*')
  return new RegExp(`^${source}(\\..*)?$`)
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

/** Refuses an `ignored` that would hide what it should not: everything below a container, or what a row reads. */
export function checkIgnored({ table, evidence }: Mapping, report: Report): void {
  const read = new Set(table.rows.flatMap(row => row.reads).map(plain))
  for (const [i, text] of (evidence.ignored ?? []).entries()) {
    const pointer = `/ignored/${i}`
    const last = text.split('.').at(-1)!
    if (last === '*' && text.split('.').length < 2) report(pointer, `"${text}" ignores everything`)
    else if (/^\*+$/.test(last) || text === '') {
      const container = text.split('.').slice(0, -1).join('.')
      const hides = [...read].find(path => path.startsWith(`${container}.`) || container.includes('*'))
      if (hides || text === '') report(pointer, `"${text}" is over-broad: name what is ignored below "${container}"`)
    } else if (!text.includes('*')) {
      // Leaves are named without indices and picks; so is what would hide them.
      const name = plain(parsePath(text) ?? []) || text
      const hidden = [...read].find(path => path === name || path.startsWith(`${name}.`))
      if (hidden) report(pointer, `"${text}" is over-broad: a row reads "${hidden}"`)
    } else if (last.replaceAll('*', '').length < 2)
      report(pointer, `"${text}" is over-broad: a wildcard needs two letters beside it`)
  }
}
