import { isObject, lay } from './path.ts'

/**
 * Replaces the words of a dialect (`{path}`, `{object}`, …) in a template; every other placeholder stays for the
 * request. A value that is only a word with nothing behind it goes with its key. With `nested`, a key that is just
 * `{path}` becomes one object in another: `a.b` is `{ "a": { "b": … } }`.
 */
export function substitute(node: unknown, words: Readonly<Record<string, string>>, nested = false): unknown {
  const fill = (text: string): string =>
    text.replace(/\{([a-z]+)\}/g, (whole, word: string) => (Object.hasOwn(words, word) ? words[word]! : whole))
  const isEmpty = (value: unknown): boolean =>
    typeof value === 'string' && /^\{[a-z]+\}$/.test(value) && words[value.slice(1, -1)] === ''
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return fill(value)
    if (Array.isArray(value)) return value.map(replace)
    if (!isObject(value)) return value
    let out: Record<string, unknown> = {}
    for (const [key, inner] of Object.entries(value)) {
      if (isEmpty(inner)) continue
      const keys = nested && key === '{path}' ? fill(key).split('.') : [fill(key)]
      const made = keys.reduceRight<unknown>((under, one) => ({ [one]: under }), replace(inner))
      out = lay(out, made) as Record<string, unknown>
    }
    return out
  }
  return replace(node)
}
