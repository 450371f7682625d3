import type { Mapping } from '../../src/mapping/compile.ts'
import type { ListSpec } from '../../src/mapping/expand.ts'
import { passes } from '../../src/mapping/list-read.ts'
import { getter, isNothing, parsePath, put } from '../../src/mapping/path.ts'
import type { Unified } from '../../src/mapping/read.ts'
import { type Asked, compileListRequest } from './list-request.ts'
import type { StubReply, StubRequest } from './request.ts'
import type { Found } from './text.ts'

type Json = Record<string, unknown>

/** The parameter that marks the address of a next page. */
export const MARK = 'page_at'
/** Of records that a filter merely narrows to, every so many is one that does not fit. */
const STRAY = 7

/** How pages are made beside what the request asks for. */
export interface PageHow {
  /** Where addresses of next pages are: `https://api.acme.example`. */
  readonly origin: string
  /** Every page is the first one, and names this as the next. */
  readonly endless?: string | undefined
  /** Cuts a record to what was asked for. */
  readonly cut?: (record: Json) => Json
}
/** One list request of a mapping as its provider answers it. */
export interface StubList {
  readonly spec: ListSpec
  /**
   * Reads a request, also one at the address of a next page; undefined where it is no request of this list. `inPath` is
   * what its path says.
   */
  read(request: StubRequest, inPath?: Found): Asked | undefined
  /** A page of these records, which stand in the provider's own order; a text says why there is none. */
  answer(request: StubRequest, asked: Asked, records: readonly Json[], how: PageHow): StubReply | string
}

const at = (text: string | undefined) => parsePath(text ?? '') ?? []
const isSameValue = (a: string, b: string): boolean => a === b || (a.length > 9 && Date.parse(a) === Date.parse(b))

/** Ascending; texts whatever their case, and records without a value after all others. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [x, y] = [String(a).toLowerCase(), String(b).toLowerCase()]
  return x < y ? -1 : x > y ? 1 : 0
}
/** The records in the order that was asked for; among equals the provider's own, or its reverse. */
function ordered(records: readonly Json[], { sort }: Asked, read: (record: Json) => Unified): readonly Json[] {
  if (!sort) return records
  const keyed = records.map(record => ({ record, key: read(record)[sort.by] }))
  const [empty, full] = [keyed.filter(one => isNothing(one.key)), keyed.filter(one => !isNothing(one.key))]
  full.sort((a, b) => compare(a.key, b.key))
  const [first, last] = sort.direction === 'desc' ? [full.reverse(), empty.reverse()] : [full, empty]
  return [...first, ...last].map(({ record }) => record)
}
/** Where a page that follows a record begins: after all that it cannot tell from that record. Undefined for none. */
function afterLast(order: readonly Json[], found: Found): number | undefined {
  const last = Object.entries(found).filter(([name]) => name.startsWith('last.'))
  if (last.length === 0) return 0
  const gets = last.map(([name, value]) => ({ get: getter(at(name.slice('last.'.length))), wanted: String(value) }))
  const index = order.findLastIndex(record => gets.every(({ get, wanted }) => isSameValue(String(get(record)), wanted)))
  return index < 0 ? undefined : index + 1
}

/** Compiles one list request of a mapping to the provider's side of it. */
export function compileStubList(mapping: Pick<Mapping, 'model' | 'table' | 'reader'>, spec: ListSpec): StubList {
  const { model, table, reader } = mapping
  const readRequest = compileListRequest(spec, model, table)
  const page = spec.page ?? {}
  const [recordsAt, recordAt] = [at(spec.records), at(spec.record)]
  const given = Array.isArray(spec.filters) ? {} : (spec.filters ?? {})
  const narrows = (name: string) => {
    const filter = given[name]
    return typeof filter === 'object' && filter.post_filter === true
  }

  /** The start of a page among the records that fit; a text for what was never given out. */
  function startOf(request: StubRequest, found: Found, limit: number): number | string {
    const mark =
      request.query[MARK] ?? (found.cursor === undefined ? undefined : String(found.cursor).replace(/^c/, ''))
    if (mark !== undefined) return /^\d+$/.test(mark) ? Number(mark) : 'This page was never named.'
    if (found.offset !== undefined) return Number(found.offset) - (page.offset ?? 0)
    return found.page === undefined ? 0 : (Number(found.page) - (page.number ?? 1)) * limit
  }
  const nextAddress = ({ path, query }: StubRequest, mark: string, origin: string): string =>
    `${origin}${path}?${new URLSearchParams({ ...query, [MARK]: mark })}`

  function reply(request: StubRequest, here: readonly Json[], next: string | undefined, origin: string): StubReply {
    const headers: Record<string, string> = {}
    if (page.link !== undefined && next !== undefined)
      headers.link = `<${origin}/?a=1,2>; rel="first", <${nextAddress(request, next, origin)}>; rel="next"`
    const elements = here.map(record => {
      if (recordAt.length === 0) return record
      const element: Json = {}
      put(element, recordAt, record)
      return element
    })
    if (recordsAt.length === 0) return { status: 200, headers, body: elements }
    const body: Json = {}
    if (here.length > 0 || !spec.absent_when_empty) put(body, recordsAt, elements)
    if (page.cursor !== undefined && next !== undefined)
      put(body, at(page.cursor), /^\d/.test(next) ? `c${next}` : next)
    if (page.url !== undefined && next !== undefined) put(body, at(page.url), nextAddress(request, next, origin))
    for (const [path, wanted] of Object.entries(page.more ?? {})) {
      const [yes] = [wanted].flat()
      put(body, at(path), next !== undefined ? (yes === '*' ? 'more' : yes) : yes === true ? false : null)
    }
    return { status: 200, headers, body }
  }

  return {
    spec,
    read: (request, inPath) => {
      const { [MARK]: _, ...query } = request.query
      return readRequest({ ...request, query }, inPath)
    },
    answer(request, asked, records, { origin, endless, cut = record => record }) {
      const { found } = asked
      const limit = Number(found.limit ?? spec.max ?? 200)
      if (!(limit >= 1)) return 'A page has one record at least.'
      if (spec.max !== undefined && limit > spec.max) return `A page has ${spec.max} records at most.`
      const filters = Object.entries(asked.filters).flatMap(([name, values]) => {
        const field = model.filters[name] ?? ''
        // What the records cannot say cannot be compared either.
        return table.byField.has(field.split('.')[0]!) ? [{ name, field, values }] : []
      })
      const fields = [...filters.map(({ field }) => field.split('.')[0]!), ...(asked.sort ? [asked.sort.by] : [])]
      const readFields = reader(fields)
      const read = (record: Json) => readFields(record, [])
      const order = ordered(records, asked, read)
      const after = endless === undefined ? afterLast(order, found) : 0
      if (after === undefined) return 'The record to start after is not there.'
      const fits = (record: Json, i: number) => {
        if (filters.length === 0) return true
        const unified = read(record)
        return filters.every(
          ({ name, field, values }) =>
            values.some(value => passes(unified, { name, field, value })) || (narrows(name) && i % STRAY === 3),
        )
      }
      const fitting = order.filter((record, i) => fits(record, i) && i >= after)
      const start = endless === undefined ? startOf(request, found, limit) : 0
      if (typeof start === 'string') return start
      const end = start + limit
      const next = endless ?? (end < fitting.length ? String(end) : undefined)
      return reply(request, fitting.slice(start, end).map(cut), next, origin)
    },
  }
}
