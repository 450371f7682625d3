import { readFilter } from '../../../src/mapping/clause.ts'
import { listsOf } from '../../../src/mapping/expand.ts'
import type { PageState } from '../../../src/mapping/paging.ts'
import { isObject, parsePath, put } from '../../../src/mapping/path.ts'
import type { Fixture } from '../../../src/mapping/schema/fixture.ts'
import type { ValueRow } from '../../../src/mapping/schema/index.ts'
import { nextId } from './example.ts'
import { type Exchanged, type Fixtured, inPath, placed } from './fixtures.ts'
import { askedFor } from './our-values.ts'
import { type PageMade, pageOf, type Reply } from './requests-made.ts'
import type { Json } from './specification.ts'

/** Our limit where a call names none, the largest that a call may name, and what a page of a walk holds. */
const OURS = 50
const MOST = 200
const ONE = 1

/** A page as the provider answers it: the records, and what says whether there is another page, the n-th. */
function replyOf({ mapping }: Fixtured, records: readonly Json[], made: PageMade, next: number | undefined): Reply {
  const [list] = listsOf(mapping.file)
  const page = list?.page
  const isMore = next !== undefined
  const body = placed(list?.records, records)
  if (page?.cursor !== undefined && isMore) placed(page.cursor, `page-${next}`, body)
  for (const path of Object.keys(page?.more ?? {})) placed(path, isMore, body)
  const address = new URL(made.url)
  address.searchParams.set('page', String(next))
  if (page?.url !== undefined) placed(page.url, isMore ? address.href : null, body)
  const link = page?.link && isMore ? { headers: { link: `<${address.href}>; rel="next"` } } : {}
  return { status: 200, ...link, body: body as NonNullable<Reply['body']> }
}

function answerOf({ answer }: Fixtured, records: readonly Json[], isMore: boolean): Fixture['answer'] {
  const body = { data: records.map(answer), next_cursor: isMore ? '*' : null, warnings: [] }
  return { status: 200, body: body as NonNullable<Fixture['answer']['body']> }
}

/** Two pages and the last one; of the second record only the id, since the first proved the others. */
function walk(fixtured: Fixtured): void {
  const { mapping, requests, listed, connection, short, idOf, idPath } = fixtured
  const [list] = listsOf(mapping.file)
  const second = short(listed, [])
  put(second, parsePath(idPath) ?? [], nextId(idOf(listed)))
  const all: Json[][] = list?.page ? [[listed], [second], []] : [[listed]]
  const pages: Pick<Exchanged, 'exchanges' | 'answer'>[] = []
  let state: PageState | undefined
  for (const [i, records] of all.entries()) {
    const made = pageOf(mapping, { filters: {}, limit: ONE, connection, state })
    if (!made) break
    const next = i < all.length - 1 ? i + 2 : undefined
    const reply = replyOf(fixtured, records, made, next)
    pages.push({
      exchanges: [{ request: made.request, reply }],
      answer: answerOf(fixtured, records, next !== undefined),
    })
    state = made.next(reply)
    if (!state) break
  }
  const [first, ...others] = pages
  if (!first) return
  fixtured.add('list', requests.list!.operation, {
    call: { method: 'GET', path: `/${mapping.model.name}?limit=${ONE}` },
    ...first,
    ...(others.length > 0 && { pages: others }),
  })
}

type Asked = Partial<Pick<Parameters<typeof pageOf>[1], 'filters' | 'sort' | 'limit'>>

/** One page of a list, with the records given. */
function ask(fixtured: Fixtured, name: string, records: readonly Json[], asked: Asked & { query: string }): void {
  const { mapping, requests, connection } = fixtured
  const { query, filters = {}, sort, limit = OURS } = asked
  const made = pageOf(mapping, { filters, sort, limit, connection })
  if (!made) return
  fixtured.add(name, requests.list!.operation, {
    call: { method: 'GET', path: `/${mapping.model.name}?${query}` },
    exchanges: [{ request: made.request, reply: replyOf(fixtured, records, made, undefined) }],
    answer: answerOf(fixtured, records, false),
  })
}

/** One filter, with a record that shows no more than its field. */
function askFilter(fixtured: Fixtured, name: string, spec: unknown): void {
  const { model, file } = fixtured.mapping
  const field = model.filters[name]!.split('.')[0]!
  const own = isObject(spec) ? (spec.enum as ValueRow['enum']) : undefined
  const value = askedFor(model, name, file.fields[field]!, own)
  const read = readFilter(model, name, value)
  if (typeof read !== 'string') return
  ask(fixtured, `list-filter-${name}`, [fixtured.short(fixtured.listed, [field])], {
    query: `filter[${name}]=${inPath(value)}`,
    filters: { [name]: read },
  })
}

/** The fixtures of a list: one that walks through pages, one for each filter and sort, one for the largest page. */
export function listFixtures(fixtured: Fixtured): void {
  const { mapping, requests, listed, short } = fixtured
  if (!requests.list) return
  walk(fixtured)
  const [list] = listsOf(mapping.file)
  for (const [name, spec] of Object.entries(list?.filters ?? {})) askFilter(fixtured, name, spec)
  // Both directions, each once.
  const sorts = Object.keys(list?.sorts ?? {}).map((by, i): [string, 'asc' | 'desc'] => [by, i === 0 ? 'desc' : 'asc'])
  const [only] = sorts
  for (const [by, direction] of only && sorts.length === 1 ? [only, [only[0], 'asc'] as const] : sorts)
    ask(fixtured, `list-by-${by}${direction === 'desc' ? '-desc' : ''}`, [short(listed, [by])], {
      query: `sort[by]=${by}&sort[direction]=${direction}`,
      sort: { by, direction },
    })
  if (list?.max !== undefined && list.max < MOST)
    ask(fixtured, 'list-most', [], { query: `limit=${MOST}`, limit: MOST })
}
