// Reads a provider's folder from disk, for the command line and the tests.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileFault, Folder } from './index.ts'

const names = (directory: string, ending: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory)
        .filter(name => name.endsWith(ending))
        .sort()
    : []

/** The ids of the providers below a directory: the folders that hold a `provider.json`. */
export const providersIn = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(directory, entry.name, 'provider.json')))
    .map(entry => entry.name)
    .sort()

/** Reads one provider's folder; a file that is no JSON is a fault. */
export function readFolder(directory: string, id: string): { folder: Folder; faults: FileFault[] } {
  const faults: FileFault[] = []
  const root = join(directory, id)
  const read = (path: string): unknown => {
    try {
      return JSON.parse(readFileSync(join(root, path), 'utf8'))
    } catch (error) {
      faults.push({ file: `${id}/${path}`, pointer: '', message: `is no JSON: ${(error as Error).message}` })
      return {}
    }
  }
  const all = (files: readonly string[], under: string) =>
    Object.fromEntries(files.map(name => [name, read(under + name)]))
  const models = names(root, '.json').filter(name => name !== 'provider.json')
  const folder: Folder = {
    id,
    provider: read('provider.json'),
    models: Object.fromEntries(models.map(name => [name.slice(0, -'.json'.length), read(name)])),
    fixtures: all(names(join(root, 'fixtures'), '.json'), 'fixtures/'),
    actions: names(join(root, 'actions'), '.ts')
      .filter(name => !name.endsWith('.test.ts'))
      .map(name => name.slice(0, -'.ts'.length)),
  }
  return { folder, faults }
}
