import type { Parts } from '../app.ts'
import { readFilter } from '../mapping/clause.ts'
import { Unfit } from '../mapping/convert.ts'
import type { Unified, Warning } from '../mapping/read.ts'
import type { CompiledVerb } from '../mapping/verb.ts'
import type { Written } from '../mapping/write.ts'
import { done, type Failure, fail, type Outcome } from '../problem/index.ts'
import { type Call, checkFields, type ListQuery, type Result } from './call.ts'
import type { Cursor } from './cursor.ts'
import { exchange, type Trace } from './exchange.ts'
import { type Caller, find, type Target } from './find.ts'

/** What every step of a call is given. */
interface Run {
  readonly parts: Parts
  readonly caller: Caller
  readonly target: Target
  readonly trace: Trace
}
const DEFAULT_LIMIT = 50

/**
 * The story of one call, top to bottom: find who it is for and what the provider's mapping says, write the request,
 * send it, see whether the provider refused, and read what it answered as ours.
 */
export async function run(
  parts: Parts,
  caller: Caller,
  model: string,
  call: Call,
  trace: { current?: Trace },
): Promise<Outcome<Result>> {
  const found = find(parts, caller, model)
  const target = found instanceof Promise ? await found : found
  if (!target.ok) return target
  const own: Trace = { provider: target.value.mapping.provider, exchanges: [] }
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

async function list({ parts, caller, target, trace }: Run, query: ListQuery): Promise<Outcome<Result>> {
  const { mapping, connection } = target
  if (!mapping.list) return unsupported(target, 'list')
  const asked = askOf(parts, target, query)
  if (!asked.ok) return asked
  const { state, ...ask } = asked.value
  const plan = mapping.list.plan({
    ...ask,
    state,
    raw: query.raw,
    connection: connection.config,
    baseUrl: connection.integration.config.base_url,
  })
  if ('refused' in plan) return { ok: false, failure: plan.refused }
  if ('action' in plan) return unsupported(target, 'list')
  const sent = await exchange(parts, target, plan.draft, trace, caller)
  if ('failure' in sent) return { ok: false, failure: sent.failure }
  const read = plan.answer(sent.answer)
  if ('refused' in read) return { ok: false, failure: read.refused }
  const { data, warnings, next } = read.read
  const cursor: Cursor | undefined = next && {
    connection: connection.uuid,
    model: mapping.model.name,
    ...ask,
    state: next,
  }
  return done({ data, next_cursor: cursor ? parts.cursors.seal(cursor) : null, warnings })
}

/** The query of a page: as it came, or as the cursor carries it. What is sent beside a cursor must be the same. */
function askOf(
  parts: Parts,
  { mapping, connection }: Target,
  query: ListQuery,
): Outcome<Omit<Cursor, 'connection' | 'model' | 'state'> & { state?: Cursor['state'] | undefined }> {
  const { model } = mapping
  const known = checkFields(model, query.fields)
  if (!known.ok) return known
  const filters: Record<string, string> = {}
  for (const [name, text] of Object.entries(query.filters)) {
    const value = readFilter(model, name, text)
    if (value instanceof Unfit) {
      const pointer = `/query/filter[${name}]`
      return fail('bad-parameter', {
        detail: `filter[${name}] is to be ${value.wants}.`,
        errors: [{ pointer, detail: `Send ${value.wants}.` }],
      })
    }
    filters[name] = value
  }
  const { sort, fields } = query
  if (query.cursor === undefined) return done({ filters, sort, fields, limit: query.limit ?? DEFAULT_LIMIT })
  const cursor = parts.cursors.open(query.cursor)
  if (!cursor || cursor.connection !== connection.uuid || cursor.model !== model.name) return fail('bad-cursor')
  const differs = (given: unknown, carried: unknown) =>
    given !== undefined && JSON.stringify(given) !== JSON.stringify(carried)
  const given = Object.keys(filters).length > 0 ? filters : undefined
  if (
    differs(given, cursor.filters) ||
    differs(sort, cursor.sort) ||
    differs(fields, cursor.fields) ||
    differs(query.limit, cursor.limit)
  )
    return fail('bad-cursor', {
      detail:
        'The cursor was made for another query: repeat the parameters of the first page, or send the cursor alone.',
    })
  return done({
    filters: cursor.filters,
    sort: cursor.sort,
    fields: cursor.fields,
    limit: cursor.limit,
    state: cursor.state,
  })
}

async function get(step: Run, call: Extract<Call, { verb: 'get' }>): Promise<Outcome<Result>> {
  const { mapping } = step.target
  const known = checkFields(mapping.model, call.fields)
  if (!known.ok) return known
  const fetched = await fetchOne(step, call.id, call.fields)
  if (!fetched.ok) return fetched
  return done(answerOne(step, call.id, fetched.value, call.fields, [], call.raw))
}

/** The provider's own record. */
async function fetchOne(
  { parts, caller, target, trace }: Run,
  id: string,
  fields?: readonly string[],
): Promise<Outcome<Unified>> {
  const { mapping, connection } = target
  const verb = mapping.verbs.get
  if (!verb?.hasRequest) return unsupported(target, 'get')
  const made = verb.build({
    id,
    select: mapping.select(fields),
    connection: connection.config,
    baseUrl: connection.integration.config.base_url,
  })
  if ('refused' in made) return { ok: false, failure: made.refused }
  const sent = await exchange(parts, target, made.draft, trace, caller)
  if ('failure' in sent) return { ok: false, failure: sent.failure }
  const read = verb.read(sent.answer)
  if ('refused' in read) return { ok: false, failure: read.refused }
  return read.record ? done(read.record) : fail('record-not-found', { provider: mapping.provider })
}

function answerOne(
  { target }: Run,
  id: string | undefined,
  record: Unified,
  fields: readonly string[] | undefined,
  before: readonly Warning[],
  raw: boolean,
) {
  const warnings = [...before]
  const data = target.mapping.reader(fields)(record, warnings)
  if (data.id === undefined && id !== undefined) data.id = id
  if (raw) data.raw = record
  return { data, warnings }
}

async function write(step: Run, call: Extract<Call, { verb: 'create' | 'update' }>): Promise<Outcome<Result>> {
  const { mapping } = step.target
  const verb = mapping.verbs[call.verb]
  if (!verb) return unsupported(step.target, call.verb)
  const id = call.verb === 'update' ? call.id : undefined
  let current: Unified | undefined
  let written = mapping.write(call.input, call.verb)
  if (written.refused.length === 0 && id !== undefined && (verb.needsCurrent || written.needsCurrent)) {
    const fetched = await fetchOne(step, id)
    if (!fetched.ok) return fetched
    current = fetched.value
    written = mapping.write(call.input, call.verb, current)
  }
  const refused = refusalOf(step.target, call, written)
  if (refused) return { ok: false, failure: refused }
  if (written.byAction || !verb.hasRequest) return unsupported(step.target, call.verb)
  // Nothing to change: providers refuse an empty change, and the caller still wants the whole record.
  if (id !== undefined && Object.keys(written.body).length === 0 && !call.passThrough)
    return get(step, { verb: 'get', id, raw: false })
  return sendWrite(step, verb, call, written, current)
}

function refusalOf(
  target: Target,
  call: Extract<Call, { verb: 'create' | 'update' }>,
  written: Written,
): Failure | undefined {
  const { file, provider } = target.mapping
  const due = call.verb === 'create' && !call.passThrough ? (file.required ?? []) : []
  const errors = [
    ...written.refused,
    ...due
      .filter(field => call.input[field] == null || call.input[field] === '')
      .map(field => ({ pointer: `/${field}`, code: 'required', detail: 'This provider asks for it.' })),
  ]
  if (errors.length === 0) return undefined
  const [first] = errors
  return fail('invalid-field', { provider, detail: `${first!.pointer}: ${first!.detail}`, errors }).failure
}

async function sendWrite(
  step: Run,
  verb: CompiledVerb,
  call: Extract<Call, { verb: 'create' | 'update' }>,
  written: Written,
  current: unknown,
): Promise<Outcome<Result>> {
  const { parts, caller, target, trace } = step
  const { connection, mapping } = target
  const id = call.verb === 'update' ? call.id : undefined
  const made = verb.build({
    id,
    record: written.body,
    current,
    select: mapping.select(undefined),
    connection: connection.config,
    baseUrl: connection.integration.config.base_url,
    passThrough: call.passThrough,
    idempotencyKey: call.idempotencyKey,
  })
  if ('refused' in made) return { ok: false, failure: made.refused }
  const sent = await exchange(parts, target, made.draft, trace, caller)
  if ('failure' in sent) return { ok: false, failure: sent.failure }
  const read = verb.read(sent.answer)
  if ('refused' in read) return { ok: false, failure: read.refused }
  const known = read.id ?? id
  if (verb.spec.then !== 'get' && read.record)
    return done(answerOne(step, known, read.record, undefined, written.warnings, false))
  if (known === undefined)
    return fail('provider-answer-unreadable', {
      provider: mapping.provider,
      detail: 'The record was written, but the provider’s answer does not say its id.',
    })
  const back = await fetchOne(step, known)
  if (back.ok) return done(answerOne(step, known, back.value, undefined, written.warnings, false))
  // The write is done and must not be reported as failed: a caller would repeat it.
  const partial = read.record ? target.mapping.reader(undefined)(read.record, []) : {}
  const warning: Warning = {
    record: known,
    field: '',
    code: 'not-read-back',
    detail: `The record was written, but could not be read back whole (${back.failure.code}).`,
  }
  return done({ data: { ...partial, id: known }, warnings: [...written.warnings, warning] })
}

async function remove(step: Run, id: string): Promise<Outcome<Result>> {
  const { parts, caller, target, trace } = step
  const { connection, mapping } = target
  const verb = mapping.verbs.delete
  if (!verb?.hasRequest) return unsupported(target, 'delete')
  let current: Unified | undefined
  if (verb.needsCurrent) {
    const fetched = await fetchOne(step, id)
    if (!fetched.ok) return fetched
    current = fetched.value
  }
  const made = verb.build({
    id,
    current,
    connection: connection.config,
    baseUrl: connection.integration.config.base_url,
  })
  if ('refused' in made) return { ok: false, failure: made.refused }
  const sent = await exchange(parts, target, made.draft, trace, caller)
  if ('failure' in sent) return { ok: false, failure: sent.failure }
  const read = verb.read(sent.answer)
  if ('refused' in read) return { ok: false, failure: read.refused }
  return done({ data: null, means: verb.spec.means ?? 'deleted', warnings: [] })
}

const unsupported = ({ mapping }: Target, verb: string): Outcome<never> =>
  fail('unsupported-verb', {
    provider: mapping.provider,
    detail: `This provider cannot ${verb} ${mapping.model.name}.`,
  })
