import { backendOf } from '../backends/index.ts'
import type { BackendAction } from '../mapping/backend-actions.ts'
import type { Verb } from '../mapping/errors.ts'
import { pageProblem } from '../mapping/list-read.ts'
import { isObject, lay } from '../mapping/path.ts'
import { addRaw } from '../mapping/raw.ts'
import type { Unified } from '../mapping/read.ts'
import { note, type Warning } from '../mapping/warnings.ts'
import { done, fail, type Outcome } from '../problem/index.ts'
import type { GetCall, OneResult, Result, WriteCall } from './call.ts'
import { writeProblem } from './check-write.ts'
import type { Cursor } from './cursor.ts'
import { nextCursor, type PageQuery } from './query.ts'
import type { RecordContext, Step } from './resolve.ts'

/** The named action of the backend that the mapping has for a verb; undefined where it has none. */
export const backendActionOf = ({ connection, mapping }: RecordContext, verb: Verb): BackendAction | undefined =>
  mapping.backendActions[connection.integration.backend.type]?.[verb]

const runAction = (
  { services, context }: Step,
  { action: name }: BackendAction,
  input: unknown,
  repeatable: boolean,
): Promise<Outcome<unknown>> => backendOf(context.connection).runAction(services, context, { name, input, repeatable })

/** Lists records by an action of the backend. */
export async function listByBackend(
  step: Step,
  action: BackendAction,
  { page, state, raw }: { page: PageQuery; state: Cursor['state'] | undefined; raw: boolean },
): Promise<Outcome<Result>> {
  const { services, context } = step
  const output = await runAction(
    step,
    action,
    action.input({ limit: page.limit, cursor: state?.cursor }, page.filters),
    true,
  )
  if (!output.ok) return output
  const records = action.records(output.value)
  if (!records)
    return fail('provider-answer-unreadable', {
      provider: context.mapping.provider,
      detail: `The output of "${action.action}" has no list where the mapping says that it is.`,
    })
  const tooMany = pageProblem(records.length, { limit: page.limit, isPaged: true }, context.mapping.provider)
  if (tooMany) return { ok: false, failure: tooMany }
  const warnings: Warning[] = []
  const read = action.reader(page.fields)
  const data = records.flatMap(record => {
    if (!isObject(record)) {
      note(warnings, { field: '', code: 'unreadable', detail: 'An element of the action’s list is no record.' })
      return []
    }
    const unified = read(record, warnings)
    if (raw) addRaw(unified, record, warnings)
    return [unified]
  })
  const next = action.cursor(output.value)
  const more =
    next === undefined || next === null || next === '' || next === state?.cursor
      ? undefined
      : { limit: page.limit, cursor: next }
  return done({ data, next_cursor: nextCursor(services, context, page, more), warnings })
}

/** Runs an action of the backend that answers a record; `record` is undefined where its output holds none. */
async function runForRecord(
  step: Step,
  action: BackendAction,
  input: unknown,
  repeatable: boolean,
): Promise<Outcome<{ record: Unified | undefined; id: string | undefined }>> {
  const output = await runAction(step, action, input, repeatable)
  return output.ok ? done({ record: action.record(output.value), id: action.id(output.value) }) : output
}

/** Gets a record by an action of the backend. */
export async function getByBackend(
  step: Step,
  action: BackendAction,
  { id, fields, raw }: GetCall,
): Promise<Outcome<OneResult>> {
  const answered = await runForRecord(step, action, action.input({ id }, {}), true)
  if (!answered.ok) return answered
  const { record } = answered.value
  if (!record) return fail('record-not-found', { provider: step.context.mapping.provider })
  const warnings: Warning[] = []
  const data = action.reader(fields)(record, warnings)
  data.id ??= id
  if (raw) addRaw(data, record, warnings)
  return done({ data, warnings })
}

type ReadBack = (id: string, warnings: readonly Warning[]) => Promise<Outcome<OneResult>>

/** Reads a record after its write, by the backend's action for a get where there is one. */
async function readBackByBackend(step: Step, id: string, warnings: readonly Warning[], readBack: ReadBack) {
  const action = backendActionOf(step.context, 'get')
  const back = action && (await getByBackend(step, action, { verb: 'get', id, raw: false }))
  return back?.ok
    ? done({ data: back.value.data, warnings: [...warnings, ...back.value.warnings] })
    : readBack(id, warnings)
}

/** Creates or updates a record by an action of the backend. `readBack` reads it where the output does not hold it whole. */
export async function writeByBackend(
  step: Step,
  action: BackendAction,
  call: WriteCall,
  readBack: ReadBack,
): Promise<Outcome<OneResult>> {
  const written = action.write(call.input, call.verb)
  const refused = writeProblem(step.context.mapping, call, written)
  if (refused) return { ok: false, failure: refused }
  // Nothing to change: the record is only read, to be answered whole.
  if (call.verb === 'update' && Object.keys(written.body).length === 0 && !call.passThrough)
    return readBackByBackend(step, call.id, written.warnings, readBack)
  const record = call.passThrough ? lay(written.body, call.passThrough) : written.body
  const answered = await runForRecord(step, action, action.input({ id: call.id, record }, {}), false)
  if (!answered.ok) return answered
  const warnings = [...written.warnings]
  const data = answered.value.record && action.reader(undefined)(answered.value.record, warnings)
  const id = answered.value.id ?? (typeof data?.id === 'string' ? data.id : call.id)
  // An id alone is not the whole record.
  if (data && Object.keys(data).length > 1)
    return done({ data: { ...data, ...(id !== undefined && { id }) }, warnings })
  if (id !== undefined) return readBackByBackend(step, id, written.warnings, readBack)
  return fail('provider-answer-unreadable', {
    provider: step.context.mapping.provider,
    detail: `The record was written, but the output of "${action.action}" does not say its id.`,
  })
}

/** Deletes a record by an action of the backend. */
export async function deleteByBackend(step: Step, action: BackendAction, id: string): Promise<Outcome<Result>> {
  // The action may do more than delete, so it is not repeatable.
  const answered = await runAction(step, action, action.input({ id }, {}), false)
  return answered.ok
    ? done({ data: null, means: step.context.mapping.file.delete?.delete_effect ?? 'deleted', warnings: [] })
    : answered
}
