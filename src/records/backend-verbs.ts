import type { Gateway } from '../app.ts'
import { backendOf } from '../backends/index.ts'
import type { Trace } from '../backends/send.ts'
import type { Via } from '../mapping/backend-actions.ts'
import { isObject, lay } from '../mapping/path.ts'
import type { Unified, Warning } from '../mapping/read.ts'
import { done, fail, type Outcome } from '../problem/index.ts'
import type { ListQuery, OneResult, Result, WriteCall } from './call.ts'
import { refusalOf } from './check-write.ts'
import type { Cursor } from './cursor.ts'
import { type Ask, nextCursor } from './query.ts'
import type { Caller, Target } from './resolve.ts'

interface Step {
  readonly parts: Gateway
  readonly caller: Caller
  readonly target: Target
  readonly trace: Trace
}
type Verb = 'list' | 'get' | 'create' | 'update' | 'delete'

/** The backend's own action for a verb, where the mapping names one. */
export const viaOf = ({ connection, mapping }: Target, verb: Verb): Via | undefined =>
  mapping.via[connection.integration.backend.type]?.[verb]

const runAction = (
  { parts, caller, target, trace }: Step,
  via: Via,
  input: unknown,
  repeatable: boolean,
): Promise<Outcome<unknown>> =>
  backendOf(target.connection).run(parts, target, via.action, input, trace, {
    environment: caller.environment,
    signal: caller.signal,
    traceparent: caller.traceparent,
    repeatable,
  })

/** A list that the backend's action answers. */
export async function listVia(
  step: Step,
  via: Via,
  ask: Ask,
  state: Cursor['state'] | undefined,
  query: ListQuery,
): Promise<Outcome<Result>> {
  const { parts, target } = step
  const output = await runAction(step, via, via.input({ limit: ask.limit, cursor: state?.cursor }, ask.filters), true)
  if (!output.ok) return output
  const records = via.records(output.value)
  if (!records)
    return fail('provider-answer-unreadable', {
      provider: target.mapping.provider,
      detail: `The output of "${via.action}" has no list where the mapping says that it is.`,
    })
  const warnings: Warning[] = []
  const read = via.reader(ask.fields)
  const data = records.flatMap(record => {
    if (!isObject(record)) {
      warnings.push({ field: '', code: 'unreadable', detail: 'An element of the action’s list is no record.' })
      return []
    }
    const unified = read(record, warnings)
    if (query.raw) unified.raw = record
    return [unified]
  })
  const next = via.cursor(output.value)
  const more =
    next === undefined || next === null || next === '' || next === state?.cursor
      ? undefined
      : { limit: ask.limit, cursor: next }
  return done({ data, next_cursor: nextCursor(parts, target, ask, more), warnings })
}

/** One record that the backend's action answers; undefined where its output has none. */
async function one(
  step: Step,
  via: Via,
  input: unknown,
  repeatable: boolean,
): Promise<Outcome<{ record: Unified | undefined; id: string | undefined }>> {
  const output = await runAction(step, via, input, repeatable)
  return output.ok ? done({ record: via.record(output.value), id: via.id(output.value) }) : output
}

/** A get that is the backend's action. */
export async function getVia(
  step: Step,
  via: Via,
  id: string,
  fields: readonly string[] | undefined,
  raw: boolean,
): Promise<Outcome<OneResult>> {
  const answered = await one(step, via, via.input({ id }, {}), true)
  if (!answered.ok) return answered
  const { record } = answered.value
  if (!record) return fail('record-not-found', { provider: step.target.mapping.provider })
  const warnings: Warning[] = []
  const data = via.reader(fields)(record, warnings)
  data.id ??= id
  if (raw) data.raw = record
  return done({ data, warnings })
}

type ReadBack = (id: string, warnings: readonly Warning[]) => Promise<Outcome<OneResult>>

/** The whole record after a write: by the backend's own action for a get where there is one. */
async function backVia(step: Step, id: string, warnings: readonly Warning[], readBack: ReadBack) {
  const via = viaOf(step.target, 'get')
  const back = via && (await getVia(step, via, id, undefined, false))
  return back?.ok
    ? done({ data: back.value.data, warnings: [...warnings, ...back.value.warnings] })
    : readBack(id, warnings)
}

/** A write that is the backend's action; `readBack` reads the record whole where the output does not have it. */
export async function writeVia(step: Step, via: Via, call: WriteCall, readBack: ReadBack): Promise<Outcome<OneResult>> {
  const written = via.write(call.input, call.verb)
  const refused = refusalOf(step.target.mapping, call, written)
  if (refused) return { ok: false, failure: refused }
  // Nothing to change: an action is not asked to do nothing, and the caller still wants the whole record.
  if (call.verb === 'update' && Object.keys(written.body).length === 0 && !call.passThrough)
    return backVia(step, call.id, written.warnings, readBack)
  const record = call.passThrough ? lay(written.body, call.passThrough) : written.body
  const answered = await one(step, via, via.input({ id: call.id, record }, {}), false)
  if (!answered.ok) return answered
  const warnings = [...written.warnings]
  const data = answered.value.record && via.reader(undefined)(answered.value.record, warnings)
  const id = answered.value.id ?? (typeof data?.id === 'string' ? data.id : call.id)
  // An output with an id alone is no whole record.
  if (data && Object.keys(data).length > 1)
    return done({ data: { ...data, ...(id !== undefined && { id }) }, warnings })
  if (id !== undefined) return backVia(step, id, written.warnings, readBack)
  return fail('provider-answer-unreadable', {
    provider: step.target.mapping.provider,
    detail: `The record was written, but the output of "${via.action}" does not say its id.`,
  })
}

/** A delete that is the backend's action. */
export async function removeVia(step: Step, via: Via, id: string): Promise<Outcome<Result>> {
  // What else the action does besides is not known here: it is sent once.
  const answered = await runAction(step, via, via.input({ id }, {}), false)
  return answered.ok
    ? done({ data: null, means: step.target.mapping.file.delete?.means ?? 'deleted', warnings: [] })
    : answered
}
