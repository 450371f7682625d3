import { z } from 'zod'
import { settings } from '../../src/config.ts'
import { contentOf, type Output } from './output.ts'
import { table } from './table.ts'

const FILE = 'README.md'
const START = '<!-- settings -->'
const END = '<!-- /settings -->'

function settingsTable(): string {
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input' })
  const rows = Object.entries(properties).map(([name, property]) => {
    const { description = '', default: fallback } = property as z.core.JSONSchema.JSONSchema
    return [`\`${name}\``, fallback === undefined ? 'required' : `\`${fallback}\``, `${description}.`]
  })
  return table(['setting', 'default', 'meaning'], rows)
}

/** A text with the table of settings between its markers; all else stays as it is. */
export function withSettings(text: string): string {
  const start = text.indexOf(START)
  const end = text.indexOf(END)
  if (start < 0 || end < start) throw new Error(`${FILE} needs a line ${START} and a later line ${END}`)
  return `${text.slice(0, start + START.length)}\n\n${settingsTable()}\n\n${text.slice(end)}`
}

/** The README with its table of settings, from the schema of the configuration. */
export const readme = async (): Promise<Output> => ({
  file: FILE,
  content: withSettings((await contentOf(FILE)) ?? `# Koine\n\n${START}\n${END}\n`),
})
