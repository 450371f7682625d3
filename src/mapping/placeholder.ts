import { ConversionError } from './codecs.ts'
import { escapes, segment } from './escape.ts'
import { entry, getter, parsePath } from './path.ts'
import { nearest, type Report } from './report.ts'

/** What the placeholders of one request stand for. */
export interface Placeholders {
  /** The record’s id; `{id.0}` is the first part of one that carries its parent, as in `7:99`. */
  readonly id?: string | undefined
  /** Values of the filters that stand in the request itself, by name. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
  /** The unified record of a create. */
  readonly input?: Readonly<Record<string, unknown>> | undefined
  readonly limit?: number | undefined
  readonly cursor?: unknown
  readonly offset?: number | undefined
  readonly page?: number | undefined
  readonly last?: unknown
  readonly select?: Selection | undefined
  readonly filters?: readonly unknown[] | undefined
  readonly sort?: unknown
  readonly value?: unknown
  readonly direction?: string | undefined
  readonly record?: unknown
  readonly written?: string | undefined
  readonly current?: unknown
  readonly connection?: unknown
  readonly idempotency_key?: string | undefined
  /** Of several records: what is sent of each, their ids, what one is told by, and what is said of one that was refused. */
  readonly items?: readonly unknown[] | undefined
  readonly ids?: readonly string[] | undefined
  readonly key?: string | undefined
  readonly error?: unknown
  /** Joins text clauses. */
  readonly and?: string | undefined
  /** Set by filling, when a value may not stand where its placeholder is: what would be accepted, and which placeholder it was. */
  unfilled?: { placeholder: string; wants: string }
}
/** Names below each other, from the root of what is asked for: `[["properties", "email"]]`. */
export type Selection = readonly (readonly string[])[]

export type Place = 'url' | 'query' | 'header' | 'body' | 'clause'
/** Fills a template; OMIT where a placeholder had no value and everything around it goes too. */
export type Fill = (values: Placeholders) => unknown
export const OMIT: unique symbol = Symbol('nothing to fill')

/** Where each placeholder may stand; section 2 of the format. */
export const places: Readonly<Record<string, readonly Place[]>> = {
  id: ['url', 'query', 'body', 'clause'],
  filter: ['url', 'query', 'header', 'body'],
  input: ['url', 'query', 'body'],
  limit: ['query', 'header', 'body'],
  cursor: ['query', 'header', 'body'],
  offset: ['query', 'header', 'body'],
  page: ['query', 'header', 'body'],
  last: ['query', 'header', 'body', 'clause'],
  select: ['query', 'body'],
  filters: ['query', 'body'],
  sort: ['query', 'body'],
  value: ['query', 'header', 'body', 'clause'],
  direction: ['query', 'header', 'body', 'clause'],
  record: ['body'],
  written: ['query', 'body'],
  current: ['query', 'header', 'body'],
  connection: ['url', 'query', 'header', 'body'],
  idempotency_key: ['header'],
  items: ['body'],
  ids: ['query'],
  key: ['body'],
  error: ['body'],
}
const WITH_PATH = new Set(['last', 'current', 'connection', 'filter', 'input'])
/** Whether a placeholder lacks the path that it needs, or has one that it cannot have; `{error}` may be either. */
const isWrongPath = (root: string, path: string): boolean =>
  root === 'id' ? !/^(\.\d)?$/.test(path) : root !== 'error' && WITH_PATH.has(root) !== (path !== '')
/** Separates the parts of an id that carries its parent. */
const ID_PARTS = ':'
/** Placeholders that may carry what a caller or a provider wrote. */
const FOREIGN = new Set(['id', 'value', 'cursor', 'last', 'current', 'filter', 'input', 'ids'])
export const PLACEHOLDER = /\{([a-z_]+)((?:\.[^{}:]+)?)(?::([a-z]+))?\}/g

export interface Where {
  readonly place: Place
  /** The model's type of `{value}`: only a text needs an escape. */
  readonly type?: string | undefined
  readonly report: Report
}
export interface Part {
  readonly root: string
  readonly name: string
  readonly get: ((source: unknown) => unknown) | undefined
  readonly escape: string | undefined
  /** Whether the placeholder fills the whole value. */
  readonly whole: boolean
  /** Whether it stands at the start of an address and brings scheme and host. */
  readonly origin: boolean
}
/** `text`: inside a query language; `graphql`: a document, in which only `{select}` is a placeholder. */
export type Mode = 'value' | 'text' | 'graphql'

/** Reads one placeholder of a template, and reports what is wrong with it. */
export function readPlaceholder(
  match: RegExpMatchArray,
  { whole, mode }: { readonly whole: boolean; readonly mode: Mode },
  pointer: string,
  where: Where,
): Part {
  const [name = '', root = '', path = '', escaping] = match
  const { place, report, type } = where
  const allowed = entry(places, root)
  if (!allowed) report(pointer, `no placeholder ${name}; ${nearest(root, Object.keys(places))}`)
  else if (isWrongPath(root, path))
    report(pointer, path ? `{${root}} takes no path` : `{${root}} needs a path: {${root}.name}`)
  else if (!allowed.includes(place))
    report(pointer, `${name} cannot stand in a ${place}; only in ${allowed.join(', ')}`)
  const steps = path ? parsePath(path.slice(1)) : undefined
  if (path && !steps) report(pointer, `not a path: ${path.slice(1)}`)
  if (escaping && !Object.hasOwn(escapes, escaping) && !(place === 'url' && escaping === 'path'))
    report(pointer, `no escape "${escaping}"; ${nearest(escaping, [...Object.keys(escapes), 'path'])}`)
  const safe = root === 'value' && type !== undefined && type !== 'text' && type !== 'list'
  if (place !== 'url' && FOREIGN.has(root) && !escaping && !whole && !safe)
    report(pointer, `${name} stands inside a text and must name its escape: ${Object.keys(escapes).join(', ')}`)
  return {
    root,
    name,
    get: root === 'id' && path ? idPart(Number(path.slice(1))) : steps && getter(steps),
    escape: escaping,
    whole: whole && mode === 'value',
    origin: place === 'url' && match.index === 0 && root === 'connection',
  }
}

/** One part of an id that carries its parent: nothing where there is none such. */
const idPart =
  (index: number) =>
  (id: unknown): unknown =>
    typeof id === 'string' ? id.split(ID_PARTS)[index] : undefined

/** What a placeholder stands for in a request; OMIT for nothing. */
export function placeholderValue(part: Part, values: Placeholders, place: Place, mode: Mode): unknown {
  const source = values[part.root as keyof Placeholders]
  let value: unknown = part.get ? part.get(source) : source
  if (part.root === 'filters') {
    const clauses = values.filters ?? []
    if (clauses.length === 0) return OMIT
    return place === 'body' && part.whole ? clauses : clauses.join(values.and ?? ' ')
  }
  if (part.root === 'select') {
    const selection = values.select ?? []
    if (selection.length === 0) return OMIT
    if (mode === 'graphql') return tree(selection)
    const names = [...new Set(selection.map(steps => steps.join('.')))]
    return place === 'body' && part.whole ? names : names.join(',')
  }
  // One of a provider's two words for the directions may be no word: `-name` and `name`.
  if (value === '' && part.root === 'direction') return value
  if (value === undefined || value === null || value === '') return OMIT
  if (place === 'url' && part.escape !== 'word') return inUrl(part, String(value), values)
  if (part.escape) {
    // Several of theirs for one of ours: each is escaped, and a comma stands between them.
    const all = Array.isArray(value) ? value : [value]
    const made = all.map(one => escapes[part.escape!]!(String(one)))
    const wrong = made.find(one => one instanceof ConversionError)
    const escaped = wrong ?? made.join(',')
    if (escaped instanceof ConversionError) {
      values.unfilled ??= { placeholder: part.name, wants: escaped.wants }
      return OMIT
    }
    value = escaped
  }
  if (place === 'header' && !/^[\t\x20-\x7e]*$/.test(String(value))) {
    values.unfilled ??= { placeholder: part.name, wants: 'printable ASCII characters, since it goes into a header' }
    return OMIT
  }
  return value
}

function inUrl(part: Part, value: string, values: Placeholders): unknown {
  if (part.origin) return value
  const segments = (part.escape === 'path' ? value.split('/') : [value]).map(segment)
  const refused = segments.find(s => s instanceof ConversionError)
  if (refused) {
    values.unfilled ??= { placeholder: part.name, wants: refused.wants }
    return OMIT
  }
  return segments.join('/')
}

/** GraphQL: `a{b c{d}}`. */
function tree(selection: Selection): string {
  type Node = { [name: string]: Node }
  const root: Node = {}
  for (const names of selection) {
    let node = root
    for (const name of names) node = node[name] ??= {}
  }
  const print = (node: Node): string =>
    Object.entries(node)
      .map(([name, inner]) => (Object.keys(inner).length > 0 ? `${name}{${print(inner)}}` : name))
      .join(' ')
  return print(root)
}
