import { type Attribute, findAttribute } from './attribute-table.ts'
import { findChoice } from './choices.ts'
import type { Data } from './contact-values.ts'
import { hasOnly, invalid, isObject, type Json, unknownValue } from './errors.ts'
import { isUuid } from './ids.ts'
import { findMember } from './members.ts'
import { findObject, type ObjectSlug } from './object-table.ts'

/** What a write has to know of the records that are there already. */
export interface Shelf {
  has(object: ObjectSlug, id: string): boolean
  /** The ids of the records that hold this value of a unique attribute. */
  holders(attribute: Attribute, data: Data): string[]
}

/** Reads one written value; nothing comes back for what is no value of the type. */
export type Reader = (input: unknown, attribute: Attribute, shelf: Shelf) => Data | undefined

/** A value by its title or id, bare or as `{ option }` and `{ status }`. */
export function choiceOf(input: unknown, attribute: Attribute): Data | undefined {
  const member = attribute.type === 'select' ? 'option' : 'status'
  const name = isObject(input) && hasOnly(input, [member]) ? input[member] : input
  if (typeof name !== 'string' || name === '') return undefined
  const choice = findChoice(attribute, name)
  if (choice) return { [member]: choice.id }
  const wanted = attribute.type === 'select' ? 'select attribute with select' : 'status attribute with status'
  return unknownValue(`Cannot find ${wanted} option title ${JSON.stringify(name)}.`)
}

/** A workspace member, by id or e-mail address: specs/attio/openapi.json#/components/schemas/input-value/anyOf */
export function actorOf(input: unknown): Data | undefined {
  const name = typeof input === 'string' ? input : isObject(input) ? actorNamed(input) : undefined
  if (typeof name !== 'string') return undefined
  const id = findMember(name) ?? unknownValue(`Workspace member with ID ${JSON.stringify(name)} not found.`)
  return { referenced_actor_type: 'workspace-member', referenced_actor_id: id }
}

function actorNamed(input: Json): unknown {
  if (hasOnly(input, ['workspace_member_email_address'])) return input.workspace_member_email_address
  const known = hasOnly(input, ['referenced_actor_type', 'referenced_actor_id'])
  return known && input.referenced_actor_type === 'workspace-member' ? input.referenced_actor_id : undefined
}

/** A record by its id, bare or beside `target_object`, or by a value that it alone has. */
export const recordOf =
  (readOne: Reader): Reader =>
  (input, attribute, shelf) => {
    const { target } = attribute
    if (target === undefined) return undefined
    const { target_object = target, ...by } = isObject(input) ? input : { target_record_id: input }
    if (findObject(target_object) !== target)
      return invalid(`Records of ${JSON.stringify(target_object)} cannot be referenced by "${attribute.slug}".`)
    const [[name, value] = [], ...more] = Object.entries(by)
    if (name === undefined || more.length > 0) return undefined
    if (name !== 'target_record_id') return matched(readOne, target, name, value, shelf)
    if (!isUuid(value)) return undefined
    return shelf.has(target, value)
      ? { target_object: target, target_record_id: value }
      : unknownValue(`Record with ID "${value}" not found.`)
  }

function matched(readOne: Reader, target: ObjectSlug, name: string, value: unknown, shelf: Shelf): Data | undefined {
  const matching = findAttribute(target, name)
  const [only, ...more] = Array.isArray(value) ? value : []
  if (!matching?.unique || matching.readOnly || more.length > 0) return undefined
  const data = readOne(only, matching, shelf)
  if (data === undefined) return undefined
  const [id] = shelf.holders(matching, data)
  return id
    ? { target_object: target, target_record_id: id }
    : unknownValue(`No record of ${target} was found for ${matching.slug}.`)
}
