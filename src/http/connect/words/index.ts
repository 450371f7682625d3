import { de } from './de.ts'
import { en } from './en.ts'

/** Everything that the page says, by name. A language that lacks one does not compile. */
export type Words = { readonly [word in keyof typeof en]: string }

/** The languages of the page, by the subtag that browsers ask with. A further one is a file and a line here. */
export const languages: Readonly<Record<string, Words>> = { en, de }

const DEFAULT = 'en'

/** Characters of `Accept-Language` that are looked at. */
const LOOKED_AT = 500

/** The languages that a browser accepts, the best first, without their regions. */
function accepted(header: string): string[] {
  const named = header
    .slice(0, LOOKED_AT)
    .split(',')
    .map(part => {
      const [tag = '', ...parameters] = part.split(';')
      const weight = parameters.map(text => text.trim()).find(text => text.startsWith('q='))
      return { language: tag.trim().toLowerCase().split('-')[0]!, weight: weight ? Number(weight.slice(2)) || 0 : 1 }
    })
  return named
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ language }) => language)
}

/** The language to answer in: the one asked for by name, else the best that the browser accepts, else English. */
export function languageOf(asked: string | undefined, header: string | undefined): string {
  const candidates = [...(asked === undefined ? [] : accepted(asked)), ...accepted(header ?? '')]
  return candidates.find(language => Object.hasOwn(languages, language)) ?? DEFAULT
}

/** A function that says a word with what is put into it. */
export type Say = (word: keyof Words, values?: Readonly<Record<string, string | number>>) => string

/** Makes `say` for one language. */
export function speaker(language: string): Say {
  const words = languages[language] ?? en
  return (word, values = {}) =>
    words[word].replace(/\{([a-z]+)\}/g, (placeholder, name) =>
      Object.hasOwn(values, name) ? String(values[name]) : placeholder,
    )
}
