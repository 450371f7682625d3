import { type Caller, placeholdersOf, sendJson } from '../backends/index.ts'
import { inTurns } from '../mapping/in-turns.ts'
import type { List } from '../mapping/list.ts'
import { pageProblem } from '../mapping/list-read.ts'
import { addRaw } from '../mapping/raw.ts'
import type { Unified } from '../mapping/read.ts'
import type { Written } from '../mapping/write.ts'
import { done, fail, type Outcome } from '../problem/index.ts'
import type { ProviderResponse } from '../provider/json-response.ts'
import { backendActionOf, deleteByBackend, getByBackend, listByBackend, writeByBackend } from './backend-verbs.ts'
import type { Call, GetCall, ListQuery, OneResult, Result, WriteCall } from './call.ts'
import { writeProblem } from './check-write.ts'
import { failed, fetchOne, readBack, readOne, sendVerb, unsupported } from './fetch-record.ts'
import { checkFields, nextCursor, type PageQuery, readQuery } from './query.ts'
import { type RecordServices, resolve, type Step } from './resolve.ts'
import { runHook } from './run-hook.ts'
import { reading } from './send-how.ts'
import { orTooDeep } from './too-deep.ts'

/**
 * One unified call from beginning to end: finds the connection and the mapping, builds the provider's request, sends it,
 * sees whether the provider refused, and reads the response as our records. Every expected failure is the outcome.
 */
export async function run(
  services: RecordServices,
  caller: Caller,
  model: string,
  call: Call,
): Promise<Outcome<Result>> {
  const context = await resolve(services, caller, model)
  if (!context.ok) return context
  const step: Step = { services, context: context.value }
  return orTooDeep(context.value.mapping.provider, () => runStep(step, call))
}

function runStep(step: Step, call: Call): Promise<Outcome<Result>> {
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

/** Characters of an answer from which reading it may take so long that other requests need their turns meanwhile. */
const LONG = 500_000
const isLong = ({ size = 0 }: ProviderResponse): boolean => size > LONG

async function list(step: Step, query: ListQuery): Promise<Outcome<Result>> {
  const { services, context } = step
  const { mapping } = context
  const action = backendActionOf(context, 'list')
  if (!mapping.list && !action) return unsupported(context, 'list')
  const read = readQuery(services, context, query)
  if (!read.ok) return read
  const { page, state } = read.value
  if (action?.carries(Object.keys(page.filters), page.sort !== undefined))
    return listByBackend(step, action, { page, state, raw: query.raw })
  if (!mapping.list) return unsupported(context, 'list')
  const plan = mapping.list.plan({ ...page, state, raw: query.raw, ...placeholdersOf(context) })
  if ('refused' in plan) return failed(plan.refused)
  if ('hook' in plan)
    return listByHook(step, { name: plan.hook, list: mapping.list }, page, { state: state?.cursor, raw: query.raw })
  const sent = await sendJson(services, context, plan.request, reading)
  if ('failure' in sent) return failed(sent.failure)
  const response = isLong(sent.response) ? await inTurns(plan.reading(sent.response)) : plan.read(sent.response)
  if ('refused' in response) return failed(response.refused)
  const { data, warnings, next } = response.page
  return done({ data, next_cursor: nextCursor(services, context, page, next), warnings })
}

/** A list by a hook: it finds the provider's records, and the field table reads them. */
async function listByHook(
  { services, context }: Step,
  { name, list }: { readonly name: string; readonly list: List },
  page: PageQuery,
  { state, raw }: { state: unknown; raw: boolean },
): Promise<Outcome<Result>> {
  const found = await runHook(services, context, { name, type: 'list', verb: 'list' }, { ...page, state })
  if (!found.ok) return found
  const { records, next } = found.value
  const tooMany = pageProblem(records.length, { limit: page.limit, isPaged: true }, context.mapping.provider)
  if (tooMany) return failed(tooMany)
  const { data, warnings } = list.read(records, page.fields, raw)
  const more = next === undefined || next === null ? undefined : { limit: page.limit, cursor: next }
  return done({ data, next_cursor: nextCursor(services, context, page, more), warnings })
}

async function get(step: Step, { id, fields, raw }: GetCall): Promise<Outcome<OneResult>> {
  const known = checkFields(step.context.mapping.model, fields)
  if (!known.ok) return known
  const action = backendActionOf(step.context, 'get')
  if (action) return getByBackend(step, action, { verb: 'get', id, fields, raw })
  const fetched = await fetchOne(step, id, fields)
  if (!fetched.ok) return fetched
  const { data, warnings } = readOne(step, id, fetched.value, { fields })
  const all = [...warnings]
  if (raw) addRaw(data, fetched.value, all)
  return done({ data, warnings: all })
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
  // Nothing to change. Providers refuse an empty change, so the record is only read, to be answered whole.
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

/** A write by a hook; the record is then read back whole. */
async function writeByHook(
  step: Step,
  name: string,
  { id, input, passThrough, verb }: WriteCall,
  { written, current }: { written: Written; current: Unified | undefined },
): Promise<Outcome<OneResult>> {
  const made = await runHook(
    step.services,
    step.context,
    { name, type: 'write', verb },
    { id, input, passThrough, current },
  )
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
    const removed = await runHook(services, context, { name: verb.spec.hook, type: 'delete', verb: 'delete' }, { id })
    return removed.ok ? gone : removed
  }
  const fetched = verb.needsCurrent ? await fetchOne(step, id) : done(undefined)
  if (!fetched.ok) return fetched
  const sent = await sendVerb(step, 'delete', verb, { id, current: fetched.value })
  return sent.ok ? gone : sent
}
