import { type Code, type Failure, fail, type Upstream } from '../problem/index.ts'
import type { ProviderResponse } from '../provider/json-response.ts'
import { budgetOf } from '../provider/rate-budget.ts'
import { retryAfter } from '../provider/retry.ts'
import { getter, isNothing, isObject, parsePath } from './path.ts'
import type { Condition, FailureWord, ProviderFile } from './schema/index.ts'

export type Verb = 'list' | 'get' | 'create' | 'update' | 'delete'
/** Judges an answer: undefined where it is none of a failure. */
export type ClassifyError = (response: ProviderResponse, verb: Verb) => Failure | undefined

/** A condition as a test: path → value, list of values, or `"*"` for anything. */
export function matcher(condition: Condition): (source: unknown) => boolean {
  const tests = Object.entries(condition).map(([path, wanted]) => ({
    get: getter(parsePath(path) ?? []),
    wanted: [wanted].flat() as unknown[],
  }))
  return source =>
    tests.every(({ get, wanted }) => {
      const value = get(source)
      return wanted.some(one => (one === '*' ? !isNothing(value) : value === one))
    })
}

const byStatus = (status: number): FailureWord | undefined => {
  if (status < 400) return undefined
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 404 || status === 410) return 'not-found'
  if (status === 409 || status === 412) return 'conflict'
  if (status === 429) return 'rate-limited'
  return status >= 500 ? 'provider-down' : 'invalid'
}
/** The format's words, as problems. */
const CODES: Readonly<Record<FailureWord, Code>> = {
  invalid: 'provider-rejected',
  unauthorized: 'connection-needs-reconnect',
  'scope-missing': 'scope-missing',
  forbidden: 'provider-forbidden',
  'not-found': 'record-not-found',
  conflict: 'conflict',
  stale: 'conflict',
  'rate-limited': 'provider-rate-limited',
  'quota-spent': 'provider-rate-limited',
  'page-limit': 'provider-rejected',
  'bad-cursor': 'bad-cursor',
  'provider-down': 'provider-failed',
}
const LIMIT = 500
/** Members of an object, and elements of each, among which a message is looked for. */
const LOOKED_AT = 100

/** The first value of an object whose keys cannot be known, such as names of fields. */
function firstOf(value: unknown): unknown {
  if (!isObject(value)) return undefined
  for (const name of Object.keys(value).slice(0, LOOKED_AT))
    for (const one of [value[name]].flat().slice(0, LOOKED_AT)) if (!isNothing(one)) return one
  return undefined
}

type Places = NonNullable<NonNullable<ProviderFile['errors']>['message']>
function finder(places: Places | undefined): (response: ProviderResponse) => string | undefined {
  const all = [places ?? []].flat().map(place => {
    if (typeof place === 'object') return (response: ProviderResponse): unknown => response.headers.get(place.header)
    const under = place.endsWith('.*') ? place.slice(0, -2) : undefined
    const get = getter(parsePath(under ?? place) ?? [])
    if (under === undefined) return (response: ProviderResponse) => get(response.body)
    return (response: ProviderResponse) => firstOf(get(response.body))
  })
  return response => {
    for (const find of all) {
      const value = find(response)
      if (!isNothing(value) && typeof value !== 'object') return String(value).slice(0, LIMIT)
    }
    return undefined
  }
}

/** Seconds that an answer asks to wait: its own `Retry-After`, or what is left until a spent budget is full again. */
function waitOf({ limits }: ProviderFile, { headers }: ProviderResponse, now: number): number | undefined {
  const asked = retryAfter(headers, now)
  if (asked !== undefined) return asked
  const budget = budgetOf(limits, headers, now)
  return budget?.remaining === 0 ? budget.reset : undefined
}

/** Compiles how a provider says no; `id` is its name in problems. */
export function compileErrors(id: string, provider: ProviderFile, now: () => number): ClassifyError {
  const rows = (provider.errors?.rows ?? []).map(row => ({
    ...row,
    statuses: row.status === undefined ? undefined : [row.status].flat(),
    test: matcher(row.when ?? {}),
  }))
  const message = finder(provider.errors?.message)
  const code = finder(provider.errors?.code)
  return (response, verb) => {
    const row = rows.find(
      r => (!r.statuses || r.statuses.includes(response.status)) && (!r.on || r.on === verb) && r.test(response.body),
    )
    const word = row?.error ?? byStatus(response.status)
    if (!word) return undefined
    // Only a call that names a record can miss one; elsewhere the provider refuses the address or a member of the body.
    const problem = word === 'not-found' && (verb === 'list' || verb === 'create') ? 'provider-rejected' : CODES[word]
    const said = message(response)
    const named = code(response)
    const upstream: Upstream = {
      status: response.status,
      ...(named !== undefined && { code: named }),
      ...(said !== undefined && { message: said }),
    }
    const after =
      problem === 'provider-rate-limited' || problem === 'provider-failed'
        ? waitOf(provider, response, now())
        : undefined
    return fail(problem, {
      provider: id,
      upstream,
      ...(after !== undefined && { retry_after: after }),
    }).failure
  }
}
