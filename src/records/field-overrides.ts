import type { Catalogue } from '../mapping/catalogue.ts'
import type { Mapping } from '../mapping/compile.ts'
import { entry, isObject } from '../mapping/path.ts'
import type { FieldOverrides } from '../mapping/table.ts'
import type { OpenedConnection } from '../store/index.ts'

/** Mappings with a connection's own rows. They go with the connection, which becomes another object when it is changed. */
const compiled = new WeakMap<OpenedConnection, Map<string, Mapping | undefined | Promise<Mapping | undefined>>>()

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

/** The mapping of a model, with the connection's own rows where it has any; undefined where the provider has no such model. */
export function mappingFor(
  catalogue: Catalogue,
  connection: OpenedConnection,
  model: string,
): Mapping | undefined | Promise<Mapping | undefined> {
  const provider = connection.integration.provider
  const overrides = fieldOverridesOf(connection.metadata, model)
  if (!overrides) return catalogue.mapping(provider, model)
  const own = compiled.get(connection) ?? new Map()
  compiled.set(connection, own)
  if (own.has(model)) return own.get(model)
  const made = catalogue.overridden(provider, model, overrides).then(mapping => {
    own.set(model, mapping)
    return mapping
  })
  own.set(model, made)
  return made
}
