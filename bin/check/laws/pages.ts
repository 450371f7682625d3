import { compileStubList } from '../../../sandbox/stub/list-page.ts'
import { addressOf } from '../../../sandbox/stub/operations.ts'
import { recordWriter } from '../../../sandbox/stub/record.ts'
import { takeApart } from '../../../sandbox/stub/request.ts'
import { daysEarlier } from '../../../src/mapping/codecs.ts'
import type { Mapping } from '../../../src/mapping/compile.ts'
import type { ListSpec } from '../../../src/mapping/expand.ts'
import { filterType } from '../../../src/mapping/filter-type.ts'
import type { ListAsk } from '../../../src/mapping/list.ts'
import { getter, isNothing, isObject, parsePath, put } from '../../../src/mapping/path.ts'
import type { Unified } from '../../../src/mapping/read.ts'
import type { Filter } from '../../../src/mapping/schema/index.ts'
import type { ProviderResponse } from '../../../src/provider/json-response.ts'
import type { ProviderRequest } from '../../../src/provider/provider-request.ts'
import { same } from './same.ts'
import type { Subject } from './subject.ts'

type Json = Record<string, unknown>
export type Ask = Pick<ListAsk, 'filters' | 'sort' | 'fields' | 'limit'>
type Spec = Exclude<Filter, string>

/** How a provider may fail to end. */
export type Habit = 'honest' | 'repeats its page'

const partsOf = (filter: Filter): Spec => (typeof filter === 'string' ? { clause: filter } : filter)
const two = (n: number): string => String(n).padStart(2, '0')
/** Times that several records share, since no order by time alone tells those apart. */
const timeOf = (i: number): string => `2026-01-${two(1 + Math.floor(i / 40))}T08:${two(Math.floor(i / 5) % 60)}:00.000Z`

/** What is made once for a mapping, since each of its lists is walked in many ways. */
function once<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>()
  return key => {
    const value = made.get(key) ?? make(key)
    made.set(key, value)
    return value
  }
}
const writerOf = once(({ model, file }: Mapping) => recordWriter(model, file))
const listOf = once((mapping: Mapping) => once((list: ListSpec) => compileStubList(mapping, list)))

/** A value of ours in its field: `emails.email` is the email of the first of them. */
const held = (field: string, value: string): Unified => {
  const [top = '', member] = field.split('.')
  return { [top]: member === undefined ? value : [{ [member]: value }] }
}

/** The provider's records: ids in order, shared times, some that `exclude` leaves out, some that a post filter drops. */
function makeRecords({ mapping }: Subject, list: ListSpec, ask: Ask, count: number) {
  const write = writerOf(mapping)
  const filters = Object.entries(ask.filters).map(([name, value]) => {
    const spec = Array.isArray(list.filters) ? {} : partsOf(list.filters?.[name] ?? {})
    return { field: mapping.model.filters[name] ?? name, value, postFilter: spec.post_filter === true }
  })
  const keeps = [...JSON.stringify(list).matchAll(/\{last\.([^{}:]+)/g)].map(match => parsePath(match[1]!) ?? [])
  const ids: string[] = []
  const records = Array.from({ length: count }, (_, i) => {
    const record: Json = {}
    const id = String(100_000 + i)
    const isDropped = filters.some(filter => filter.postFilter) && i % 3 === 1
    const asked = filters.map(({ field, value }) =>
      held(field, isDropped ? (field.endsWith('_at') ? '1999-01-01T00:00:00.000Z' : 'another') : value),
    )
    write(record, Object.assign({ id, updated_at: timeOf(i), created_at: timeOf(i) }, ...asked))
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

/** Makes an imitation for what is asked of one list request. It refuses a request that does not ask just that. */
export function imitate(
  subject: Subject,
  list: ListSpec,
  ask: Ask,
  { count = 257, habit = 'honest' as Habit } = {},
): Imitation {
  const { records, ids } = makeRecords(subject, list, ask, count)
  const stub = listOf(subject.mapping)(list)
  const address = addressOf(list, subject.provider)
  // A widened filter asks the provider for days before the one that the caller named.
  const wanted = Object.fromEntries(
    Object.entries(ask.filters).map(([name, value]) => {
      const days = partsOf((Array.isArray(list.filters) ? {} : list.filters?.[name]) ?? {}).widen_days
      return [name, days === undefined ? value : `${daysEarlier(value, days).slice(0, 10)}T00:00:00.000Z`]
    }),
  )
  const refused = (message: string): ProviderResponse => ({ status: 400, body: { message }, headers: new Headers() })
  return {
    ids,
    answer(request) {
      const apart = takeApart(request)
      // The address of a next page may be another than that of the first.
      const asked = stub.read(apart, address?.read(apart.path))
      if (!asked) return refused('this is no request of the list')
      const isAsked = ([name, value]: [string, string]) => asked.filters[name]?.includes(value)
      if (
        !same(Object.keys(asked.filters).sort(), Object.keys(wanted).sort()) ||
        !Object.entries(wanted).every(isAsked)
      )
        return refused(`filters ${JSON.stringify(asked.filters)} are in the request`)
      if (!same(asked.sort, ask.sort)) return refused(`sort ${JSON.stringify(asked.sort)} is in the request`)
      const { origin } = new URL(request.url)
      const endless = habit === 'repeats its page' ? '50' : undefined
      const answer = stub.answer(apart, asked, records, { origin, endless })
      if (typeof answer === 'string') return refused(answer)
      return { status: answer.status, body: answer.body, headers: new Headers(answer.headers) }
    },
  }
}

/** A value for a filter that every place accepts: escapes, ids that are numbers, closed lists. */
export function filterValue({ mapping }: Subject, list: ListSpec, name: string): string {
  const { model, table } = mapping
  const type = filterType(model, name)
  if (type === 'instant') return '2025-06-01T00:00:00.000Z'
  if (type === 'date') return '2025-06-01'
  const field = model.filters[name]!
  const spec = Array.isArray(list.filters) ? {} : partsOf(list.filters?.[name] ?? {})
  const row = table.byField.get(field)?.spec
  const options = spec.enum ?? (isObject(row) && 'enum' in row ? row.enum : undefined)
  if (options) return Object.keys(options)[0]!
  const declared = model.fields[field]
  if (declared && 'options' in declared && declared.options) return declared.options[0]!
  return '42'
}
