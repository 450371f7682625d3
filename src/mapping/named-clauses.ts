import type { Scalar } from '../models/index.ts'
import { keysOf, parsePath } from './path.ts'
import type { Dialect, FieldRow, Filter, Keyset, ListRequest, Sort } from './schema/index.ts'
import { kindOf } from './schema/rows.ts'
import { substitute } from './substitute.ts'

/** One name of a filter or sort, with all that the dialect needs to write it. */
export interface Naming {
  readonly dialect: Dialect
  /** Where the field stands; undefined where its row has no one path. */
  readonly path: string | undefined
  readonly row: FieldRow | undefined
  readonly type: Scalar
  /** Whether a record may be without it, as far as the file says. */
  readonly isNullable: boolean
  /** What the model calls its own. */
  readonly object: string
  readonly report: (message: string) => void
}

/** What may be named to a provider without a quote: keys, with dots between them. */
const NAME = /^[\w@$-]+(\.[\w@$-]+)*$/

type RowText = string | { readonly at?: string | undefined; readonly read?: unknown }
const readOf = (row: RowText | undefined): string | undefined => {
  if (row === undefined || typeof row === 'string') return row
  if (row.at !== undefined) return row.at
  return typeof row.read === 'string' ? row.read : Array.isArray(row.read) ? String(row.read[0]) : undefined
}

/** The path that a filter or sort of a field asks about, from the row of the field: `emails.email` is a member of one. */
export function pathOf(row: FieldRow | undefined, field: string): string | undefined {
  if (row === undefined) return undefined
  const member = field.split('.')[1] ?? ''
  const kind = kindOf(row)
  switch (kind.type) {
    case 'value':
      return readOf(kind.row)
    case 'positions': {
      const [first] = kind.row.positions
      return readOf(first?.[member] as RowText | undefined)
    }
    case 'each': {
      const inner = readOf((kind.row.row?.[member] ?? kind.row.item) as RowText | undefined)
      return inner === undefined ? undefined : inner === '' ? kind.row.each : `${kind.row.each}.${inner}`
    }
    case 'map':
      return undefined
  }
}

/** A path as the provider is asked about it: without indices and picks, below `under`, without the key that is dropped. */
function namedKeys({ under, drop }: Dialect, path: string): string[] {
  const keys = keysOf(parsePath(path) ?? [])
  const above = under === undefined ? [] : keysOf(parsePath(under) ?? [])
  const isBelow = above.length > 0 && above.every((key, i) => keys[i] === key)
  const named = isBelow ? keys.slice(above.length) : keys
  return named.length > 1 && named.at(-1) === drop ? named.slice(0, -1) : named
}

function wordsOf({
  dialect,
  path,
  object,
  isNullable,
  report,
}: Naming): { path: string; field: string; member: string; object: string; nulls: string } | undefined {
  const keys = path === undefined ? [] : namedKeys(dialect, path)
  const text = keys.join('.')
  if (!NAME.test(text)) {
    report(
      path === undefined
        ? 'its row has no one path: write the filter or sort out, or name its path in `queried_as`'
        : `"${path}" cannot be named in a request`,
    )
    return undefined
  }
  const nulls = isNullable ? (dialect.keyset?.nulls ?? '') : ''
  return { path: text, field: keys[0]!, member: keys.slice(1).join('.'), object, nulls }
}

type Written = NonNullable<Dialect['equal']>
const partsOf = (written: Written): Exclude<Written, string> =>
  typeof written === 'string' ? { clause: written } : written

/** Whether one of ours stands for several of theirs. */
const hasSeveral = (row: FieldRow | undefined): boolean => {
  const kind = row === undefined ? undefined : kindOf(row)
  const options = kind?.type === 'value' && typeof kind.row === 'object' ? kind.row.enum : undefined
  return Object.values(options ?? {}).some(theirs => Array.isArray(theirs) && theirs.length > 1)
}

/** The part of the dialect by which a filter that is only named is written; `type` is that of the field it compares. */
export function dialectKey(dialect: Dialect, name: string, type: Scalar): 'at_least' | 'equal_typed' | 'equal' {
  if (name.endsWith('_after')) return 'at_least'
  return type !== 'text' && dialect.equal_typed !== undefined ? 'equal_typed' : 'equal'
}

/** A filter by name, written out: an equality, or for `…_after` a lower bound. Undefined where it cannot be. */
export function filterByName(name: string, naming: Naming): Filter | undefined {
  const { dialect, type, row, report } = naming
  const key = dialectKey(dialect, name, type)
  const written = dialect[key]
  if (written === undefined) {
    report(`the dialect of provider.json has no \`${key}\`: write the filter out`)
    return undefined
  }
  const words = wordsOf(naming)
  if (!words) return undefined
  const several = hasSeveral(row) && dialect.in !== undefined ? { in: dialect.in } : {}
  return substitute({ ...partsOf(written), ...several }, words, dialect.nested) as Filter
}

/** A sort by name, written out, with how its list goes on where the dialect says that. */
export function sortByName(naming: Naming): Sort | undefined {
  const { dialect, report } = naming
  if (dialect.sort === undefined) {
    report('the dialect of provider.json has no `sort`: write the sort out')
    return undefined
  }
  const words = wordsOf(naming)
  if (!words) return undefined
  const {
    format: _,
    headers: __,
    ...parts
  } = substitute(partsOf(dialect.sort), words, dialect.nested) as Exclude<Written, string>
  if (!dialect.keyset) return parts
  const after = (direction: 'asc' | 'desc') => behind(dialect.keyset!, words.path, naming, direction)
  return { ...parts, after: { asc: after('asc'), desc: after('desc') } }
}

/** The value that the last record had, as the language wants it. */
const lastOf = ({ escapes }: Keyset, path: string, type: Scalar): string => {
  const named = escapes[type] ?? escapes.text
  return `{last.${path}${named === undefined ? '' : `:${named}`}}`
}

const compared = (keyset: Keyset, path: string, type: Scalar, direction: 'asc' | 'desc'): string =>
  keyset.compare
    .replaceAll('{path}', path)
    .replaceAll('{operator}', keyset.operators[direction])
    .replaceAll('{last}', lastOf(keyset, path, type))

/**
 * What stands behind the last record: a greater value, or the same one with a greater key. Records without a value come
 * last: they are behind every value, and among themselves in the order of the key.
 */
function behind(
  keyset: Keyset,
  path: string,
  { type, isNullable }: Naming,
  direction: 'asc' | 'desc',
): string | Record<string, string[]> {
  const { by, and, or } = keyset
  const equal = keyset.equal.replaceAll('{path}', path).replaceAll('{last}', lastOf(keyset, path, type))
  const further = compared(keyset, by, 'text', direction)
  const greater = `${compared(keyset, path, type, direction)}${or}(${equal}${and}${further})`
  if (!isNullable || keyset.null === undefined) return `(${greater})`
  const none = keyset.null.replaceAll('{path}', path)
  // Where the last record had no value, the first of these parts vanishes.
  return { text: ['(', `${greater}${or}${none}${or}`, `(${none}${and}${further}))`] }
}

/** How a list without a sort goes on: in the order of the key. */
export function unsortedKeyset(
  { keyset }: Dialect,
  report: (message: string) => void,
): NonNullable<ListRequest['page']>['last'] {
  if (keyset) return { sort: keyset.sort, after: compared(keyset, keyset.by, 'text', 'asc') }
  report('the dialect of provider.json has no `keyset`')
  return undefined
}
