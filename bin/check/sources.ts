import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { type Token, tokensOf } from './tokens.ts'

/** A file of the code. */
export interface Source {
  /** Its path below the root, with slashes: `src/http/context.ts`. */
  readonly path: string
  readonly tokens: readonly Token[]
}

/** Every TypeScript file below `src/`, in order of their paths; `root` is the directory that holds `src`. */
export const readSources = (root: string): Source[] =>
  readdirSync(join(root, 'src'), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => ({
      path: relative(root, path).split(sep).join('/'),
      tokens: tokensOf(readFileSync(path, 'utf8')),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
