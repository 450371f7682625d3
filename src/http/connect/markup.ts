// HTML whose values are escaped because they are values: only what `markup` made is put in as it is.

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, character => ESCAPES[character]!)

/** A piece of HTML. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Value = Markup | string | number | false | null | undefined | readonly Markup[]

const written = (value: Value): string => {
  if (value instanceof Markup) return value.text
  if (Array.isArray(value)) return value.map(({ text }: Markup) => text).join('')
  return value === false || value === null || value === undefined ? '' : escaped(String(value))
}

/**
 * Makes HTML from a template. Texts and numbers are escaped, for content and for attributes in double quotes; false,
 * null and undefined write nothing.
 *
 * @example
 * markup`<p title="${title}">${text}</p>`
 */
export const markup = (parts: TemplateStringsArray, ...values: Value[]): Markup =>
  new Markup(parts.reduce((before, part, i) => before + written(values[i - 1]) + part))

/** An attribute with its value, or nothing where the value is undefined; `true` writes the name alone. */
export function attribute(name: string, value: string | boolean | undefined): Markup | false {
  if (value === undefined || value === false) return false
  return value === true ? markup` ${name}` : markup` ${name}="${value}"`
}
