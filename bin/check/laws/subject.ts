import { recordsIn } from '../../../src/mapping/check/records-in.ts'
import { compileMapping, type Mapping } from '../../../src/mapping/compile.ts'
import { isObject } from '../../../src/mapping/path.ts'
import type { Fixture } from '../../../src/mapping/schema/fixture.ts'
import type { ModelFile, ProviderFile } from '../../../src/mapping/schema/index.ts'
import type { FieldOverrides } from '../../../src/mapping/table.ts'
import { type Model, models } from '../../../src/models/index.ts'

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

/** What a subject takes beside its two files. */
export interface SubjectParts {
  readonly connection?: Readonly<Record<string, string>>
  readonly merges?: Readonly<Record<string, string>>
  /** Rows of a connection; where left out, a field of the customer's own where `describe` puts one. */
  readonly overrides?: FieldOverrides
  readonly fixtures?: Readonly<Record<string, Fixture>>
  /** The model, where it is none of the product's. */
  readonly model?: Model
}

/** Where a customer's own field stands, by the provider's `describe`: what a field mapping would say. */
function ownField(provider: ProviderFile, file: ModelFile): FieldOverrides {
  if (file.describe === false) return {}
  const path = file.describe?.path ?? provider.describe?.path
  const text = isObject(path) ? (path.text ?? path['*']) : path
  return text === undefined || file.fields.custom_fields !== undefined
    ? {}
    : { 'custom_fields.own': text.replaceAll('{name}', 'own_field') }
}

/**
 * Lists of theirs in which places are found by a tag, such as `Addresses[AddressType=POBOX]`: such a provider merges what
 * is sent by the tag, unless the file says that it overwrites the list as a whole.
 */
const taggedLists = ({ table, file }: Mapping): Record<string, string> =>
  Object.fromEntries(
    table.rows
      .flatMap(row => row.writes)
      .flatMap(([list, place]) =>
        typeof list?.key === 'string' && place?.pick !== undefined && !file.update?.overwrites?.[list.key]
          ? [[list.key, place.pick]]
          : [],
      ),
  )

/** Compiles one mapping file for the laws. Throws for a fault in it: the check tells those before. */
export function subjectOf(id: string, provider: ProviderFile, file: ModelFile, more: SubjectParts = {}): Subject {
  const { connection, merges, fixtures = {}, overrides = ownField(provider, file) } = more
  const model = more.model ?? models[file.model]
  if (!model) throw new Error(`${id}/${file.model}.json: there is no model "${file.model}"`)
  const mapping = compileMapping({
    id,
    provider,
    model,
    file,
    overrides,
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
    merges: merges ?? taggedLists(mapping),
    connection: { ...Object.fromEntries(asked), ...connection },
    records: Object.values(fixtures)
      .filter(fixture => fixture.model === file.model)
      .flatMap(fixture => recordsIn(mapping, fixture)),
  }
}
