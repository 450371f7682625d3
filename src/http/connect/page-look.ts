import type { HttpContext } from '../context.ts'
import type { Look } from './page-document.ts'
import { languageOf, speaker } from './words/index.ts'

/** How a page looks for a request, and the parameters that make the next ones look the same. */
export function lookOf(
  { req }: HttpContext,
  parameter: (name: string) => string | undefined,
): { readonly look: Look; readonly kept: Readonly<Record<string, string>> } {
  const [lang, theme, events] = ['lang', 'theme', 'events'].map(name => parameter(name)?.slice(0, 35) || undefined)
  const language = languageOf(lang, req.header('accept-language'))
  return {
    look: { language, say: speaker(language), theme: theme === 'light' || theme === 'dark' ? theme : undefined },
    kept: { ...(lang && { lang }), ...(theme && { theme }), ...(events && { events }) },
  }
}
