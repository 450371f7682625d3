// What a provider received, taken apart, so that two requests can be compared in everything but one value.
import { tokenize } from '../../sandbox/salesforce/soql/tokens.ts'
import type { Captured } from './capture.ts'

/** A request in its parts: path segments, query, body, each decoded once; SOQL as its tokens. */
export interface Parts {
  readonly method: string
  readonly path: readonly string[]
  readonly query: readonly (readonly [string, unknown])[]
  readonly body: unknown
}

/** A string of SOQL stands for its text alone; any other token for its kind and source. */
const soql = (text: string): unknown[] =>
  tokenize(text).map(token => (token.kind === 'string' ? { string: token.text } : `${token.kind} ${token.source}`))

export function partsOf({ method, target, body }: Captured): Parts {
  const [path = '', search = ''] = target.split(/\?(.*)/s)
  return {
    method,
    path: path.split('/').map(decodeURIComponent),
    query: [...new URLSearchParams(search)].map(
      ([name, value]) => [name, name === 'q' && /^SELECT /.test(value) ? soql(value) : value] as const,
    ),
    body: body === '' ? undefined : JSON.parse(body),
  }
}

/** A copy in which every text that is `from`, also as a name, is `to`. */
export function replaced(value: unknown, from: string, to: string): unknown {
  if (value === from) return to
  if (Array.isArray(value)) return value.map(one => replaced(one, from, to))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name === from ? to : name, replaced(one, from, to)]),
  )
}

/** Marks that HTTP itself is made of never stand bare in a request line, nor a line's end in a header. */
export const isPlain = ({ target, rawHeaders }: Captured): boolean =>
  /^\/[\x21-\x7e]*$/.test(target) &&
  !/["'<>\\^`{|} #]/.test(target) &&
  rawHeaders.every(text => /^[\t\x20-\x7e]*$/.test(text))
