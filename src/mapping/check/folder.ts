// Reads a provider's folder from disk, for the command line and the tests.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ProviderFiles } from '../catalogue.ts'
import type { Evidence } from '../schema/index.ts'
import type { FileFault, Folder } from './index.ts'

/** How the file ends that proves a model's. */
const EVIDENCE = '.evidence.json'

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
      faults.push({
        file: `${id}/${path}`,
        pointer: '',
        message: `is no JSON: ${(error as Error).message}`,
        kind: 'names',
      })
      return {}
    }
  }
  const all = (files: readonly string[], under: string) =>
    Object.fromEntries(files.map(name => [name, read(under + name)]))
  const code = (kind: string) =>
    names(join(root, kind), '.ts')
      .filter(name => !name.endsWith('.test.ts'))
      .map(name => name.slice(0, -'.ts'.length))
  const files = names(root, '.json').filter(name => name !== 'provider.json')
  const models = files.filter(name => !name.endsWith(EVIDENCE))
  const folder: Folder = {
    id,
    provider: read('provider.json'),
    models: Object.fromEntries(models.map(name => [name.slice(0, -'.json'.length), read(name)])),
    evidence: Object.fromEntries(
      files.filter(name => name.endsWith(EVIDENCE)).map(name => [name.slice(0, -EVIDENCE.length), read(name)]),
    ),
    fixtures: all(names(join(root, 'fixtures'), '.json'), 'fixtures/'),
    actions: code('actions'),
    hooks: code('hooks'),
  }
  return { folder, faults }
}

/** The files of a folder that was read, as the catalogue takes them: also of a provider that no index names yet. */
export function filesOf(directory: string, { id, provider, models, evidence, actions, hooks }: Folder): ProviderFiles {
  const loaded = (content: unknown) => async () => ({ default: content })
  const code = (kind: 'actions' | 'hooks', names: readonly string[]) =>
    Object.fromEntries(
      names.map(name => [name, () => import(/* @vite-ignore */ resolve(directory, id, kind, `${name}.ts`))]),
    )
  return {
    provider: loaded(provider),
    models: Object.fromEntries(Object.entries(models).map(([name, file]) => [name, loaded(file)])),
    evidence: evidence as Record<string, Evidence>,
    actions: code('actions', actions),
    hooks: code('hooks', hooks),
  }
}
