import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { providersIn } from '../../src/mapping/check/folder.ts'
import { nearest } from '../../src/mapping/report.ts'

/** What `npm run check` was asked. */
export interface CheckArguments {
  /** The folder of all providers. */
  readonly mappings: string
  /** The providers that were named; none stands for all, without laws and planted mistakes. */
  readonly named: readonly string[]
  /** Whether files are formatted first. */
  readonly fix: boolean
}

export const USAGE = `npm run check                                every file, and the rules of the code
npm run check acme                           acme alone, with laws and planted mistakes
npm run check -- --mappings <folder> acme    the same of a folder elsewhere
npm run check -- --fix                       formats the JSON files first`

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()

/** Reads the arguments; a text says what is wrong with them. */
export function readArguments(args: readonly string[], own: string): CheckArguments | string {
  let given: ReturnType<typeof parse>
  try {
    given = parse(args)
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`
  }
  // A folder may stand in the place of a provider, as `npm run koine -- check <folder>` has it.
  const folder = given.positionals.find(one => one.includes('/'))
  const mappings = resolve(given.values.mappings ?? folder ?? own)
  if (!isFolder(mappings)) return `There is no folder ${mappings}.`
  const named = given.positionals.filter(one => one !== folder)
  const known = providersIn(mappings)
  const unknown = named.find(one => !known.includes(one))
  if (unknown !== undefined) return `There is no provider "${unknown}" in ${mappings}; ${nearest(unknown, known)}`
  return { mappings, named, fix: given.values.fix }
}
const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { mappings: { type: 'string' }, fix: { type: 'boolean', default: false } },
  })
