import { placeholdersOf, sendJson } from '../backends/index.ts'
import { isObject } from '../mapping/path.ts'
import type { Unified, Warning } from '../mapping/read.ts'
import type { CompiledVerb, RecordVerb, VerbAsk } from '../mapping/verb.ts'
import { done, type Failure, fail, type Outcome } from '../problem/index.ts'
import type { OneResult } from './call.ts'
import type { RecordContext, Step } from './resolve.ts'
import { runHook } from './run-hook.ts'
import { howOf } from './send-how.ts'

/** Fetches a provider's record by its id, by the mapping's request or its hook. `fields` limits what is asked for. */
export async function fetchOne(step: Step, id: string, fields?: readonly string[]): Promise<Outcome<Unified>> {
  const { services, context } = step
  const { mapping } = context
  const verb = mapping.verbs.get
  if (!verb) return unsupported(context, 'get')
  const { hook: name } = verb.spec
  const found =
    name !== undefined && !verb.hasRequest
      ? await runHook(services, context, { name, type: 'get', verb: 'get' }, { id, fields })
      : await sendGet(step, verb, { id, select: mapping.select(fields) })
  if (!found.ok) return found
  const record = found.value
  if (record === undefined || record === null) return fail('record-not-found', { provider: mapping.provider })
  return isObject(record) && isRecord(context, record)
    ? done(record)
    : fail('provider-answer-unreadable', {
        provider: mapping.provider,
        detail: 'The provider’s answer holds nothing of the record.',
      })
}

/** Whether a provider's record has an id or, where the response leaves that out, any field of the model. */
const isRecord = ({ mapping }: RecordContext, record: Unified): boolean =>
  mapping.reader(['id'])(record, []).id !== undefined || Object.keys(mapping.reader(undefined)(record, [])).length > 0

/** What a request is filled with, but for what its connection gives. */
type VerbQuery = Omit<VerbAsk, 'connection' | 'baseUrl'>

/** What the response of a verb holds. */
interface SentRecord {
  readonly record: Unified | undefined
  readonly id: string | undefined
}

async function sendGet(step: Step, verb: CompiledVerb, query: VerbQuery): Promise<Outcome<Unified | undefined>> {
  const sent = await sendVerb(step, 'get', verb, query)
  return sent.ok ? done(sent.value.record) : sent
}

/** Fills the request of a verb, sends it, and reads its response. */
export async function sendVerb(
  { services, context }: Step,
  name: RecordVerb,
  verb: CompiledVerb,
  query: VerbQuery,
): Promise<Outcome<SentRecord>> {
  const made = verb.build({ ...query, ...placeholdersOf(context) })
  if ('refused' in made) return failed(made.refused)
  // A provider that is sent the caller's idempotency key carries a create out only once, so it may be sent again.
  const isKeyed = query.idempotencyKey !== undefined && verb.honoursKey
  const sent = await sendJson(services, context, made.request, howOf(name, made.request, isKeyed))
  if ('failure' in sent) return failed(sent.failure)
  const read = verb.read(sent.response, query)
  if (!('refused' in read)) return done(read)
  // Where an earlier attempt got no response, it may be the one that deleted the record.
  const isGone = name === 'delete' && sent.attempts > 1 && read.refused.code === 'record-not-found'
  return isGone ? done({ record: undefined, id: undefined }) : failed(read.refused)
}

/** Reads a record after its write. A failure is only a warning: a caller who is told of a failure repeats the write. */
export async function readBack(
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

/** Reads a provider's record as ours, with the id that the caller named where the response leaves it out. */
export function readOne(
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

/** An outcome of a failure that another function answered. */
export const failed = (failure: Failure): { ok: false; failure: Failure } => ({ ok: false, failure })
/** The problem of a verb that a provider does not have for a model. */
export const unsupported = ({ mapping }: RecordContext, verb: string): { ok: false; failure: Failure } =>
  fail('unsupported-verb', {
    provider: mapping.provider,
    detail: `This provider cannot ${verb} ${mapping.model.name}.`,
  })
