// What catches a mistake: the checks, in the order of their cost.
import fc from 'fast-check'
import { type Catalogue, openCatalogue, type ProviderFiles } from '../../../src/mapping/catalogue.ts'
import { checkCodeFiles } from '../../../src/mapping/check/code-files.ts'
import { filesOf } from '../../../src/mapping/check/folder.ts'
import { checkFolder, type FaultKind, type Folder } from '../../../src/mapping/check/index.ts'
import { isChunk } from '../../../src/mapping/check/records-in.ts'
import { type ExpandedFile, listsOf } from '../../../src/mapping/expand.ts'
import type { Fixture } from '../../../src/mapping/schema/fixture.ts'
import type { ModelFile, ProviderFile } from '../../../src/mapping/schema/index.ts'
import { play } from '../../fixtures/replay.ts'
import { records } from '../laws/arbitrary.ts'
import { laws, lawsFor } from '../laws/laws.ts'
import { SEED } from '../laws/seed.ts'
import { subjectOf } from '../laws/subject.ts'
import { canWalk } from '../laws/try.ts'
import { variants, walk } from '../laws/walk.ts'
import { type Expanded, expandedOf, type Spoilt } from './plant.ts'

/** Cases a law: a mistake in a table shows on nearly every record. */
const RUNS = 12

/** What caught a mistake: the first check that finds anything. */
export type Catcher = Extract<FaultKind, 'names' | 'idle' | 'completeness' | 'fixtures' | 'laws' | 'walk'> | 'nothing'
/** The checks in the order of their cost. */
export const CATCHERS: readonly Catcher[] = ['names', 'idle', 'completeness', 'fixtures', 'laws', 'walk', 'nothing']

/** What a mistake changes of a model: how it lists, the rest, or nothing. */
function changeOf(before: ExpandedFile, after: ExpandedFile): { lists: boolean; rest: boolean } {
  const { list: listBefore, ...restBefore } = before
  const { list: listAfter, ...restAfter } = after
  return {
    lists: JSON.stringify(listBefore) !== JSON.stringify(listAfter),
    rest: JSON.stringify(restBefore) !== JSON.stringify(restAfter),
  }
}

const batchesOf = (file: ExpandedFile | undefined): string =>
  JSON.stringify((['get', 'create', 'update', 'delete'] as const).map(verb => file?.[verb]?.batch))

/** Whether a check finds something, or fails itself on what it was given. */
function finds(check: () => boolean): boolean {
  try {
    return check()
  } catch {
    return true
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
const WALK = { limit: 5, count: 12 }

/** Walks the list requests that a mistake changed. */
function breaksWalk(folder: Folder, model: string, before: ExpandedFile): boolean {
  const subject = subjectOf(folder.id, folder.provider as ProviderFile, folder.models[model] as ModelFile)
  if (!subject.mapping.list) return false
  const same = new Set(listsOf(before).map(list => JSON.stringify(list)))
  return variants(subject)
    .filter(({ list }) => !same.has(JSON.stringify(list)) && canWalk(list, WALK))
    .some(variant => walk(subject, { ...variant, ask: { ...variant.ask, limit: WALK.limit } }, { count: WALK.count }))
}

/** The catalogue that is played now, behind one that never changes: an app takes longer to make than a fixture to play. */
let now: Catalogue
const catalogue: Catalogue = new Proxy({} as Catalogue, { get: (_, member) => Reflect.get(now, member) })

/** Only the fixtures of chunks show a mistake in a batch, so they are played first. */
const inOrder = (fixtures: readonly Fixture[], isInBatch: boolean): readonly Fixture[] =>
  isInBatch ? [...fixtures].sort((a, b) => Number(isChunk(b)) - Number(isChunk(a))) : fixtures

async function breaksFixture(
  folder: Folder,
  files: ProviderFiles,
  { ofModels, isInBatch }: { readonly ofModels: readonly string[]; readonly isInBatch: boolean },
): Promise<boolean> {
  now = openCatalogue({ [folder.id]: files }, Date.now)
  for (const fixture of inOrder(Object.values(folder.fixtures) as Fixture[], isInBatch))
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
export async function caughtBy(mappings: string, { folder, good, code, isStatic }: Spoilt): Promise<Catcher> {
  const { faults, mappings: usable } = checkFolder(folder, { isBrief: true })
  if (code) faults.push(...(await checkCodeFiles(folder.id, code, { mappings: usable, isWhole: true })))
  const found = CATCHERS.find(kind => faults.some(fault => fault.kind === kind))
  if (found || isStatic) return found ?? 'nothing'
  const [before, after] = [goodOf(good), expandedOf(folder)]
  const changes = Object.keys(after).map(name => ({ name, ...changeOf(before[name]!, after[name]!) }))
  const changed = changes.filter(({ lists, rest }) => lists || rest).map(({ name }) => name)
  // What changes no model is in what all of them share, such as how the provider says no.
  const tried = changed.length > 0 ? changed : Object.keys(after)
  const isInBatch = tried.some(name => batchesOf(before[name]) !== batchesOf(after[name]))
  if (await breaksFixture(folder, filesOf(mappings, folder), { ofModels: tried, isInBatch })) return 'fixtures'
  if (changes.some(({ name, rest }) => rest && finds(() => breaksLaw(folder, name)))) return 'laws'
  return changes.some(({ name, lists }) => lists && finds(() => breaksWalk(folder, name, before[name]!)))
    ? 'walk'
    : 'nothing'
}
