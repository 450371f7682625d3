import { isObject } from '../../src/mapping/path.ts'
import { PLACEHOLDER } from '../../src/mapping/placeholder.ts'
import { asGiven, type Found, literal, readText, regexOf, same, together, type Words } from './text.ts'

/** Whether a template may be missing from a request: it holds a placeholder, which may have had no value. */
export const mayVanish = (template: unknown): boolean => (JSON.stringify(template) ?? '').search(PLACEHOLDER) >= 0

/** `{ "text": [...] }`: one text of several parts. */
export const textParts = (template: unknown): readonly unknown[] | undefined =>
  isObject(template) && Array.isArray(template.text) && Object.keys(template).length === 1 ? template.text : undefined

function matchString(template: string, actual: unknown, words: Words, isLoose: boolean): Found | undefined {
  const [first] = template.matchAll(PLACEHOLDER)
  if (!first) return isLoose || same(template, actual) ? {} : undefined
  const [whole, root = '', path = '', escaping] = first
  if (whole !== template) return readText(template, String(actual), words)
  const value = typeof actual === 'string' ? asGiven(actual, escaping) : actual
  return words[root] ? words[root].read(value) : { [root + path]: value }
}

/** Elements in their order; one that had no value is left out. */
function matchList(
  template: readonly unknown[],
  actual: readonly unknown[],
  words: Words,
  isLoose: boolean,
): Found | undefined {
  const found: Found[] = []
  let at = 0
  for (const inner of template) {
    if (inner === '{filters}' && template.length > 1) {
      // Filters stand one beside the other, among what is always there.
      for (let one = words.filters?.read([actual[at]]); at < actual.length && one; at++) {
        found.push(one)
        one = words.filters?.read([actual[at + 1]])
      }
      continue
    }
    const here = at < actual.length ? match(inner, actual[at], words, isLoose) : undefined
    if (here) {
      found.push(here)
      at++
    } else if (!mayVanish(inner)) return undefined
  }
  return at === actual.length ? together(found) : undefined
}

/**
 * Reads JSON by the template that it was made from; undefined for what that template never makes. Nothing may be there
 * that the template has not, unless `isLoose`: then members beside it, and others in place of its literals, are a
 * caller's own.
 */
export function match(template: unknown, actual: unknown, words: Words, isLoose = false): Found | undefined {
  if (typeof template === 'string') return matchString(template, actual, words, isLoose)
  const parts = textParts(template)
  if (parts)
    return typeof actual === 'string' || typeof actual === 'number' ? readText(parts, String(actual), words) : undefined
  if (Array.isArray(template)) return Array.isArray(actual) ? matchList(template, actual, words, isLoose) : undefined
  if (isObject(template)) {
    if (!isObject(actual)) return undefined
    if (!isLoose && Object.keys(actual).some(key => !(key in template))) return undefined
    return together(
      Object.entries(template).map(([key, inner]) => {
        if (key in actual) return match(inner, actual[key], words, isLoose)
        return mayVanish(inner) ? {} : undefined
      }),
    )
  }
  return isLoose || same(template, actual) ? {} : undefined
}

/** Whether a body asks by a GraphQL document, in which only `{select}` is a placeholder. */
export function isDocument(template: string, body: unknown): boolean {
  const source = template.split('{select}').map(literal).join('[\\s\\S]*?')
  return isObject(body) && typeof body.query === 'string' && regexOf(`^${source}$`).test(body.query)
}
