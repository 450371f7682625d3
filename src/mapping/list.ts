import type { Model } from '../models/index.ts'
import { type Failure, type Fault, fail } from '../problem/index.ts'
import type { ProviderResponse } from '../provider/json-response.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'
import { compileFilters, compileLast, compileSorts, filterInPlace } from './clause.ts'
import { type ClassifyError, matcher } from './errors.ts'
import { type ExpandedFile, type ListSpec, listsOf } from './expand.ts'
import { planList } from './list-plan.ts'
import { readAll } from './list-read.ts'
import { compileNext, type PageState } from './paging.ts'
import { entry, getter, parsePath } from './path.ts'
import type { Fields, Reader, Unified, Warning } from './read.ts'
import { down, nearest, type Report } from './report.ts'
import { type Build, compileRequest } from './request.ts'
import type { ProviderFile } from './schema/index.ts'
import type { Select } from './select.ts'
import type { Table } from './table.ts'
import { compileFill, placeholderPaths } from './template.ts'

/** What a caller asks of a list. */
export interface ListAsk {
  /** Values as `readFilter` made them. */
  readonly filters: Readonly<Record<string, string>>
  readonly sort?: { readonly by: string; readonly direction: 'asc' | 'desc' } | undefined
  readonly fields?: Fields
  readonly limit: number
  /** Whether each record carries the provider's own. */
  readonly raw: boolean
  readonly state?: PageState | undefined
  /** The stored answers of the connection. */
  readonly connection: unknown
  readonly baseUrl?: string | undefined
}
export interface ListPage {
  readonly data: Unified[]
  readonly warnings: Warning[]
  readonly next: PageState | undefined
}
export type ListPlan =
  | { readonly refused: Failure }
  | { readonly hook: string }
  | { readonly request: ProviderRequest; read(response: ProviderResponse): { page: ListPage } | { refused: Failure } }

/** What one list request can carry. */
export interface Offer {
  readonly filters: readonly string[]
  /** Filters without which the request cannot be made. */
  readonly required: readonly string[]
  readonly sorts: readonly string[]
}
export interface List {
  readonly offers: readonly Offer[]
  plan(ask: ListAsk): ListPlan
  /** Records that a hook found, as ours. */
  read(records: readonly unknown[], fields: Fields, raw: boolean): Omit<ListPage, 'next'>
}
export interface ListParts {
  readonly id: string
  readonly model: Model
  readonly provider: ProviderFile
  readonly file: ExpandedFile
  readonly table: Table
  readonly select: Select
  readonly reader: (fields: Fields) => Reader
  readonly classifyError: ClassifyError
  readonly report: Report
}

function compileOne(spec: ListSpec, pointer: string, { model, provider, table, report }: ListParts) {
  const at = (text: string | undefined, key: string) => {
    const path = parsePath(text ?? '')
    if (!path) report(down(pointer, key), `not a path: ${text}`)
    return getter(path ?? [])
  }
  const build: Build | undefined = compileRequest(spec, provider, pointer, report)
  if (!build && spec.hook === undefined) report(pointer, 'the request names neither a method with its path nor a hook')
  const filters = compileFilters(spec, { model, table, report }, pointer)
  const required = [...new Set(placeholderPaths([spec.get, spec.post, spec.query, spec.body, spec.headers], 'filter'))]
  for (const name of required) {
    const field = entry(model.filters, name)
    if (field === undefined)
      report(pointer, `{filter.${name}}: no filter "${name}"; ${nearest(name, Object.keys(model.filters))}`)
    else if (!filters.has(name)) filters.set(name, filterInPlace(field))
  }
  return {
    spec,
    build,
    required,
    inject: spec.inject && compileFill(spec.inject, down(pointer, 'inject'), { place: 'body', report }),
    records: at(spec.records, 'records'),
    record: at(spec.record, 'record'),
    filters,
    sorts: compileSorts(spec, model, pointer, report),
    last: compileLast(spec, pointer, report),
    next: compileNext(spec.page),
  }
}
/** One list request, compiled. */
export type CompiledList = ReturnType<typeof compileOne>

/** Compiles the list requests of a mapping: the first that can carry all that is asked is used. */
export function compileList(parts: ListParts): List {
  const { file, report } = parts
  const given = listsOf(file)
  const isSingle = !Array.isArray(file.list)
  const all = given.map((spec, i) => compileOne(spec, isSingle ? '/list' : `/list/${i}`, parts))
  const skip = file.exclude && matcher(file.exclude)
  const offers = all.map(one => ({
    filters: [...one.filters.keys()],
    required: one.required,
    sorts: [...one.sorts.keys()],
  }))
  for (const path of Object.keys(file.exclude ?? {}))
    if (!parsePath(path)) report(down('/exclude', path), `not a path: ${path}`)
  return {
    offers,
    plan(ask) {
      const names = Object.keys(ask.filters)
      const carries = (one: CompiledList) => names.every(name => one.filters.has(name))
      // A request for a filter by name alone (a hook) serves only calls that have it.
      const suits = (one: CompiledList) =>
        (one.build !== undefined || names.length > 0 || one.filters.size === 0) &&
        one.required.every(name => names.includes(name))
      const one = all.find(o => carries(o) && suits(o) && (!ask.sort || o.sorts.has(ask.sort.by)))
      if (!one)
        return {
          refused: unsupported(
            ask,
            all.some(one => carries(one) && suits(one)),
            offers,
            parts.id,
          ),
        }
      if (!one.build) return { hook: one.spec.hook! }
      return planList({ ...one, build: one.build }, ask, parts, skip)
    },
    read: (records, fields, raw) => readAll(records, parts.reader(fields), { skip, raw }),
  }
}

const said = ({ filters, required, sorts }: Offer): string => {
  const needed = required.length > 0 ? ` (${required.join(', ')} needed)` : ''
  return `filters: ${filters.join(', ') || 'none'}${needed}; sorts: ${sorts.join(', ') || 'none'}`
}

function unsupported(ask: ListAsk, filtersFit: boolean, offers: readonly Offer[], provider: string): Failure {
  const errors: Fault[] = offers.map(offer => ({ pointer: '/query', code: 'offered', detail: said(offer) }))
  const asked = [
    ...Object.keys(ask.filters).map(name => `filter[${name}]`),
    ...(ask.sort ? [`sort[by]=${ask.sort.by}`] : []),
  ]
  const detail =
    asked.length > 0
      ? `This provider cannot carry ${asked.join(' with ')} in one request.`
      : `This provider lists only by ${offers.map(({ required }) => required.map(name => `filter[${name}]`).join(' with ')).join(', or by ')}.`
  return fail(ask.sort && filtersFit ? 'unsupported-sort' : 'unsupported-filter', { provider, detail, errors }).failure
}
