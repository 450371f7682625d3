import { type Attribute, findAttribute } from './attribute-table.ts'
import { filterError, isObject, type Json } from './errors.ts'
import { type Comparable, findField, subject } from './fields.ts'
import { findObject, type ObjectSlug } from './object-table.ts'
import type { Records, Stored, Value } from './records.ts'

/** The attributes from the queried object to the one sorted by; all but the last refer to other records. */
function readPath(object: ObjectSlug, sort: Json): Attribute[] {
  const path = sort.attribute === undefined ? sort.path : [[object, sort.attribute]]
  if (!Array.isArray(path) || path.length === 0) return filterError('A sort needs an attribute or a path.')
  let from: ObjectSlug | undefined = object
  return path.map(step => {
    const [at, name] = Array.isArray(step) && step.length === 2 ? step : []
    const attribute: Attribute | undefined =
      from && findObject(at) === from ? findAttribute(from, String(name)) : undefined
    from = attribute?.target
    return attribute ?? filterError(`${JSON.stringify(step)} does not lead on in a path from ${object}.`)
  })
}

/** Reads what a record is sorted by, of several values the first, or nothing where there is none. */
function readKey(records: Records, object: ObjectSlug, sort: Json): (record: Stored) => Comparable | undefined {
  const path = readPath(object, sort)
  const last = path.at(-1)!
  const field = findField(last, sort.field === undefined ? undefined : String(sort.field))
  return record => {
    let at: Stored | undefined = record
    for (const attribute of path.slice(0, -1)) {
      const [value]: Value[] = at ? records.values(at, attribute) : []
      at = value && records.find(attribute.target!, String(value.data.target_record_id))
    }
    const [value] = at ? records.values(at, last) : []
    const key = value && subject(field, value.data)
    if (field.kind === 'choice') return key && last.choices.findIndex(choice => choice.id === key)
    return typeof key === 'string' ? key.toLowerCase() : key
  }
}

/** Sorted by all that is asked, in turn; records without a value come last, and equals stay in order of creation. */
export function sortRecords(records: Records, object: ObjectSlug, sorts: unknown, found: Stored[]): Stored[] {
  if (sorts === undefined) return found
  if (!Array.isArray(sorts)) return filterError('sorts must be a list.')
  return sorts.toReversed().reduce<Stored[]>((sorted, sort) => {
    if (!isObject(sort)) return filterError('A sort must be an object.')
    const { direction } = sort
    if (direction !== 'asc' && direction !== 'desc') return filterError('A sort needs a direction, asc or desc.')
    const keyOf = readKey(records, object, sort)
    const keys = new Map(sorted.map(record => [record, keyOf(record)]))
    const sign = direction === 'desc' ? -1 : 1
    return sorted.toSorted((a, b) => sign * order(keys.get(a), keys.get(b), sign))
  }, found)
}

function order(left: Comparable | undefined, right: Comparable | undefined, sign: number): number {
  if (left === right) return 0
  if (left === undefined || right === undefined) return left === undefined ? sign : -sign
  return left < right ? -1 : 1
}
