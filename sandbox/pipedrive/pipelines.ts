import { type Context, Hono } from 'hono'
import { notFound } from './errors.ts'
import { type Order, pageOf, paging } from './paging.ts'
import { integer, oneOf, readId, readQuery } from './query.ts'

const BORN = '2024-11-01T09:00:00Z'
const times = { add_time: BORN, update_time: BORN }

/** specs/pipedrive/v2.yaml#/paths/~1pipelines/get */
const pipelines = ['Pipeline', 'Partners'].map((name, i) => ({
  id: i + 1,
  name,
  order_nr: i + 1,
  is_deleted: false,
  is_deal_probability_enabled: true,
  ...times,
}))

const OPEN = ['Qualified', 'Contact Made', 'Demo Scheduled', 'Proposal Made']

/**
 * The open stages in the order of `Deal.stage` in sandbox/people.ts; the fifth is where deals were won or lost, which
 * are no stages here but statuses. specs/pipedrive/v2.yaml#/paths/~1stages/get
 */
export const stages = [...OPEN, 'Negotiations Started', 'Introduced', 'Agreed'].map((name, i) => ({
  id: i + 1,
  name,
  order_nr: i < 5 ? i + 1 : i - 4,
  pipeline_id: i < 5 ? 1 : 2,
  deal_probability: [20, 40, 60, 80, 90, 30, 100][i] ?? 100,
  is_deal_rot_enabled: false,
  days_to_rotten: null,
  is_deleted: false,
  ...times,
}))

type Row = { id: number; order_nr: number; add_time: string; update_time: string }
type By = 'id' | 'update_time' | 'add_time' | 'order_nr'

const orderBy = (field: By, direction: 'asc' | 'desc'): Order<Row> => ({
  field,
  direction,
  valueOf: row => (field.endsWith('_time') ? Date.parse(row[field] as string) : (row[field] as number)),
  idOf: row => row.id,
})

const sorting = { ...paging, sort_direction: oneOf('asc', 'desc') }
const byTime = oneOf('id', 'update_time', 'add_time')
const byOrder = oneOf('id', 'update_time', 'add_time', 'order_nr')

const one = (c: Context, rows: readonly Row[]) => {
  const id = readId(c)
  readQuery(c, {})
  return c.json({ success: true, data: rows.find(row => row.id === id) ?? notFound() })
}

/** `GET /pipelines`, `/stages` and one of each; making and changing them takes a scope that the token has not. */
export function pipelinesAndStages(): Hono {
  return new Hono()
    .get('/pipelines', c => {
      const { sort_by = 'id', sort_direction = 'asc', ...asked } = readQuery(c, { ...sorting, sort_by: byTime })
      return c.json({ success: true, ...pageOf<Row>(pipelines, orderBy(sort_by, sort_direction), asked) })
    })
    .get('/stages', c => {
      const readers = { ...sorting, sort_by: byOrder, pipeline_id: integer }
      const { sort_by = 'id', sort_direction = 'asc', pipeline_id, ...asked } = readQuery(c, readers)
      const rows = stages.filter(stage => pipeline_id === undefined || stage.pipeline_id === pipeline_id)
      return c.json({ success: true, ...pageOf<Row>(rows, orderBy(sort_by, sort_direction), asked) })
    })
    .get('/pipelines/:id', c => one(c, pipelines))
    .get('/stages/:id', c => one(c, stages))
}

/** The stage with which a deal enters a pipeline, or nothing where there is no such pipeline. */
export const firstStage = (pipeline: number) => stages.find(stage => stage.pipeline_id === pipeline)
