import type { Catalogue } from '../mapping/catalogue.ts'
import type { Mapping } from '../mapping/compile.ts'
import { entry, isObject } from '../mapping/path.ts'
import type { FieldOverrides } from '../mapping/table.ts'
import type { OpenedConnection } from '../store/index.ts'

/** Compiled per connection, and gone with it: a warm connection is one object until something of it changes. */
const compiled = new WeakMap<OpenedConnection, Map<string, Mapping | undefined | Promise<Mapping | undefined>>>()

/** Names of a row's keys before version 0.2: metadata that was saved with them goes on meaning what it meant. */
const FORMER: Readonly<Record<string, string>> = { as: 'format', else: 'compose_from', clears: 'empty_value' }

const withNames = (row: unknown): unknown =>
  isObject(row)
    ? Object.fromEntries(Object.entries(row).map(([key, value]) => [entry(FORMER, key) ?? key, value]))
    : row

/** The rows that a connection's metadata lays over a model's: `field_mappings.contacts`. Checked when it was saved. */
export function fieldOverridesOf(
  metadata: Readonly<Record<string, unknown>> | null,
  model: string,
): FieldOverrides | undefined {
  const all = metadata?.field_mappings
  const own = isObject(all) ? all[model] : undefined
  if (!isObject(own) || Object.keys(own).length === 0) return undefined
  return Object.fromEntries(Object.entries(own).map(([field, row]) => [field, withNames(row)])) as FieldOverrides
}

/** The mapping of a model for a connection, with the connection's own rows where it has any. */
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
