import type { Catalogue } from '../mapping/catalogue.ts'
import type { Mapping } from '../mapping/compile.ts'
import { entry, isObject } from '../mapping/path.ts'
import type { FieldOverrides } from '../mapping/table.ts'
import type { OpenedConnection } from '../store/index.ts'
import { RecentlyUsed } from '../store/recently-used.ts'

/** Names of the mappings with rows of a connection, by model. A changed connection is another object. */
const keysByConnection = new WeakMap<OpenedConnection, Map<string, string>>()

/** What mappings with rows of connections may take in memory: the bytes are enough for about two hundred. */
const COMPILED = { entries: 1000, bytes: 32 * 1024 * 1024 }
/** Bytes of a compiled mapping (the largest took 156 KiB), and of each character of the rows laid over it (measured). */
const MAPPING_BYTES = 160 * 1024
const ROW_BYTES = 80

/** Of each catalogue, the mappings with rows of connections: customers with the same rows share one. */
const compiledByCatalogue = new WeakMap<Catalogue, RecentlyUsed<{ readonly mapping: Mapping | undefined }>>()

/** Names of a row’s keys in the first edition of the format: metadata that was saved with them goes on meaning what it meant. */
const FORMER: Readonly<Record<string, string>> = { as: 'format', else: 'compose_from', clears: 'empty_value' }

const withNames = (row: unknown): unknown =>
  isObject(row)
    ? Object.fromEntries(Object.entries(row).map(([key, value]) => [entry(FORMER, key) ?? key, value]))
    : row

/** The rows of a connection that replace those of a model: `field_mappings.contacts` of its metadata. Undefined without. */
export function fieldOverridesOf(
  metadata: Readonly<Record<string, unknown>> | null,
  model: string,
): FieldOverrides | undefined {
  const all = metadata?.field_mappings
  const own = isObject(all) ? all[model] : undefined
  // Their shape was checked when the metadata was saved.
  if (!isObject(own) || Object.keys(own).length === 0) return undefined
  return Object.fromEntries(Object.entries(own).map(([field, row]) => [field, withNames(row)])) as FieldOverrides
}

/** What the compiled mapping of a connection's rows is remembered under; empty where it has none for the model. */
function keyOf(connection: OpenedConnection, model: string): string {
  const own = keysByConnection.get(connection) ?? new Map<string, string>()
  keysByConnection.set(connection, own)
  const known = own.get(model)
  if (known !== undefined) return known
  const overrides = fieldOverridesOf(connection.metadata, model)
  const key = overrides ? `${connection.integration.provider}/${model}/${JSON.stringify(overrides)}` : ''
  own.set(model, key)
  return key
}

/** The mapping of a model, with the connection's own rows where it has any; undefined where the provider has no such model. */
export function mappingFor(
  catalogue: Catalogue,
  connection: OpenedConnection,
  model: string,
): Mapping | undefined | Promise<Mapping | undefined> {
  const provider = connection.integration.provider
  const key = keyOf(connection, model)
  if (key === '') return catalogue.mapping(provider, model)
  const compiled = compiledByCatalogue.get(catalogue) ?? new RecentlyUsed(COMPILED)
  compiledByCatalogue.set(catalogue, compiled)
  const known = compiled.get(key)
  if (known) return known.mapping
  const overrides = fieldOverridesOf(connection.metadata, model) ?? {}
  return catalogue.overridden(provider, model, overrides).then(mapping => {
    compiled.set(key, { mapping }, { bytes: MAPPING_BYTES + ROW_BYTES * key.length })
    return mapping
  })
}
