import { isObject } from '../../src/mapping/path.ts'

/** What the slots of a template stood for in a request: `{ "limit": 50, "last.Id": "7" }`. */
export type Bindings = Record<string, unknown>

const SLOT = /\{([a-z_]+(?:\.[^{}:]+)?)(?::[a-z]+)?\}/g
const TEXT = `(?:'(?:[^'\\\\]|\\\\.|'')*'|"(?:[^"\\\\]|\\\\.)*")`
/** A value in a text: quoted, several quoted with commas between them, or bare. */
const QUOTED = `(${TEXT}(?:,${TEXT})*|[^\\s()"',]*)`
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const unquoted = (text: string): string =>
  /^(['"]).*\1$/s.test(text) ? text.slice(1, -1).replaceAll("''", "'").replace(/\\(.)/g, '$1') : text

/** Finds a text template inside a text; undefined where it is not there. */
function findText(template: string, text: string): Bindings | undefined {
  const names = [...template.matchAll(SLOT)].map(match => match[1]!)
  const source = template.split(SLOT).map((part, i) => (i % 2 === 0 ? literal(part) : QUOTED))
  const found = new RegExp(source.join('')).exec(text)
  return found ? Object.fromEntries(names.map((name, i) => [name, unquoted(found[i + 1]!)])) : undefined
}

/**
 * Reads a request by the template that it was made from. Parts of a text may be missing, as they are when their slot
 * was empty; what else does not match answers undefined.
 */
export function bind(template: unknown, actual: unknown): Bindings | undefined {
  if (typeof template === 'string') {
    const [whole] = template.matchAll(SLOT)
    if (whole && whole[0] === template) return { [whole[1]!]: actual }
    if (!template.match(SLOT)) return String(actual) === template ? {} : undefined
    return findText(template, String(actual))
  }
  if (Array.isArray(template)) {
    const all = template.map((inner, i) => ({ inner, there: Array.isArray(actual) ? actual[i] : undefined }))
    return together(all.map(({ inner, there }) => (there === undefined ? {} : bind(inner, there))))
  }
  if (isObject(template)) {
    if (Array.isArray(template.text) && Object.keys(template).length === 1)
      return Object.assign({}, ...template.text.map(part => findText(String(part), String(actual)) ?? {}))
    if (!isObject(actual)) return undefined
    return together(Object.entries(template).map(([key, inner]) => (key in actual ? bind(inner, actual[key]) : {})))
  }
  return String(template) === String(actual) ? {} : undefined
}
const together = (all: readonly (Bindings | undefined)[]): Bindings | undefined =>
  all.includes(undefined) ? undefined : Object.assign({}, ...all)

/** Whether all of a template's keys are there and match: what a clause must do that is looked for. */
function bindWhole(template: unknown, actual: unknown): Bindings | undefined {
  if (isObject(template) && !Array.isArray(template.text)) {
    if (!isObject(actual) || Object.keys(template).some(key => !(key in actual))) return undefined
    return together(Object.entries(template).map(([key, inner]) => bindWhole(inner, actual[key])))
  }
  return bind(template, actual)
}
/** A clause where it stands: a text in a text, an object as a whole. */
function findHere(clause: unknown, request: unknown): Bindings | undefined {
  const parts = isObject(clause) && Array.isArray(clause.text) ? clause.text : undefined
  if (typeof clause !== 'string' && !parts) return bindWhole(clause, request)
  if (typeof request !== 'string') return undefined
  if (!parts) return findText(String(clause), request)
  const found = Object.assign({}, ...parts.map(part => findText(String(part), request) ?? {})) as Bindings
  return Object.keys(found).length > 0 ? found : undefined
}
/** Looks for a clause anywhere in a request. */
export function find(clause: unknown, request: unknown): Bindings | undefined {
  const here = findHere(clause, request)
  if (here) return here
  const inside = Array.isArray(request) ? request : isObject(request) ? Object.values(request) : []
  for (const inner of inside) {
    const found = find(clause, inner)
    if (found) return found
  }
  return undefined
}
