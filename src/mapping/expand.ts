import type { Model } from '../models/index.ts'
import { down } from '../problem/pointer.ts'
import { filterType } from './filter-type.ts'
import { filterByName, type Naming, pathOf, sortByName, unsortedKeyset } from './named-clauses.ts'
import { entriesOf } from './named-entries.ts'
import { entry, lay } from './path.ts'
import { nearest, type Report } from './report.ts'
import type {
  DescribeRequest,
  Filter,
  ListRequest,
  ModelFile,
  ProviderFile,
  Select,
  Sort,
  VerbRequest,
} from './schema/index.ts'
import { substitute } from './substitute.ts'
import type { FieldOverrides } from './table.ts'

/** A list request in which nothing is only named. */
export interface ListSpec extends Omit<ListRequest, 'request' | 'filters' | 'sorts'> {
  /** Names alone beside a hook, which carries them out itself. */
  readonly filters?: Record<string, Filter> | string[] | undefined
  readonly sorts?: Record<string, Sort> | undefined
}
/** A model's file with all that it takes from its provider's: what the rest of the mapping is compiled from. */
export interface ExpandedFile
  extends Omit<ModelFile, 'list' | 'get' | 'create' | 'update' | 'delete' | 'describe' | 'select'> {
  readonly list?: ListSpec | ListSpec[] | undefined
  readonly get?: VerbRequest | undefined
  readonly create?: VerbRequest | undefined
  readonly update?: VerbRequest | undefined
  readonly delete?: VerbRequest | undefined
  readonly describe?: DescribeRequest | undefined
  readonly select?: Select | undefined
}

/** What an expansion works on. */
export interface Expanding {
  readonly provider: ProviderFile
  readonly model: Model
  readonly file: ModelFile
  /** A connection's own rows: a filter follows the field that it compares. */
  readonly overrides: FieldOverrides
  readonly report: Report
}

const VERBS = ['get', 'create', 'update', 'delete'] as const

/** Puts what the model calls its own into the requests that it shares with others. */
function withObject<T>(node: T, { file, report }: Expanding, pointer: string): T {
  if (!JSON.stringify(node).includes('{object}')) return node
  if (file.object === undefined) report(pointer, 'the shared request holds {object}, and the model names no `object`')
  return substitute(node, { object: file.object ?? '' }) as T
}

/** A request of the model: its own, or one of the provider's with the model's laid over it. */
function requestOf<T extends { readonly request?: string | undefined }>(
  given: string | T,
  expanding: Expanding,
  pointer: string,
): Omit<T, 'request'> {
  const { request: name, ...own } = typeof given === 'string' ? ({ request: given } as unknown as T) : given
  if (name === undefined) return own
  const shared = expanding.provider.requests ?? {}
  const found = entry(shared, name)
  if (!found) {
    expanding.report(pointer, `no request "${name}" in provider.json; ${nearest(name, Object.keys(shared))}`)
    return own
  }
  return lay(withObject(found, expanding, pointer), own) as Omit<T, 'request'>
}

function filtersOf(
  given: NonNullable<ListRequest['filters']>,
  expanding: Expanding,
  at: string,
): Record<string, Filter> {
  const { model, report } = expanding
  return Object.fromEntries(
    entriesOf<Filter>(given, at).flatMap(({ name, written, at: place }): [string, Filter][] => {
      if (written !== undefined) return [[name, written]]
      const field = entry(model.filters, name)
      if (field === undefined) {
        report(place, `no filter "${name}"; ${nearest(name, Object.keys(model.filters))}`)
        return []
      }
      const made = filterByName(name, namingOf(field, filterType(model, name), expanding, place))
      return made === undefined ? [] : [[name, made]]
    }),
  )
}

function sortsOf(given: NonNullable<ListRequest['sorts']>, expanding: Expanding, at: string): Record<string, Sort> {
  const { model, report } = expanding
  return Object.fromEntries(
    entriesOf<Sort>(given, at).flatMap(({ name, written, at: place }): [string, Sort][] => {
      if (written !== undefined) return [[name, written]]
      if (!model.sorts.includes(name)) {
        report(place, `no sort "${name}"; ${nearest(name, model.sorts)}`)
        return []
      }
      const field = model.fields[name]
      const type = field && 'options' in field ? 'text' : field?.type
      const isScalar = type !== undefined && type !== 'rows' && type !== 'map' && type !== 'list'
      const made = sortByName(namingOf(name, isScalar ? type : 'text', expanding, place))
      return made === undefined ? [] : [[name, made]]
    }),
  )
}

/** All that a name alone leaves to the dialect and the field table. */
function namingOf(
  field: string,
  type: Naming['type'],
  { provider, file, overrides, report }: Expanding,
  at: string,
): Naming {
  const top = field.split('.')[0]!
  const row = entry(overrides, top) ?? entry(file.fields, top)
  const isAlwaysThere = top === 'id' || top.endsWith('_at') || file.required?.includes(top) === true
  return {
    dialect: provider.dialect ?? {},
    path: file.queried_as?.[field] ?? file.queried_as?.[top] ?? pathOf(row, field),
    row,
    type,
    isNullable: !isAlwaysThere,
    object: file.object ?? '',
    report: message => report(at, message),
  }
}

function listOf(given: string | ListRequest, expanding: Expanding, pointer: string): ListSpec {
  const { provider, report } = expanding
  const { filters, sorts, page, ...rest } = requestOf<ListRequest>(given, expanding, pointer)
  const { dialect = {} } = provider
  const isNamed = Array.isArray(filters) || Array.isArray(sorts)
  const isKeyset = page?.keyset === true || (Array.isArray(sorts) && dialect.keyset !== undefined)
  // A hook carries its filters out itself: their names are all that there is to say.
  const isHookAlone = rest.hook !== undefined && rest.get === undefined && rest.post === undefined
  const names = isHookAlone && Array.isArray(filters) ? filters.map(String) : undefined
  const keysetPage =
    page?.keyset === true
      ? { ...page, keyset: undefined, last: unsortedKeyset(dialect, m => report(pointer, m)) }
      : page
  return {
    ...rest,
    ...((Array.isArray(filters) || isKeyset) && dialect.and !== undefined && { and: rest.and ?? dialect.and }),
    ...(isNamed && sorts && dialect.directions && { directions: rest.directions ?? dialect.directions }),
    ...(filters && { filters: names ?? filtersOf(filters, expanding, down(pointer, 'filters')) }),
    ...(sorts && { sorts: sortsOf(sorts, expanding, down(pointer, 'sorts')) }),
    ...(keysetPage && { page: keysetPage }),
  }
}

function describeOf(expanding: Expanding): DescribeRequest | undefined {
  const { provider, file } = expanding
  if (file.describe === false) return undefined
  if (provider.describe === undefined) return file.describe as DescribeRequest | undefined
  // Laid over first: a model with an address of its own needs no `object`.
  return withObject(lay(provider.describe, file.describe ?? {}) as DescribeRequest, expanding, '/describe')
}

/**
 * A model's file, written out: requests that it shares with other models of its provider, filters and sorts that it only
 * names, its `select` and `describe`. What is wrong goes to `report`.
 */
export function expandFile(expanding: Expanding): ExpandedFile {
  const { provider, file } = expanding
  const { list, get: _, create: __, update: ___, delete: ____, describe: _____, select, ...rest } = file
  const verbs = VERBS.flatMap(verb => {
    const given = file[verb]
    return given === undefined ? [] : [[verb, requestOf<VerbRequest>(given, expanding, `/${verb}`)] as const]
  })
  const described = describeOf(expanding)
  const selected = select ?? provider.select
  return {
    ...rest,
    ...(list !== undefined && {
      list: Array.isArray(list)
        ? list.map((one, i) => listOf(one, expanding, `/list/${i}`))
        : listOf(list, expanding, '/list'),
    }),
    ...Object.fromEntries(verbs),
    ...(described && { describe: described }),
    ...(selected && { select: selected }),
  }
}

/** The list requests of a file, one or several. */
export const listsOf = ({ list }: Pick<ExpandedFile, 'list'>): readonly ListSpec[] =>
  list === undefined ? [] : Array.isArray(list) ? list : [list]
