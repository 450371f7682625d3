// The one format of the JSON files under mappings/: what fits in a line stands in one, objects of a level else a key a
// line, lists of short values filled. `npm run check -- --fix` writes it.

/** Characters of a line at most. */
const WIDTH = 120
/** A text as long as this has a line of its own in a list. */
const LONG = 60
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const isScalar = (value: Json): boolean => value === null || typeof value !== 'object'

function inline(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value)
  return entries.length === 0
    ? '{}'
    : `{ ${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${inline(inner)}`).join(', ')} }`
}

/** Values one after the other, as many in a line as fit. */
function fill(values: readonly Json[], pad: string): string[] {
  const lines: string[] = []
  for (const [i, value] of values.entries()) {
    const text = inline(value) + (i < values.length - 1 ? ',' : '')
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + text.length <= WIDTH) lines[lines.length - 1] = `${last} ${text}`
    else lines.push(pad + text)
  }
  return lines
}

/** `used`: characters of its line that stand before the value. */
function print(value: Json, indent: string, used: number): string {
  const short = inline(value)
  if (isScalar(value) || (indent !== '' && used + short.length <= WIDTH) || short === '[]' || short === '{}')
    return short
  const pad = `${indent}  `
  if (Array.isArray(value)) {
    const isLong = value.some(one => typeof one === 'string' && one.length > LONG)
    const lines =
      value.every(isScalar) && !isLong
        ? fill(value, pad)
        : value.map((one, i) => pad + print(one, pad, pad.length + 1) + (i < value.length - 1 ? ',' : ''))
    return `[\n${lines.join('\n')}\n${indent}]`
  }
  const lines = Object.entries(value as object).map(([key, inner]) => {
    const head = `${pad}${JSON.stringify(key)}: `
    return head + print(inner as Json, pad, head.length + 1)
  })
  return `{\n${lines.join(',\n')}\n${indent}}`
}

/** The text of a JSON file, formatted; its keys stay in their order. Throws a `SyntaxError` for what is no JSON. */
export const formatJson = (text: string): string => {
  const value = JSON.parse(text) as Json
  const top = print(value, '', WIDTH)
  return `${top}\n`
}
