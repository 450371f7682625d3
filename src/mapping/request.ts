import { down } from '../problem/pointer.ts'
import type { Method, ProviderRequest } from '../provider/provider-request.ts'
import { percent } from './escape.ts'
import { isObject, lay } from './path.ts'
import type { Report } from './report.ts'
import type { ProviderFile } from './schema/index.ts'
import {
  compileFill,
  compileGraphql,
  type Fill,
  OMIT,
  onlyPlaceholders,
  type Placeholders,
  queryText,
} from './template.ts'

/** A placeholder's value may not stand where the placeholder is. */
export interface Unfilled {
  readonly placeholder: string
  readonly wants: string
}
/** What one call adds to a request: query and headers of filters and sorts, what the caller passes through, the host. */
export interface Additions {
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly passThrough?: Readonly<Record<string, unknown>>
  /** Replaces scheme and host of the provider: `integration_config.base_url`. */
  readonly baseUrl?: string | undefined
  /** The whole address, as a provider gave it for its next page. */
  readonly url?: string
}
export type Build = (values: Placeholders, more?: Additions) => { request: ProviderRequest } | { unfilled: Unfilled }

/** The members of a request in a mapping file. */
export interface RequestSpec {
  readonly get?: string | undefined
  readonly post?: string | undefined
  readonly put?: string | undefined
  readonly patch?: string | undefined
  readonly delete?: string | undefined
  readonly query?: unknown
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: unknown
  readonly graphql?: string | undefined
  readonly variables?: unknown
}

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
/** The method that a request names, or undefined where it names none (a hook does it). */
export const methodOf = (spec: RequestSpec): (typeof METHODS)[number] | undefined =>
  METHODS.find(m => spec[m] !== undefined)

/** Scheme and host of an address template, and what follows them. */
export function splitBase(base: string): { origin: string; path: string } {
  const match = /^(\{connection\.[^}]+\}|https:\/\/[^/]*)(.*)$/.exec(base)
  return { origin: match?.[1] ?? base, path: match?.[2] ?? '' }
}

/** A name of a form, with its brackets as they are. */
const formName = (name: string): string => percent(name).replaceAll('%5B', '[').replaceAll('%5D', ']')

/**
 * Characters that a form may have: as many as the largest JSON that a caller may send. A form repeats the names above
 * each value, so that one long name over many values would be without end.
 */
const FORM_LIMIT = 10_485_760
/** Where a form that would be longer is told: it has no placeholder of its own. */
export const TOO_LONG = 'form'
interface Form {
  readonly pairs: string[]
  /** Characters that it may still have; below 0 it is given up. */
  left: number
}

/** Adds nested keys as forms write them: `address[line1]=`. */
function addPairs(form: Form, name: string, value: unknown): void {
  if (form.left < 0) return
  // A form has no empty list: the name with nothing is how it says so.
  if (Array.isArray(value) && value.length > 0) for (const [i, v] of value.entries()) addPairs(form, `${name}[${i}]`, v)
  else if (isObject(value))
    for (const [key, v] of Object.entries(value)) addPairs(form, name ? `${name}[${key}]` : key, v)
  else if (value !== undefined) {
    const text = Array.isArray(value) ? '' : String(value ?? '')
    form.left -= name.length + text.length
    if (form.left >= 0) form.pairs.push(`${formName(name)}=${percent(text)}`)
  }
}

/** A value as a form; undefined where it would be too long. */
function formOf(value: unknown): string | undefined {
  const form: Form = { pairs: [], left: FORM_LIMIT }
  addPairs(form, '', value)
  return form.left < 0 ? undefined : form.pairs.join('&')
}

const filled = (fill: Fill | undefined, values: Placeholders): Record<string, unknown> => {
  const value = fill?.(values)
  return isObject(value) ? value : {}
}

interface Body {
  make(values: Placeholders, passThrough: unknown): unknown
}
function compileBody(spec: RequestSpec, pointer: string, report: Report): Body | undefined {
  if (spec.graphql !== undefined) {
    const document = compileGraphql(spec.graphql, down(pointer, 'graphql'), report)
    const variables = compileFill(spec.variables ?? {}, down(pointer, 'variables'), { place: 'body', report })
    return {
      make(values, passThrough) {
        const given = variables(values)
        return { query: document(values), variables: lay(given === OMIT ? {} : given, passThrough ?? {}) }
      },
    }
  }
  const at = down(pointer, 'body')
  const template = spec.body === undefined ? undefined : compileFill(spec.body, at, { place: 'body', report })
  const isPlaced = JSON.stringify(spec.body ?? '').includes('"{record}"')
  const last = onlyPlaceholders(spec.body)
  const slotted = last === undefined ? undefined : compileFill(last, at, { place: 'body', report: () => {} })
  return {
    make(values, passThrough) {
      let body = template?.(values)
      if (body === OMIT) body = undefined
      if (!isPlaced && values.record !== undefined) body = lay(body ?? {}, values.record)
      if (passThrough !== undefined) body = lay(body ?? {}, passThrough)
      // Placeholders come last: neither a caller's field nor what is passed through may overrule an id or a version.
      if (slotted && (values.record !== undefined || passThrough !== undefined)) {
        const over = slotted(values)
        if (over !== OMIT) body = lay(body ?? {}, over)
      }
      return body
    },
  }
}

/** Compiles a request of a mapping file to a function that fills it. Undefined where the file names no method. */
export function compileRequest(
  spec: RequestSpec,
  provider: ProviderFile,
  pointer: string,
  report: Report,
): Build | undefined {
  const name = methodOf(spec)
  if (!name) return undefined
  const text = spec[name]!
  const isAbsolute = text.startsWith('https://') || text.startsWith('{connection.')
  const { origin, path } = splitBase(isAbsolute ? text : provider.base)
  const fillUrl = (template: string, at: string) => compileFill(template, at, { place: 'url', report })
  const host = fillUrl(origin, isAbsolute ? down(pointer, name) : '/base')
  const rest = fillUrl(isAbsolute ? path : path + text, down(pointer, name))
  const query =
    spec.query === undefined ? undefined : compileFill(spec.query, down(pointer, 'query'), { place: 'query', report })
  const own = compileFill(spec.headers ?? {}, down(pointer, 'headers'), { place: 'header', report })
  const body = compileBody(spec, pointer, report)
  const method = name.toUpperCase() as Method
  const isForm = provider.sends === 'form'

  return (values, more = {}) => {
    const start = more.baseUrl ?? host(values)
    const tail = rest(values)
    const pairs = Object.entries(
      more.query ? (lay(filled(query, values), more.query) as object) : filled(query, values),
    )
    const search = pairs
      .filter(([, v]) => v !== undefined)
      .map(([key, v]) => queryText(key, v))
      .join('&')
    const headers: Record<string, string> = {}
    for (const set of [filled(own, values), more.headers ?? {}])
      for (const [key, value] of Object.entries(set)) headers[key.toLowerCase()] = String(value)
    const made = method === 'GET' || method === 'DELETE' ? (spec.body === undefined ? undefined : body) : body
    const value = more.url === undefined ? made?.make(values, more.passThrough) : undefined
    if (values.unfilled) return { unfilled: values.unfilled }
    if (start === OMIT || tail === OMIT)
      return { unfilled: { placeholder: start === OMIT ? origin : text, wants: 'a value' } }
    const url = more.url ?? `${start}${tail}${search && `?${search}`}`
    if (value === undefined) return { request: { method, url, headers } }
    headers['content-type'] = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
    const sent = isForm ? formOf(value) : JSON.stringify(value)
    if (sent === undefined) return { unfilled: { placeholder: TOO_LONG, wants: `at most ${FORM_LIMIT} characters` } }
    return { request: { method, url, headers, body: sent } }
  }
}
