import type { Gateway } from '../app.ts'
import { reachOf } from '../backends/origin.ts'
import { exchange, repeatable, type Trace, traceOf } from '../backends/send.ts'
import type { Unified, Warning } from '../mapping/read.ts'
import type { CompiledVerb, RecordVerb, VerbAsk } from '../mapping/verb.ts'
import type { Written } from '../mapping/write.ts'
import { done, type Failure, fail, type Outcome } from '../problem/index.ts'
import { getVia, listVia, removeVia, viaOf, writeVia } from './backend-verbs.ts'
import type { Call, GetCall, ListQuery, OneResult, Result, WriteCall } from './call.ts'
import { refusalOf } from './check-write.ts'
import type { Cursor } from './cursor.ts'
import { callFunction, type ListFunction, type WriteFunction } from './hook.ts'
import { type Ask, checkFields, nextCursor, readQuery } from './query.ts'
import { type Caller, find, type Target } from './resolve.ts'

/** What every step of a call is given. */
interface Run {
  readonly parts: Gateway
  readonly caller: Caller
  readonly target: Target
  readonly trace: Trace
}

/**
 * The story of one call, top to bottom: find who it is for and what the provider's mapping says, write the request,
 * send it, see whether the provider refused, and read what it answered as ours. `trace` gets what happened on the
 * provider's side, also when the call fails.
 */
export async function run(
  parts: Gateway,
  caller: Caller,
  model: string,
  call: Call,
  trace: { current?: Trace },
): Promise<Outcome<Result>> {
  const found = find(parts, caller, model)
  const target = found instanceof Promise ? await found : found
  if (!target.ok) return target
  const own: Trace = traceOf(target.value)
  trace.current = own
  const step: Run = { parts, caller, target: target.value, trace: own }
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

async function list(step: Run, query: ListQuery): Promise<Outcome<Result>> {
  const { parts, target } = step
  const { mapping } = target
  const via = viaOf(target, 'list')
  if (!mapping.list && !via) return unsupported(target, 'list')
  const read = readQuery(parts, target, query)
  if (!read.ok) return read
  const { ask, state } = read.value
  if (via?.carries(Object.keys(ask.filters), ask.sort !== undefined)) return listVia(step, via, ask, state, query)
  if (!mapping.list) return unsupported(target, 'list')
  const plan = mapping.list.plan({ ...ask, state, raw: query.raw, ...reachOf(target) })
  if ('refused' in plan) return failed(plan.refused)
  if ('action' in plan) return listByFunction(step, plan.action, ask, state, query.raw)
  const sent = await exchange(parts, target, plan.draft, step.trace, step.caller, true)
  if ('failure' in sent) return failed(sent.failure)
  const page = plan.answer(sent.answer)
  if ('refused' in page) return failed(page.refused)
  const { data, warnings, next } = page.read
  return done({ data, next_cursor: nextCursor(parts, target, ask, next), warnings })
}

/** A list that takes several requests: the function finds the provider's records, the field table reads them. */
async function listByFunction(
  step: Run,
  name: string,
  ask: Ask,
  state: Cursor['state'] | undefined,
  raw: boolean,
): Promise<Outcome<Result>> {
  const { parts, target } = step
  const found = await callFunction(step, name, 'list', (find: ListFunction, context) =>
    find(context, { ...ask, state: state?.cursor }),
  )
  if (!found.ok) return found
  const { records, next } = found.value
  const { data, warnings } = target.mapping.list!.read(records, ask.fields, raw)
  const more = next === undefined || next === null ? undefined : { limit: ask.limit, cursor: next }
  return done({ data, next_cursor: nextCursor(parts, target, ask, more), warnings })
}

async function get(step: Run, { id, fields, raw }: GetCall): Promise<Outcome<OneResult>> {
  const known = checkFields(step.target.mapping.model, fields)
  if (!known.ok) return known
  const via = viaOf(step.target, 'get')
  if (via) return getVia(step, via, id, fields, raw)
  const fetched = await fetchOne(step, id, fields)
  if (!fetched.ok) return fetched
  const answer = readOne(step, id, fetched.value, [], fields)
  if (raw) answer.data.raw = fetched.value
  return done(answer)
}

async function write(step: Run, call: WriteCall): Promise<Outcome<OneResult>> {
  const { mapping } = step.target
  const via = viaOf(step.target, call.verb)
  if (via) return writeVia(step, via, call, (id, warnings) => readBack(step, id, undefined, warnings))
  const verb = mapping.verbs[call.verb]
  if (!verb) return unsupported(step.target, call.verb)
  let current: Unified | undefined
  let written = mapping.write(call.input, call.verb)
  if (call.verb === 'update' && written.refused.length === 0 && (verb.needsCurrent || written.needsCurrent)) {
    const fetched = await fetchOne(step, call.id)
    if (!fetched.ok) return fetched
    current = fetched.value
    written = mapping.write(call.input, call.verb, current)
  }
  const refused = refusalOf(mapping, call, written)
  if (refused) return failed(refused)
  if (verb.spec.action !== undefined && (written.byAction || !verb.hasRequest))
    return writeByFunction(step, verb.spec.action, call, written, current)
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
  })
  if (!sent.ok) return sent
  const { record, id: made = id } = sent.value
  if (verb.spec.then !== 'get' && record) return done(readOne(step, made, record, written.warnings))
  if (made !== undefined) return readBack(step, made, record, written.warnings)
  return fail('provider-answer-unreadable', {
    provider: mapping.provider,
    detail: 'The record was written, but the provider’s answer does not say its id.',
  })
}

/** A write that takes several requests: the function makes them, and the record is read back whole. */
async function writeByFunction(
  step: Run,
  name: string,
  call: WriteCall,
  { warnings }: Written,
  current: Unified | undefined,
): Promise<Outcome<OneResult>> {
  const { id, input, passThrough } = call
  const made = await callFunction(step, name, call.verb, (write: WriteFunction, context) =>
    write(context, { id, input, passThrough, current }),
  )
  return made.ok ? readBack(step, made.value.id, undefined, warnings) : made
}

async function remove(step: Run, id: string): Promise<Outcome<Result>> {
  const via = viaOf(step.target, 'delete')
  if (via) return removeVia(step, via, id)
  const verb = step.target.mapping.verbs.delete
  if (!verb?.hasRequest) return unsupported(step.target, 'delete')
  const fetched = verb.needsCurrent ? await fetchOne(step, id) : done(undefined)
  if (!fetched.ok) return fetched
  const sent = await sendVerb(step, 'delete', verb, { id, current: fetched.value })
  return sent.ok ? done({ data: null, means: verb.spec.means ?? 'deleted', warnings: [] }) : sent
}

/** The provider's own record. */
async function fetchOne(step: Run, id: string, fields?: readonly string[]): Promise<Outcome<Unified>> {
  const { mapping } = step.target
  const verb = mapping.verbs.get
  if (!verb?.hasRequest) return unsupported(step.target, 'get')
  const sent = await sendVerb(step, 'get', verb, { id, select: mapping.select(fields) })
  if (!sent.ok) return sent
  const { record } = sent.value
  if (!record) return fail('record-not-found', { provider: mapping.provider })
  return isOurs(step.target, record)
    ? done(record)
    : fail('provider-answer-unreadable', {
        provider: mapping.provider,
        detail: 'The provider’s answer holds nothing of the record.',
      })
}

/** Whether anything of ours stands in a record: an id or, where the answer leaves that out, any field. */
const isOurs = ({ mapping }: Target, record: Unified): boolean =>
  mapping.reader(['id'])(record, []).id !== undefined || Object.keys(mapping.reader(undefined)(record, [])).length > 0

/** Fills, sends and judges the request of a verb. */
async function sendVerb(
  { parts, caller, target, trace }: Run,
  name: RecordVerb,
  verb: CompiledVerb,
  ask: Omit<VerbAsk, 'connection' | 'baseUrl'>,
): Promise<Outcome<{ record: Unified | undefined; id: string | undefined }>> {
  const made = verb.build({ ...ask, ...reachOf(target) })
  if ('refused' in made) return failed(made.refused)
  // A create that carries the caller's key is one that the provider carries out once.
  const isKeyed = ask.idempotencyKey !== undefined && verb.honoursKey
  const sent = await exchange(parts, target, made.draft, trace, caller, isKeyed || repeatable(name, made.draft))
  if ('failure' in sent) return failed(sent.failure)
  const read = verb.read(sent.answer)
  if (!('refused' in read)) return done(read)
  // What an earlier try deleted without saying so is gone now, as was asked.
  const isGone = name === 'delete' && sent.tries > 1 && read.refused.code === 'record-not-found'
  return isGone ? done({ record: undefined, id: undefined }) : failed(read.refused)
}

/** The whole record after a write. That the write is done must not be lost: a caller would repeat it. */
async function readBack(
  step: Run,
  id: string,
  partly: Unified | undefined,
  warnings: readonly Warning[],
): Promise<Outcome<OneResult>> {
  const back = await fetchOne(step, id)
  if (back.ok) return done(readOne(step, id, back.value, warnings))
  const partial = partly ? step.target.mapping.reader(undefined)(partly, []) : {}
  const detail = `The record was written, but could not be read back whole (${back.failure.code}).`
  const warning: Warning = { record: id, field: '', code: 'not-read-back', detail }
  return done({ data: { ...partial, id }, warnings: [...warnings, warning] })
}

/** A provider's record as ours. The caller knows its id even where the answer leaves it out. */
function readOne(
  { target }: Run,
  id: string | undefined,
  record: Unified,
  before: readonly Warning[],
  fields?: readonly string[],
): OneResult {
  const warnings = [...before]
  const data = target.mapping.reader(fields)(record, warnings)
  if (data.id === undefined && id !== undefined) data.id = id
  return { data, warnings }
}

const failed = (failure: Failure): { ok: false; failure: Failure } => ({ ok: false, failure })
const unsupported = ({ mapping }: Target, verb: string): Outcome<never> =>
  fail('unsupported-verb', {
    provider: mapping.provider,
    detail: `This provider cannot ${verb} ${mapping.model.name}.`,
  })
