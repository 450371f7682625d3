import { refuse } from './errors.ts'
import { EXTRAS, type ExtraName } from './extras.ts'
import type { Entity } from './field-table.ts'
import { paging } from './paging.ts'
import { flag, integer, list, oneOf, type Reader, text, time } from './query.ts'
import type { Records, Stored } from './records.ts'

/** specs/pipedrive/v2.yaml#/paths/~1persons/get/parameters: 100 ids, 15 custom fields */
const IDS_MAX = 100
const CUSTOM_FIELDS_MAX = 15

/** What a read may ask of its answer. */
export const readingOf = (entity: Entity) => ({
  include_fields: list(oneOf<ExtraName>(...EXTRAS[entity])),
  custom_fields: list(text, CUSTOM_FIELDS_MAX),
  include_option_labels: flag,
  include_labels: flag,
})

const common = {
  ...paging,
  filter_id: integer,
  ids: list(integer, IDS_MAX),
  owner_id: integer,
  updated_since: time,
  updated_until: time,
  sort_by: oneOf('id', 'update_time', 'add_time'),
  sort_direction: oneOf('asc', 'desc'),
}
const own: Record<Entity, Record<string, Reader<unknown>>> = {
  persons: { org_id: integer, deal_id: integer },
  organizations: {},
  deals: {
    person_id: integer,
    org_id: integer,
    pipeline_id: integer,
    stage_id: integer,
    status: list(oneOf('open', 'won', 'lost', 'deleted')),
  },
}

/** The parameters of a list. */
export const listingOf = (entity: Entity) => ({ ...common, ...readingOf(entity), ...own[entity] })

type Filters = Record<string, unknown>

/** Filters that hold a member of the record to the value given. */
const EQUAL = ['owner_id', 'org_id', 'person_id', 'pipeline_id', 'stage_id']

/** Deleted records are in no list, but for deals that are asked for by that status. */
function inStatus(record: Stored, statuses: unknown): boolean {
  if (!Array.isArray(statuses)) return !record.deleted
  return statuses.includes(record.deleted ? 'deleted' : record.values.status)
}

/** The records that all filters let through. */
export function filtered(records: Records, entity: Entity, filters: Filters): Stored[] {
  if (filters.filter_id !== undefined) return refuse(404, 'Filter not found')
  const ids = filters.ids as number[] | undefined
  const deal =
    filters.deal_id === undefined ? undefined : records.living('deals').find(({ id }) => id === filters.deal_id)
  const [since, until] = [filters.updated_since as number | undefined, filters.updated_until as number | undefined]
  return records.all(entity).filter(record => {
    if (!inStatus(record, filters.status)) return false
    if (ids && !ids.includes(record.id)) return false
    if (filters.deal_id !== undefined && record.id !== deal?.values.person_id) return false
    if (since !== undefined && record.updatedAt < since) return false
    if (until !== undefined && record.updatedAt >= until) return false
    return EQUAL.every(name => filters[name] === undefined || record.values[name] === filters[name])
  })
}
