import { existsSync } from 'node:fs'
import { openCatalogue } from '../../src/mapping/catalogue.ts'
import { checkCodeFiles } from '../../src/mapping/check/code-files.ts'
import { filesOf, readFolder } from '../../src/mapping/check/folder.ts'
import {
  type Checked,
  checkFolder,
  type FaultKind,
  type FileFault,
  type Folder,
} from '../../src/mapping/check/index.ts'
import { checkSource } from '../../src/mapping/check/source.ts'
import type { Mapping } from '../../src/mapping/compile.ts'
import { listsOf } from '../../src/mapping/expand.ts'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import { recordVerbs } from '../../src/mapping/verb.ts'
import { byCause, type Tried } from './corrections.ts'
import { fixtureFaults } from './fixture-faults.ts'
import { formatFaults } from './format-files.ts'
import type { Planter } from './mistakes/cores.ts'
import { plantedFaults } from './planted-faults.ts'
import { unwrittenIn } from './unwritten.ts'

/** What is checked, and where what the files were written from may be. */
export interface ProviderCheck {
  /** The folder of all providers. */
  readonly mappings: string
  readonly id: string
  /** Folder of the evidence; sources are resolved only where it is there. */
  readonly evidence: string
  /** Plants mistakes; without one, laws and walks are left out, too. */
  readonly planter: Planter | undefined
}

/** All that there is to say of one provider. */
export interface ProviderReport {
  readonly faults: readonly FileFault[]
  readonly hatches: readonly string[]
  readonly models: number
  /** Fixtures that were played. */
  readonly fixtures: number
  /** Mistakes that were planted; undefined where none were. */
  readonly planted: number | undefined
}

/** Faults in the order in which they are best mended. */
const ORDER: readonly FaultKind[] = [
  'names',
  'unwritten',
  'idle',
  'completeness',
  'fixtures',
  'laws',
  'walk',
  'planted',
  'sources',
  'format',
]

function sourceFaults({ id, evidence }: ProviderCheck, folder: Folder): FileFault[] {
  if (!existsSync(evidence)) return []
  const files: [string, unknown][] = [
    ['provider.json', folder.provider],
    ...Object.entries(folder.evidence).map(([name, file]): [string, unknown] => [`${name}.evidence.json`, file]),
    ...Object.entries(folder.fixtures).map(([name, file]): [string, unknown] => [`fixtures/${name}`, file]),
  ]
  const faults: FileFault[] = []
  for (const [file, content] of files)
    checkSource(content, evidence, (pointer, message) =>
      faults.push({ file: `${id}/${file}`, pointer, message, kind: 'sources' }),
    )
  return faults
}

/** The models that can be played: those that compiled, and whose hooks are what they must be. */
function playable(mappings: readonly Mapping[], code: readonly FileFault[], id: string): string[] {
  const isBroken = (hook: string | undefined) =>
    hook !== undefined && code.some(({ file, kind }) => kind === 'names' && file === `${id}/hooks/${hook}.ts`)
  return mappings
    .filter(
      ({ file }) => ![...listsOf(file), ...recordVerbs.map(verb => file[verb])].some(spec => isBroken(spec?.hook)),
    )
    .map(({ model }) => model.name)
}

/** A folder once its files were checked and its fixtures played. */
interface Attempt extends Tried, Pick<Checked, 'hatches'> {
  readonly playable: readonly string[]
}

/** Checks a folder, loads its code, and plays the fixtures of the models that compiled. */
async function attempt({ mappings, id }: ProviderCheck, folder: Folder): Promise<Attempt> {
  const checked = checkFolder(folder)
  const files = filesOf(mappings, folder)
  const isWhole = checked.mappings.length === Object.keys(folder.models).length
  const code = await checkCodeFiles(id, files, { mappings: checked.mappings, isWhole })
  const models = playable(checked.mappings, code, id)
  const isFaulty = (name: string) =>
    checked.faults.some(({ file, kind }) => kind === 'names' && file === `${id}/fixtures/${name}`)
  const fixtures = Object.entries(folder.fixtures)
    .filter(([name]) => !isFaulty(name))
    .map(([name, fixture]) => ({ name, fixture: fixture as Fixture }))
    .filter(({ fixture }) => models.includes(fixture.model))
  const played = await fixtureFaults(id, fixtures, openCatalogue({ [id]: files }, Date.now))
  return { ...checked, folder, fixtures, playable: models, faults: [...checked.faults, ...code, ...played] }
}

/** Checks one provider and tells everything at once, one line a cause. */
export async function reportProvider(check: ProviderCheck): Promise<ProviderReport> {
  const { mappings, id } = check
  const { folder: given, faults: unread } = readFolder(mappings, id)
  if (unread.length > 0) return { faults: unread, hatches: [], models: 0, fixtures: 0, planted: undefined }
  const first = await attempt(check, given)
  const { faults: told } = await byCause(first, folder => attempt(check, folder))
  const unwritten = unwrittenIn(given)
  // What a fixture with a gap would show is our own answer, from which nobody is to copy.
  const hasGap = ({ file, kind }: FileFault) => kind === 'fixtures' && unwritten.some(gap => gap.file === file)
  const faults = [...unwritten, ...told.filter(fault => !hasGap(fault))]
  let planted: number | undefined
  if (check.planter) {
    // Loaded only here: the check of everything, which a deployment begins with, needs no generator of records.
    const { lawFaults } = await import('./law-faults.ts')
    faults.push(...lawFaults(given, first.playable))
    // Where something is at fault already, every planted mistake would seem to be noticed.
    if (faults.length === 0) {
      const tried = await plantedFaults(check.planter, mappings, id)
      planted = tried.count
      faults.push(...tried.faults)
    }
  }
  faults.push(...sourceFaults(check, given), ...formatFaults(mappings, id))
  return {
    faults: faults.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)),
    hatches: first.hatches,
    models: first.mappings.length,
    fixtures: first.fixtures.length,
    planted,
  }
}
