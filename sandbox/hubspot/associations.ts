import { type Context, Hono } from 'hono'
import { invalid, isObject, readJson } from './errors.ts'
import { defaultKind, type End, findKind, type Kind } from './links.ts'
import { pageAfter, readLimit } from './paging.ts'
import type { Records } from './records.ts'
import { type ObjectType, readType, types } from './types.ts'
import { instant } from './values.ts'

/** specs/hubspot/associations.v4.json#/paths: "Limit 500 per call" */
const PAGE_MAX = 500

type Ends = { from: End; to: End }

function readEnd(c: Context, records: Records, type: string, id: string): End {
  const end = { type: readType(c.req.param(type) ?? ''), id: c.req.param(id) ?? '' }
  records.find(end.type, end.id)
  return end
}

const readEnds = (c: Context, records: Records): Ends => ({
  from: readEnd(c, records, 'from', 'fromId'),
  to: readEnd(c, records, 'to', 'toId'),
})

/** The labels of a `PUT`: specs/hubspot/associations.v4.json#/components/schemas/AssociationSpec */
function readKinds(body: unknown, from: ObjectType, to: ObjectType): Kind[] {
  if (!Array.isArray(body) || body.length === 0) return invalid('Invalid input JSON: a list of types is expected')
  return body.map(spec => {
    const kind = isObject(spec) ? findKind(Number(spec.associationTypeId)) : undefined
    if (spec?.associationCategory === 'HUBSPOT_DEFINED' && kind?.from === from && kind.to === to) return kind
    return invalid(`No such association type from ${from} to ${to}: ${JSON.stringify(spec)}`)
  })
}

function associate(records: Records, { from, to }: Ends, kinds: readonly Kind[]): void {
  for (const kind of kinds) records.links.add(from, to, kind)
  touch(records, { from, to })
}

function touch(records: Records, { from, to }: Ends): void {
  for (const end of [from, to]) records.touch(records.find(end.type, end.id))
}

/** One association seen from one end: specs/hubspot/associations.v4.json#/components/schemas/PublicDefaultAssociation */
const seen = (from: End, to: End, associationTypeId: number) => ({
  from: { id: from.id },
  to: { id: to.id },
  associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId },
})

/** `/crm/v4/objects/{type}/{id}/associations/…`: specs/hubspot/associations.v4.json#/paths */
export function associations(records: Records, pageMax: number, now: () => number): Hono {
  return new Hono()
    .get('/:from/:fromId/associations/:to', c => {
      const from = readEnd(c, records, 'from', 'fromId')
      const links = records.links.of(from, readType(c.req.param('to')))
      const limit = Math.min(readLimit(c.req.query('limit'), PAGE_MAX, PAGE_MAX), pageMax)
      const page = pageAfter(c, links, link => link.id, limit)
      const results = page.results.map(({ id, kinds }) => ({
        toObjectId: id,
        associationTypes: kinds.map(kind => ({ category: 'HUBSPOT_DEFINED', typeId: kind.typeId, label: kind.label })),
      }))
      return c.json({ ...page, results })
    })
    .put('/:from/:fromId/associations/default/:to/:toId', c => {
      const { from, to } = readEnds(c, records)
      const kind = defaultKind(from.type, to.type) ?? invalid(`No association from ${from.type} to ${to.type}`)
      associate(records, { from, to }, [kind])
      const at = instant(now())
      const results = [seen(from, to, kind.typeId), seen(to, from, kind.reverse)]
      return c.json({ status: 'COMPLETE', results, startedAt: at, completedAt: at })
    })
    .put('/:from/:fromId/associations/:to/:toId', async c => {
      const body = await readJson(c)
      const { from, to } = readEnds(c, records)
      const kinds = readKinds(body, from.type, to.type)
      associate(records, { from, to }, kinds)
      const labels = kinds.flatMap(kind => kind.label ?? [])
      const ids = { fromObjectTypeId: types[from.type].id, toObjectTypeId: types[to.type].id }
      return c.json({ ...ids, fromObjectId: from.id, toObjectId: to.id, labels }, 201)
    })
    .delete('/:from/:fromId/associations/:to/:toId', c => {
      const { from, to } = readEnds(c, records)
      records.links.remove(from, to)
      touch(records, { from, to })
      return c.body(null, 204)
    })
}
