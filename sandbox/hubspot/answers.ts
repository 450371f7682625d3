import type { Context } from 'hono'
import { properties } from './property-table.ts'
import type { Records, Stored } from './records.ts'
import { findType, type ObjectType, types } from './types.ts'
import { instant } from './values.ts'

type Values = Record<string, string | null>

/** A list in a query: comma separated, repeated, or both. */
export const listed = (c: Context, name: string): string[] =>
  (c.req.queries(name) ?? [])
    .flatMap(part => part.split(','))
    .map(part => part.trim())
    .filter(Boolean)

/** The id and the two times come back whatever is asked for, as recorded. */
const always = (type: ObjectType): string[] => ['createdate', types[type].modified, 'hs_object_id']

function pick(records: Records, type: ObjectType, record: Stored, names: readonly string[]): Values {
  const values: Values = {}
  for (const name of [...new Set([...names, ...always(type)])].sort()) {
    const value = records.value(type, record, name)
    if (value !== undefined) values[name] = value
  }
  return values
}

/** What a read shows: what was asked for, with null where it is empty, or else the type's defaults. */
export const asked = (records: Records, type: ObjectType, record: Stored, names: readonly string[]): Values =>
  pick(records, type, record, names.length > 0 ? names : types[type].defaults)

/** What a create shows, as recorded: every property that has a value. */
export function filled(records: Records, type: ObjectType, record: Stored): Values {
  const values = pick(
    records,
    type,
    record,
    properties[type].map(property => property.name),
  )
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
}

/** specs/hubspot/crm-contacts.v3.json#/components/schemas/SimplePublicObject */
export function answer(type: ObjectType, record: Stored, values: Values) {
  return {
    id: record.id,
    properties: values,
    createdAt: instant(record.createdAt),
    updatedAt: instant(record.updatedAt),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt !== undefined && { archivedAt: instant(record.archivedAt) }),
    url: `https://app.hubspot.com/contacts/1/record/${types[type].id}/${record.id}`,
  }
}

/** The `associations` of a read; a type that does not exist is ignored, as the specification says. */
export function associated(records: Records, type: ObjectType, record: Stored, names: readonly string[]) {
  const found: Record<string, { results: { id: string; type: string }[] }> = {}
  for (const name of names) {
    const to = findType(name)
    const links = to ? records.links.of({ type, id: record.id }, to) : []
    const results = links.flatMap(link => link.kinds.map(kind => ({ id: link.id, type: kind.name })))
    if (to && results.length > 0) found[to] = { results }
  }
  return Object.keys(found).length > 0 ? { associations: found } : {}
}
