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

/** The README with its table of settings, from the schema of the configuration; all else stays as it is. */
export async function readme(): Promise<Output> {
  const present = (await contentOf(FILE)) ?? `# Koine\n\n${START}\n${END}\n`
  const start = present.indexOf(START)
  const end = present.indexOf(END)
  if (start < 0 || end < start) throw new Error(`${FILE} needs a line ${START} and a later line ${END}`)
  const before = present.slice(0, start + START.length)
  return { file: FILE, content: `${before}\n\n${settingsTable()}\n\n${present.slice(end)}` }
}
