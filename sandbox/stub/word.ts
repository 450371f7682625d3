import { owners } from '../people.ts'
import { idLike } from './shape.ts'

/** Fields that name a user of the provider. */
const USERS = new Set(['owner_id', 'assignee_id', 'creator_id'])

/** The n-th of a provider's own words for a field: an id like its fixtures', a user by name, or one of its words. */
export function wordOf(samples: readonly unknown[], field: string, number: number | undefined): string | undefined {
  const [sample] = samples
  if (number === undefined) return undefined
  if (sample === undefined) return field.endsWith('_id') ? String(number) : undefined
  if (/\d/.test(String(sample))) return idLike(sample, number)
  const owner = owners[(number - 1) % owners.length]!
  return USERS.has(field) ? owner.email.split('@')[0]! : String(samples[(number - 1) % samples.length])
}
