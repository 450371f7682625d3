import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { FileFault } from '../../src/mapping/check/index.ts'
import { formatJson } from './format.ts'

/** The JSON files of one provider's folder. */
const jsonFiles = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.json'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()

/** The files of a provider that are not formatted, with the text that they should be; what is no JSON is left out. */
function unformatted(root: string): { path: string; text: string }[] {
  return jsonFiles(root).flatMap(path => {
    const given = readFileSync(path, 'utf8')
    try {
      const text = formatJson(given)
      return text === given ? [] : [{ path, text }]
    } catch {
      return []
    }
  })
}

/** Reports the files of a provider that are not formatted, in one line. */
export function formatFaults(mappings: string, id: string): FileFault[] {
  const [first, ...more] = unformatted(join(mappings, id)).map(({ path }) => relative(mappings, path))
  if (first === undefined) return []
  const others = more.length > 0 ? `, nor ${more.length} more` : ''
  return [{ file: first, pointer: '', message: `not formatted${others}: npm run check -- --fix`, kind: 'format' }]
}

/** Formats the files of a provider; answers which were changed. */
export function fixFormat(mappings: string, id: string): string[] {
  return unformatted(join(mappings, id)).map(({ path, text }) => {
    writeFileSync(path, text)
    return relative(mappings, path)
  })
}
