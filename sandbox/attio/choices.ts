import type { Attribute, Choice } from './attribute-table.ts'
import { WORKSPACE } from './ids.ts'
import { objects } from './object-table.ts'

/** The option or status that a title or an id names. */
export const findChoice = (attribute: Attribute, name: unknown): Choice | undefined =>
  attribute.choices.find(({ id, title }) => id === name || title === name)

/** specs/attio/openapi.json#/components/schemas/select-option and …/status */
export function describeChoice(attribute: Attribute, { id, title }: Choice) {
  const ids = { workspace_id: WORKSPACE, object_id: objects[attribute.object].id, attribute_id: attribute.id }
  if (attribute.type === 'select') return { id: { ...ids, option_id: id }, title, is_archived: false }
  const won = title.startsWith('Won')
  return {
    title,
    id: { ...ids, status_id: id },
    is_archived: false,
    target_time_in_status: null,
    celebration_enabled: won,
  }
}
