import { isObject } from '../../src/mapping/path.ts'
import { PLACEHOLDER } from '../../src/mapping/placeholder.ts'
import { methodOf, type RequestSpec, splitBase } from '../../src/mapping/request.ts'
import type { ProviderFile, VerbRequest } from '../../src/mapping/schema/index.ts'
import type { RecordVerb } from '../../src/mapping/verb.ts'
import { isDocument, match } from './match.ts'
import type { StubRequest } from './request.ts'
import { type Found, literal, together } from './text.ts'

/** The address of a request of a mapping, as the provider knows it. */
export interface Address {
  readonly method: string
  /** What the path says; undefined for another path. */
  read(path: string): Found | undefined
  /** Literal letters and further demands: of several addresses that suit, the one that asks for most is meant. */
  readonly weight: number
}

const leaves = (node: unknown): number =>
  Array.isArray(node) || isObject(node)
    ? Object.values(node).reduce<number>((sum, inner) => sum + leaves(inner), 0)
    : Number(node !== undefined)
/** Leaves of the query and the body weigh less than a letter of the path. */
const LEAF = 1 / 1000

/** Reads the address of a request in a mapping file; undefined where it names none. */
export function addressOf(spec: RequestSpec, provider: ProviderFile): Address | undefined {
  const method = methodOf(spec)
  if (!method) return undefined
  const text = spec[method]!
  const isAbsolute = text.startsWith('https://') || text.startsWith('{connection.')
  const template = isAbsolute ? splitBase(text).path : splitBase(provider.base).path + text
  const names: string[] = []
  let [source, at] = ['', 0]
  for (const found of template.matchAll(PLACEHOLDER)) {
    const [whole, root = '', path = '', escaping] = found
    names.push(root + path)
    source += `${literal(template.slice(at, found.index))}${escaping === 'path' ? '(.+)' : '([^/]+?)'}`
    at = found.index + whole.length
  }
  const regex = new RegExp(`^${source}${literal(template.slice(at))}$`)
  return {
    method: method.toUpperCase(),
    weight: template.replace(PLACEHOLDER, '').length + LEAF * leaves([spec.query, spec.body, spec.variables]),
    read(path) {
      const groups = regex.exec(path)
      return groups ? Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(groups[i + 1]!)])) : undefined
    },
  }
}

/** Reads a request of a verb; undefined where it is none. A write may hold more than its template: the record. */
export function readVerb(
  spec: VerbRequest,
  verb: RecordVerb,
  { query, body, headers }: StubRequest,
): Found | undefined {
  const isWrite = verb === 'create' || verb === 'update'
  const own = Object.fromEntries(Object.entries(spec.headers ?? {}).map(([name, text]) => [name.toLowerCase(), text]))
  const sent = Object.fromEntries(
    Object.keys(own)
      .filter(name => name in headers)
      .map(name => [name, headers[name]]),
  )
  return together([match(spec.query ?? {}, query, {}), match(own, sent, {}), readBody()])

  function readBody(): Found | undefined {
    if (spec.graphql !== undefined) {
      if (!isObject(body) || !isDocument(spec.graphql, body)) return undefined
      return match(spec.variables ?? {}, body.variables ?? {}, {}, isWrite)
    }
    if (spec.body === undefined) return {}
    return match(spec.body, body ?? {}, {}, isWrite)
  }
}
