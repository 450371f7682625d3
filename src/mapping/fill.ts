import { Unfit } from './convert.ts'
import { escapes, percent, segment } from './escape.ts'
import { down, nearest, type Report } from './fault.ts'
import { entry, getter, isObject, parsePath } from './path.ts'

/** What the slots of one request stand for. */
export interface Slots {
  readonly id?: string | undefined
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
  /** Joins text clauses. */
  readonly and?: string | undefined
  /** Set by filling, when a value may not stand where its slot is: what would be accepted, and which slot it was. */
  unfit?: { slot: string; wants: string }
}
/** Names below each other, from the root of what is asked for: `[["properties", "email"]]`. */
export type Selection = readonly (readonly string[])[]

export type Place = 'url' | 'query' | 'header' | 'body' | 'clause'
/** Fills a template; DROP where a slot had no value and everything around it goes too. */
export type Fill = (slots: Slots) => unknown
export const DROP: unique symbol = Symbol('nothing to fill')

/** Where each slot may stand; section 2 of the format. */
export const places: Readonly<Record<string, readonly Place[]>> = {
  id: ['url', 'query', 'body', 'clause'],
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
}
const WITH_PATH = new Set(['last', 'current', 'connection'])
/** Slots that may carry what a caller or a provider wrote. */
const FOREIGN = new Set(['id', 'value', 'cursor', 'last', 'current'])
const SLOT = /\{([a-z_]+)((?:\.[^{}:]+)?)(?::([a-z]+))?\}/g

export interface Where {
  readonly place: Place
  /** The model's type of `{value}`: only a text needs an escape. */
  readonly type?: string | undefined
  readonly report: Report
}
interface Part {
  readonly root: string
  readonly name: string
  readonly get: ((source: unknown) => unknown) | undefined
  readonly escape: string | undefined
  /** Whether the slot fills the whole value. */
  readonly whole: boolean
  /** Whether it stands at the start of an address and brings scheme and host. */
  readonly origin: boolean
}
type Mode = 'value' | 'text' | 'graphql'

function readSlot(match: RegExpMatchArray, whole: boolean, mode: Mode, pointer: string, where: Where): Part {
  const [name = '', root = '', path = '', escaping] = match
  const { place, report, type } = where
  const allowed = entry(places, root)
  if (!allowed) report(pointer, `no slot ${name}; ${nearest(root, Object.keys(places))}`)
  else if (WITH_PATH.has(root) !== (path !== ''))
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
    get: steps && getter(steps),
    escape: escaping,
    whole: whole && mode === 'value',
    origin: place === 'url' && match.index === 0 && root === 'connection',
  }
}

function slotValue(part: Part, slots: Slots, place: Place, mode: Mode): unknown {
  const source = slots[part.root as keyof Slots]
  let value: unknown = part.get ? part.get(source) : source
  if (part.root === 'filters') {
    const clauses = slots.filters ?? []
    if (clauses.length === 0) return DROP
    return place === 'body' && part.whole ? clauses : clauses.join(slots.and ?? ' ')
  }
  if (part.root === 'select') {
    const selection = slots.select ?? []
    if (selection.length === 0) return DROP
    if (mode === 'graphql') return tree(selection)
    const names = [...new Set(selection.map(steps => steps.join('.')))]
    return place === 'body' && part.whole ? names : names.join(',')
  }
  // One of a provider's two words for the directions may be no word: `-name` and `name`.
  if (value === '' && part.root === 'direction') return value
  if (value === undefined || value === null || value === '') return DROP
  if (place === 'url' && part.escape !== 'word') return inUrl(part, String(value), slots)
  if (part.escape) {
    const escaped = escapes[part.escape]!(String(value))
    if (escaped instanceof Unfit) {
      slots.unfit ??= { slot: part.name, wants: escaped.wants }
      return DROP
    }
    value = escaped
  }
  if (place === 'header' && !/^[\t\x20-\x7e]*$/.test(String(value))) {
    slots.unfit ??= { slot: part.name, wants: 'printable ASCII characters, since it goes into a header' }
    return DROP
  }
  return value
}

function inUrl(part: Part, value: string, slots: Slots): unknown {
  if (part.origin) return value
  const segments = (part.escape === 'path' ? value.split('/') : [value]).map(segment)
  const refused = segments.find(s => s instanceof Unfit)
  if (refused) {
    slots.unfit ??= { slot: part.name, wants: refused.wants }
    return DROP
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

function fillString(text: string, mode: Mode, pointer: string, where: Where, alone = true): Fill {
  const matches = [...text.matchAll(mode === 'graphql' ? /\{(select)()\}/g : SLOT)]
  if (matches.length === 0) return () => text
  const parts: (string | Part)[] = []
  let at = 0
  for (const match of matches) {
    if (match.index > at) parts.push(text.slice(at, match.index))
    parts.push(readSlot(match, alone && match[0] === text, mode, pointer, where))
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push(text.slice(at))
  const [only] = parts
  if (parts.length === 1 && typeof only === 'object') return slots => slotValue(only, slots, where.place, mode)
  return slots => {
    let out = ''
    for (const part of parts) {
      const value = typeof part === 'string' ? part : slotValue(part, slots, where.place, mode)
      if (value === DROP) return DROP
      out += value
    }
    return out
  }
}

function fillText(parts: readonly unknown[], pointer: string, where: Where): Fill {
  const fills = parts.map((part, i) =>
    fillString(String(part), 'text', down(down(pointer, 'text'), i), where, parts.length === 1),
  )
  return slots => {
    let out = ''
    for (const fill of fills) {
      const value = fill(slots)
      if (value !== DROP) out += value
    }
    return out.trim() || DROP
  }
}

/**
 * Compiles a template. A slot without a value takes with it the key, element or text part it stands in, and what that
 * empties goes too. A slot that fills a whole value keeps its type.
 */
export function compileFill(node: unknown, pointer: string, where: Where): Fill {
  if (typeof node === 'string') return fillString(node, 'value', pointer, where)
  if (Array.isArray(node)) {
    const fills = node.map((n, i) => compileFill(n, down(pointer, i), where))
    return slots => {
      const out = fills.map(fill => fill(slots)).filter(value => value !== DROP)
      return out.length === 0 && fills.length > 0 ? DROP : out
    }
  }
  if (isObject(node)) {
    if (Array.isArray(node.text) && Object.keys(node).length === 1) return fillText(node.text, pointer, where)
    const fills = Object.entries(node).map(([key, n]) => [key, compileFill(n, down(pointer, key), where)] as const)
    return slots => {
      const out: Record<string, unknown> = {}
      let kept = 0
      for (const [key, fill] of fills) {
        const value = fill(slots)
        if (value === DROP) continue
        out[key] = value
        kept++
      }
      return kept === 0 && fills.length > 0 ? DROP : out
    }
  }
  return () => node
}

/** A text clause in a query language: one string, in which every foreign slot must name its escape. */
export const compileClause = (clause: string, pointer: string, where: Where): Fill =>
  fillString(clause, 'text', pointer, where, false)

/** A GraphQL document: only `{select}` is a slot, every value goes through the variables. */
export const compileGraphql = (document: string, pointer: string, report: Report): Fill =>
  fillString(document, 'graphql', pointer, { place: 'body', report })

/** The part of a template that holds slots other than `{record}`: laid over everything, so that no caller overrules it. */
export function onlySlots(node: unknown): unknown {
  if (typeof node === 'string') return node !== '{record}' && node.match(SLOT) ? node : undefined
  if (!isObject(node)) return undefined
  if (Array.isArray(node.text)) return node
  const kept = Object.entries(node)
    .map(([key, n]) => [key, onlySlots(n)] as const)
    .filter(([, n]) => n !== undefined)
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

/** The paths of a slot in a template: `["CreatedDate", "Id"]` for `last`. */
export const slotPaths = (node: unknown, root: string): string[] =>
  [...(JSON.stringify(node ?? null) ?? '').matchAll(SLOT)].filter(m => m[1] === root && m[2]).map(m => m[2]!.slice(1))

/** A value of a query, percent-encoded. */
export const queryText = (name: string, value: unknown): string =>
  `${name.replace(/[^\w$.[\]-]/g, c => percent(c))}=${percent(String(value))}`
