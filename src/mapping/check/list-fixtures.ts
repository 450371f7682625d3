// What fixtures must show of lists: each filter and sort, a quoted text, a page over the maximum, the last page.

import { down } from '../../problem/pointer.ts'
import type { Mapping } from '../compile.ts'
import { escapes } from '../escape.ts'
import { type ListSpec, listsOf } from '../expand.ts'
import { servedBy } from '../list.ts'
import { isObject } from '../path.ts'
import type { Report } from '../report.ts'
import { methodOf } from '../request.ts'
import type { Fixture } from '../schema/fixture.ts'
import { callServedBy, type ListCall, listCallOf, type Wanted } from './list-calls.ts'
import { exchangesOf } from './records-in.ts'

/** As many records as a caller gets on a page at most. */
const MOST = 200

/** One list request with the fixtures that it serves. */
interface Shown {
  readonly mapping: Mapping
  readonly index: number
  readonly spec: ListSpec
  readonly at: string
  readonly calls: readonly (ListCall & { readonly fixture: Fixture })[]
}

function checkAsked({ mapping, index }: Shown, wanted: Wanted, at: string, report: Report): void {
  const own = wanted.filter === undefined ? `sort[by]=${wanted.sort}` : `filter[${wanted.filter}]`
  const call = callServedBy(mapping, index, wanted)
  if (!call) return report(at, `does nothing: a request before it serves every call with ${own}`)
  const others = call.filter(part => part !== own).join(', ')
  report(at, `no fixture asks for ${own}${others && ` (with ${others}, so that this request serves it)`}`)
}

function checkFiltersAndSorts(shown: Shown, report: Report): void {
  const { mapping, index, at, calls } = shown
  const { filters, sorts } = mapping.list!.offers[index]!
  for (const filter of filters)
    if (!calls.some(call => filter in call.filters))
      checkAsked(shown, { filter }, down(`${at}/filters`, filter), report)
  for (const sort of sorts)
    if (!calls.some(call => call.sort?.by === sort)) checkAsked(shown, { sort }, down(`${at}/sorts`, sort), report)
  for (const [direction, word] of [
    ['asc', 'ascending'],
    ['desc', 'descending'],
  ])
    if (calls.some(call => call.sort) && !calls.some(call => call.sort?.direction === direction))
      report(`${at}/sorts`, `no fixture sorts ${word}`)
}

/** Whether an escape makes something else of a value than put quotes around it. */
function changes(name: string, value: string): boolean {
  const [made, quoted] = [escapes[name]!(value), escapes[name]!('x')]
  return typeof made === 'string' && typeof quoted === 'string' && made !== quoted.replace('x', () => value)
}
/** Marks of which every escape that changes any changes one. */
const MARKS = `'"\\(),`

/** Texts with such marks, as customers' records have them. */
const SAMPLES = ["O'Hara", '6" pipes', 'Smith (junior), Jr', MARKS]

/** The filters of a request whose values are escaped into a text: escape → their names. */
function escapedFilters(spec: ListSpec): Map<string, string[]> {
  const placed = [...JSON.stringify({ ...spec, filters: undefined }).matchAll(/\{filter\.([^{}:]+):([a-z]+)\}/g)]
  const named = Object.entries(isObject(spec.filters) ? spec.filters : {}).flatMap(([name, filter]) =>
    [...JSON.stringify(filter).matchAll(/\{value:([a-z]+)\}/g)].map(([, by]) => ({ name, by: by! })),
  )
  const out = new Map<string, string[]>()
  for (const { name, by } of [...placed.map(([, name, by]) => ({ name: name!, by: by! })), ...named])
    if (Object.hasOwn(escapes, by) && changes(by, MARKS)) out.set(by, [...(out.get(by) ?? []), name])
  return out
}

function checkQuotes({ spec, at, calls }: Shown, report: Report): void {
  for (const [by, names] of escapedFilters(spec)) {
    const isShown = calls.some(({ filters }) => names.some(name => name in filters && changes(by, filters[name]!)))
    const asked = names.map(name => `filter[${name}]`).join(' or ')
    const sample = SAMPLES.find(one => changes(by, one))
    if (!isShown)
      report(`${at}/filters`, `no fixture asks ${asked} for a text that the escape "${by}" changes, such as ${sample}`)
  }
}

function checkMaximum({ spec, at, calls }: Shown, report: Report): void {
  const { max } = spec
  if (max === undefined || max >= MOST || !JSON.stringify(spec).includes('{limit}')) return
  const holdsIt = new RegExp(`\\b${max}\\b`)
  const isCapped = calls.some(
    ({ limit, fixture }) =>
      limit > max && exchangesOf(fixture).some(({ request }) => holdsIt.test(JSON.stringify(request))),
  )
  if (!isCapped)
    report(`${at}/max`, `no fixture asks for more than ${max} records, and shows that ${max} are asked for`)
}

/** Whether the walk of a fixture comes to its end. */
const isWalked = ({ pages = [] }: Fixture): boolean => {
  const body = pages.at(-1)?.answer.body
  return isObject(body) && body.next_cursor === null
}

function checkPages({ spec, at, calls }: Shown, report: Report): void {
  if (spec.page && !calls.some(({ fixture }) => isWalked(fixture)))
    report(`${at}/page`, 'no fixture walks to the last page, the one whose `next_cursor` is null')
}

/** A sort that goes on behind the last record has a clause of its own for each direction. */
function checkContinued({ spec, at, calls }: Shown, report: Report): void {
  for (const [name, sort] of Object.entries(spec.sorts ?? {}))
    for (const direction of sort.after === undefined ? [] : ['asc', 'desc'])
      if (
        !calls.some(call => call.sort?.by === name && call.sort.direction === direction && call.fixture.pages?.length)
      )
        report(down(`${at}/sorts`, name), `no fixture shows the second page of sort[by]=${name}, ${direction}`)
}

/** Reports what no fixture shows of the list requests of a model. */
export function checkListFixtures(mapping: Mapping, fixtures: readonly Fixture[], report: Report): void {
  const isList = new RegExp(`^/${mapping.model.name}(\\?|$)`)
  const all = fixtures
    .filter(({ call, answer }) => call.method === 'GET' && answer.status < 300 && isList.test(call.path))
    .map(fixture => ({ ...listCallOf(fixture), fixture }))
  for (const [index, spec] of listsOf(mapping.file).entries()) {
    const at = Array.isArray(mapping.file.list) ? `/list/${index}` : '/list'
    const calls = all.filter(
      call => servedBy(mapping.list?.offers ?? [], Object.keys(call.filters), call.sort?.by) === index,
    )
    const shown = { mapping, index, spec, at, calls }
    checkFiltersAndSorts(shown, report)
    checkQuotes(shown, report)
    if (methodOf(spec) === undefined) continue
    checkMaximum(shown, report)
    checkPages(shown, report)
    checkContinued(shown, report)
  }
}
