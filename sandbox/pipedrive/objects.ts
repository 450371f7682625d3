import { type Context, Hono } from 'hono'
import { answer } from './answers.ts'
import { newDeal, settleDeal } from './deal-life.ts'
import { type Json, notFound, readObject } from './errors.ts'
import { ENTITIES, type Entity } from './field-table.ts'
import { filtered, listingOf, readingOf } from './filters.ts'
import { instant } from './instant.ts'
import { type Order, pageOf } from './paging.ts'
import { readId, readQuery } from './query.ts'
import type { Records, Stored } from './records.ts'
import { SELF } from './users.ts'
import { readWrite } from './writes.ts'

type By = 'id' | 'update_time' | 'add_time'

const orderBy = (field: By, direction: 'asc' | 'desc'): Order<Stored> => ({
  field,
  direction,
  valueOf: record => ({ id: record.id, update_time: record.updatedAt, add_time: record.addedAt })[field],
  idOf: record => record.id,
})

function list(c: Context, records: Records, entity: Entity, archived: boolean) {
  const asked = readQuery(c, listingOf(entity))
  const { sort_by = 'id', sort_direction = 'asc', limit, cursor } = asked
  const found = filtered(records, entity, asked).filter(
    record => entity !== 'deals' || record.values.is_archived === archived,
  )
  const { data, additional_data } = pageOf(found, orderBy(sort_by, sort_direction), { limit, cursor })
  return c.json({ success: true, data: data.map(record => answer(records, entity, record, asked)), additional_data })
}

/** What a record is before anything is written. */
const START: Record<Entity, () => Json> = {
  persons: () => ({
    org_id: null,
    emails: [],
    phones: [],
    im: [],
    picture_id: null,
    postal_address: null,
    notes: null,
    birthday: null,
    job_title: null,
  }),
  organizations: () => ({
    address: null,
    website: null,
    linkedin: null,
    industry: null,
    annual_revenue: null,
    employee_count: null,
  }),
  deals: () => ({ ...newDeal(), creator_user_id: SELF }),
}

function create(records: Records, entity: Entity, body: Json): Stored {
  const write = readWrite(records, entity, 'create', body)
  const start = { ...START[entity](), owner_id: SELF, visible_to: 3, label_ids: [] }
  const settled = entity === 'deals' ? settleDeal(start, write.values, instant(records.now())) : write.values
  // A new deal has never changed its stage.
  const still = entity === 'deals' ? { stage_change_time: null } : {}
  return records.create(entity, { ...write, values: { ...start, ...settled, ...still } })
}

/** A deleted record cannot be changed, but a deal can be brought back by `is_deleted`. */
function update(records: Records, entity: Entity, id: number, body: Json): Stored {
  const record = records.find(entity, id)
  const write = readWrite(records, entity, 'update', body)
  if (record.deleted && write.deleted !== false) return notFound()
  const settled = entity === 'deals' ? settleDeal(record.values, write.values, instant(records.now())) : write.values
  records.change(record, { ...write, values: settled })
  return record
}

/** `/persons`, `/organizations`, `/deals` and one of each: specs/pipedrive/v2.yaml#/paths */
export function objects(records: Records): Hono {
  const app = new Hono()
  app.get('/deals/archived', c => list(c, records, 'deals', true))
  for (const entity of ENTITIES) {
    const told = (c: Context, record: Stored, asked = {}) =>
      c.json({ success: true, data: answer(records, entity, record, asked) })
    app
      .get(`/${entity}`, c => list(c, records, entity, false))
      // 200, as the specification says and as recorded for a stage of v2: nothing of v2 answers 201 here.
      .post(`/${entity}`, async c => told(c, create(records, entity, await readObject(c))))
      .get(`/${entity}/:id`, c => {
        const asked = readQuery(c, readingOf(entity))
        return told(c, records.find(entity, readId(c)), asked)
      })
      .patch(`/${entity}/:id`, async c => told(c, update(records, entity, readId(c), await readObject(c))))
      .delete(`/${entity}/:id`, c => {
        const record = records.find(entity, readId(c))
        if (record.deleted) return notFound()
        records.delete(record)
        return c.json({ success: true, data: { id: record.id } })
      })
  }
  return app
}
