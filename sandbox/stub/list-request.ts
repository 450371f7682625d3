import { filterType } from '../../src/mapping/clause.ts'
import { codecs, UNREADABLE } from '../../src/mapping/codecs.ts'
import { entry, isObject } from '../../src/mapping/path.ts'
import type { Filter, ListRequest, ValueRow } from '../../src/mapping/schema/index.ts'
import type { Table } from '../../src/mapping/table.ts'
import type { Model } from '../../src/models/index.ts'
import { match, mayVanish, textParts } from './match.ts'
import type { StubRequest } from './request.ts'
import { type Found, oneOf, regexOf, same, sourceOf, together, type Word, type Words } from './text.ts'

/** What a list request asks for, read from the request alone. */
export interface Asked {
  /** Name of ours → value of ours; several where the provider has one word for them. */
  readonly filters: Readonly<Record<string, readonly string[]>>
  readonly sort: { readonly by: string; readonly direction: 'asc' | 'desc' } | undefined
  /** What stood at every other placeholder: `limit`, `cursor`, `select`, `last.Id`. */
  readonly found: Found
}
/** Reads a request by the list request of a mapping; undefined where that request is never made so. */
export type ReadList = (request: StubRequest) => Asked | undefined

type Spec = Exclude<Filter, string>
/** One thing that a list request may hold: how it is written, and what it then says. */
interface Clause {
  readonly template: unknown
  readonly words: Words
  /** How it reads inside a text; nothing where it is JSON. */
  readonly source: string | undefined
  say(found: Found): Found
}
function clauseOf(template: unknown, words: Words, say: Clause['say']): Clause {
  const parts = typeof template === 'string' ? template : textParts(template)
  return { template, words, say, source: parts === undefined ? undefined : sourceOf(parts, words) }
}
const sourcesOf = (clauses: readonly Clause[]): string => clauses.flatMap(({ source }) => source ?? []).join('|')

/** A clause of the list of filters, or of the sort. A text that is none of them is no request of this mapping. */
const readOne = (clauses: readonly Clause[], actual: unknown): Found | undefined => {
  for (const { template, words, say } of clauses) {
    const found = match(template, actual, words)
    if (found) return say(found)
  }
  return undefined
}
/** Clauses one after the other, joined by a word: the longest that fits is taken each time. */
function readJoined(clauses: readonly Clause[], text: string, and: string): Found | undefined {
  const found: Found[] = []
  for (let at = 0; ; at += and.length) {
    const fitting = clauses.flatMap(clause => {
      const regex = regexOf(clause.source ?? '(?!)', 'y')
      regex.lastIndex = at
      const length = regex.exec(text)?.[0].length
      return length ? [{ clause, length }] : []
    })
    const [best] = fitting.sort((a, b) => b.length - a.length)
    if (!best) return undefined
    const said = readOne([best.clause], text.slice(at, at + best.length))
    if (!said) return undefined
    found.push(said)
    at += best.length
    if (at === text.length) return together(found)
    if (!text.startsWith(and, at)) return undefined
  }
}

/** `{filters}`: all clauses of a list, or of a text. */
function filtersWord(clauses: readonly Clause[], and: string): Word {
  const source = sourcesOf(clauses)
  const escapedAnd = and.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return {
    source: `(?:${source})(?:${escapedAnd}(?:${source}))*`,
    read: actual =>
      Array.isArray(actual)
        ? together(actual.map(one => readOne(clauses, one)))
        : typeof actual === 'string'
          ? readJoined(clauses, actual, and)
          : undefined,
  }
}
const sortWord = (clauses: readonly Clause[]): Word => ({
  source: `(?:${sourcesOf(clauses)})`,
  read: actual => readOne(clauses, actual),
})

/** A GraphQL document, in which only `{select}` is a placeholder. */
export const isDocument = (template: string, actual: unknown): boolean => {
  const parts = template.split('{select}').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return typeof actual === 'string' && regexOf(`^${parts.join('[\\s\\S]*?')}$`).test(actual)
}
const lower = (headers: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
const pick = (from: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(names.filter(name => name in from).map(name => [name, from[name]]))

/** What a filter's values are at the provider, and what one of them is for us. */
function valuesOf(name: string, spec: Spec, model: Model, table: Table) {
  const row = table.byField.get(model.filters[name]?.split('.')[0] ?? '')?.spec
  const own = isObject(row) && !('positions' in row || 'each' in row || 'map' in row) ? (row as ValueRow) : {}
  const options = spec.enum ?? own.enum
  const type = filterType(model, name)
  const format = spec.format ?? (typeof own.format === 'string' ? own.format : '')
  const codec = entry(codecs[type], format) ?? codecs[type]['']!
  const words: Words = options ? { value: oneOf('value', Object.values(options)) } : {}
  return {
    words,
    ours(theirs: unknown): readonly string[] {
      if (options) return Object.keys(options).filter(one => same(options[one], theirs))
      const read = codec.read(theirs)
      return read === UNREADABLE || read === undefined ? [] : [String(read)]
    },
  }
}

/** Compiles how requests of one list request of a mapping are read. */
export function compileListRequest(list: ListRequest, model: Model, table: Table): ReadList {
  const directions = list.directions ?? { asc: 'asc', desc: 'desc' }
  const words: Words = { direction: oneOf('direction', Object.values(directions)) }
  const given = Array.isArray(list.filters) ? [] : Object.entries(list.filters ?? {})
  const filters = given.map(([name, filter]) => {
    const spec: Spec = typeof filter === 'string' ? { clause: filter } : filter
    const { words, ours } = valuesOf(name, spec, model, table)
    const say = (part: string) => (found: Found) => ({ [`${part} ${name}`]: found.value })
    const parts = (['clause', 'query', 'headers'] as const).filter(part => spec[part] !== undefined)
    return { name, spec, words, ours, parts, say }
  })
  const sorts: { by: string; clause?: unknown; query?: Record<string, unknown> | undefined; after?: unknown }[] = [
    ...Object.entries(list.sorts ?? {}).map(([by, sort]) => ({ ...sort, by })),
    ...[list.page?.last?.sort ?? []]
      .flat()
      .map(sort => ({ by: '', ...(typeof sort === 'string' ? { clause: sort } : sort) })),
  ]
  const afters: Clause[] = [...sorts, { by: '', after: list.page?.last?.after }].flatMap(({ by, after }) => {
    if (after === undefined) return []
    const both = isObject(after) && 'asc' in after && 'desc' in after ? after : { asc: after, desc: after }
    return (['asc', 'desc'] as const).map(direction => {
      const node = both[direction]
      const template = by === '' && isObject(node) && 'clause' in node ? node.clause : node
      // Where both directions are asked for alike, the sort alone says which.
      const which = both.asc === both.desc ? by : `${by} ${direction}`
      return clauseOf(template, {}, found => ({ ...found, after: which }))
    })
  })
  const saysSort = (by: string) => (found: Found) => ({ by, direction: found.direction })
  const all: Words = {
    ...words,
    filters: filtersWord(
      [
        ...filters.flatMap(({ spec, words, say }) =>
          spec.clause === undefined ? [] : [clauseOf(spec.clause, words, say('clause'))],
        ),
        ...afters,
      ],
      list.and ?? ' ',
    ),
    sort: sortWord(
      sorts.flatMap(({ by, clause }) => (clause === undefined ? [] : [clauseOf(clause, words, saysSort(by))])),
    ),
  }

  /** Filters and sorts add parameters of their own, which may take the place of the request's. */
  function readQuery(params: Readonly<Record<string, unknown>>): Found | undefined {
    const base = list.query ?? {}
    const taken = new Set<string>()
    const found: Found[] = []
    const take = (template: Record<string, unknown> | undefined, words: Words, say: Clause['say']): boolean => {
      const keys = Object.keys(template ?? {})
      if (keys.length === 0 || !keys.every(key => key in params && !taken.has(key))) return false
      if (keys.every(key => !mayVanish(base[key] ?? '{value}') && same(base[key], params[key]))) return false
      const read = match(template, pick(params, keys), words)
      if (!read) return false
      for (const key of keys) taken.add(key)
      found.push(say(read))
      return true
    }
    for (const { spec, words, say } of filters) take(spec.query, words, say('query'))
    for (const { by, query } of sorts) if (take(query, words, saysSort(by))) break
    const left = (from: Readonly<Record<string, unknown>>) =>
      pick(
        from,
        Object.keys(from).filter(key => !taken.has(key)),
      )
    return together([...found, match(left(base), left(params), all)])
  }
  function readHeaders(headers: Readonly<Record<string, string>>): Found | undefined {
    const own = lower(list.headers)
    const found = filters.flatMap(({ spec, words, say }) => {
      const template = lower(spec.headers)
      const names = Object.keys(template)
      if (names.length === 0 || !names.every(name => name in headers)) return []
      const read = match(template, pick(headers, names), words)
      return read ? [say('headers')(read)] : []
    })
    return together([match(own, pick(headers, Object.keys(own)), all), ...found])
  }
  function readBody(body: unknown): Found | undefined {
    if (list.graphql === undefined)
      return list.body === undefined ? (body === undefined ? {} : undefined) : match(list.body, body ?? {}, all)
    if (!isObject(body) || !isDocument(list.graphql, body.query)) return undefined
    return match(list.variables ?? {}, body.variables ?? {}, all)
  }

  return ({ query, headers, body }) => {
    const found = together([readQuery(query), readHeaders(headers), readBody(body)])
    if (!found) return undefined
    const asked: Record<string, readonly string[]> = {}
    for (const { name, parts, ours } of filters) {
      const there = parts.filter(part => `${part} ${name}` in found)
      if (there.length === 0) continue
      const values = ours(found[`${there[0]} ${name}`])
      // A filter of which a part is missing would be half asked for.
      if (there.length < parts.length || values.length === 0) return undefined
      asked[name] = values
    }
    const direction = found.direction === directions.desc && directions.desc !== directions.asc ? 'desc' : 'asc'
    const by = typeof found.by === 'string' && found.by !== '' ? found.by : undefined
    const { after } = found
    if (after !== undefined && after !== (by ?? '') && after !== `${by ?? ''} ${direction}`) return undefined
    return { filters: asked, sort: by === undefined ? undefined : { by, direction }, found }
  }
}
