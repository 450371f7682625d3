// What the models of a provider have in common stands once in `provider.json`; the models' files only name it.
import { isObject } from '../../../src/mapping/path.ts'
import type { ModelFile, ProviderFile } from '../../../src/mapping/schema/index.ts'
import type { Json } from './specification.ts'

const VERBS = ['list', 'get', 'create', 'update', 'delete'] as const
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
/** A model's requests, written out, and what it calls its own. */
export interface Written {
  readonly object: string
  readonly requests: { readonly [verb in (typeof VERBS)[number]]?: object }
}

const segments = (path: string): string[] => path.split('/')
/** What a model calls its own: the one segment by which its path differs from another's, else the last. */
export function objectOf(path: string, others: readonly string[]): string {
  const own = segments(path)
  for (const other of others) {
    const theirs = segments(other)
    const differing = own.flatMap((one, i) => (one === theirs[i] ? [] : [i]))
    if (theirs.length === own.length && differing.length === 1) return own[differing[0]!]!
  }
  return own.findLast(one => one !== '') ?? ''
}

/** A request with `{object}` in place of what the model calls its own. */
function templated(request: object, object: string): Json {
  const segment = (text: string): string =>
    segments(text)
      .map(one =>
        one === object ? '{object}' : one.startsWith(`${object}(`) ? `{object}${one.slice(object.length)}` : one,
      )
      .join('/')
  return Object.fromEntries(
    Object.entries(request).map(([key, value]) => {
      if (METHODS.some(method => method === key)) return [key, segment(String(value))]
      return [key, value === object ? '{object}' : value]
    }),
  )
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
const address = (request: Json): string => METHODS.map(method => `${request[method] ?? ''}`).join(' ')

/** What all of several requests have in common. */
function common(all: readonly Json[]): Json {
  const [first = {}, ...others] = all
  return Object.fromEntries(
    Object.entries(first).filter(([key, value]) => others.every(one => isSame(one[key], value))),
  )
}

/** The requests that two models share at least, by the names of their verbs. */
export function sharedRequests(models: readonly Written[]): ProviderFile['requests'] {
  const shared: Record<string, Json> = {}
  for (const verb of VERBS) {
    const all = models.flatMap(({ requests, object }) => {
      const request = requests[verb]
      return request === undefined ? [] : [templated(request, object)]
    })
    const groups = [...Map.groupBy(all, address).values()].sort((a, b) => b.length - a.length)
    const [most = []] = groups
    if (most.length > 1 && JSON.stringify(most[0]).includes('{object}')) shared[verb] = common(most)
  }
  return Object.keys(shared).length > 0 ? (shared as ProviderFile['requests']) : undefined
}

/** The requests of its provider's that a file takes. */
export const sharedIn = (file: ModelFile): string[] =>
  VERBS.flatMap(verb =>
    [file[verb]].flat().flatMap(one => (typeof one === 'string' ? [one] : isObject(one) ? (one.request ?? []) : [])),
  )
