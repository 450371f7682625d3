import { type ListSpec, listsOf } from '../../../src/mapping/expand.ts'
import type { PageState } from '../../../src/mapping/paging.ts'
import { show } from '../../../src/mapping/path.ts'
import { type Ask, filterValue, imitate } from './pages.ts'
import type { Subject } from './subject.ts'

/** What to ask of a list so that one of its requests is used. */
export interface Variant {
  readonly title: string
  readonly list: ListSpec
  readonly ask: Ask
}

/** Filters that one record can hold all at once: of two that compare the same place, such as a status and its stage, one. */
function apart({ mapping: { model, table } }: Subject, names: readonly string[]): string[] {
  const placeOf = (name: string) => table.byField.get(model.filters[name]!.split('.')[0]!)?.reads.map(show).join()
  return names.filter((name, i) => {
    const place = placeOf(name)
    return place === undefined || names.findIndex(other => placeOf(other) === place) === i
  })
}

/**
 * Every list request with nothing asked, each filter, all filters at once, and each sort in both directions alone and
 * with all filters.
 */
export function variants(subject: Subject): Variant[] {
  const lists = listsOf(subject.mapping.file)
  const offers = subject.mapping.list?.offers ?? []
  const namesOf = (list: ListSpec) => offers[lists.indexOf(list)]?.filters ?? []
  const out: Variant[] = []
  for (const [i, list] of lists.entries()) {
    const filter = (names: readonly string[]) =>
      Object.fromEntries(names.map(name => [name, filterValue(subject, list, name)]))
    const names = namesOf(list)
    const together = apart(subject, names)
    const { required = [] } = offers[i] ?? {}
    const all = [[], ...names.map(name => [name]), ...(together.length > 1 ? [together] : [])]
    const sets = all.filter(set => required.every(name => set.includes(name)))
    const sorts = Object.keys(list.sorts ?? {}).flatMap(by =>
      (['asc', 'desc'] as const).map(direction => ({ by, direction })),
    )
    for (const set of sets)
      for (const sort of [undefined, ...(set.length === 0 || set === together ? sorts : [])]) {
        const holds = (other: ListSpec) =>
          set.every(name => namesOf(other).includes(name)) &&
          (offers[lists.indexOf(other)]?.required ?? []).every(name => set.includes(name)) &&
          (!sort || sort.by in (other.sorts ?? {}))
        const isFunction = (other: ListSpec) => other.hook !== undefined && set.length === 0
        if (lists.findIndex(other => holds(other) && !isFunction(other)) !== i || list.hook !== undefined) continue
        const title = [...set, ...(sort ? [`by ${sort.by} ${sort.direction}`] : [])].join(', ') || 'plain'
        out.push({ title: `request ${i}: ${title}`, list, ask: { filters: filter(set), sort, limit: 50 } })
      }
  }
  return out
}

/** Walks a list to its end; answers what is wrong with what came. */
export function walk(
  subject: Subject,
  { list, ask }: Variant,
  more: Parameters<typeof imitate>[3] = {},
): string | undefined {
  const imitation = imitate(subject, list, ask, more)
  const seen: string[] = []
  const most = 600
  let state: PageState | undefined
  let pages = 0
  do {
    const plan = subject.mapping.list!.plan({ ...ask, raw: false, state, connection: subject.connection })
    if (!('request' in plan)) return `no request: ${JSON.stringify(plan)}`
    const answer = plan.read(imitation.answer(plan.request))
    if ('refused' in answer) return `refused: ${JSON.stringify(answer.refused)}`
    seen.push(...answer.page.data.map(record => String(record.id)))
    // A cursor of ours is sealed JSON: what does not survive that is lost.
    state = answer.page.next && (JSON.parse(JSON.stringify(answer.page.next)) as PageState)
    if (++pages > most) return `no end after ${pages} pages`
  } while (state)
  if (more.habit === 'repeats its page') return pages <= 3 ? undefined : `${pages} pages of the same records`
  const twice = seen.length - new Set(seen).size
  const missing = imitation.ids.filter(id => !seen.includes(id)).length
  const foreign = seen.filter(id => !imitation.ids.includes(id)).length
  return twice + missing + foreign === 0
    ? undefined
    : `${twice} twice, ${missing} missing, ${foreign} that should not be there, in ${pages} pages`
}
