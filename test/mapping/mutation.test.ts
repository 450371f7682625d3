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
import { hasImitation, trySandbox } from '../laws/sandbox.ts'
import { SEED } from '../laws/seed.ts'
import { subjectOf } from '../laws/subject.ts'
import { variants, walk } from '../laws/walk.ts'
import { names } from './mistakes-names.ts'
import { providerMistakes, requests } from './mistakes-requests.ts'
import { tables } from './mistakes-tables.ts'
import type { Files, Mistake } from './plant.ts'

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
const RUNS = 12

/**
 * What nothing but a fixture can prove, and no fixture shows yet: rare failures, a full page, a second page by name or
 * address, a type of phone. It is printed with the table; whoever adds the fixture takes its line away.
 */
const UNPROVEN: readonly RegExp[] = [
  /^wrong failure row: /,
  /^wrong `max`: github\/tickets /,
  /^wrong cursor path: (hubspot\/contacts \/list\/2\/page\/cursor|salesforce\/\w+ \/list\/\d\/page\/url)$/,
  /^wrong enum value: pipedrive\/contacts \/fields\/phone_numbers\/row\/type\/enum\/(fax|other)$/,
]

type Check = 'names' | 'ledgers' | 'laws' | 'walk' | 'fixtures' | 'sandbox'
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
async function breaksFixture(folder: Folder, model: string | undefined): Promise<string | undefined> {
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
    if (model !== undefined && fixture.model !== model) continue
    const { faults } = await replay(folder.id, fixture, catalogue)
    if (faults.length > 0) return name
  }
  return undefined
}

async function breaksSandbox(id: string, { provider, file }: Files): Promise<string | undefined> {
  return hasImitation(id) ? trySandbox(subjectOf(id, provider, file, { overlay: {} }), id) : undefined
}

/** Runs the checks in the order of their cost; answers the first that finds something, or undefined. */
async function caughtBy(folder: Folder, model: string | undefined, planted: Files): Promise<Check | undefined> {
  const name = model ?? planted.file.model
  const spoilt = folderWith(folder, name, planted)
  const { faults } = checkFolder(spoilt)
  if (faults.some(({ message }) => !LEDGER.test(message))) return 'names'
  if (faults.length > 0) return 'ledgers'
  if (breaksLaw(folder.id, planted)) return 'laws'
  if (breaksWalk(folder.id, planted)) return 'walk'
  if (await breaksFixture(spoilt, model)) return 'fixtures'
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
      const check = (await caughtBy(folder, model, planted)) ?? 'nothing'
      const counts = table.get(kind) ?? new Map<Check | 'nothing', number>()
      table.set(kind, counts.set(check, (counts.get(check) ?? 0) + 1))
      if (check === 'nothing') uncaught.push(`${kind}: ${folder.id}/${model ?? 'provider'} ${at}`)
    }
}

describe.each(providersIn(root))('%s', id => {
  const { folder } = readFolder(root, id)
  const provider = folder.provider as ProviderFile
  const models = Object.keys(folder.models)

  test.each(models)(
    '%s',
    async model => {
      const good = { file: folder.models[model] as ModelFile, provider }
      expect(await caughtBy(folder, model, good), 'the mapping itself').toBeUndefined()
      await plantAll(folder, [...names, ...tables, ...requests], model, good)
    },
    120_000,
  )

  test('provider.json', async () => {
    await plantAll(folder, providerMistakes, undefined, { file: folder.models[models[0]!] as ModelFile, provider })
  }, 120_000)
})

test('every mistake is caught', () => {
  const rows = [...table].map(([kind, counts]) => [kind, Object.fromEntries(counts)])
  console.table(Object.fromEntries(rows), ['names', 'ledgers', 'laws', 'walk', 'fixtures', 'sandbox', 'nothing'])
  if (uncaught.length > 0) console.log(`Not caught:\n${uncaught.join('\n')}`)
  expect(uncaught.filter(one => !UNPROVEN.some(known => known.test(one)))).toEqual([])
  expect(table.get('wrong failure row')?.get('fixtures')).toBeGreaterThan(0)
})
