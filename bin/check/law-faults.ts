import type { FileFault, Folder } from '../../src/mapping/check/index.ts'
import type { ModelFile, ProviderFile } from '../../src/mapping/schema/index.ts'
import { subjectOf } from './laws/subject.ts'
import { type Breach, brokenLaws, brokenWalks } from './laws/try.ts'

/** As many characters of what happened as are told: it may hold whole records. */
const TOLD = 600

const told = (folder: Folder, model: string, kind: 'laws' | 'walk', { name, what }: Breach): FileFault => ({
  file: `${folder.id}/${model}.json`,
  pointer: '',
  message: `${name}: ${what.length > TOLD ? `${what.slice(0, TOLD)}…` : what}`.replaceAll('\n', ' '),
  kind,
})

/** Tries the laws on models that compile, and walks their lists against an imitation that pages as the mapping says. */
export function lawFaults(folder: Folder, models: readonly string[]): FileFault[] {
  return models.flatMap(model => {
    const subject = subjectOf(folder.id, folder.provider as ProviderFile, folder.models[model] as ModelFile)
    return [
      ...found('laws', () => brokenLaws(subject)).map(breach => told(folder, model, 'laws', breach)),
      ...found('walk', () => brokenWalks(subject)).map(breach => told(folder, model, 'walk', breach)),
    ]
  })
}

/** Breaches that say the same are one, of the first that was found. */
const byWhat = (breaches: readonly Breach[]): Breach[] =>
  [...new Set(breaches.map(({ what }) => what))].map(what => {
    const [first, ...more] = breaches.filter(breach => breach.what === what)
    return more.length === 0 ? first! : { name: `${first!.name} (and ${more.length} more)`, what }
  })

/** What a check found; one that fails itself on a mapping says so. */
function found(name: string, check: () => Breach[]): Breach[] {
  try {
    return byWhat(check())
  } catch (error) {
    return [{ name, what: `could not be tried: ${(error as Error).message}` }]
  }
}
