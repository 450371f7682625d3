import { invalid, type Json } from './errors.ts'
import { firstStage, stages } from './pipelines.ts'

/** A stage belongs to one pipeline: either brings the other with it, and both together must agree. */
function place(before: Json, written: Json): Json {
  const { stage_id, pipeline_id } = written
  if (stage_id !== undefined) {
    const stage = stages.find(found => found.id === stage_id) ?? invalid('stage_id: stage not found')
    if (pipeline_id !== undefined && pipeline_id !== stage.pipeline_id) invalid('stage_id: is not in the pipeline')
    return { stage_id, pipeline_id: stage.pipeline_id }
  }
  if (pipeline_id === undefined || pipeline_id === before.pipeline_id) return {}
  const first = firstStage(Number(pipeline_id)) ?? invalid('pipeline_id: pipeline not found')
  return { stage_id: first.id, pipeline_id }
}

const given = (value: unknown): boolean => value !== undefined && value !== null

/** Which times and reasons go with a status: specs/pipedrive/v2.yaml#/paths/~1deals/post/requestBody */
function refuseMisfits(status: unknown, written: Json): void {
  const wants = (name: string, ...allowed: string[]) => {
    if (given(written[name]) && !allowed.includes(String(status)))
      invalid(`${name}: can only be set if deal status is ${allowed.join(' or ')}`)
  }
  wants('lost_reason', 'lost')
  wants('lost_time', 'lost')
  wants('won_time', 'won')
  wants('close_time', 'won', 'lost')
}

/** The day of a time, in the account's time zone, which is UTC. */
const dayOf = (time: unknown): string | null => (typeof time === 'string' ? time.slice(0, 10) : null)

/** The times of closing that follow from a status, one kept if the deal had it before. */
function closing(before: Json, written: Json, at: string): Json {
  const status = written.status ?? before.status
  const same = status === before.status
  refuseMisfits(status, written)
  const timeOf = (name: string) => written[name] ?? (same ? before[name] : undefined)
  const own = status === 'open' ? null : (timeOf(`${status}_time`) ?? written.close_time ?? at)
  const close_time = status === 'open' ? null : (timeOf('close_time') ?? own)
  const [won_time, lost_time] = [status === 'won' ? own : null, status === 'lost' ? own : null]
  const reason = written.lost_reason === undefined && same ? before.lost_reason : written.lost_reason
  return {
    status,
    close_time,
    won_time,
    lost_time,
    lost_reason: reason ?? null,
    local_close_date: dayOf(close_time),
    local_won_date: dayOf(won_time),
    local_lost_date: dayOf(lost_time),
  }
}

function archiving(before: Json, written: Json, at: string): Json {
  const is_archived = written.is_archived ?? before.is_archived
  if (!is_archived) return { is_archived, archive_time: null }
  return { is_archived, archive_time: written.archive_time ?? before.archive_time ?? at }
}

/** What a deal is before anything is written: Pipedrive's defaults, as recorded. */
export const newDeal = (): Json => ({
  value: 0,
  currency: 'USD',
  person_id: null,
  org_id: null,
  stage_id: firstStage(1)?.id,
  pipeline_id: 1,
  status: 'open',
  probability: null,
  lost_reason: null,
  close_time: null,
  won_time: null,
  lost_time: null,
  stage_change_time: null,
  local_won_date: null,
  local_lost_date: null,
  local_close_date: null,
  expected_close_date: null,
  is_archived: false,
  archive_time: null,
  origin: 'API',
  origin_id: null,
  channel: null,
  channel_id: null,
})

/** The members that a write to a deal changes, with those that follow from it. `at` is the time of the write. */
export function settleDeal(before: Json, written: Json, at: string): Json {
  const placed = place(before, written)
  const moved = placed.stage_id !== undefined && placed.stage_id !== before.stage_id
  return {
    ...written,
    ...placed,
    ...(moved && { stage_change_time: at }),
    ...closing(before, written, at),
    ...archiving(before, written, at),
  }
}
