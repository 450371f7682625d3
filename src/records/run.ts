import { type Caller, placeholdersOf, sendJson } from '../backends/index.ts'
import type { Unified, Warning } from '../mapping/read.ts'
import type { CompiledVerb, RecordVerb, VerbAsk } from '../mapping/verb.ts'
import type { Written } from '../mapping/write.ts'
import { done, type Failure, fail, type Outcome } from '../problem/index.ts'
import { backendActionOf, deleteByBackend, getByBackend, listByBackend, writeByBackend } from './backend-verbs.ts'
import type { Call, GetCall, ListQuery, OneResult, Result, WriteCall } from './call.ts'
import { writeProblem } from './check-write.ts'
import { checkFields, nextCursor, type PageQuery, readQuery } from './query.ts'
import { isRepeatable } from './repeatable.ts'
import { type RecordContext, type RecordServices, resolve } from './resolve.ts'
import { runHook } from './run-hook.ts'

/** What every step of a call is given. */
interface Step {
  readonly services: RecordServices
  readonly context: RecordContext
}

/**
 * The story of one call, top to bottom: find who it is for and what the provider's mapping says, write the request,
 * send it, see whether the provider refused, and read what it answered as ours.
 */
export async function run(
  services: RecordServices,
  caller: Caller,
  model: string,
  call: Call,
): Promise<Outcome<Result>> {
  const resolved = resolve(services, caller, model)
  const context = resolved instanceof Promise ? await resolved : resolved
  if (!context.ok) return context
  const step: Step = { services, context: context.value }
  switch (call.verb) {
    case 'list':
      return list(step, call.query)
    case 'get':
      return get(step, call)
    case 'create':
    case 'update':
      return write(step, call)
    case 'delete':
      return remove(step, call.id)
  }
}

async function list(step: Step, query: ListQuery): Promise<Outcome<Result>> {
  const { services, context } = step
  const { mapping } = context
  const action = backendActionOf(context, 'list')
  if (!mapping.list && !action) return unsupported(context, 'list')
  const read = readQuery(services, context, query)
  if (!read.ok) return read
  const { page: asked, state } = read.value
  if (action?.carries(Object.keys(asked.filters), asked.sort !== undefined))
    return listByBackend(step, action, { page: asked, state, raw: query.raw })
  if (!mapping.list) return unsupported(context, 'list')
  const plan = mapping.list.plan({ ...asked, state, raw: query.raw, ...placeholdersOf(context) })
  if ('refused' in plan) return failed(plan.refused)
  if ('hook' in plan) return listByHook(step, plan.hook, asked, { state: state?.cursor, raw: query.raw })
  const sent = await sendJson(services, context, plan.request, true)
  if ('failure' in sent) return failed(sent.failure)
  const page = plan.read(sent.response)
  if ('refused' in page) return failed(page.refused)
  const { data, warnings, next } = page.page
  return done({ data, next_cursor: nextCursor(services, context, asked, next), warnings })
}

/** A list that takes several requests: the hook finds the provider's records, the field table reads them. */
async function listByHook(
  { services, context }: Step,
  name: string,
  asked: PageQuery,
  { state, raw }: { state: unknown; raw: boolean },
): Promise<Outcome<Result>> {
  const found = await runHook(services, context, { name, verb: 'list' }, { ...asked, state })
  if (!found.ok) return found
  const { records, next } = found.value
  const { data, warnings } = context.mapping.list!.read(records, asked.fields, raw)
  const more = next === undefined || next === null ? undefined : { limit: asked.limit, cursor: next }
  return done({ data, next_cursor: nextCursor(services, context, asked, more), warnings })
}

async function get(step: Step, { id, fields, raw }: GetCall): Promise<Outcome<OneResult>> {
  const known = checkFields(step.context.mapping.model, fields)
  if (!known.ok) return known
  const action = backendActionOf(step.context, 'get')
  if (action) return getByBackend(step, action, { verb: 'get', id, fields, raw })
  const fetched = await fetchOne(step, id, fields)
  if (!fetched.ok) return fetched
  const answer = readOne(step, id, fetched.value, { fields })
  if (raw) answer.data.raw = fetched.value
  return done(answer)
}

async function write(step: Step, call: WriteCall): Promise<Outcome<OneResult>> {
  const { mapping } = step.context
  const action = backendActionOf(step.context, call.verb)
  if (action) return writeByBackend(step, action, call, (id, warnings) => readBack(step, id, undefined, warnings))
  const verb = mapping.verbs[call.verb]
  if (!verb) return unsupported(step.context, call.verb)
  let current: Unified | undefined
  let written = mapping.write(call.input, call.verb)
  if (call.verb === 'update' && written.refused.length === 0 && (verb.needsCurrent || written.needsCurrent)) {
    const fetched = await fetchOne(step, call.id)
    if (!fetched.ok) return fetched
    current = fetched.value
    written = mapping.write(call.input, call.verb, current)
  }
  const refused = writeProblem(mapping, call, written)
  if (refused) return failed(refused)
  if (verb.spec.hook !== undefined && (written.byHook || !verb.hasRequest))
    return writeByHook(step, verb.spec.hook, call, { written, current })
  // Nothing to change: providers refuse an empty change, and the caller still wants the whole record.
  if (call.verb === 'update' && Object.keys(written.body).length === 0 && !call.passThrough)
    return get(step, { verb: 'get', id: call.id, raw: false })
  const { id, passThrough, idempotencyKey } = call
  const select = mapping.select(undefined)
  const sent = await sendVerb(step, call.verb, verb, {
    id,
    record: written.body,
    current,
    select,
    passThrough,
    idempotencyKey,
    input: call.input,
  })
  if (!sent.ok) return sent
  const { record, id: made = id } = sent.value
  if (!verb.readsBack && record) return done(readOne(step, made, record, { warnings: written.warnings }))
  if (made !== undefined) return readBack(step, made, record, written.warnings)
  return fail('provider-answer-unreadable', {
    provider: mapping.provider,
    detail: 'The record was written, but the provider’s answer does not say its id.',
  })
}

/** A write that takes several requests: the hook makes them, and the record is read back whole. */
async function writeByHook(
  step: Step,
  name: string,
  { id, input, passThrough, verb }: WriteCall,
  { written, current }: { written: Written; current: Unified | undefined },
): Promise<Outcome<OneResult>> {
  const made = await runHook(step.services, step.context, { name, verb }, { id, input, passThrough, current })
  return made.ok ? readBack(step, made.value.id, undefined, written.warnings) : made
}

async function remove(step: Step, id: string): Promise<Outcome<Result>> {
  const { services, context } = step
  const action = backendActionOf(context, 'delete')
  if (action) return deleteByBackend(step, action, id)
  const verb = context.mapping.verbs.delete
  if (!verb) return unsupported(context, 'delete')
  const gone = done({ data: null, means: verb.spec.delete_effect ?? 'deleted', warnings: [] })
  if (verb.spec.hook !== undefined && !verb.hasRequest) {
    const removed = await runHook(services, context, { name: verb.spec.hook, verb: 'delete' }, { id })
    return removed.ok ? gone : removed
  }
  const fetched = verb.needsCurrent ? await fetchOne(step, id) : done(undefined)
  if (!fetched.ok) return fetched
  const sent = await sendVerb(step, 'delete', verb, { id, current: fetched.value })
  return sent.ok ? gone : sent
}

/** The provider's own record. */
async function fetchOne(step: Step, id: string, fields?: readonly string[]): Promise<Outcome<Unified>> {
  const { services, context } = step
  const { mapping } = context
  const verb = mapping.verbs.get
  if (!verb) return unsupported(context, 'get')
  const found =
    verb.spec.hook !== undefined && !verb.hasRequest
      ? await runHook(services, context, { name: verb.spec.hook, verb: 'get' }, { id, fields })
      : await sendVerb(step, 'get', verb, { id, select: mapping.select(fields) })
  if (!found.ok) return found
  const record = verb.hasRequest ? (found.value as SentRecord).record : (found.value as Unified | undefined)
  if (!record) return fail('record-not-found', { provider: mapping.provider })
  return isOurs(context, record)
    ? done(record)
    : fail('provider-answer-unreadable', {
        provider: mapping.provider,
        detail: 'The provider’s answer holds nothing of the record.',
      })
}

/** Whether anything of ours stands in a record: an id or, where the answer leaves that out, any field. */
const isOurs = ({ mapping }: RecordContext, record: Unified): boolean =>
  mapping.reader(['id'])(record, []).id !== undefined || Object.keys(mapping.reader(undefined)(record, [])).length > 0

/** What a verb's response holds. */
interface SentRecord {
  readonly record: Unified | undefined
  readonly id: string | undefined
}

/** Fills and sends the request of a verb, and judges its response. */
async function sendVerb(
  { services, context }: Step,
  name: RecordVerb,
  verb: CompiledVerb,
  ask: Omit<VerbAsk, 'connection' | 'baseUrl'>,
): Promise<Outcome<SentRecord>> {
  const made = verb.build({ ...ask, ...placeholdersOf(context) })
  if ('refused' in made) return failed(made.refused)
  // A create that carries the caller's key is one that the provider carries out once.
  const isKeyed = ask.idempotencyKey !== undefined && verb.honoursKey
  const sent = await sendJson(services, context, made.request, isKeyed || isRepeatable(name, made.request))
  if ('failure' in sent) return failed(sent.failure)
  const read = verb.read(sent.response, ask)
  if (!('refused' in read)) return done(read)
  // What an earlier attempt deleted without saying so is gone now, as was asked.
  const isGone = name === 'delete' && sent.attempts > 1 && read.refused.code === 'record-not-found'
  return isGone ? done({ record: undefined, id: undefined }) : failed(read.refused)
}

/** The whole record after a write. That the write is done must not be lost: a caller would repeat it. */
async function readBack(
  step: Step,
  id: string,
  partly: Unified | undefined,
  warnings: readonly Warning[],
): Promise<Outcome<OneResult>> {
  const back = await fetchOne(step, id)
  if (back.ok) return done(readOne(step, id, back.value, { warnings }))
  const partial = partly ? step.context.mapping.reader(undefined)(partly, []) : {}
  const detail = `The record was written, but could not be read back whole (${back.failure.code}).`
  const warning: Warning = { record: id, field: '', code: 'not-read-back', detail }
  return done({ data: { ...partial, id }, warnings: [...warnings, warning] })
}

/** A provider's record as ours. The caller knows its id even where the answer leaves it out. */
function readOne(
  { context }: Step,
  id: string | undefined,
  record: Unified,
  { fields, warnings: before = [] }: { fields?: readonly string[] | undefined; warnings?: readonly Warning[] },
): OneResult {
  const warnings = [...before]
  const data = context.mapping.reader(fields)(record, warnings)
  if (data.id === undefined && id !== undefined) data.id = id
  return { data, warnings }
}

const failed = (failure: Failure): { ok: false; failure: Failure } => ({ ok: false, failure })
const unsupported = ({ mapping }: RecordContext, verb: string): Outcome<never> =>
  fail('unsupported-verb', {
    provider: mapping.provider,
    detail: `This provider cannot ${verb} ${mapping.model.name}.`,
  })
