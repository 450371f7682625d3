import type { Json } from './errors.ts'
import { type ExtraName, extra } from './extras.ts'
import { customFields, type Entity, optionsOf } from './field-table.ts'
import { instant } from './instant.ts'
import type { Records, Stored } from './records.ts'

/** What a reader may ask of an answer. */
export interface Asked {
  include_fields?: ExtraName[] | undefined
  /** Codes: only these custom fields are wanted. */
  custom_fields?: string[] | undefined
  include_option_labels?: boolean | undefined
  include_labels?: boolean | undefined
}

const labelled = (entity: Entity, code: string, id: unknown): unknown => {
  const option = optionsOf(entity, code).find(found => found.id === id)
  return option ? { id: option.id, label: option.label } : id
}

/** Every custom field that is wanted, null where it is empty; null in all where there are none, as recorded. */
function customOf(entity: Entity, record: Stored, asked: Asked): Json | null {
  const all = customFields(entity)
  if (all.length === 0) return null
  const wanted = all.filter(({ code }) => asked.custom_fields?.includes(code) ?? true)
  return Object.fromEntries(
    wanted.map(({ code }) => {
      const value = record.custom[code] ?? null
      return [code, asked.include_option_labels ? labelled(entity, code, value) : value]
    }),
  )
}

/** specs/pipedrive/v2.yaml#/paths/~1persons~1{id}/get, and its twins for organizations and deals. */
export function answer(records: Records, entity: Entity, record: Stored, asked: Asked = {}): Json {
  const labels = (record.values.label_ids as number[]).map(id => labelled(entity, 'label_ids', id))
  return {
    id: record.id,
    ...record.values,
    add_time: instant(record.addedAt),
    update_time: instant(record.updatedAt),
    is_deleted: record.deleted,
    custom_fields: customOf(entity, record, asked),
    ...(asked.include_labels && { labels }),
    ...extra(records, entity, record, asked.include_fields ?? []),
  }
}
