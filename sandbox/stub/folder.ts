import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { providersIn, readFolder } from '../../src/mapping/check/folder.ts'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import type { ModelFile, ProviderFile } from '../../src/mapping/schema/index.ts'
import type { Extra, StubFiles } from './index.ts'

const MAPPINGS = fileURLToPath(new URL('../../mappings/', import.meta.url))

/** Every provider that has a mapping of a model. */
export const providers: readonly string[] = providersIn(MAPPINGS).filter(
  id => Object.keys(readFolder(MAPPINGS, id).folder.models).length > 0,
)

/** Reads what a stub is made from. Throws for a file that is no JSON. */
export function filesOf(id: string): StubFiles {
  const { folder, faults } = readFolder(MAPPINGS, id)
  if (faults.length > 0) throw new Error(JSON.stringify(faults))
  return {
    id,
    provider: folder.provider as ProviderFile,
    models: folder.models as Record<string, ModelFile>,
    fixtures: Object.values(folder.fixtures) as Fixture[],
  }
}

/** What answers the requests that a provider's hooks and actions make beside its mapping: `extras/<id>.ts`. */
export async function extraOf(id: string): Promise<Extra | undefined> {
  const file = new URL(`./extras/${id}.ts`, import.meta.url)
  return existsSync(file) ? ((await import(/* @vite-ignore */ file.href)) as { default: Extra }).default : undefined
}
