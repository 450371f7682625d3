import { z } from 'zod'
import { settings } from '../../src/config.ts'
import { between } from './markers.ts'
import { table } from './table.ts'

function settingsTable(): string {
  const { properties = {}, required = [] } = z.toJSONSchema(settings, { io: 'input' })
  const rows = Object.entries(properties).map(([name, property]) => {
    const { description = '', default: fallback } = property as z.core.JSONSchema.JSONSchema
    return [
      `\`${name}\``,
      fallback === undefined ? (required.includes(name) ? 'required' : 'unset') : `\`${fallback}\``,
      `${description}.`,
    ]
  })
  return table(['setting', 'default', 'meaning'], rows)
}

/** A text with the table of settings between its markers, from the schema of the configuration. */
export const withSettings = (text: string): string => between(text, 'settings', settingsTable(), 'README.md')
