import { type Context, Hono } from 'hono'
import { answer, asked, associated, filled, listed } from './answers.ts'
import { invalid, isObject, type Json, notFound, readObject } from './errors.ts'
import { type End, findKind, type Kind } from './links.ts'
import { pageAfter, readLimit } from './paging.ts'
import type { Records, Stored } from './records.ts'
import { type ObjectType, readType } from './types.ts'
import { readValues } from './values.ts'

/** specs/hubspot/crm-contacts.v3.json#/paths/~1crm~1v3~1objects~1contacts/get: 10 unless asked, 100 at most */
const PAGE = { standard: 10, max: 100 }

function read(c: Context, records: Records, type: ObjectType, record: Stored) {
  return {
    ...answer(type, record, asked(records, type, record, listed(c, 'properties'))),
    ...associated(records, type, record, listed(c, 'associations')),
  }
}

/** The record that a path names, by id or by `idProperty=email`. */
function locate(c: Context, records: Records, type: ObjectType): Stored {
  const id = c.req.param('id') ?? ''
  const by = c.req.query('idProperty')
  if (by === undefined || by === 'hs_object_id') return records.find(type, id, c.req.query('archived') === 'true')
  if (by === 'email' && type === 'contacts') return records.findByEmail(id) ?? notFound()
  return invalid(`${by} is not a property with unique values`)
}

function readProperties(type: ObjectType, body: Json): Record<string, string> {
  if (!isObject(body.properties)) return invalid('Invalid input JSON: properties are missing')
  return readValues(type, body.properties)
}

/** What a create wants associated: specs/hubspot/crm-contacts.v3.json#/components/schemas/PublicAssociationsForObject */
function readAssociations(records: Records, type: ObjectType, body: Json): { to: End; kind: Kind }[] {
  const list = body.associations ?? []
  if (!Array.isArray(list)) return invalid('Invalid input JSON: associations must be a list')
  return list.flatMap(entry => {
    const id = isObject(entry) && isObject(entry.to) ? String(entry.to.id) : ''
    const specs = isObject(entry) && Array.isArray(entry.types) ? entry.types : []
    if (!id || specs.length === 0) return invalid('Invalid input JSON: an association needs to.id and types')
    return specs.map(spec => readKind(records, type, id, spec))
  })
}

function readKind(records: Records, from: ObjectType, id: string, spec: unknown): { to: End; kind: Kind } {
  const kind = isObject(spec) ? findKind(Number(spec.associationTypeId)) : undefined
  if (!isObject(spec) || spec.associationCategory !== 'HUBSPOT_DEFINED' || kind?.from !== from)
    return invalid(`No such association type for ${from}: ${JSON.stringify(spec)}`)
  if (!records.all(kind.to).some(record => record.id === id))
    return invalid(`Association target ${kind.to}/${id} does not exist`)
  return { kind, to: { type: kind.to, id } }
}

/** Makes a record with what it is to be associated with. */
export function create(records: Records, type: ObjectType, body: Json): Stored {
  const values = readProperties(type, body)
  const wanted = readAssociations(records, type, body)
  const record = records.create(type, values)
  for (const { to, kind } of wanted) records.links.add({ type, id: record.id }, to, kind)
  return record
}

/** Changes a record, and answers the names of what was set. */
export function change(records: Records, type: ObjectType, record: Stored, body: Json): string[] {
  const values = readProperties(type, body)
  records.change(type, record, values)
  return [...Object.keys(values).filter(name => values[name] !== ''), 'hs_object_id']
}

/** `/crm/v3/objects/{type}` and `/{id}`: specs/hubspot/crm-contacts.v3.json#/paths, and its twins for other types. */
export function objects(records: Records, pageMax: number): Hono {
  return new Hono()
    .get('/:type', c => {
      const type = readType(c.req.param('type'))
      const limit = Math.min(readLimit(c.req.query('limit'), PAGE.standard, PAGE.max), pageMax)
      const page = pageAfter(c, records.all(type, c.req.query('archived') === 'true'), record => record.id, limit)
      return c.json({ ...page, results: page.results.map(record => read(c, records, type, record)) })
    })
    .post('/:type', async c => {
      const type = readType(c.req.param('type'))
      const record = create(records, type, await readObject(c))
      return c.json(answer(type, record, filled(records, type, record)), 201)
    })
    .get('/:type/:id', c => {
      const type = readType(c.req.param('type'))
      return c.json(read(c, records, type, locate(c, records, type)))
    })
    .patch('/:type/:id', async c => {
      const type = readType(c.req.param('type'))
      const record = locate(c, records, type)
      const written = change(records, type, record, await readObject(c))
      return c.json(answer(type, record, asked(records, type, record, written)))
    })
    .delete('/:type/:id', c => {
      records.archive(readType(c.req.param('type')), c.req.param('id'))
      return c.body(null, 204)
    })
}
