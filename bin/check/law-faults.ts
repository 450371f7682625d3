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
      ...brokenLaws(subject).map(breach => told(folder, model, 'laws', breach)),
      ...brokenWalks(subject).map(breach => told(folder, model, 'walk', breach)),
    ]
  })
}
