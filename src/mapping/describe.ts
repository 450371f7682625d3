import type { Failure } from '../problem/index.ts'
import { fail } from '../problem/index.ts'
import type { ProviderResponse } from '../provider/json-response.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'
import { type ClassifyError, matcher } from './errors.ts'
import { compileNext, type PageState } from './paging.ts'
import { getter, isNothing, isObject, parsePath } from './path.ts'
import type { Report } from './report.ts'
import { compileRequest } from './request.ts'
import type { CustomType, DescribeRequest, ProviderFile } from './schema/index.ts'

/** A field of the customer's own. */
export interface CustomField {
  /** The provider's name of it. */
  readonly name: string
  readonly label: string
  readonly type: CustomType
  /** The values to choose from. */
  readonly options?: readonly { readonly value: string; readonly label: string }[]
  readonly read_only: boolean
  /** What to write into `field_mappings`. */
  readonly path: string
}
export interface Describe {
  plan(ask: {
    connection: unknown
    baseUrl: string | undefined
    state: PageState | undefined
  }): { request: ProviderRequest } | { refused: Failure }
  read(
    response: ProviderResponse,
    state: PageState | undefined,
  ):
    | { fields: CustomField[] /** Whether there were more. */; isCut: boolean; next: PageState | undefined }
    | { refused: Failure }
}
const DEFAULT_MAX = 200
/** Fields of a page and values to choose from, together, that are read at most. */
const MOST = 10_000

/** A name as one key of a path; quoted where it holds what paths are made of. */
const keyed = (name: string): string => (/^[^.[\]'{}]+$/.test(name) ? name : `'${name}'`)

function compileField(
  spec: DescribeRequest,
  report: Report,
): (element: unknown, most: number) => CustomField | undefined {
  const at = (text: string | undefined, key: string) => {
    const path = text === undefined ? undefined : parsePath(text)
    if (text !== undefined && !path) report(`/describe/${key}`, `not a path: ${text}`)
    return path && getter(path)
  }
  const name = at(spec.name, 'name')!
  const label = at(spec.label, 'label')
  const kind = at(spec.type.at, 'type/at')!
  const types = new Map(
    Object.entries(spec.type.enum).flatMap(([ours, theirs]) => [theirs].flat().map(t => [t, ours as CustomType])),
  )
  const each = at(spec.options?.each, 'options/each')
  const value = at(spec.options?.value, 'options/value')
  const optionLabel = at(spec.options?.label, 'options/label')
  const only = spec.when && matcher(spec.when)
  const never = spec.unless && matcher(spec.unless)
  const fixed = spec.read_only && matcher(spec.read_only)
  const paths = typeof spec.path === 'string' ? { '*': spec.path } : spec.path
  return (element, most) => {
    const own = name(element)
    if (!isObject(element) || typeof own !== 'string' || own === '' || only?.(element) === false || never?.(element))
      return undefined
    const type = types.get(String(kind(element))) ?? 'other'
    const path = paths[type] ?? paths['*']
    if (path === undefined) return undefined
    const list = each?.(element)
    const options = (Array.isArray(list) ? list.slice(0, most) : []).flatMap(option => {
      const v = value?.(option)
      return isNothing(v) ? [] : [{ value: String(v), label: String(optionLabel?.(option) ?? v) }]
    })
    return {
      name: own,
      label: String(label?.(element) ?? own),
      type,
      ...(options.length > 0 && { options }),
      read_only: fixed?.(element) === true,
      path: path.replaceAll('{name}', keyed(own)),
    }
  }
}

/** Compiles the call that names a customer's own fields. */
export function compileDescribe(
  spec: DescribeRequest,
  {
    id,
    provider,
    classifyError,
    report,
  }: { id: string; provider: ProviderFile; classifyError: ClassifyError; report: Report },
): Describe {
  const build = compileRequest(spec, provider, '/describe', report)
  if (!build) report('/describe', 'the request names no method with its path')
  const records = getter(parsePath(spec.records ?? '') ?? [])
  const field = compileField(spec, report)
  const next = compileNext(spec.page)
  const limit = spec.max ?? DEFAULT_MAX
  const readFields = (list: readonly unknown[]): { fields: CustomField[]; isCut: boolean } => {
    const fields: CustomField[] = []
    let left = MOST
    for (const element of list) {
      const made = field(element, left)
      left -= 1 + (made?.options?.length ?? 0)
      if (left <= 0) return { fields, isCut: true }
      if (made) fields.push(made)
    }
    return { fields, isCut: false }
  }
  return {
    plan({ connection, baseUrl, state }) {
      const values = {
        connection,
        limit,
        cursor: state?.cursor,
        offset: state?.offset ?? spec.page?.offset,
        page: state?.page ?? spec.page?.number,
      }
      const made = build!(values, { baseUrl, ...(state?.url !== undefined && { url: state.url }) })
      return 'unfilled' in made ? { refused: fail('provider-unreachable', { provider: id }).failure } : made
    },
    read(response, state) {
      const refused = classifyError(response, 'list')
      if (refused) return { refused }
      const list = response.status === 204 ? [] : records(response.body)
      if (!Array.isArray(list)) return { refused: fail('provider-answer-unreadable', { provider: id }).failure }
      const asked = {
        limit,
        offset: state?.offset ?? spec.page?.offset,
        page: state?.page ?? spec.page?.number,
        keyset: false,
        keeps: [],
        state,
      }
      return {
        ...readFields(list),
        next: next(asked, { body: response.body, headers: response.headers, records: list }),
      }
    },
  }
}
