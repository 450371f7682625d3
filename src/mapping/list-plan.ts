import { type Failure, fail } from '../problem/index.ts'
import type { Clause } from './clause.ts'
import { Unfit } from './codecs.ts'
import type { CompiledList, ListAsk, ListParts, ListPlan } from './list.ts'
import { passes, readAll, recordsOf } from './list-read.ts'
import { isObject } from './path.ts'
import type { Build } from './request.ts'
import { DROP, type Slots } from './template.ts'

const unfitFilter = (name: string, wants: string, provider: string): Failure =>
  fail('unsupported-filter', {
    provider,
    detail: `filter[${name}] needs ${wants} at this provider.`,
    errors: [{ pointer: `/query/filter[${name}]`, code: 'value-not-supported', detail: `Send ${wants}.` }],
  }).failure

/** Fills the request that was chosen for a list, and says how its answer is read. */
export function planList(
  one: CompiledList,
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
