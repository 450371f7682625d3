import { down } from '../problem/pointer.ts'
import { percent } from './escape.ts'
import { isObject } from './path.ts'
import {
  type Fill,
  type Mode,
  OMIT,
  type Part,
  PLACEHOLDER,
  placeholderValue,
  readPlaceholder,
  type Where,
} from './placeholder.ts'
import type { Report } from './report.ts'

export { type Fill, OMIT, type Place, type Placeholders, places, type Selection, type Where } from './placeholder.ts'

/** `alone`: whether the text is all that its place holds, so that a placeholder may keep its type. */
function fillString(
  text: string,
  { mode, alone = true }: { readonly mode: Mode; readonly alone?: boolean },
  pointer: string,
  where: Where,
): Fill {
  const matches = [...text.matchAll(mode === 'graphql' ? /\{(select)()\}/g : PLACEHOLDER)]
  if (matches.length === 0) return () => text
  const parts: (string | Part)[] = []
  let at = 0
  for (const match of matches) {
    if (match.index > at) parts.push(text.slice(at, match.index))
    parts.push(readPlaceholder(match, { whole: alone && match[0] === text, mode }, pointer, where))
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push(text.slice(at))
  const [only] = parts
  if (parts.length === 1 && typeof only === 'object') return values => placeholderValue(only, values, where.place, mode)
  return values => {
    let out = ''
    for (const part of parts) {
      const value = typeof part === 'string' ? part : placeholderValue(part, values, where.place, mode)
      if (value === OMIT) return OMIT
      out += value
    }
    return out
  }
}

function fillText(parts: readonly unknown[], pointer: string, where: Where): Fill {
  const fills = parts.map((part, i) =>
    fillString(String(part), { mode: 'text', alone: parts.length === 1 }, down(down(pointer, 'text'), i), where),
  )
  return values => {
    let out = ''
    for (const fill of fills) {
      const value = fill(values)
      if (value !== OMIT) out += value
    }
    return out.trim() || OMIT
  }
}

const spread = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

/**
 * Compiles a template. A placeholder without a value takes with it the key, element or text part it stands in, and what that
 * empties goes too. A placeholder that fills a whole value keeps its type.
 */
export function compileFill(node: unknown, pointer: string, where: Where): Fill {
  if (typeof node === 'string') return fillString(node, { mode: 'value' }, pointer, where)
  if (Array.isArray(node)) {
    const fills = node.map((n, i) => compileFill(n, down(pointer, i), where))
    // `{filters}` as one element among others: the clauses stand beside them, not in a list of their own.
    const isSpliced = (i: number): boolean => node[i] === '{filters}' && node.length > 1
    return values => {
      const out = fills
        .flatMap((fill, i) => (isSpliced(i) ? spread(fill(values)) : [fill(values)]))
        .filter(value => value !== OMIT)
      return out.length === 0 && fills.length > 0 ? OMIT : out
    }
  }
  if (isObject(node)) {
    if (Array.isArray(node.text) && Object.keys(node).length === 1) return fillText(node.text, pointer, where)
    const fills = Object.entries(node).map(([key, n]) => [key, compileFill(n, down(pointer, key), where)] as const)
    return values => {
      const out: Record<string, unknown> = {}
      let kept = 0
      for (const [key, fill] of fills) {
        const value = fill(values)
        if (value === OMIT) continue
        out[key] = value
        kept++
      }
      return kept === 0 && fills.length > 0 ? OMIT : out
    }
  }
  return () => node
}

/** A text clause in a query language: one string, in which every foreign placeholder must name its escape. */
export const compileClause = (clause: string, pointer: string, where: Where): Fill =>
  fillString(clause, { mode: 'text', alone: false }, pointer, where)

/** A GraphQL document: only `{select}` is a placeholder, every value goes through the variables. */
export const compileGraphql = (document: string, pointer: string, report: Report): Fill =>
  fillString(document, { mode: 'graphql' }, pointer, { place: 'body', report })

/** The part of a template that holds values other than `{record}`: laid over everything, so that no caller overrules it. */
export function onlyPlaceholders(node: unknown): unknown {
  if (typeof node === 'string') return node !== '{record}' && node.match(PLACEHOLDER) ? node : undefined
  if (!isObject(node)) return undefined
  if (Array.isArray(node.text)) return node
  const kept = Object.entries(node)
    .map(([key, n]) => [key, onlyPlaceholders(n)] as const)
    .filter(([, n]) => n !== undefined)
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

/** The paths of a placeholder in a template: `["CreatedDate", "Id"]` for `last`. */
export const placeholderPaths = (node: unknown, root: string): string[] =>
  [...(JSON.stringify(node ?? null) ?? '').matchAll(PLACEHOLDER)]
    .filter(m => m[1] === root && m[2])
    .map(m => m[2]!.slice(1))

/** A value of a query, percent-encoded. */
export const queryText = (name: string, value: unknown): string =>
  `${name.replace(/[^\w$.[\]-]+/g, percent)}=${percent(String(value))}`
