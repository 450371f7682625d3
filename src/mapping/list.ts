import type { Model } from '../models/index.ts'
import { type Failure, type Fault, fail } from '../problem/index.ts'
import { down } from '../problem/pointer.ts'
import type { ProviderResponse } from '../provider/json-response.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'
import { compileFilters, compileLast, compileSorts, filterInPlace } from './clause.ts'
import { type ClassifyError, matcher } from './errors.ts'
import { type ExpandedFile, type ListSpec, listsOf } from './expand.ts'
import { atOnce } from './in-turns.ts'
import { planList } from './list-plan.ts'
import { readAll } from './list-read.ts'
import { compileNext, type PageState } from './paging.ts'
import { entry, getter, parsePath } from './path.ts'
import type { Fields, Reader, Unified, Warning } from './read.ts'
import { nearest, type Report } from './report.ts'
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
  | {
      readonly request: ProviderRequest
      read(response: ProviderResponse): ListAnswer
      /** The same record by record, for an answer that takes long. */
      reading(response: ProviderResponse): Generator<void, ListAnswer>
    }
/** What a list is answered with. */
export type ListAnswer = { readonly page: ListPage } | { readonly refused: Failure }

/** What one list request can carry. */
export interface Offer {
  readonly filters: readonly string[]
  /** Filters without which the request cannot be made. */
  readonly required: readonly string[]
  readonly sorts: readonly string[]
  /** Whether a hook alone carries it out: such a request for a filter by name serves only calls that have one. */
  readonly isHookAlone: boolean
}

/** Whether a list request can carry these filters, and is meant for such a call. */
const carries = ({ filters, required, isHookAlone }: Offer, asked: readonly string[]): boolean =>
  asked.every(name => filters.includes(name)) &&
  required.every(name => asked.includes(name)) &&
  (!isHookAlone || asked.length > 0 || filters.length === 0)

/** The index of the list request that serves a call: the first that can carry all that is asked; -1 for none. */
export const servedBy = (offers: readonly Offer[], filters: readonly string[], sort: string | undefined): number =>
  offers.findIndex(offer => carries(offer, filters) && (sort === undefined || offer.sorts.includes(sort)))
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
    isHookAlone: one.build === undefined,
  }))
  for (const path of Object.keys(file.exclude ?? {}))
    if (!parsePath(path)) report(down('/exclude', path), `not a path: ${path}`)
  return {
    offers,
    plan(ask) {
      const names = Object.keys(ask.filters)
      const one = all[servedBy(offers, names, ask.sort?.by)]
      if (!one)
        return {
          refused: unsupported(
            ask,
            offers.some(offer => carries(offer, names)),
            offers,
            parts.id,
          ),
        }
      if (!one.build) return { hook: one.spec.hook! }
      return planList({ ...one, build: one.build }, ask, parts, skip)
    },
    read: (records, fields, raw) => atOnce(readAll(records, parts.reader(fields), { skip, raw })),
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
