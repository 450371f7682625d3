import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readFolder } from '../../src/mapping/check/folder.ts'
import { checkFolder, type Folder, print } from '../../src/mapping/check/index.ts'

/** A file that the document shows: its path, then its content. */
const SHOWN = /^`(mappings\/[^`]+\.json)`\n\n```json\n([\s\S]*?)```/gm
const document = readFileSync(new URL('../../docs/mapping.intro.md', import.meta.url), 'utf8')

// Any JSON: tests edit files that are wrong on purpose.
// biome-ignore lint/suspicious/noExplicitAny: what is edited has no shape yet
export type Files = Record<string, any>

/** Writes the document's whole provider, edited, into a folder that lives as long as the test; answers `mappings/`. */
export function acmeFolder(edit: (files: Files) => void = () => {}): string {
  const root = mkdtempSync(join(tmpdir(), 'koine-check-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const shown = [...document.matchAll(SHOWN)].map(([, path = '', content = '']) => ({ path, content }))
  const parsed = shown.map(({ path, content }) => [path.replace('mappings/acme/', ''), JSON.parse(content)] as const)
  const files: Files = Object.fromEntries(parsed)
  const before = new Map(parsed.map(([name, file]) => [name, JSON.stringify(file)]))
  edit(files)
  for (const [name, file] of Object.entries(files)) {
    const path = join(root, 'mappings/acme', name)
    mkdirSync(dirname(path), { recursive: true })
    // What was not edited lies there as the document shows it.
    const same = shown.find(one => one.path === `mappings/acme/${name}` && before.get(name) === JSON.stringify(file))
    writeFileSync(path, same?.content ?? (typeof file === 'string' ? file : JSON.stringify(file)))
  }
  return join(root, 'mappings')
}

/** What the checks without a replay say of the document's provider, edited. */
export function faultsOf(edit: (files: Files) => void): string[] {
  const { folder } = readFolder(acmeFolder(edit), 'acme')
  return told(folder)
}
export const told = (folder: Folder): string[] => checkFolder(folder).faults.map(print)
