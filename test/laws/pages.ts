import { asRow } from '../../bin/check/laws/rows.ts'
import type { Subject } from '../../bin/check/laws/subject.ts'
import { codecs } from '../../src/mapping/codecs.ts'
import type { ListSpec } from '../../src/mapping/expand.ts'
import { filterType } from '../../src/mapping/filter-type.ts'
import type { ListAsk } from '../../src/mapping/list.ts'
import { getter, isNothing, isObject, type Path, parsePath, put } from '../../src/mapping/path.ts'
import type { Filter, ValueRow } from '../../src/mapping/schema/index.ts'
import type { ProviderResponse } from '../../src/provider/json-response.ts'
import type { ProviderRequest } from '../../src/provider/request.ts'
import { bodyOf } from './store.ts'
import { type Bindings, bind, find } from './template.ts'

type Json = Record<string, unknown>
export type Ask = Pick<ListAsk, 'filters' | 'sort' | 'fields' | 'limit'>
type Spec = Exclude<Filter, string>

/** How a provider may fail to end. */
export type Habit = 'honest' | 'repeats its page'

const answered = (status: number, body: unknown, headers: Record<string, string> = {}): ProviderResponse => ({
  status,
  body,
  headers: new Headers(headers),
})
const partsOf = (filter: Filter): Spec => (typeof filter === 'string' ? { clause: filter } : filter)
const two = (n: number): string => String(n).padStart(2, '0')
/** Times that several records share, since no order by time alone tells those apart. */
const timeOf = (i: number): string => `2026-01-${two(1 + Math.floor(i / 40))}T08:${two(Math.floor(i / 5) % 60)}:00.000Z`

/** A value of ours as a row spells it at the provider. */
function spelled({ mapping }: Subject, field: string, ours: string): { path: Path; value: unknown } | undefined {
  const [top = ''] = field.split('.')
  const row = mapping.table.byField.get(top)
  const path = row?.reads[0]
  if (!row || !path) return undefined
  const spec = isObject(row.spec) && !('positions' in row.spec || 'each' in row.spec) ? asRow(row.spec as ValueRow) : {}
  const type = mapping.model.fields[top]?.type
  const listed = spec.enum?.[ours]
  if (listed !== undefined) return { path, value: [listed].flat()[0] }
  const spelling = type === 'instant' || type === 'date' ? codecs[type][String(spec.format ?? '')] : undefined
  return { path, value: spelling ? spelling.write(ours as never) : ours }
}

/** The provider's records: ids in order, shared times, some that `exclude` leaves out, some that a post filter drops. */
function makeRecords(subject: Subject, list: ListSpec, ask: Ask, count: number) {
  const { mapping } = subject
  const filters = Object.entries(ask.filters).map(([name, value]) => {
    const spec = Array.isArray(list.filters) ? {} : partsOf(list.filters?.[name] ?? {})
    return { field: mapping.model.filters[name] ?? name, value, postFilter: spec.post_filter === true }
  })
  const keeps = [...JSON.stringify(list).matchAll(/\{last\.([^{}:]+)/g)].map(match => parsePath(match[1]!) ?? [])
  const ids: string[] = []
  const records = Array.from({ length: count }, (_, i) => {
    const record: Json = {}
    const set = (field: string, ours: string) => {
      const at = spelled(subject, field, ours)
      if (at) put(record, at.path, at.value)
    }
    const id = String(100_000 + i)
    set('updated_at', timeOf(i))
    set('created_at', timeOf(i))
    const isDropped = filters.some(filter => filter.postFilter) && i % 3 === 1
    for (const { field, value } of filters)
      set(field, isDropped ? (field.endsWith('_at') ? '1999-01-01T00:00:00.000Z' : 'another') : value)
    set('id', id)
    for (const path of keeps) if (isNothing(getter(path)(record))) put(record, path, id)
    const isSkipped = mapping.file.exclude !== undefined && i % 50 === 7
    if (isSkipped)
      for (const [path, wanted] of Object.entries(mapping.file.exclude!)) {
        const [first] = [wanted].flat()
        put(record, parsePath(path)!, first === '*' ? { any: 1 } : first)
      }
    if (!isDropped && !isSkipped) ids.push(id)
    return record
  })
  return { records, ids }
}

/** An imitation of one list request: it pages as the mapping says that the provider pages. */
export interface Imitation {
  /** Ids that a walk must find, each once. */
  readonly ids: readonly string[]
  answer(request: ProviderRequest): ProviderResponse
}

const MARK = 'page_at'

/** What a request asks, as the provider reads it; a text says what the provider would not understand. */
function read(list: ListSpec, ask: Ask, request: ProviderRequest): Bindings | string {
  const params = Object.fromEntries(new URL(request.url).searchParams)
  const body = bodyOf(request)
  const asked = isObject(body) && list.graphql !== undefined ? body.variables : body
  const lower = Object.fromEntries(Object.entries(list.headers ?? {}).map(([k, v]) => [k.toLowerCase(), v]))
  const out: Bindings = {
    ...bind(list.query ?? {}, params),
    ...bind((list.graphql === undefined ? list.body : list.variables) ?? {}, asked ?? {}),
    ...bind(lower, request.headers),
  }
  const whole = [params, asked]
  const { sort } = ask
  for (const [name, value] of Object.entries(ask.filters)) {
    const written = Array.isArray(list.filters) ? {} : list.filters?.[name]
    // A filter that stands in the address itself adds nothing.
    if (written === undefined) continue
    const filter = partsOf(written)
    const clauses = [filter.clause ?? [], filter.in ?? []].flat()
    const parts = [
      clauses.length === 0 ? {} : clauses.map(clause => find(clause, whole)).find(found => found !== undefined),
      filter.query === undefined ? {} : bind(filter.query, params),
      filter.headers === undefined
        ? {}
        : bind(
            Object.fromEntries(Object.entries(filter.headers).map(([k, v]) => [k.toLowerCase(), v])),
            request.headers,
          ),
    ]
    const found = Object.assign({}, ...parts.map(part => part ?? {})) as Bindings
    if (parts.includes(undefined) || found.value === undefined) return `filter ${name} (${value}) is not in the request`
  }
  const spec = sort && list.sorts?.[sort.by]
  if (spec) {
    const found = spec.clause === undefined ? bind(spec.query ?? {}, params) : find(spec.clause, whole)
    if (found === undefined) return `sort ${sort.by} is not in the request`
    out.direction = found.direction
  }
  const last = list.page?.last
  const after = spec?.after ?? (spec ? undefined : last?.after)
  const both = isObject(after) && 'asc' in after ? after[sort?.direction ?? 'asc'] : after
  const clause = isObject(both) && 'clause' in both && Object.keys(both).length === 1 ? both.clause : both
  if (clause !== undefined) Object.assign(out, find(clause, whole) ?? {})
  return out
}

/** Makes an imitation for what is asked of one list request. */
export function imitate(
  subject: Subject,
  list: ListSpec,
  ask: Ask,
  { count = 257, habit = 'honest' as Habit } = {},
): Imitation {
  const { records, ids } = makeRecords(subject, list, ask, count)
  const page = list.page ?? {}
  const recordsAt = parsePath(list.records ?? '')!
  const recordAt = parsePath(list.record ?? '')!
  const words = list.directions ?? { asc: 'asc', desc: 'desc' }
  const template = JSON.stringify([list.query, list.body, list.variables, list.headers])

  return {
    ids,
    answer(request) {
      const given = new URL(request.url).searchParams.get(MARK)
      const asked = read(list, ask, request)
      if (typeof asked === 'string' && given === null) return answered(400, { message: asked })
      const slots = typeof asked === 'string' ? {} : asked
      const limit = Number(slots.limit ?? new URL(request.url).searchParams.get('size') ?? list.max ?? 200)
      if (!(limit >= 1) || (list.max !== undefined && limit > list.max))
        return answered(400, { message: `limit ${limit}` })
      if (slots.direction !== undefined && !Object.values(words).includes(String(slots.direction)))
        return answered(400, { message: `direction ${slots.direction}` })
      const order = slots.direction === words.desc && words.desc !== words.asc ? records.toReversed() : records
      const from = habit === 'repeats its page' ? 0 : startOf(order, slots, page, limit, given)
      const here = order.slice(from, from + limit)
      const end = from + limit
      return reply(here, habit === 'repeats its page' || end < order.length ? end : undefined, request)
    },
  }

  function reply(here: readonly Json[], next: number | undefined, request: ProviderRequest): ProviderResponse {
    const body: Json = {}
    const elements = here.map(record => {
      if (recordAt.length === 0) return record
      const element: Json = {}
      put(element, recordAt, record)
      return element
    })
    if (here.length > 0 || !list.absent_when_empty) {
      if (recordsAt.length === 0) return answered(200, elements, linkOf(next, request))
      put(body, recordsAt, elements)
    }
    if (page.cursor !== undefined && next !== undefined) put(body, parsePath(page.cursor)!, `c${next}`)
    if (page.url !== undefined && next !== undefined) put(body, parsePath(page.url)!, addressOf(next, request))
    for (const [path, wanted] of Object.entries(page.more ?? {})) {
      const [first] = [wanted].flat()
      put(body, parsePath(path)!, next !== undefined ? (first === '*' ? 'more' : first) : first === true ? false : null)
    }
    return answered(200, body, linkOf(next, request))
  }
  function addressOf(next: number, request: ProviderRequest): string {
    const url = new URL(request.url)
    url.searchParams.set(MARK, String(next))
    return url.href
  }
  function linkOf(next: number | undefined, request: ProviderRequest): Record<string, string> {
    if (page.link === undefined || next === undefined) return {}
    return { link: `<https://first.example/?a=1,2>; rel="first", <${addressOf(next, request)}>; rel="next"` }
  }
  function startOf(
    order: readonly Json[],
    slots: Bindings,
    { offset, number }: typeof page,
    limit: number,
    given: string | null,
  ) {
    if (given !== null) return Number(given)
    const last = Object.entries(slots).filter(([name]) => name.startsWith('last.'))
    if (last.length > 0) {
      const texts = (record: Json) => last.map(([name]) => String(getter(parsePath(name.slice(5))!)(record)))
      const wanted = last.map(([, value]) => String(value))
      // Strictly after: of records that the clause cannot tell apart, all are passed over.
      return 1 + order.findLastIndex(record => texts(record).every((text, i) => sameValue(text, wanted[i]!)))
    }
    if (slots.cursor !== undefined) return Number(String(slots.cursor).slice(1))
    if (slots.offset !== undefined) return Number(slots.offset) - (offset ?? 0)
    if (slots.page !== undefined && template.includes('{page}')) return (Number(slots.page) - (number ?? 1)) * limit
    return 0
  }
}
const sameValue = (a: string, b: string): boolean => a === b || (Date.parse(a) === Date.parse(b) && a.length > 9)

/** A value for a filter that every place accepts: escapes, ids that are numbers, closed lists. */
export function filterValue({ mapping }: Subject, list: ListSpec, name: string): string {
  const { model, table } = mapping
  if (filterType(model, name) === 'instant') return '2025-06-01T00:00:00.000Z'
  const field = model.filters[name]!
  const spec = Array.isArray(list.filters) ? {} : partsOf(list.filters?.[name] ?? {})
  const row = table.byField.get(field)?.spec
  const options = spec.enum ?? (isObject(row) && 'enum' in row ? row.enum : undefined)
  if (options) return Object.keys(options)[0]!
  const declared = model.fields[field]
  if (declared && 'options' in declared && declared.options) return declared.options[0]!
  return '42'
}
