import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { replay } from '../../bin/fixtures/replay.ts'
import { type Catalogue, openCatalogue } from '../../src/mapping/catalogue.ts'
import { filesOf, providersIn, readFolder } from '../../src/mapping/check/folder.ts'
import { checkFolder, type Folder } from '../../src/mapping/check/index.ts'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import type { Evidence, ModelFile, ProviderFile } from '../../src/mapping/schema/index.ts'
import { models as known } from '../../src/models/index.ts'
import { records } from '../laws/arbitrary.ts'
import { laws, lawsFor } from '../laws/laws.ts'
import { hasImitation, trySandbox } from '../laws/sandbox.ts'
import { SEED } from '../laws/seed.ts'
import { subjectOf } from '../laws/subject.ts'
import { variants, walk } from '../laws/walk.ts'
import { names } from './mistakes-names.ts'
import { providerMistakes, requests } from './mistakes-requests.ts'
import { tables } from './mistakes-tables.ts'
import { type Files, type Mistake, writtenOut } from './plant.ts'

const root = fileURLToPath(new URL('../../mappings/', import.meta.url))
const RUNS = 12

type Check = 'names' | 'completeness' | 'laws' | 'walk' | 'fixtures' | 'sandbox'
const COMPLETENESS = /neither|at once|over-broad|no fixture|ignores everything|row `id` is missing/

/** The folder with the two files replaced; of one model, that model and its fixtures alone. */
function folderWith(folder: Folder, model: string | undefined, { file, provider, evidence }: Files): Folder {
  if (model === undefined) return { ...folder, provider }
  const own = Object.entries(folder.fixtures).filter(([, fixture]) => (fixture as Fixture).model === model)
  return {
    ...folder,
    provider,
    models: { [model]: file },
    evidence: { [model]: { source: 'planted', ...evidence } },
    fixtures: Object.fromEntries(own),
  }
}

/** Laws with few runs: a mistake in a table shows on nearly every record. */
function breaksLaw(id: string, { provider, file }: Files): string | undefined {
  const subject = subjectOf(id, provider, file)
  const created = fc.sample(records(subject, 'create'), { seed: SEED, numRuns: RUNS })
  const changed = subject.mapping.verbs.update
    ? fc.sample(records(subject, 'update'), { seed: SEED, numRuns: RUNS })
    : created.map(() => ({}))
  for (const law of lawsFor(subject))
    for (const [i, one] of created.entries())
      if (laws[law]!(subject, { created: one, changed: changed[i]! })) return law
  return undefined
}
function breaksWalk(id: string, { provider, file }: Files): string | undefined {
  const subject = subjectOf(id, provider, file)
  if (!subject.mapping.list) return undefined
  for (const variant of variants(subject)) {
    const breach = walk(subject, { ...variant, ask: { ...variant.ask, limit: 200 } })
    if (breach) return breach
  }
  return undefined
}

/** The catalogue that is played now, behind one that never changes: an app takes longer to make than a fixture to play. */
let now: Catalogue
const catalogue: Catalogue = new Proxy({} as Catalogue, { get: (_, member) => Reflect.get(now, member) })

async function breaksFixture(folder: Folder): Promise<string | undefined> {
  now = openCatalogue({ [folder.id]: filesOf(root, folder) }, Date.now)
  for (const [name, fixture] of Object.entries(folder.fixtures) as [string, Fixture][]) {
    const { faults } = await replay(folder.id, fixture, catalogue)
    if (faults.length > 0) return name
  }
  return undefined
}

async function breaksSandbox(id: string, { provider, file }: Files): Promise<string | undefined> {
  return hasImitation(id) ? trySandbox(subjectOf(id, provider, file, { overlay: {} }), id) : undefined
}

/**
 * Runs the checks in the order of their cost; answers the first that finds something, or undefined. Of a mistake in how
 * records are listed the laws know nothing, and the walk nothing of any other.
 */
async function caughtBy(
  folder: Folder,
  model: string | undefined,
  planted: Files,
  good?: Files,
): Promise<Check | undefined> {
  const spoilt = folderWith(folder, model, planted)
  const { faults } = checkFolder(spoilt)
  if (faults.some(({ message }) => !COMPLETENESS.test(message))) return 'names'
  if (faults.length > 0) return 'completeness'
  const lists = good && JSON.stringify(planted.file.list) !== JSON.stringify(good.file.list)
  if (lists !== true && breaksLaw(folder.id, planted)) return 'laws'
  if (lists !== false && breaksWalk(folder.id, planted)) return 'walk'
  if (await breaksFixture(spoilt)) return 'fixtures'
  return (await breaksSandbox(folder.id, planted)) ? 'sandbox' : undefined
}

/** Mistake → check → how many it caught. */
const table = new Map<string, Map<Check | 'nothing', number>>()
const uncaught: string[] = []

/** Plants each mistake at each of its places, and notes what catches it. */
async function plantAll(folder: Folder, kinds: readonly Mistake[], model: string | undefined, good: Files) {
  const before = JSON.stringify(good)
  for (const { kind, plant } of kinds)
    for (const { at, ...planted } of plant(good)) {
      if (JSON.stringify(planted) === before) continue
      const check = (await caughtBy(folder, model, planted, good)) ?? 'nothing'
      const counts = table.get(kind) ?? new Map<Check | 'nothing', number>()
      table.set(kind, counts.set(check, (counts.get(check) ?? 0) + 1))
      if (check === 'nothing') uncaught.push(`${kind}: ${folder.id}/${model ?? 'provider'} ${at}`)
    }
}

describe.each(providersIn(root))('%s', id => {
  const { folder } = readFolder(root, id)
  const provider = folder.provider as ProviderFile
  const models = Object.keys(folder.models)
  const goodOf = (name: string): Files =>
    writtenOut(provider, known[name]!, folder.models[name] as ModelFile, folder.evidence[name] as Evidence)

  test.each(models)(
    '%s',
    async model => {
      const good = goodOf(model)
      expect(await caughtBy(folder, model, good), 'the mapping itself').toBeUndefined()
      await plantAll(folder, [...names, ...tables, ...requests], model, good)
    },
    120_000,
  )

  test('provider.json', async () => {
    // With all that the models share: without it their files would be read anew from a provider that has it not.
    await plantAll(folder, providerMistakes, undefined, { ...goodOf(models[0]!), provider })
  }, 120_000)
})

test('every mistake is caught', () => {
  const rows = [...table].map(([kind, counts]) => [kind, Object.fromEntries(counts)])
  console.table(Object.fromEntries(rows), ['names', 'completeness', 'laws', 'walk', 'fixtures', 'sandbox', 'nothing'])
  if (uncaught.length > 0) console.log(`Not caught:\n${uncaught.join('\n')}`)
  expect(uncaught).toEqual([])
  expect(table.get('wrong failure row')?.get('fixtures')).toBeGreaterThan(0)
})
