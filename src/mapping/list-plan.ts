import { type Failure, fail } from '../problem/index.ts'
import type { ProviderResponse } from '../provider/json-response.ts'
import type { Clause } from './clause.ts'
import { ConversionError } from './codecs.ts'
import { atOnce } from './in-turns.ts'
import type { CompiledList, ListAnswer, ListAsk, ListParts, ListPlan } from './list.ts'
import { pageProblem, passes, readAll, recordsOf } from './list-read.ts'
import { isObject } from './path.ts'
import type { Build, Unfilled } from './request.ts'
import { OMIT, type Placeholders } from './template.ts'

const unfitFilter = (name: string, wants: string, provider: string): Failure =>
  fail('unsupported-filter', {
    provider,
    detail: `filter[${name}] needs ${wants} at this provider.`,
    errors: [{ pointer: `/query/filter[${name}]`, code: 'value-not-supported', detail: `Send ${wants}.` }],
  }).failure

/** A filter's value that may not stand in the request's own place, or a cursor that somebody made up. */
function unfilledProblem({ placeholder, wants }: Unfilled, provider: string): Failure {
  const filter = /^\{filter\.([^:}]+)/.exec(placeholder)?.[1]
  return filter === undefined ? fail('bad-cursor', { provider }).failure : unfitFilter(filter, wants, provider)
}

/** Fills the request that was chosen for a list, and says how its answer is read. */
export function planList(
  one: CompiledList & { readonly build: Build },
  ask: ListAsk,
  parts: ListParts,
  skip: ((r: unknown) => boolean) | undefined,
): ListPlan {
  const { state, sort } = ask
  const postFilters = Object.entries(ask.filters).flatMap(([name, value]) => {
    const filter = one.filters.get(name)!
    return filter.postFilter ? [{ name, field: filter.field, value }] : []
  })
  // A post filter reads its field even where the caller did not ask for it.
  const extra = ask.fields
    ? postFilters.map(r => r.field.split('.')[0]!).filter(field => !ask.fields!.includes(field))
    : []
  const fields = ask.fields && [...ask.fields, ...extra]
  const by = sort && one.sorts.get(sort.by)
  const keyset = one.last !== undefined && (!by || by.after !== undefined) ? one.last : undefined
  const keeps = keyset ? (by ? by.keeps : keyset.keeps) : []
  const values: { -readonly [K in keyof Placeholders]: Placeholders[K] } = {
    connection: ask.connection,
    and: one.spec.and,
    select: parts.select(fields, fields && keyset ? keeps : undefined),
    limit: state?.limit ?? Math.min(ask.limit, one.spec.max ?? 200),
    cursor: state?.cursor,
    offset: state?.offset ?? one.spec.page?.offset,
    page: state?.page ?? one.spec.page?.number,
    last: state?.last,
    filter: ask.filters,
  }
  const query: Record<string, unknown> = {}
  const headers: Record<string, string> = {}
  const add = (clause: Clause, more: Partial<Placeholders>): unknown => {
    const own: Placeholders = { ...values, ...more }
    const q = clause.query?.(own)
    const h = clause.headers?.(own)
    if (isObject(q)) Object.assign(query, q)
    if (isObject(h)) Object.assign(headers, h)
    const made = clause.clause?.(own)
    if (own.unfilled) values.unfilled ??= own.unfilled
    return made === OMIT ? undefined : made
  }
  const clauses: unknown[] = []
  for (const [name, given] of Object.entries(ask.filters)) {
    const filter = one.filters.get(name)!
    const encoded = filter.encode(given)
    if (encoded instanceof ConversionError) return { refused: unfitFilter(name, encoded.wants, parts.id) }
    const several = filter.in && Array.isArray(encoded) && encoded.length > 1
    const value = filter.in && Array.isArray(encoded) && encoded.length === 1 ? encoded[0] : encoded
    const clause = add(several ? { ...filter, clause: filter.in } : filter, { value })
    if (values.unfilled) return { refused: unfitFilter(name, values.unfilled.wants, parts.id) }
    if (clause !== undefined) clauses.push(clause)
  }
  const direction = sort?.direction ?? 'asc'
  const order = by ?? keyset?.sort
  if (order) values.sort = add(order, { direction: (one.spec.directions ?? { asc: 'asc', desc: 'desc' })[direction] })
  if (keyset && state?.last !== undefined) {
    const after = by ? by.after![direction] : keyset.after
    const clause = after && add({ clause: after, query: undefined, headers: undefined }, {})
    if (clause !== undefined) clauses.push(clause)
  }
  values.filters = clauses
  const made = one.build(values, {
    query,
    headers,
    baseUrl: ask.baseUrl,
    ...(state?.url !== undefined && { url: state.url }),
  })
  if ('unfilled' in made) return { refused: unfilledProblem(made.unfilled, parts.id) }

  const read = parts.reader(fields)
  const asked = {
    limit: values.limit!,
    offset: values.offset,
    page: values.page,
    keyset: keyset !== undefined,
    keeps,
    state,
  }
  const isPaged = one.spec.page !== undefined
  function* reading(response: ProviderResponse): Generator<void, ListAnswer> {
    const refused = parts.classifyError(response, 'list')
    if (refused) return { refused }
    const found = recordsOf(one, response)
    if (!found)
      return {
        refused: fail('provider-answer-unreadable', {
          provider: parts.id,
          detail: 'The answer has no list where the provider’s interface promises one.',
        }).failure,
      }
    const tooMany = pageProblem(found.length, { limit: asked.limit, max: one.spec.max, isPaged }, parts.id)
    if (tooMany) return { refused: tooMany }
    const records = found.map(one.record)
    const injected = one.inject?.(values)
    const { data, warnings } = yield* readAll(records, read, {
      inject: isObject(injected) ? injected : undefined,
      skip,
      raw: ask.raw,
      keep: unified => postFilters.every(check => passes(unified, check)),
      extra,
    })
    return {
      page: { data, warnings, next: one.next(asked, { body: response.body, headers: response.headers, records }) },
    }
  }
  return { request: made.request, reading, read: response => atOnce(reading(response)) }
}
