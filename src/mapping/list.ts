import type { Model } from '../models/index.ts'
import { type Failure, type Fault, fail } from '../problem/index.ts'
import { compileNext, type PageState } from '../transport/page.ts'
import { type Answer, matcher, type Refuse } from '../transport/refuse.ts'
import { type Build, compileRequest, type Draft } from '../transport/request.ts'
import { type Clause, compileFilters, compileLast, compileSorts } from './clause.ts'
import { Unfit } from './convert.ts'
import { down, type Report } from './fault.ts'
import { DROP, type Slots } from './fill.ts'
import { getter, isNothing, isObject, parsePath } from './path.ts'
import type { Fields, Reader, Unified, Warning } from './read.ts'
import type { ListRequest, ModelFile, ProviderFile } from './schema.ts'
import type { Select } from './select.ts'
import type { Table } from './table.ts'

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
export interface ListAnswer {
  readonly data: Unified[]
  readonly warnings: Warning[]
  readonly next: PageState | undefined
}
export type ListPlan =
  | { readonly refused: Failure }
  | { readonly action: string }
  | { readonly draft: Draft; answer(answer: Answer): { read: ListAnswer } | { refused: Failure } }

/** What one list request can carry. */
export interface Offer {
  readonly filters: readonly string[]
  readonly sorts: readonly string[]
}
export interface List {
  readonly offers: readonly Offer[]
  plan(ask: ListAsk): ListPlan
  /** Records that an action function found, as ours. */
  read(records: readonly unknown[], fields: Fields, raw: boolean): Omit<ListAnswer, 'next'>
}
export interface ListParts {
  readonly id: string
  readonly model: Model
  readonly provider: ProviderFile
  readonly file: ModelFile
  readonly table: Table
  readonly select: Select
  readonly reader: (fields: Fields) => Reader
  readonly refuse: Refuse
  readonly report: Report
}

function compileOne(spec: ListRequest, pointer: string, { model, provider, table, report }: ListParts) {
  const at = (text: string | undefined, key: string) => {
    const path = parsePath(text ?? '')
    if (!path) report(down(pointer, key), `not a path: ${text}`)
    return getter(path ?? [])
  }
  const build: Build | undefined = compileRequest(spec, provider, pointer, report)
  if (!build && spec.action === undefined)
    report(pointer, 'the request names neither a method with its path nor an action')
  return {
    spec,
    build,
    records: at(spec.records, 'records'),
    record: at(spec.record, 'record'),
    filters: compileFilters(spec, model, table, pointer, report),
    sorts: compileSorts(spec, model, pointer, report),
    last: compileLast(spec, pointer, report),
    next: compileNext(spec.page),
  }
}
type Compiled = ReturnType<typeof compileOne>

/** Compiles the list requests of a mapping: the first that can carry all that is asked is used. */
export function compileList(parts: ListParts): List {
  const { file, report } = parts
  const given = [file.list ?? []].flat()
  const isSingle = !Array.isArray(file.list)
  const all = given.map((spec, i) => compileOne(spec, isSingle ? '/list' : `/list/${i}`, parts))
  const skip = file.skip && matcher(file.skip)
  const offers = all.map(one => ({ filters: [...one.filters.keys()], sorts: [...one.sorts.keys()] }))
  for (const path of Object.keys(file.skip ?? {}))
    if (!parsePath(path)) report(down('/skip', path), `not a path: ${path}`)
  return {
    offers,
    plan(ask) {
      const names = Object.keys(ask.filters)
      const carries = (one: Compiled) => names.every(name => one.filters.has(name))
      // A request for a filter by name alone (an action function) serves only calls that have it.
      const suits = (one: Compiled) => one.build !== undefined || names.length > 0
      const one = all.find(o => carries(o) && suits(o) && (!ask.sort || o.sorts.has(ask.sort.by)))
      if (!one) return { refused: unsupported(ask, all.some(carries), offers, parts.id) }
      if (!one.build) return { action: one.spec.action! }
      return plan(one, one.build, ask, parts, skip)
    },
    read: (records, fields, raw) => readAll(records, parts.reader(fields), { skip, raw }),
  }
}

function unsupported(ask: ListAsk, filtersFit: boolean, offers: readonly Offer[], provider: string): Failure {
  const errors: Fault[] = offers.map(({ filters, sorts }) => ({
    pointer: '/query',
    code: 'offered',
    detail: `filters: ${filters.join(', ') || 'none'}; sorts: ${sorts.join(', ') || 'none'}`,
  }))
  const asked = [
    ...Object.keys(ask.filters).map(name => `filter[${name}]`),
    ...(ask.sort ? [`sort[by]=${ask.sort.by}`] : []),
  ]
  return fail(ask.sort && filtersFit ? 'unsupported-sort' : 'unsupported-filter', {
    provider,
    detail: `This provider cannot carry ${asked.join(' with ')} in one request.`,
    errors,
  }).failure
}

function plan(
  one: Compiled,
  build: Build,
  ask: ListAsk,
  parts: ListParts,
  skip: ((r: unknown) => boolean) | undefined,
): ListPlan {
  const { state, sort } = ask
  const rechecks = Object.entries(ask.filters).flatMap(([name, value]) => {
    const filter = one.filters.get(name)!
    return filter.recheck ? [{ name, field: filter.field, value }] : []
  })
  // A recheck reads its field even where the caller did not ask for it.
  const extra = ask.fields
    ? rechecks.map(r => r.field.split('.')[0]!).filter(field => !ask.fields!.includes(field))
    : []
  const fields = ask.fields && [...ask.fields, ...extra]
  const by = sort && one.sorts.get(sort.by)
  const keyset = one.last !== undefined && (!by || by.after !== undefined) ? one.last : undefined
  const keeps = keyset ? (by ? by.keeps : keyset.keeps) : []
  const slots: { -readonly [K in keyof Slots]: Slots[K] } = {
    connection: ask.connection,
    and: one.spec.and,
    select: parts.select(fields, fields && keyset ? keeps : undefined),
    limit: state?.limit ?? Math.min(ask.limit, one.spec.max ?? 200),
    cursor: state?.cursor,
    offset: state?.offset ?? one.spec.page?.offset,
    page: state?.page ?? one.spec.page?.number,
    last: state?.last,
  }
  const query: Record<string, unknown> = {}
  const headers: Record<string, string> = {}
  const add = (clause: Clause, more: Partial<Slots>): unknown => {
    const own: Slots = { ...slots, ...more }
    const q = clause.query?.(own)
    const h = clause.headers?.(own)
    if (isObject(q)) Object.assign(query, q)
    if (isObject(h)) Object.assign(headers, h)
    const made = clause.clause?.(own)
    if (own.unfit) slots.unfit ??= own.unfit
    return made === DROP ? undefined : made
  }
  const clauses: unknown[] = []
  for (const [name, value] of Object.entries(ask.filters)) {
    const filter = one.filters.get(name)!
    const spelled = filter.spell(value)
    if (spelled instanceof Unfit) return { refused: unfitFilter(name, spelled.wants, parts.id) }
    const clause = add(filter, { value: spelled })
    if (slots.unfit) return { refused: unfitFilter(name, slots.unfit.wants, parts.id) }
    if (clause !== undefined) clauses.push(clause)
  }
  const direction = sort?.direction ?? 'asc'
  const order = by ?? keyset?.sort
  if (order) slots.sort = add(order, { direction: (one.spec.directions ?? { asc: 'asc', desc: 'desc' })[direction] })
  if (keyset && state?.last !== undefined) {
    const after = by ? by.after![direction] : keyset.after
    const clause = after && add({ clause: after, query: undefined, headers: undefined }, {})
    if (clause !== undefined) clauses.push(clause)
  }
  slots.filters = clauses
  const made = build(slots, {
    query,
    headers,
    baseUrl: ask.baseUrl,
    ...(state?.url !== undefined && { url: state.url }),
  })
  if ('unfilled' in made) return { refused: fail('bad-cursor', { provider: parts.id }).failure }

  const read = parts.reader(fields)
  return {
    draft: made.draft,
    answer(answer) {
      const refused = parts.refuse(answer, 'list')
      if (refused) return { refused }
      const records = recordsOf(one, answer)
      if (!records)
        return {
          refused: fail('provider-answer-unreadable', {
            provider: parts.id,
            detail: 'The answer has no list where the provider’s interface promises one.',
          }).failure,
        }
      const { data, warnings } = readAll(records.map(one.record), read, {
        skip,
        raw: ask.raw,
        keep: unified => rechecks.every(check => passes(unified, check)),
        extra,
      })
      const asked = {
        limit: slots.limit!,
        offset: slots.offset,
        page: slots.page,
        keyset: keyset !== undefined,
        keeps,
        state,
      }
      return {
        read: {
          data,
          warnings,
          next: one.next(asked, { body: answer.body, headers: answer.headers, records: records.map(one.record) }),
        },
      }
    },
  }
}

/** Reads records one by one: what is no record, or has no id, is a warning; what is skipped is left out. */
function readAll(
  records: readonly unknown[],
  read: Reader,
  how: {
    readonly skip: ((record: unknown) => boolean) | undefined
    readonly raw: boolean
    readonly keep?: (unified: Unified) => boolean
    /** Fields that were read only for a recheck. */
    readonly extra?: readonly string[]
  },
): Omit<ListAnswer, 'next'> {
  const warnings: Warning[] = []
  const data: Unified[] = []
  const ids = new Set<unknown>()
  for (const record of records) {
    if (!isObject(record)) {
      warnings.push({ field: '', code: 'unreadable', detail: 'An element of the provider’s list is no record.' })
      continue
    }
    if (how.skip?.(record)) continue
    const unified = read(record, warnings)
    if (unified.id === undefined) {
      warnings.push({
        field: 'id',
        code: 'unreadable',
        detail: 'A record of the provider’s list has no id; it is left out.',
      })
      continue
    }
    if (ids.has(unified.id))
      warnings.push({
        record: unified.id as string,
        field: 'id',
        code: 'duplicate',
        detail: 'The provider’s page has several records of this id.',
      })
    ids.add(unified.id)
    if (how.keep?.(unified) === false) continue
    for (const field of how.extra ?? []) delete unified[field]
    if (how.raw) unified.raw = record
    data.push(unified)
  }
  return { data, warnings }
}

const unfitFilter = (name: string, wants: string, provider: string): Failure =>
  fail('unsupported-filter', {
    provider,
    detail: `filter[${name}] needs ${wants} at this provider.`,
    errors: [{ pointer: `/query/filter[${name}]`, code: 'value-not-supported', detail: `Send ${wants}.` }],
  }).failure

/** The list in an answer; undefined where there should be one and is none, as in an answer that broke off. */
function recordsOf(one: Compiled, { status, body }: Answer): readonly unknown[] | undefined {
  if (status === 204 || status === 304) return []
  const list = one.records(body)
  if (Array.isArray(list)) return list
  return list === undefined && one.spec.absent_when_empty && (isObject(body) || isNothing(body)) ? [] : undefined
}

/** Whether a record read holds what a filter asked for. */
function passes(record: Unified, { name, field, value }: { name: string; field: string; value: string }): boolean {
  const [top = '', member] = field.split('.')
  const held = record[top]
  if (name.endsWith('_after')) return typeof held === 'string' && Date.parse(held) >= Date.parse(value)
  const same = (v: unknown) => String(v).toLowerCase() === value.toLowerCase()
  if (!Array.isArray(held)) return same(held)
  return held.some(row => same(member && isObject(row) ? row[member] : row))
}
