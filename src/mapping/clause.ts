import type { Model } from '../models/index.ts'
import { down } from '../problem/pointer.ts'
import { ConversionError, codecs, daysEarlier, readInstant, UNREADABLE } from './codecs.ts'
import type { ListSpec } from './expand.ts'
import { filterType } from './filter-type.ts'
import { entry, isObject, type Path, parsePath } from './path.ts'
import { nearest, type Report } from './report.ts'
import { type Filter, kindOf, type Sort, type ValueRow } from './schema/index.ts'
import type { Table } from './table.ts'
import { compileClause, compileFill, type Fill, placeholderPaths } from './template.ts'

/** What a filter or sort adds to a request. */
export interface Clause {
  readonly clause: Fill | undefined
  readonly query: Fill | undefined
  readonly headers: Fill | undefined
}
export interface CompiledFilter extends Clause {
  /** The field whose value it compares, for the postFilter: `emails.email`. */
  readonly field: string
  readonly postFilter: boolean
  /** The clause for several values, where there is one of its own. */
  readonly in: Fill | undefined
  /** Spells the caller's value as this place wants it; ConversionError where it cannot be. */
  encode(value: string): unknown
}
export interface CompiledSort extends Clause {
  /** The clause that starts the next page, by direction. */
  readonly after: { readonly asc: Fill; readonly desc: Fill } | undefined
  /** Paths of the last record that the clause needs. */
  readonly keeps: readonly Path[]
}
/** Keyset paging without a sort that was asked for. */
export interface CompiledLast {
  readonly sort: Clause | undefined
  readonly after: Fill | undefined
  readonly keeps: readonly Path[]
}

type Spec = Exclude<Filter, string>

function compileParts(
  spec: { clause?: unknown; query?: unknown; headers?: unknown },
  type: string | undefined,
  at: string,
  report: Report,
): Clause {
  const clause = (node: unknown, pointer: string): Fill =>
    typeof node === 'string'
      ? compileClause(node, pointer, { place: 'clause', type, report })
      : compileFill(node, pointer, { place: 'clause', type, report })
  return {
    clause: spec.clause === undefined ? undefined : clause(spec.clause, down(at, 'clause')),
    query:
      spec.query === undefined
        ? undefined
        : compileFill(spec.query, down(at, 'query'), { place: 'query', type, report }),
    headers:
      spec.headers === undefined
        ? undefined
        : compileFill(spec.headers, down(at, 'headers'), { place: 'header', type, report }),
  }
}

/**
 * A filter's value in the model's form: times as RFC 3339 in UTC, numbers and dates checked. ConversionError says what would be
 * accepted.
 */
export function readFilter(model: Model, filter: string, value: string): string | ConversionError {
  const type = filterType(model, filter)
  if (type === 'instant') {
    const time = /^\d{4}-\d\d-\d\d([T ]|$)/.test(value) ? readInstant(value) : UNREADABLE
    return time === UNREADABLE
      ? new ConversionError('a time by RFC 3339, such as 2026-01-31T08:00:00Z')
      : new Date(time).toISOString()
  }
  if (type === 'date')
    return /^\d{4}-\d\d-\d\d$/.test(value) && codecs.date['']!.read(value) !== UNREADABLE
      ? value
      : new ConversionError('a date, YYYY-MM-DD')
  if (type === 'number') return codecs.number['']!.read(value) === UNREADABLE ? new ConversionError('a number') : value
  // Only the value of a text needs an escape in a query language: no other type may be any text.
  if (type === 'boolean') return value === 'true' || value === 'false' ? value : new ConversionError('true or false')
  const field = model.fields[model.filters[filter] ?? '']
  const options = field && 'options' in field ? field.options : undefined
  return options && !options.includes(value) ? new ConversionError(`one of ${options.join(', ')}`) : value
}

/** Theirs for one of ours; what stands for all others of theirs cannot be asked for. */
function theirsOf(options: NonNullable<ValueRow['enum']>, ours: string): unknown {
  const theirs = entry(options, ours)
  const known = [theirs ?? []].flat().filter(one => one !== '*')
  if (known.length === 0) {
    const asked = Object.keys(options).filter(name => [options[name]!].flat().some(one => one !== '*'))
    return new ConversionError(`one of ${asked.join(', ')}`)
  }
  return Array.isArray(theirs) ? known : theirs
}

/** A filter whose value stands in the request itself, as `{filter.<name>}`, and adds nothing to it. */
export const filterInPlace = (field: string): CompiledFilter => ({
  clause: undefined,
  query: undefined,
  headers: undefined,
  in: undefined,
  field,
  postFilter: false,
  encode: value => value,
})

/** Compiles the filters of a list request. */
export function compileFilters(
  list: ListSpec,
  { model, table, report }: { readonly model: Model; readonly table: Table; readonly report: Report },
  pointer: string,
): Map<string, CompiledFilter> {
  const given = Array.isArray(list.filters)
    ? list.filters.map(name => [name, {}] as [string, Filter])
    : Object.entries(list.filters ?? {})
  const out = new Map<string, CompiledFilter>()
  for (const [name, filter] of given) {
    const at = down(down(pointer, 'filters'), name)
    const field = model.filters[name]
    if (field === undefined) {
      report(at, `no filter "${name}"; ${nearest(name, Object.keys(model.filters))}`)
      continue
    }
    const spec: Spec = typeof filter === 'string' ? { clause: filter } : filter
    if (spec.widen_days !== undefined && !spec.post_filter)
      report(down(at, 'widen_days'), 'a widened filter needs `post_filter`')
    const type = filterType(model, name)
    const row = table.byField.get(field.split('.')[0]!)?.spec
    const kind = row === undefined ? undefined : kindOf(row)
    const own = kind?.type === 'value' && typeof kind.row === 'object' ? kind.row : undefined
    const format =
      spec.format ?? (typeof own?.format === 'string' && Object.hasOwn(codecs[type], own.format) ? own.format : '')
    const codec = entry(codecs[type], format)
    if (!codec)
      report(
        down(at, 'format'),
        `no format "${format}" of ${type}; ${nearest(format, Object.keys(codecs[type]).filter(Boolean))}`,
      )
    const options = spec.enum ?? own?.enum
    out.set(name, {
      ...compileParts(spec, options ? undefined : type, at, report),
      field,
      postFilter: spec.post_filter === true,
      in:
        spec.in === undefined
          ? undefined
          : compileParts({ clause: spec.in }, options ? undefined : type, at, report).clause,
      encode(value) {
        const wide = spec.widen_days === undefined ? value : daysEarlier(value, spec.widen_days)
        if (options) return theirsOf(options, wide)
        return (codec ?? codecs.text['']!).write(type === 'number' ? Number(wide) : wide)
      },
    })
  }
  return out
}

const pathsOf = (node: unknown): Path[] =>
  [...new Set(placeholderPaths(node, 'last'))].flatMap(text => [parsePath(text) ?? []])

/** Compiles the sorts of a list request. */
export function compileSorts(list: ListSpec, model: Model, pointer: string, report: Report): Map<string, CompiledSort> {
  const out = new Map<string, CompiledSort>()
  for (const [name, spec] of Object.entries(list.sorts ?? {}) as [string, Sort][]) {
    const at = down(down(pointer, 'sorts'), name)
    if (!model.sorts.includes(name)) report(at, `no sort "${name}"; ${nearest(name, model.sorts)}`)
    const { after } = spec
    const both = isObject(after) && 'asc' in after && 'desc' in after ? after : { asc: after, desc: after }
    const one = (node: unknown, key: string) => compileParts({ clause: node }, 'text', down(at, key), report).clause!
    out.set(name, {
      ...compileParts(spec, 'text', at, report),
      after: after === undefined ? undefined : { asc: one(both.asc, 'after'), desc: one(both.desc, 'after') },
      keeps: pathsOf(spec),
    })
  }
  return out
}

/** Compiles keyset paging for lists without a sort of the caller's. */
export function compileLast(list: ListSpec, pointer: string, report: Report): CompiledLast | undefined {
  const last = list.page?.last
  if (!last) return undefined
  const at = down(down(pointer, 'page'), 'last')
  const sort = typeof last.sort === 'string' ? { clause: last.sort } : last.sort
  const after = typeof last.after === 'string' ? { clause: last.after } : last.after
  return {
    sort: sort && compileParts(sort, 'text', down(at, 'sort'), report),
    after: after && compileParts(after, 'text', down(at, 'after'), report).clause,
    keeps: pathsOf([last, list.query, list.body]),
  }
}
