import type { Ask } from '../../bin/check/laws/pages.ts'
import { same } from '../../bin/check/laws/same.ts'
import type { Subject } from '../../bin/check/laws/subject.ts'
import { variants } from '../../bin/check/laws/walk.ts'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { createSalesforce } from '../../sandbox/salesforce/index.ts'
import { readFilter } from '../../src/mapping/clause.ts'
import type { ListAsk } from '../../src/mapping/list.ts'
import type { PageState } from '../../src/mapping/paging.ts'
import { isObject } from '../../src/mapping/path.ts'
import type { Unified } from '../../src/mapping/read.ts'
import type { ProviderResponse } from '../../src/provider/json-response.ts'
import type { ProviderRequest } from '../../src/provider/provider-request.ts'

type Fetch = (request: Request) => Response | Promise<Response>
const NOW = () => Date.UTC(2026, 5, 1, 12)
/** The imitations that were written from the providers' own specifications, and know nothing of the mappings. */
const imitations: Readonly<Record<string, () => { app: { fetch: Fetch } }>> = {
  hubspot: () => createHubspot({ now: NOW }),
  salesforce: () => createSalesforce({ now: NOW }),
}
const made = new Map<string, { app: { fetch: Fetch } }>()
const BASE = 'http://sandbox.example'

/** Sends a request to the imitation of its provider. */
async function send(id: string, { method, url, headers, body }: ProviderRequest): Promise<ProviderResponse> {
  const sandbox = made.get(id) ?? imitations[id]!()
  made.set(id, sandbox)
  const signed = { ...headers, authorization: `Bearer sandbox-${id}-token` }
  const answer = await sandbox.app.fetch(new Request(url, { method, headers: signed, body: body ?? null }))
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) }
}

/** All records of a list, page by page; a text says why there are none. */
async function all(subject: Subject, id: string, ask: Partial<ListAsk>): Promise<Unified[] | string> {
  const records: Unified[] = []
  let state: PageState | undefined
  for (let pages = 0; pages < 400; pages++) {
    const plan = subject.mapping.list!.plan({
      filters: {},
      limit: 200,
      raw: false,
      connection: subject.connection,
      baseUrl: BASE,
      ...ask,
      state,
    })
    if ('hook' in plan) return []
    if ('refused' in plan) return `no request: ${JSON.stringify(plan.refused)}`
    const read = plan.read(await send(id, plan.request))
    if ('refused' in read) return `the provider refuses: ${JSON.stringify(read.refused.upstream ?? read.refused)}`
    if (read.page.warnings.length > 0) return `a warning: ${JSON.stringify(read.page.warnings[0])}`
    records.push(...read.page.data)
    state = read.page.next
    if (!state) return records
  }
  return 'no end'
}

const idsOf = (records: readonly Unified[]): unknown[] => records.map(record => record.id)
/** What a record holds where a filter compares: `emails.email`. */
function held(record: Unified, field: string): unknown[] {
  const [top = '', member] = field.split('.')
  return [record[top] ?? []].flat().map(value => (member && isObject(value) ? value[member] : value))
}
const equal = (a: unknown, b: unknown): boolean => String(a).toLowerCase() === String(b).toLowerCase()

/** Filters with values that records of the imitation hold; those that none holds are left out. */
function real({ mapping }: Subject, filters: Ask['filters'], plain: readonly Unified[]): Record<string, string> {
  return Object.fromEntries(
    Object.keys(filters).flatMap(name => {
      const [value] = plain.flatMap(record => held(record, mapping.model.filters[name]!))
      return value === undefined ? [] : [[name, String(value)]]
    }),
  )
}

/** A filter answers all records that hold its value, and none that holds another. */
async function tryFilter(
  subject: Subject,
  id: string,
  name: string,
  plain: readonly Unified[],
): Promise<string | undefined> {
  const { model } = subject.mapping
  const field = model.filters[name]!
  const having = plain.filter(record => held(record, field).length > 0)
  const sample = having[Math.floor(having.length / 2)]
  if (!sample) return undefined
  const value = readFilter(model, name, String(held(sample, field)[0]))
  if (typeof value !== 'string') return `${name}: the provider's own value is refused`
  const found = await all(subject, id, { filters: { [name]: value } })
  if (typeof found === 'string') return `filter ${name}=${value}: ${found}`
  const isAfter = name.endsWith('_after')
  const fits = (record: Unified) =>
    held(record, field).some(v => (isAfter ? Date.parse(String(v)) >= Date.parse(value) : equal(v, value)))
  // A search may leave out the field that it searches by; what it answers must not hold another value.
  const stray = found.find(record => held(record, field).length > 0 && !fits(record))
  if (stray) return `filter ${name}=${value} answers ${JSON.stringify(stray)}`
  const missing = plain.find(record => fits(record) && !idsOf(found).includes(record.id))
  return missing ? `filter ${name}=${value} misses ${JSON.stringify(missing)}` : undefined
}

/** A sort puts records in its order, and keeps to it from page to page. */
async function trySort(
  subject: Subject,
  id: string,
  by: string,
  direction: 'asc' | 'desc',
): Promise<string | undefined> {
  const whole = await all(subject, id, { sort: { by, direction } })
  const pages = await all(subject, id, { sort: { by, direction }, limit: 7 })
  if (typeof whole === 'string') return `sort ${by} ${direction}: ${whole}`
  if (typeof pages === 'string') return `sort ${by} ${direction} in pages: ${pages}`
  if (!same(idsOf(whole), idsOf(pages))) return `sort ${by} ${direction}: pages differ from the whole`
  const values = whole.map(record => record[by]).filter(value => value !== undefined)
  const rank = (value: unknown): string | number => (typeof value === 'number' ? value : String(value).toLowerCase())
  const inOrder = values.every((value, i) => {
    if (i === 0) return true
    const [a, b] = [rank(values[i - 1]), rank(value)]
    return direction === 'asc' ? a <= b : a >= b
  })
  return inOrder ? undefined : `sort ${by} ${direction} is not in order: ${JSON.stringify(values.slice(0, 8))}`
}

/** Whether there is an imitation of the subject's provider. */
export const hasImitation = (id: string): boolean => Object.hasOwn(imitations, id)

/**
 * Lists, filters, sorts, pages and gets at the imitation of the provider; answers what went wrong. The imitation is
 * written from the provider's specification, so that it refuses names that the mapping made up.
 */
export async function trySandbox(subject: Subject, id: string): Promise<string | undefined> {
  const { mapping } = subject
  if (!mapping.list) return undefined
  const plain = await all(subject, id, {})
  if (typeof plain === 'string') return `list: ${plain}`
  if (plain.length === 0) return 'the list is empty'
  const pages = await all(subject, id, { limit: 7 })
  if (typeof pages === 'string' || !same(idsOf(pages).sort(), idsOf(plain).sort()))
    return `pages: ${typeof pages === 'string' ? pages : 'other records than the whole list'}`
  const asks = variants(subject).map(({ ask }) => ({ ...ask, filters: real(subject, ask.filters, plain) }))
  for (const ask of asks) {
    const found = await all(subject, id, ask)
    if (typeof found === 'string') return `${JSON.stringify(ask)}: ${found}`
  }
  for (const name of new Set(asks.flatMap(({ filters }) => Object.keys(filters)))) {
    const breach = await tryFilter(subject, id, name, plain)
    if (breach) return breach
  }
  for (const { sort, filters } of asks) {
    if (!sort || Object.keys(filters).length > 0) continue
    const breach = await trySort(subject, id, sort.by, sort.direction)
    if (breach) return breach
  }
  if (!mapping.verbs.get?.hasRequest) return undefined
  const wanted = plain[0]!
  const request = mapping.verbs.get.build({
    id: String(wanted.id),
    select: mapping.select(undefined),
    connection: subject.connection,
    baseUrl: BASE,
  })
  if ('refused' in request) return `get: ${JSON.stringify(request.refused)}`
  const got = mapping.verbs.get.read(await send(id, request.request), { id: String(wanted.id) })
  if ('refused' in got) return `get: ${JSON.stringify(got.refused)}`
  const record = mapping.reader(undefined)(got.record, [])
  return same(record, wanted) ? undefined : `get reads ${JSON.stringify(record)}, list ${JSON.stringify(wanted)}`
}
