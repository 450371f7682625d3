import { checkFolder, type Folder } from '../../../src/mapping/check/index.ts'
import type { Fixture } from '../../../src/mapping/schema/fixture.ts'
import type { Evidence, ModelFile, ProviderFile } from '../../../src/mapping/schema/index.ts'
import { models } from '../../../src/models/index.ts'
import { type Catcher, caughtBy } from './catch.ts'
import { names } from './names.ts'
import { type Files, type Mistake, type Spoilt, writtenOut } from './plant.ts'
import { providerMistakes, requests } from './requests.ts'
import { settingMistakes } from './settings.ts'
import { signInMistakes } from './sign-in.ts'
import { sourceMistakes } from './source.ts'
import { tables } from './tables.ts'

/** A planted mistake and the check that caught it. */
export interface Caught {
  readonly kind: string
  readonly at: string
  readonly by: Catcher
}

/** The folder of one model alone, with all that it takes from provider.json written out, and its own fixtures. */
function writtenFolder(folder: Folder, model: string): Folder {
  const { file, provider, evidence } = filesOfModel(folder, model)
  const own = Object.entries(folder.fixtures).filter(([, fixture]) => (fixture as Fixture).model === model)
  return {
    ...folder,
    provider,
    models: { [model]: file },
    evidence: { [model]: { source: 'planted', ...evidence } },
    fixtures: Object.fromEntries(own),
  }
}
const filesOfModel = (folder: Folder, model: string): Files =>
  writtenOut(
    folder.provider as ProviderFile,
    models[model]!,
    folder.models[model] as ModelFile,
    folder.evidence[model] as Evidence,
  )

/** The mistakes of one kind in a model's files, written out; what changes nothing is none. */
function inModel(good: Folder, model: string, files: Files, { kind, plant }: Mistake): Spoilt[] {
  return plant(files)
    .filter(({ at: _, ...spoilt }) => JSON.stringify(spoilt) !== JSON.stringify(files))
    .map(({ at, file, provider, evidence }) => ({
      kind,
      at: `${model}.json#${at}`,
      good,
      folder: {
        ...good,
        provider,
        models: { [model]: file },
        evidence: { [model]: { source: 'planted', ...evidence } },
      },
    }))
}

/** Every mistake that can be planted in a provider's files. */
function* mistakesIn(folder: Folder): Generator<Spoilt> {
  const provider = folder.provider as ProviderFile
  const written = new Map(Object.keys(folder.models).map(name => [name, writtenFolder(folder, name)]))
  for (const [model, good] of written) {
    const files = filesOfModel(folder, model)
    for (const mistake of [...names, ...tables, ...requests]) yield* inModel(good, model, files, mistake)
  }
  const [first] = written.keys()
  // Of how requests and errors are read only a model shows anything.
  if (first !== undefined) {
    for (const { kind, plant } of providerMistakes)
      for (const { at, provider: spoilt } of plant({ ...filesOfModel(folder, first), provider }))
        yield { kind, at: `provider.json#${at}`, good: folder, folder: { ...folder, provider: spoilt } }
    yield* sourceMistakes(folder)
  }
  yield* signInMistakes(folder)
  yield* settingMistakes(folder, name => written.get(name)!)
}

/** Which of all mistakes are planted: each `of`th, from the `at`th. */
export interface Share {
  readonly at: number
  readonly of: number
}

/**
 * Plants mistakes in a copy of a provider's files, one at a time, and answers what catches each, by its number. Throws
 * where the folder itself has a fault: then every mistake would seem to be caught.
 */
export async function plantMistakes(
  mappings: string,
  folder: Folder,
  { at, of }: Share = { at: 0, of: 1 },
): Promise<Map<number, Caught>> {
  for (const good of [folder, ...Object.keys(folder.models).map(name => writtenFolder(folder, name))]) {
    const [fault] = checkFolder(good).faults
    if (fault) throw new Error(`mistakes can be planted only where there are none: ${fault.file} ${fault.message}`)
  }
  const caught = new Map<number, Caught>()
  let number = 0
  for (const spoilt of mistakesIn(folder)) {
    if (number % of === at)
      caught.set(number, { kind: spoilt.kind, at: `${folder.id}/${spoilt.at}`, by: await caughtBy(mappings, spoilt) })
    number++
  }
  return caught
}

/** Kind of mistake → check → how many it caught. */
export function tableOf(caught: readonly Caught[]): Record<string, Partial<Record<Catcher, number>>> {
  const table: Record<string, Partial<Record<Catcher, number>>> = {}
  for (const { kind, by } of caught) {
    table[kind] ??= {}
    table[kind][by] = (table[kind][by] ?? 0) + 1
  }
  return table
}
