import { fileURLToPath } from 'node:url'
import { providersIn, readFolder } from '../../src/mapping/check/folder.ts'
import { checkFolder } from '../../src/mapping/check/index.ts'
import type { Mapping } from '../../src/mapping/compile.ts'
import { type Coverage, coverageOf } from '../../src/mapping/coverage.ts'
import type { ProviderFile } from '../../src/mapping/schema/index.ts'
import { models } from '../../src/models/index.ts'
import { ROOT } from './output.ts'

/** A provider with its mappings, as they lie on disk. */
export interface Provider {
  readonly id: string
  /** The product’s name. */
  readonly name: string
  readonly provider: ProviderFile
  readonly mappings: readonly Mapping[]
}

/**
 * The providers below a directory, each with the mappings that compile, in the order of the models. What is wrong with
 * the others is for `npm run check` to say.
 */
export function providersOf(directory = fileURLToPath(new URL('mappings', ROOT))): Provider[] {
  const order = Object.keys(models)
  return providersIn(directory).map(id => {
    const { folder } = readFolder(directory, id)
    const provider = folder.provider as ProviderFile
    const compiled = checkFolder(folder).mappings
    const mappings = compiled.sort((a, b) => order.indexOf(a.model.name) - order.indexOf(b.model.name))
    return { id, name: provider.name, provider, mappings }
  })
}

/** Model → provider → what the provider can do with it. */
export function coverageByModel(): Record<string, Record<string, Coverage>> {
  const all: Record<string, Record<string, Coverage>> = {}
  for (const { id, mappings } of providersOf())
    for (const mapping of mappings) {
      all[mapping.model.name] ??= {}
      all[mapping.model.name]![id] = coverageOf(mapping)
    }
  return all
}
