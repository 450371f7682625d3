import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Subject, type SubjectParts, subjectOf } from '../../bin/check/laws/subject.ts'
import { providersIn, readFolder } from '../../src/mapping/check/folder.ts'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import type { ModelFile, ProviderFile } from '../../src/mapping/schema/index.ts'
import { visits } from './model.ts'

/** An invented provider in `formats/`: a provider's folder in one file. */
export interface FormatFile extends Omit<SubjectParts, 'model'> {
  readonly id: string
  readonly provider: ProviderFile
  readonly models: Readonly<Record<string, ModelFile>>
}

const mappings = fileURLToPath(new URL('../../mappings/', import.meta.url))
const formats = fileURLToPath(new URL('./formats/', import.meta.url))

/** Every mapping file of the product, with a field of a customer's own laid over it if nothing else is. */
export const products = (more: Pick<SubjectParts, 'overrides'> = {}): Subject[] =>
  providersIn(mappings).flatMap(id => {
    const { folder, faults } = readFolder(mappings, id)
    if (faults.length > 0) throw new Error(JSON.stringify(faults))
    return Object.values(folder.models).map(file =>
      subjectOf(id, folder.provider as ProviderFile, file as ModelFile, {
        fixtures: folder.fixtures as Record<string, Fixture>,
        ...more,
      }),
    )
  })

/** The invented providers, which use what the product's providers do not. */
export const formatFiles = (): FormatFile[] =>
  readdirSync(formats)
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => JSON.parse(readFileSync(formats + name, 'utf8')) as FormatFile)

/** All of both. */
export const subjects = (): Subject[] => [
  ...products(),
  ...formatFiles().flatMap(format =>
    Object.values(format.models).map(file =>
      subjectOf(format.id, format.provider, file, { ...format, ...(file.model === visits.name && { model: visits }) }),
    ),
  ),
]
