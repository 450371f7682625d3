import fc from 'fast-check'
import { type Catalogue, openCatalogue, type ProviderFiles } from '../../../src/mapping/catalogue.ts'
import { checkCodeFiles } from '../../../src/mapping/check/code-files.ts'
import { filesOf } from '../../../src/mapping/check/folder.ts'
import { checkFolder, type FaultKind, type Folder } from '../../../src/mapping/check/index.ts'
import { type ExpandedFile, expandFile, listsOf } from '../../../src/mapping/expand.ts'
import type { Fixture } from '../../../src/mapping/schema/fixture.ts'
import type { Evidence, ModelFile, ProviderFile } from '../../../src/mapping/schema/index.ts'
import { models } from '../../../src/models/index.ts'
import { play } from '../../fixtures/replay.ts'
import { records } from '../laws/arbitrary.ts'
import { laws, lawsFor } from '../laws/laws.ts'
import { SEED } from '../laws/seed.ts'
import { subjectOf } from '../laws/subject.ts'
import { variants, walk } from '../laws/walk.ts'
import { names } from './names.ts'
import { type Files, type Mistake, type Spoilt, writtenOut } from './plant.ts'
import { providerMistakes, requests } from './requests.ts'
import { settingMistakes } from './settings.ts'
import { sourceMistakes } from './source.ts'
import { tables } from './tables.ts'

/** Cases a law: a mistake in a table shows on nearly every record. */
const RUNS = 12

/** What caught a mistake: the first check that finds anything. */
export type Catcher = Extract<FaultKind, 'names' | 'idle' | 'completeness' | 'laws' | 'walk' | 'fixtures'> | 'nothing'
/** The checks in the order of their cost. */
export const CATCHERS: readonly Catcher[] = ['names', 'idle', 'completeness', 'laws', 'walk', 'fixtures', 'nothing']

/** A planted mistake and the check that caught it. */
export interface Caught {
  readonly kind: string
  readonly at: string
  readonly by: Catcher
}

type Expanded = Readonly<Record<string, ExpandedFile>>
const expandedOf = (folder: Folder): Expanded =>
  Object.fromEntries(
    Object.entries(folder.models).map(([name, file]) => [
      name,
      expandFile({
        provider: folder.provider as ProviderFile,
        model: models[name]!,
        file: file as ModelFile,
        overrides: {},
        report: () => {},
      }),
    ]),
  )

/** What a mistake changes of a model: how it lists, the rest, or nothing. */
function changeOf(before: ExpandedFile, after: ExpandedFile): { lists: boolean; rest: boolean } {
  const { list: listBefore, ...restBefore } = before
  const { list: listAfter, ...restAfter } = after
  return {
    lists: JSON.stringify(listBefore) !== JSON.stringify(listAfter),
    rest: JSON.stringify(restBefore) !== JSON.stringify(restAfter),
  }
}

function breaksLaw(folder: Folder, model: string): boolean {
  const subject = subjectOf(folder.id, folder.provider as ProviderFile, folder.models[model] as ModelFile)
  const due = lawsFor(subject)
  if (due.length === 0) return false
  const created = fc.sample(records(subject, 'create'), { seed: SEED, numRuns: RUNS })
  const changed = subject.mapping.verbs.update
    ? fc.sample(records(subject, 'update'), { seed: SEED, numRuns: RUNS })
    : created.map(() => ({}))
  return due.some(law => created.some((one, i) => laws[law]!(subject, { created: one, changed: changed[i]! })))
}

/** Three pages, of which the last is not full: what goes wrong between pages shows on these. */
const WALK = { limit: 25, count: 60 }

/** Walks the list requests that a mistake changed. */
function breaksWalk(folder: Folder, model: string, before: ExpandedFile): boolean {
  const subject = subjectOf(folder.id, folder.provider as ProviderFile, folder.models[model] as ModelFile)
  if (!subject.mapping.list) return false
  const same = new Set(listsOf(before).map(list => JSON.stringify(list)))
  return variants(subject)
    .filter(({ list }) => !same.has(JSON.stringify(list)))
    .some(variant => walk(subject, { ...variant, ask: { ...variant.ask, limit: WALK.limit } }, { count: WALK.count }))
}

/** The catalogue that is played now, behind one that never changes: an app takes longer to make than a fixture to play. */
let now: Catalogue
const catalogue: Catalogue = new Proxy({} as Catalogue, { get: (_, member) => Reflect.get(now, member) })

async function breaksFixture(folder: Folder, files: ProviderFiles, ofModels: readonly string[]): Promise<boolean> {
  now = openCatalogue({ [folder.id]: files }, Date.now)
  for (const fixture of Object.values(folder.fixtures) as Fixture[])
    if (ofModels.includes(fixture.model) && (await play(folder.id, fixture, catalogue)).faults.length > 0) return true
  return false
}

const memo = new WeakMap<Folder, Expanded>()
/** The models of a folder without mistakes, expanded once. */
function goodOf(folder: Folder): Expanded {
  const made = memo.get(folder) ?? expandedOf(folder)
  memo.set(folder, made)
  return made
}

/**
 * Runs the checks in the order of their cost. Of a mistake in how records are listed the laws know nothing, the walk
 * nothing of any other; only the models that it changes are tried, each with its own fixtures.
 */
async function caughtBy(mappings: string, { folder, good, code, isStatic }: Spoilt): Promise<Catcher> {
  const { faults, mappings: usable } = checkFolder(folder, { isBrief: true })
  if (code) faults.push(...(await checkCodeFiles(folder.id, code, { mappings: usable, isWhole: true })))
  const found = CATCHERS.find(kind => faults.some(fault => fault.kind === kind))
  if (found || isStatic) return found ?? 'nothing'
  const [before, after] = [goodOf(good), expandedOf(folder)]
  const changes = Object.keys(after).map(name => ({ name, ...changeOf(before[name]!, after[name]!) }))
  if (changes.some(({ name, rest }) => rest && breaksLaw(folder, name))) return 'laws'
  if (changes.some(({ name, lists }) => lists && breaksWalk(folder, name, before[name]!))) return 'walk'
  const changed = changes.filter(({ lists, rest }) => lists || rest).map(({ name }) => name)
  // What changes no model is in what all of them share, such as how the provider says no.
  const tried = changed.length > 0 ? changed : Object.keys(after)
  return (await breaksFixture(folder, filesOf(mappings, folder), tried)) ? 'fixtures' : 'nothing'
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
  if (first === undefined) return
  for (const { kind, plant } of providerMistakes)
    for (const { at, provider: spoilt } of plant({ ...filesOfModel(folder, first), provider }))
      yield { kind, at: `provider.json#${at}`, good: folder, folder: { ...folder, provider: spoilt } }
  yield* sourceMistakes(folder)
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
