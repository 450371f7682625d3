import type { Mapping } from '../../src/mapping/compile.ts'
import { type ExpandedFile, listsOf } from '../../src/mapping/expand.ts'
import { getter, isNothing, isObject, parsePath } from '../../src/mapping/path.ts'
import { methodOf, type RequestSpec, splitBase } from '../../src/mapping/request.ts'
import type { ProviderFile } from '../../src/mapping/schema/index.ts'

/** A recorded exchange with a provider. */
export interface Recorded {
  readonly id: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly query: Readonly<Record<string, string>> | null
  }
  readonly response: { readonly status: number; readonly body: unknown }
}
/** A request of a mapping, as a recorded exchange may show it. */
interface Route {
  readonly method: string
  readonly path: RegExp
  /** Literal texts of the query that must be in the recorded one. */
  readonly query: Readonly<Record<string, string>>
  records(body: unknown): unknown[]
}

/** A release such as `v64.0` keeps the shapes of those before it; `v2` is another interface than `v1`. */
const RELEASE = /^v\d+\.\d+$/
const segmentPattern = (text: string): string => {
  if (RELEASE.test(text)) return 'v\\d+\\.\\d+'
  return text
    .split(/\{[^}]*\}/)
    .map(literal => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]+')
}

/**
 * The whole path of a request; recordings may lack its first segments (`/v2/deals/1` for `/api/v2/deals/{id}`), but
 * none from the version on.
 */
function pathPattern(base: string, path: string): RegExp {
  const segments = (splitBase(base).path + path).split('/').filter(Boolean)
  const version = segments.findIndex(segment => /^v\d/.test(segment))
  const free = segments.slice(0, Math.max(0, version))
  const due = segments.slice(Math.max(0, version)).map(segmentPattern)
  return new RegExp(`^${free.map(segment => `(?:/${segmentPattern(segment)})?`).join('')}/${due.join('/')}/?$`)
}

/** What stands after the placeholders of a text in a query language: ` FROM Contact` of `SELECT {select} FROM Contact`. */
function literalsOf(query: unknown): Record<string, string> {
  if (!isObject(query)) return {}
  const texts = Object.entries(query).map(([name, value]) => {
    const first = isObject(value) && Array.isArray(value.text) ? value.text[0] : value
    return [name, typeof first === 'string' && first.includes(' ') ? first.split(/\{[^}]*\}/).at(-1)! : ''] as const
  })
  return Object.fromEntries(texts.filter(([, literal]) => literal.trim() !== ''))
}

function routesOf(provider: ProviderFile, file: ExpandedFile): Route[] {
  const at = (path: string | undefined) => getter(parsePath(path ?? '') ?? [])
  const route = (spec: RequestSpec, records: Route['records']): Route[] => {
    const method = methodOf(spec)
    if (!method) return []
    const path = pathPattern(provider.base, spec[method]!)
    return [{ method: method.toUpperCase(), path, query: literalsOf(spec.query), records }]
  }
  const lists = listsOf(file).flatMap(list => {
    const record = at(list.record)
    return route(list, body => [at(list.records)(body)].flat().map(record))
  })
  const ones = (['get', 'create', 'update'] as const).flatMap(verb => {
    const spec = file[verb]
    return spec ? route(spec, body => [at(spec.record)(body)]) : []
  })
  return [...lists, ...ones]
}

/** A provider's record, and the exchange that it is from. */
export interface Unread {
  readonly id: string
  readonly record: Record<string, unknown>
}

/** The provider's records of a mapping in recorded exchanges: those at the addresses of its requests. */
export function recordsOf(mapping: Mapping, provider: ProviderFile, exchanges: readonly Recorded[]): Unread[] {
  const routes = routesOf(provider, mapping.file)
  const read = mapping.reader(undefined)
  return exchanges.flatMap(({ id, request, response }) => {
    if (response.status >= 300) return []
    const fitting = routes.filter(
      ({ path, query }) =>
        path.test(request.path) &&
        Object.entries(query).every(([name, literal]) => request.query?.[name]?.includes(literal)),
    )
    // A record stands at the same address for every method: one that was fetched there counts where we only change it.
    const [route] = fitting.toSorted(
      (a, b) => Number(b.method === request.method) - Number(a.method === request.method),
    )
    const records = (route?.records(response.body) ?? []).filter(isObject)
    // A create may answer only an id, in a place of its own: that is no record.
    return records.filter(record => read(record, []).id !== undefined).map(record => ({ id, record }))
  })
}

/** The fields of ours that have a value in any of these records, in the order of the model. */
export function fieldsIn(mapping: Mapping, records: readonly Unread[]): string[] {
  const read = mapping.reader(undefined)
  const unified = records.map(({ record }) => read(record, []))
  return Object.keys(mapping.model.fields).filter(field => unified.some(one => !isNothing(one[field])))
}
