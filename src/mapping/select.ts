import { down } from '../problem/pointer.ts'
import type { ExpandedFile } from './expand.ts'
import { type Path, parsePath } from './path.ts'
import { type Fields, pathsFor } from './read.ts'
import type { Report } from './report.ts'
import type { Table } from './table.ts'
import type { Selection } from './template.ts'

/** What the provider is asked to answer, for the fields asked of us and further paths that the request itself needs. */
export type Select = (fields: Fields, more?: readonly Path[]) => Selection

// Also with dots, as keys of a customer's own fields may have: `custom.cf_x`.
const NAME = /^[A-Za-z_@$][\w@$.-]*$/
/** As many projections as are remembered for one table; a caller can make up any number. */
const REMEMBERED = 64
/** Characters of the longest `fields` that is remembered. */
const LONGEST = 512

/** Compiles a mapping's projection; without one it selects nothing, and `{select}` vanishes. */
export function compileSelect(file: ExpandedFile, table: Table, report: Report): Select {
  const style = file.select
  if (!style) return () => []
  const under = (parsePath(style.under ?? '') ?? []).map(step => step.key)
  const never = new Set(style.never)
  const skip = Object.keys(file.exclude ?? {}).flatMap(text => [parsePath(text) ?? []])
  const always = (style.always ?? []).map(name => name.split('.'))

  const named = (path: Path): string[] | undefined => {
    const keys: (string | number)[] = []
    for (const step of path) {
      const isKey = step.pick === undefined && typeof step.key === 'string'
      if (!isKey && style.by === 'paths') break
      if (isKey) keys.push(step.key as string)
    }
    if (keys.length <= under.length || !under.every((key, i) => keys[i] === key)) return undefined
    return (style.by === 'paths' || style.by === 'tree' ? keys.slice(under.length) : [keys[under.length]!]).map(String)
  }
  const selection = (fields: Fields, more: readonly Path[] = []): Selection => {
    const names = [...always, ...[...pathsFor(table, fields), ...skip, ...more].flatMap(path => [named(path) ?? []])]
    const seen = new Set<string>()
    return names.filter(name => {
      const text = name.join('.')
      if (name.length === 0 || never.has(name[0]!) || seen.has(text)) return false
      seen.add(text)
      return true
    })
  }
  for (const row of table.rows)
    for (const name of row.reads.flatMap(path => named(path) ?? []))
      if (!NAME.test(name)) report(row.pointer, `"${name}" cannot be asked for by name`)
  if (style.under !== undefined && !table.rows.some(row => row.reads.some(path => named(path))))
    report(down('/select', 'under'), `no row reads under "${style.under}"`)

  const remembered = new Map<string, Selection>()
  return (fields, more) => {
    if (more?.length) return selection(fields, more)
    const key = fields?.join() ?? '*'
    const known = remembered.get(key)
    if (known) return known
    const made = selection(fields)
    if (remembered.size < REMEMBERED && key.length <= LONGEST) remembered.set(key, made)
    return made
  }
}
