import { type Attribute, attributes } from './attribute-table.ts'
import { describeChoice, findChoice } from './choices.ts'
import type { Data } from './contact-values.ts'
import { WORKSPACE } from './ids.ts'
import { objects } from './object-table.ts'
import { APP, type Records, type Stored, type Value } from './records.ts'
import { instant } from './times.ts'

/** An option or status is kept by its id and shown whole. */
function expand(attribute: Attribute, data: Data): Data {
  const choice = findChoice(attribute, data.option ?? data.status)
  if (choice === undefined) return data
  return { [attribute.type === 'select' ? 'option' : 'status']: describeChoice(attribute, choice) }
}

/** specs/attio/openapi.json#/paths/~1v2~1objects~1{object}~1records~1{record_id}~1attributes~1{attribute}~1values */
const describeValue = (attribute: Attribute, { from, data }: Value) => ({
  active_from: instant(from),
  active_until: null,
  created_by_actor: APP,
  ...expand(attribute, data),
  attribute_type: attribute.type,
})

/** A record as recorded: every attribute of its object, an empty list where it has no value. */
export function answer(records: Records, record: Stored) {
  const { object, id, createdAt } = record
  const values = attributes[object].map(attribute => [
    attribute.slug,
    records.values(record, attribute).map(value => describeValue(attribute, value)),
  ])
  return {
    id: { workspace_id: WORKSPACE, object_id: objects[object].id, record_id: id },
    created_at: instant(createdAt),
    web_url: `https://app.attio.com/sandbox/${objects[object].singular.toLowerCase()}/${id}`,
    values: Object.fromEntries(values),
  }
}
