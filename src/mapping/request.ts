import { percent } from './escape.ts'
import { isObject, lay } from './path.ts'
import { down, type Report } from './report.ts'
import type { ProviderFile } from './schema/index.ts'
import { compileFill, compileGraphql, DROP, type Fill, onlySlots, queryText, type Slots } from './template.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A request to a provider, complete but for its signature. */
export interface Draft {
  readonly method: Method
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The body as it goes over the wire. */
  readonly body?: string
}
/** A slot's value may not stand where the slot is. */
export interface Unfilled {
  readonly slot: string
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
export type Build = (slots: Slots, more?: Additions) => { draft: Draft } | { unfilled: Unfilled }

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

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
/** The method that a request names, or undefined where it names none (an action function does it). */
export const methodOf = (spec: RequestSpec): (typeof METHODS)[number] | undefined =>
  METHODS.find(m => spec[m] !== undefined)

/** Scheme and host of an address template, and what follows them. */
export function splitBase(base: string): { origin: string; path: string } {
  const match = /^(\{connection\.[^}]+\}|https:\/\/[^/]*)(.*)$/.exec(base)
  return { origin: match?.[1] ?? base, path: match?.[2] ?? '' }
}

/** A name of a form, with its brackets as they are. */
const formName = (name: string): string => percent(name).replaceAll('%5B', '[').replaceAll('%5D', ']')

/** Nested keys as forms write them: `address[line1]=`. */
function formPairs(value: unknown, name: string, out: string[] = []): string[] {
  // A form has no empty list: the name with nothing is how it says so.
  if (Array.isArray(value) && value.length === 0) out.push(`${formName(name)}=`)
  else if (Array.isArray(value)) for (const [i, v] of value.entries()) formPairs(v, `${name}[${i}]`, out)
  else if (isObject(value))
    for (const [key, v] of Object.entries(value)) formPairs(v, name ? `${name}[${key}]` : key, out)
  else if (value !== undefined) out.push(`${formName(name)}=${percent(String(value ?? ''))}`)
  return out
}

const filled = (fill: Fill | undefined, slots: Slots): Record<string, unknown> => {
  const value = fill?.(slots)
  return isObject(value) ? value : {}
}

interface Body {
  make(slots: Slots, passThrough: unknown): unknown
}
function compileBody(spec: RequestSpec, pointer: string, report: Report): Body | undefined {
  if (spec.graphql !== undefined) {
    const document = compileGraphql(spec.graphql, down(pointer, 'graphql'), report)
    const variables = compileFill(spec.variables ?? {}, down(pointer, 'variables'), { place: 'body', report })
    return {
      make(slots, passThrough) {
        const given = variables(slots)
        return { query: document(slots), variables: lay(given === DROP ? {} : given, passThrough ?? {}) }
      },
    }
  }
  const at = down(pointer, 'body')
  const template = spec.body === undefined ? undefined : compileFill(spec.body, at, { place: 'body', report })
  const isPlaced = JSON.stringify(spec.body ?? '').includes('"{record}"')
  const last = onlySlots(spec.body)
  const slotted = last === undefined ? undefined : compileFill(last, at, { place: 'body', report: () => {} })
  return {
    make(slots, passThrough) {
      let body = template?.(slots)
      if (body === DROP) body = undefined
      if (!isPlaced && slots.record !== undefined) body = lay(body ?? {}, slots.record)
      if (passThrough !== undefined) body = lay(body ?? {}, passThrough)
      // Slots come last: neither a caller's field nor what is passed through may overrule an id or a version.
      if (slotted && (slots.record !== undefined || passThrough !== undefined)) {
        const over = slotted(slots)
        if (over !== DROP) body = lay(body ?? {}, over)
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
  const common = compileFill(provider.headers ?? {}, '/headers', { place: 'header', report })
  const own = compileFill(spec.headers ?? {}, down(pointer, 'headers'), { place: 'header', report })
  const body = compileBody(spec, pointer, report)
  const method = name.toUpperCase() as Method
  const isForm = provider.sends === 'form'

  return (slots, more = {}) => {
    const start = more.baseUrl ?? host(slots)
    const tail = rest(slots)
    const pairs = Object.entries(more.query ? (lay(filled(query, slots), more.query) as object) : filled(query, slots))
    const search = pairs
      .filter(([, v]) => v !== undefined)
      .map(([key, v]) => queryText(key, v))
      .join('&')
    const headers: Record<string, string> = { accept: 'application/json' }
    for (const set of [filled(common, slots), filled(own, slots), more.headers ?? {}])
      for (const [key, value] of Object.entries(set)) headers[key.toLowerCase()] = String(value)
    const made = method === 'GET' || method === 'DELETE' ? (spec.body === undefined ? undefined : body) : body
    const value = more.url === undefined ? made?.make(slots, more.passThrough) : undefined
    if (slots.unfit) return { unfilled: slots.unfit }
    if (start === DROP || tail === DROP) return { unfilled: { slot: start === DROP ? origin : text, wants: 'a value' } }
    const url = more.url ?? `${start}${tail}${search && `?${search}`}`
    if (value === undefined) return { draft: { method, url, headers } }
    headers['content-type'] = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
    return { draft: { method, url, headers, body: isForm ? formPairs(value, '').join('&') : JSON.stringify(value) } }
  }
}
