import { codecs, UNREADABLE } from '../../src/mapping/codecs.ts'
import type { ListSpec } from '../../src/mapping/expand.ts'
import { filterType } from '../../src/mapping/filter-type.ts'
import { entry, isObject } from '../../src/mapping/path.ts'
import type { Filter } from '../../src/mapping/schema/index.ts'
import type { Table } from '../../src/mapping/table.ts'
import type { Model } from '../../src/models/index.ts'
import { type Clause, clauseOf, filtersWord, sortWord } from './clauses.ts'
import { isDocument, match, mayVanish } from './match.ts'
import type { StubRequest } from './request.ts'
import { singleOf } from './rows.ts'
import { type Found, oneOf, same, together, type Words } from './text.ts'

/** What a list request asks for, read from the request alone. */
export interface Asked {
  /** Name of ours → value of ours; several where the provider has one word for them. */
  readonly filters: Readonly<Record<string, readonly string[]>>
  readonly sort: { readonly by: string; readonly direction: 'asc' | 'desc' } | undefined
  /** What stood at every other placeholder: `limit`, `cursor`, `select`, `last.Id`. */
  readonly found: Found
}
/** Reads a request by the list request of a mapping; undefined where that request is never made so. */
export type ReadList = (request: StubRequest, inPath?: Found) => Asked | undefined

type Json = Readonly<Record<string, unknown>>
const PARTS = ['clause', 'query', 'headers'] as const

/** One or several of theirs, without what stands for all others. */
function theirsIn(theirs: unknown): unknown {
  const [first, ...more] = [theirs ?? []].flat().filter(one => one !== '*')
  return more.length === 0 ? first : [first, ...more]
}

/** A filter of a list request: the parts that it adds to it, each of which says its value. */
interface StubFilter {
  readonly name: string
  readonly spec: Exclude<Filter, string>
  readonly words: Words
  /** Theirs as ours. */
  ours(theirs: unknown): readonly string[]
}
function filterOf(name: string, filter: Filter, model: Model, table: Table): StubFilter {
  const spec = typeof filter === 'string' ? { clause: filter } : filter
  const row = table.byField.get(model.filters[name]?.split('.')[0] ?? '')?.spec
  const own = (row === undefined ? undefined : singleOf(row)) ?? {}
  const options = spec.enum ?? own.enum
  const type = filterType(model, name)
  const format = spec.format ?? (typeof own.format === 'string' ? own.format : '')
  const codec = entry(codecs[type], format) ?? codecs[type]['']!
  return {
    name,
    spec,
    words: options ? { value: oneOf('value', Object.values(options).map(theirsIn)) } : {},
    ours(theirs) {
      if (options) return Object.keys(options).filter(one => same(theirsIn(options[one]), theirs))
      const read = codec.read(theirs)
      return read === UNREADABLE || read === undefined ? [] : [String(read)]
    },
  }
}
const saysValue = (part: string, name: string) => (found: Found) => ({ [`${part} ${name}`]: found.value })

/** A sort of a list request; without a name it is the order in which keyset paging walks. */
interface StubSort {
  readonly by: string
  readonly clause?: unknown
  readonly query?: Json | undefined
  readonly after?: unknown
}
const saysSort = (by: string) => (found: Found) => ({ by, direction: found.direction })

function sortsOf({ sorts = {}, page }: ListSpec): StubSort[] {
  const { sort, after } = page?.last ?? {}
  const start = isObject(after) ? after.clause : after
  const own = typeof sort === 'string' ? { clause: sort } : (sort ?? {})
  return [
    ...Object.entries(sorts).map(([by, spec]) => ({ ...spec, by })),
    ...(page?.last ? [{ ...own, by: '', after: start }] : []),
  ]
}
/** The clauses that start a page after a record. Where both directions have the same, the sort alone says which. */
function aftersOf({ by, after }: StubSort): Clause[] {
  if (after === undefined) return []
  if (!isObject(after) || !('asc' in after && 'desc' in after))
    return [clauseOf(after, {}, found => ({ ...found, after: by }))]
  return (['asc', 'desc'] as const).map(direction =>
    clauseOf(after[direction], {}, found => ({ ...found, after: `${by} ${direction}` })),
  )
}

const lower = (headers: Json = {}): Json =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
const pick = (from: Json, isWanted: (name: string) => boolean): Json =>
  Object.fromEntries(Object.entries(from).filter(([name]) => isWanted(name)))

/** Compiles how requests of one list request of a mapping are read. */
export function compileListRequest(list: ListSpec, model: Model, table: Table): ReadList {
  const directions = list.directions ?? { asc: 'asc', desc: 'desc' }
  const turning: Words = { direction: oneOf('direction', Object.values(directions)) }
  const given = Array.isArray(list.filters) ? [] : Object.entries(list.filters ?? {})
  const filters = given.map(([name, filter]) => filterOf(name, filter, model, table))
  const sorts = sortsOf(list)
  const filterClauses = filters.flatMap(({ name, spec, words }) =>
    [spec.clause, spec.in].flatMap(clause =>
      clause === undefined ? [] : [clauseOf(clause, words, saysValue('clause', name))],
    ),
  )
  const sortClauses = sorts.flatMap(({ by, clause }) =>
    clause === undefined ? [] : [clauseOf(clause, turning, saysSort(by))],
  )
  const words: Words = {
    ...turning,
    filters: filtersWord([...filterClauses, ...sorts.flatMap(aftersOf)], list.and ?? ' '),
    sort: sortWord(sortClauses),
  }

  /** Filters and sorts add parameters of their own, which may take the place of the request's. */
  function readQuery(params: Json): Found | undefined {
    const base = list.query ?? {}
    const taken = new Set<string>()
    const found: Found[] = []
    const take = (template: Json = {}, own: Words, say: Clause['say']): boolean => {
      const keys = Object.keys(template)
      const isBase = keys.every(key => key in base && !mayVanish(base[key]) && same(base[key], params[key]))
      if (isBase || !keys.every(key => key in params && !taken.has(key))) return false
      const read = match(
        template,
        pick(params, key => key in template),
        own,
      )
      if (!read) return false
      for (const key of keys) taken.add(key)
      found.push(say(read))
      return true
    }
    for (const { name, spec, words: own } of filters) take(spec.query, own, saysValue('query', name))
    for (const { by, query } of sorts) if (take(query, turning, saysSort(by))) break
    const isLeft = (key: string) => !taken.has(key)
    return together([...found, match(pick(base, isLeft), pick(params, isLeft), words)])
  }
  function readHeaders(headers: Json): Found | undefined {
    const read = (template: Json, own: Words) =>
      match(
        template,
        pick(headers, name => name in template),
        own,
      )
    const found = filters.flatMap(({ name, spec, words: own }) => {
      const value = spec.headers && read(lower(spec.headers), own)
      return value && 'value' in value ? [saysValue('headers', name)(value)] : []
    })
    return together([read(lower(list.headers), words), ...found])
  }
  function readBody(body: unknown): Found | undefined {
    if (list.graphql !== undefined)
      return isDocument(list.graphql, body) && isObject(body)
        ? match(list.variables ?? {}, body.variables ?? {}, words)
        : undefined
    return list.body === undefined && body === undefined ? {} : match(list.body ?? {}, body ?? {}, words)
  }

  return ({ query, headers, body }, inPath = {}) => {
    const found = together([inPath, readQuery(query), readHeaders(headers), readBody(body)])
    if (!found) return undefined
    const asked: Record<string, readonly string[]> = {}
    // A filter that stands in the request itself: `/tickets/{filter.ticket_id}/comments`.
    for (const [name, value] of Object.entries(found))
      if (name.startsWith('filter.')) asked[name.slice('filter.'.length)] = [String(value)]
    for (const { name, spec, ours } of filters) {
      const parts = PARTS.filter(part => spec[part] !== undefined)
      const values = parts.flatMap(part => (`${part} ${name}` in found ? [found[`${part} ${name}`]] : []))
      if (values.length === 0) continue
      asked[name] = ours(values[0])
      // A filter of which a part is missing would be half asked for.
      if (values.length < parts.length || asked[name].length === 0) return undefined
    }
    const by = found.by === '' ? undefined : (found.by as string | undefined)
    const direction = found.direction === directions.desc && directions.desc !== directions.asc ? 'desc' : 'asc'
    const start = found.after
    if (start !== undefined && start !== (by ?? '') && start !== `${by ?? ''} ${direction}`) return undefined
    return { filters: asked, sort: by === undefined ? undefined : { by, direction }, found }
  }
}
