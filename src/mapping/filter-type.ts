import type { Model, Scalar } from '../models/index.ts'

/** The type of the field that a filter compares: `emails.email` is a text. */
export function filterType(model: Model, filter: string): Scalar {
  const [top = '', member] = (model.filters[filter] ?? '').split('.')
  const field = model.fields[top]
  if (field?.type === 'rows') return (member && field.members[member]?.type) || 'text'
  return field === undefined || field.type === 'list' || field.type === 'map' ? 'text' : field.type
}
