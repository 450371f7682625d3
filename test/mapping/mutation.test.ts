import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { App, Parts } from '../../src/app.ts'
import { replay } from '../../src/fixtures/replay.ts'
import type { Fixture } from '../../src/fixtures/schema.ts'
import { openCatalogue } from '../../src/mapping/catalogue.ts'
import { providersIn, readFolder } from '../../src/mapping/check/folder.ts'
import { checkFolder, type Folder } from '../../src/mapping/check/index.ts'
import type { ModelFile, ProviderFile } from '../../src/mapping/schema.ts'
import { records } from '../laws/arbitrary.ts'
import { laws, lawsFor } from '../laws/laws.ts'
import { SEED } from '../laws/seed.ts'
import { subjectOf } from '../laws/subject.ts'
import { variants, walk } from '../laws/walk.ts'
import { type Files, mistakes, type Planted } from './mistakes.ts'

// Fixtures are played through the whole app, which takes longer to make than to play: one app for all of them.
const stage = vi.hoisted(() => ({ parts: undefined as unknown, app: undefined as unknown, played: 0 }))
vi.mock('../../src/app.ts', async original => {
  const { createApp } = await original<{ createApp(parts: Parts): App }>()
  const now = <K extends keyof Parts>(name: K): Parts[K] => (stage.parts as Parts)[name]
  const through = <T extends object>(name: keyof Parts): T =>
    new Proxy({} as T, { get: (_, member) => Reflect.get(now(name) as object, member) })
  return {
    createApp(parts: Parts) {
      stage.parts = parts
      stage.played++
      stage.app ??= createApp({
        ...parts,
        store: through('store'),
        catalogue: through('catalogue'),
        wire: (...given) => now('wire')(...given),
        log: entry => now('log')(entry),
        // Later each time, so that a provider's rest after the failures of one fixture is over for the next.
        now: () => Date.now() + stage.played * 600_000,
      })
      return stage.app
    },
  }
})
vi.mock('../../src/transport/carry.ts', async original => ({
  ...(await original<object>()),
  sleep: async () => {},
}))

const root = fileURLToPath(new URL('../../mappings/', import.meta.url))
const RUNS = 25

type Check = 'names' | 'ledgers' | 'laws' | 'walk' | 'fixtures'
const LEDGER = /neither|at once|over-broad|no fixture|ignores everything|row `id` is missing/

/** The folder with the two files replaced. */
const folderWith = (folder: Folder, model: string, { file, provider }: Files): Folder => ({
  ...folder,
  provider,
  models: { ...folder.models, [model]: file },
})

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
async function breaksFixture(folder: Folder, model: string): Promise<string | undefined> {
  const catalogue = openCatalogue(
    {
      [folder.id]: {
        provider: async () => ({ default: folder.provider }),
        models: Object.fromEntries(Object.entries(folder.models).map(([n, f]) => [n, async () => ({ default: f })])),
        actions: Object.fromEntries(
          folder.actions.map(name => [name, () => import(`${root}${folder.id}/actions/${name}.ts`)]),
        ),
      },
    },
    Date.now,
  )
  for (const [name, fixture] of Object.entries(folder.fixtures) as [string, Fixture][]) {
    if (fixture.model !== model) continue
    const { faults } = await replay(folder.id, fixture, catalogue)
    if (faults.length > 0) return name
  }
  return undefined
}

/** Runs the checks in the order of their cost; answers the first that finds something, or undefined. */
async function caughtBy(folder: Folder, model: string, planted: Files): Promise<Check | undefined> {
  const spoilt = folderWith(folder, model, planted)
  const { faults } = checkFolder(spoilt)
  if (faults.some(({ message }) => !LEDGER.test(message))) return 'names'
  if (faults.length > 0) return 'ledgers'
  if (breaksLaw(folder.id, planted)) return 'laws'
  if (breaksWalk(folder.id, planted)) return 'walk'
  return (await breaksFixture(spoilt, model)) ? 'fixtures' : undefined
}

const table = new Map<string, Map<Check | 'nothing', number>>()
const survivors: string[] = []

describe.each(providersIn(root))('%s', id => {
  const { folder } = readFolder(root, id)
  test.each(Object.keys(folder.models))('%s: every planted mistake is caught', async model => {
    const good: Files = { file: folder.models[model] as ModelFile, provider: folder.provider as ProviderFile }
    expect(await caughtBy(folder, model, good), 'the mapping itself').toBeUndefined()
    for (const { kind, plant } of mistakes)
      for (const planted of plant(good)) {
        const check = (await caughtBy(folder, model, planted)) ?? 'nothing'
        const counts = table.get(kind) ?? new Map()
        table.set(kind, counts.set(check, (counts.get(check) ?? 0) + 1))
        if (check === 'nothing') survivors.push(`${kind}: ${id}/${model} ${planted.at}`)
      }
  }, 60_000)
})

test('mistake → caught by', () => {
  console.table(
    Object.fromEntries([...table].map(([kind, counts]) => [kind, [...counts].map(([c, n]) => `${c} ${n}`).join(', ')])),
  )
  console.log(survivors.join('\n'))
  expect([...table.keys()].sort()).toEqual(mistakes.map(({ kind }) => kind).sort())
  expect(survivors).toEqual([])
})
