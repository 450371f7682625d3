import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { recordsIn } from '../../src/mapping/check/fixture-rules.ts'
import { providersIn, readFolder } from '../../src/mapping/check/folder.ts'
import { compileMapping, type Mapping } from '../../src/mapping/compile.ts'
import { isObject } from '../../src/mapping/path.ts'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import type { ModelFile, ProviderFile } from '../../src/mapping/schema/index.ts'
import type { FieldOverrides } from '../../src/mapping/table.ts'
import { type Model, models } from '../../src/models/index.ts'
import { visits } from './model.ts'

/** One mapping file put under the laws, with what an imitation of its provider must know beyond the file. */
export interface Subject {
  /** `hubspot/contacts` */
  readonly name: string
  readonly provider: ProviderFile
  readonly mapping: Mapping
  /** Stored answers of a connection. */
  readonly connection: Readonly<Record<string, string>>
  /** Lists of theirs that a write merges by this tag, where it replaces all others. */
  readonly merges: Readonly<Record<string, string>>
  /** The provider's records in the fixtures of the mapping. */
  readonly records: readonly unknown[]
}
/** An invented provider in `formats/`: a provider's folder in one file. */
export interface FormatFile {
  readonly id: string
  readonly provider: ProviderFile
  readonly models: Readonly<Record<string, ModelFile>>
  readonly fixtures?: Readonly<Record<string, Fixture>>
  readonly connection?: Readonly<Record<string, string>>
  readonly merges?: Readonly<Record<string, string>>
  readonly overlay?: FieldOverrides
}

const mappings = fileURLToPath(new URL('../../mappings/', import.meta.url))
const formats = fileURLToPath(new URL('./formats/', import.meta.url))
const known: Readonly<Record<string, Model>> = { ...models, visits }

/** Where a customer's own field stands, by the provider's `describe`: what a field mapping would say. */
function ownField(provider: ProviderFile, file: ModelFile): FieldOverrides {
  if (file.describe === false) return {}
  const path = file.describe?.path ?? provider.describe?.path
  const text = isObject(path) ? (path.text ?? path['*']) : path
  return text === undefined || file.fields.custom_fields !== undefined
    ? {}
    : { 'custom_fields.own': text.replaceAll('{name}', 'own_field') }
}

/** Compiles one mapping file for the laws. A fault in it is an error here: the checker's tests are about faults. */
export function subjectOf(
  id: string,
  provider: ProviderFile,
  file: ModelFile,
  more: Pick<FormatFile, 'connection' | 'merges' | 'overlay' | 'fixtures'> = {},
): Subject {
  const { connection, merges = {}, fixtures = {}, overlay = ownField(provider, file) } = more
  const mapping = compileMapping({
    id,
    provider,
    model: known[file.model]!,
    file,
    overrides: overlay,
    now: () => 0,
    report: (pointer, message) => {
      throw new Error(`${id}/${file.model}.json#${pointer}: ${message}`)
    },
  })
  const asked = new Map(Object.keys(provider.connection_config ?? {}).map(name => [name, 'acme']))
  const kept = JSON.stringify([provider, file]).matchAll(/\{connection\.(\w+)\}/g)
  for (const [, name] of kept) if (!asked.has(name!)) asked.set(name!, 'acme')
  // An answer that brings scheme and host is an address; every other is a word.
  for (const name of asked.keys())
    if (provider.base.startsWith(`{connection.${name}}`)) asked.set(name, 'https://acme.example.com')
  return {
    name: `${id}/${file.model}`,
    provider,
    mapping,
    merges,
    connection: { ...Object.fromEntries(asked), ...connection },
    records: Object.values(fixtures)
      .filter(fixture => fixture.model === file.model)
      .flatMap(fixture => recordsIn(mapping, fixture)),
  }
}

/** Every mapping file of the product, with a field of a customer's own laid over it if nothing else is. */
export const products = (more: Pick<FormatFile, 'overlay'> = {}): Subject[] =>
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
    Object.values(format.models).map(file => subjectOf(format.id, format.provider, file, format)),
  ),
]
