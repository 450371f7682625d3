import { type Context, Hono } from 'hono'
import { type Column, readColumn, shape } from './columns.ts'
import { remove } from './deletion.ts'
import { refuseDuplicate } from './duplicates.ts'
import { type Json, notFound, readObject, refuse } from './errors.ts'
import { readId } from './ids.ts'
import { findObject, type ObjectName, objects } from './objects.ts'
import { rootOf } from './queries.ts'
import type { Records, Stored, Values } from './records.ts'
import { addPrimary, settlePrimary } from './roles.ts'
import { readValues } from './values.ts'

export const readType = (c: Context): ObjectName => findObject(c.req.param('type') ?? '') ?? notFound()

/** The record that a path names. */
const locate = (c: Context, records: Records, type: ObjectName): Stored =>
  find(records, type, c.req.param('id') ?? '', c.req.method === 'GET')

/** The record of an id; a deleted one is known as such to writes, and unknown to reads. */
export function find(records: Records, type: ObjectName, text: string, isRead: boolean): Stored {
  const id = readId(text)
  if (id === undefined && text.startsWith(objects[type].prefix)) refuse(400, 'MALFORMED_ID', `malformed id ${text}`)
  if (!id?.startsWith(objects[type].prefix))
    refuse(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${text}`)
  const record = records.get(type, id) ?? notFound()
  if (!record.deleted) return record
  return isRead ? notFound() : refuse(404, 'ENTITY_IS_DELETED', 'entity is deleted')
}

export function refuseUnwritable(type: ObjectName, verb: 'inserted' | 'updated' | 'deleted'): void {
  if (objects[type].writable) return
  refuse(400, 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `entity type cannot be ${verb}: ${type}`, { fields: [] })
}

function checkDuplicate(c: Context, records: Records, type: ObjectName, values: Values, self?: Stored): void {
  const allowed = /\ballowSave\s*=\s*true\b/i.test(c.req.header('sforce-duplicate-rule-header') ?? '')
  if (type === 'Contact' && !allowed) refuseDuplicate(records, values, rootOf(c), self)
}

/** `fields=` takes names with commas between them; the id comes along, last. Without it every field comes. */
function readColumns(c: Context, type: ObjectName): Column[] {
  const asked = c.req.query('fields')
  if (asked === undefined) return objects[type].fields.map(field => ({ field }))
  const columns = [...asked.split(','), 'Id'].map(name =>
    readColumn(asked, type, { names: name.trim().split('.'), at: 0 }),
  )
  return columns.filter(({ field, through }, i) => through || field.name !== 'Id' || i === columns.length - 1)
}

/** Makes a record. */
export function create(c: Context, records: Records, type: ObjectName, values: Values): Stored {
  checkDuplicate(c, records, type, values)
  if (type !== 'Opportunity') {
    const record = records.create(type, values)
    if (type === 'OpportunityContactRole') settlePrimary(records, record)
    return record
  }
  const { ContactId: contact, ...kept } = values
  const record = records.create(type, kept)
  if (typeof contact === 'string') addPrimary(records, record, contact)
  return record
}

/** Changes a record. */
export function change(c: Context, records: Records, record: Stored, body: Json): void {
  const { type } = record
  const values = readValues(records, type, body, 'update')
  checkDuplicate(c, records, type, values, record)
  records.change(record, values)
  if (type === 'OpportunityContactRole') settlePrimary(records, record)
}

/** `/sobjects/{type}` and `/{id}`: specs/salesforce/platform-rest.json#/paths, under `~1data~1v64.0~1sobjects` */
export function sobjects(records: Records): Hono {
  return new Hono({ strict: false })
    .post('/sobjects/:type', async c => {
      const type = readType(c)
      refuseUnwritable(type, 'inserted')
      const body = await readObject(c)
      const record = create(c, records, type, readValues(records, type, body, 'create'))
      c.header('location', `${rootOf(c)}/sobjects/${type}/${record.id}`)
      return c.json({ id: record.id, success: true, errors: [] }, 201)
    })
    .get('/sobjects/:type/:id', c => {
      const type = readType(c)
      const record = locate(c, records, type)
      return c.json(shape(records, record, readColumns(c, type), rootOf(c)))
    })
    .patch('/sobjects/:type/:id', async c => {
      const type = readType(c)
      refuseUnwritable(type, 'updated')
      const body = await readObject(c)
      change(c, records, locate(c, records, type), body)
      return c.body(null, 204)
    })
    .delete('/sobjects/:type/:id', c => {
      const type = readType(c)
      refuseUnwritable(type, 'deleted')
      remove(records, locate(c, records, type))
      return c.body(null, 204)
    })
}
