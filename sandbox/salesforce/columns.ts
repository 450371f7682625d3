import { type Json, refuse } from './errors.ts'
import type { Field } from './field.ts'
import { findField, findRelationship, type ObjectName } from './objects.ts'
import type { Records, Stored, Value } from './records.ts'
import { placed } from './soql/place.ts'
import type { Path } from './soql/tree.ts'

/** A field of an object, or of the object that one of its references leads to. */
export interface Column {
  field: Field
  through?: Field
}

const custom = (what: string, suffix: string) =>
  `If you are attempting to use a custom ${what}, be sure to append the '${suffix}' after the`
const ADVICE = 'Please reference your WSDL or the describe call for the appropriate names.'

/** The column that a path names; `source` is the text it stands in, for the message about a wrong one. */
export function readColumn(source: string, type: ObjectName, { names, at }: Path): Column {
  const wrong = (message: string) => refuse(400, 'INVALID_FIELD', placed(source, at, message))
  const [first = '', second, ...rest] = names
  const through = second === undefined ? undefined : findRelationship(type, first)
  if (second !== undefined && (!through || rest.length > 0))
    return wrong(
      `Didn't understand relationship '${rest.length > 0 ? second : first}' in field path. ${custom('relationship', '__r')} custom relationship name. ${ADVICE}`,
    )
  const entity = through?.referenceTo ?? type
  const name = second ?? first
  const field = findField(entity, name)
  if (!field)
    return wrong(
      `No such column '${name}' on entity '${entity}'. ${custom('field', '__c')} custom field name. ${ADVICE}`,
    )
  return { field, ...(through && { through }) }
}

function related(records: Records, record: Stored, { referenceTo, name }: Field): Stored | undefined {
  const id = records.value(record, name)
  return referenceTo && typeof id === 'string' ? records.get(referenceTo, id) : undefined
}

export function columnValue(records: Records, record: Stored, { field, through }: Column): Value {
  const holder = through ? related(records, record, through) : record
  return holder ? records.value(holder, field.name) : null
}

const attributes = (root: string, { type, id }: Stored) => ({
  attributes: { type, url: `${root}/sobjects/${type}/${id}` },
})

/** A record with the columns asked for: null where one is empty, and for a related record that is not there. */
export function shape(records: Records, record: Stored, columns: readonly Column[], root: string): Json {
  const row: Json = attributes(root, record)
  for (const column of columns) {
    const { field, through } = column
    const value = columnValue(records, record, column)
    if (!through?.relationship) row[field.name] = value
    else {
      const other = related(records, record, through)
      const known = row[through.relationship] as Json | undefined
      row[through.relationship] = other ? { ...(known ?? attributes(root, other)), [field.name]: value } : null
    }
  }
  return row
}
