import { type Context, Hono } from 'hono'
import { answer } from './answers.ts'
import { type Attribute, findAttribute } from './attribute-table.ts'
import { hasOnly, invalid, isObject, type Json, readObject, refuse, unknownValue } from './errors.ts'
import { describeObject, type ObjectSlug, readObjectSlug, slugs } from './object-table.ts'
import type { Records, Stored } from './records.ts'
import { missing, readValues, type Written } from './values.ts'

const objectOf = (c: Context): ObjectSlug => readObjectSlug(c.req.param('object') ?? '')

/** In every write but a create, `data` holds values alone: specs/attio/openapi.json#/paths, `additionalProperties`. */
function closed(body: Json): Json {
  if (isObject(body.data) && !hasOnly(body.data, ['values']))
    return invalid('Body payload validation error: data has unrecognized keys.')
  return body
}

function readMatching(c: Context, object: ObjectSlug): Attribute {
  const name = c.req.query('matching_attribute') ?? invalid('The query parameter matching_attribute is missing.')
  const attribute =
    findAttribute(object, name) ?? unknownValue(`No attribute was found for matching_attribute slug/ID "${name}".`)
  return attribute.unique && !attribute.readOnly
    ? attribute
    : invalid(`The matching_attribute with slug "${attribute.slug}" is not unique.`)
}

/** The one record that has a value of the matching attribute already. */
function matchOf(records: Records, object: ObjectSlug, matching: Attribute, written: Written): Stored | undefined {
  const values = written.get(matching) ?? []
  if (values.length === 0) return missing(matching)
  const [id, ...more] = new Set(values.flatMap(data => records.holders(matching, data)))
  if (more.length > 0) refuse(400, 'multiple_match_results', `Several records match the values of "${matching.slug}".`)
  return id === undefined ? undefined : records.find(object, id)
}

/** Changes one record: a `PATCH` adds to multiselect attributes, a `PUT` overwrites them. */
async function change(c: Context, records: Records, adds: boolean) {
  const object = objectOf(c)
  const record = records.find(object, c.req.param('id') ?? '')
  const written = readValues(object, closed(await readObject(c)), records)
  records.change(record, written, () => adds)
  return c.json({ data: answer(records, record) })
}

/** `/v2/objects`, and the records of each: specs/attio/openapi.json#/paths/~1v2~1objects~1{object}~1records */
export function objects(records: Records): Hono {
  return new Hono()
    .get('/', c => c.json({ data: slugs.map(describeObject) }))
    .get('/:object', c => c.json({ data: describeObject(objectOf(c)) }))
    .post('/:object/records', async c => {
      const object = objectOf(c)
      const record = records.create(object, readValues(object, await readObject(c), records))
      return c.json({ data: answer(records, record) })
    })
    .put('/:object/records', async c => {
      const object = objectOf(c)
      const matching = readMatching(c, object)
      const written = readValues(object, closed(await readObject(c)), records)
      const match = matchOf(records, object, matching, written)
      // Of all multiselect attributes only the matching one keeps what it has.
      if (match) records.change(match, written, attribute => attribute === matching)
      return c.json({ data: answer(records, match ?? records.create(object, written)) })
    })
    .get('/:object/records/:id', c => {
      const record = records.find(objectOf(c), c.req.param('id'))
      return c.json({ data: answer(records, record) })
    })
    .patch('/:object/records/:id', c => change(c, records, true))
    .put('/:object/records/:id', c => change(c, records, false))
    .delete('/:object/records/:id', c => {
      records.remove(records.find(objectOf(c), c.req.param('id')))
      return c.json({})
    })
}
