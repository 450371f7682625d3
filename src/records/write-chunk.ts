import { type Caller, hadEffect, placeholdersOf, sendJson } from '../backends/index.ts'
import type { CompiledBatch } from '../mapping/batch.ts'
import type { BatchAnswer } from '../mapping/batch-record.ts'
import { type Code, done, type Failure, fail, type Outcome } from '../problem/index.ts'
import { backendActionOf } from './backend-verbs.ts'
import type { OneResult, Result } from './call.ts'
import { failed, readOne, unsupported } from './fetch-record.ts'
import { readBackChunk, type WrittenRecord } from './read-chunk.ts'
import { type RecordServices, resolve, type Step } from './resolve.ts'
import { howOf } from './send-how.ts'
import { orTooDeep } from './too-deep.ts'
import { type BatchItem, type BatchVerb, type Prepared, prepareItem, type Written } from './write-item.ts'

export type { BatchItem, BatchVerb } from './write-item.ts'
/** What a delete answers. */
export type Deleted = Extract<Result, { data: null }>
/** What became of one record: its result or problem, or `alone` where nothing was sent and it wants a request of its own. */
export type ItemOutcome = Outcome<OneResult | Deleted> | 'alone'
/**
 * What became of a chunk. `answered`: what became of each record, in order. `refused`: the provider refused it as a
 * whole for something that it holds, and wrote nothing, so each record may be sent alone and get its own answer.
 * `failed`: it could not be carried out; `hadEffect` of the call's log says whether it may be sent again.
 */
export type ChunkOutcome =
  | { readonly type: 'answered'; readonly results: readonly ItemOutcome[] }
  | { readonly type: 'refused'; readonly failure: Failure }
  | { readonly type: 'failed'; readonly failure: Failure }

/** Problems of a whole request that may be those of one of its records. */
const OF_ONE: ReadonlySet<Code> = new Set<Code>([
  'provider-rejected',
  'record-not-found',
  'conflict',
  'provider-forbidden',
])

/** A record of the chunk, by its place. */
interface Placed {
  readonly place: number
  readonly written: Written
}
type SentChunk =
  | { readonly answers: readonly BatchAnswer[]; readonly attempts: number }
  | Exclude<ChunkOutcome, { type: 'answered' }>

/** Sends one chunk of writes through the provider's own batch endpoint, as `planChunks` made it. */
export async function sendChunk(
  services: RecordServices,
  caller: Caller,
  model: string,
  { verb, items }: { readonly verb: BatchVerb; readonly items: readonly BatchItem[] },
): Promise<ChunkOutcome> {
  const resolved = await resolve(services, caller, model)
  if (!resolved.ok) return { type: 'failed', failure: resolved.failure }
  const step: Step = { services, context: resolved.value }
  const { mapping } = step.context
  const batch = mapping.verbs[verb]?.batch
  if (!mapping.verbs[verb] && !backendActionOf(step.context, verb))
    return { type: 'failed', failure: unsupported(step.context, verb).failure }
  if (!batch) return { type: 'answered', results: items.map(() => 'alone') }
  // What the mapping makes of a record may have changed since the chunk was planned.
  const prepared = items.map(item => prepareItem(step.context, verb, item))
  const outcome = await orTooDeep(mapping.provider, async () => done(await writeChunk(step, { verb, batch }, prepared)))
  return outcome.ok ? outcome.value : { type: 'failed', failure: outcome.failure }
}

async function writeChunk(
  step: Step,
  { verb, batch }: { verb: BatchVerb; batch: CompiledBatch },
  prepared: readonly Prepared[],
): Promise<ChunkOutcome> {
  const chunk: Placed[] = []
  const results: ItemOutcome[] = prepared.map((one, place) => {
    if (one === 'alone') return one
    if ('failure' in one) return failed(one.failure)
    // One that is too many for the request, as after a change of `max`.
    if (chunk.length >= batch.max) return 'alone'
    chunk.push({ place, written: one.written })
    return 'alone'
  })
  if (chunk.length === 0) return { type: 'answered', results }
  const sent = await send(step, { verb, batch }, chunk)
  if ('type' in sent) return sent
  const toRead: { place: number; record: WrittenRecord }[] = []
  for (const [i, { place, written }] of chunk.entries()) {
    const answer = sent.answers[i]!
    const result = verb === 'delete' ? deleted(step, answer, sent.attempts) : madeOf(step, verb, answer, written)
    if ('result' in result) results[place] = result.result
    else toRead.push({ place, record: result.toRead })
  }
  if (toRead.length > 0) {
    const back = await readBackChunk(
      step,
      toRead.map(({ record }) => record),
    )
    for (const [i, { place }] of toRead.entries()) results[place] = done(back[i]!)
  }
  return { type: 'answered', results }
}

/** Fills the request, sends it, and finds what the answer says of each record. */
async function send(
  { services, context }: Step,
  { verb, batch }: { verb: BatchVerb; batch: CompiledBatch },
  chunk: readonly Placed[],
): Promise<SentChunk> {
  const records = chunk.map(({ written }) => written)
  const select = context.mapping.select(undefined)
  const made = batch.build({ records, select, ...placeholdersOf(context) })
  if ('refused' in made) return { type: 'refused', failure: made.refused }
  const before = context.log.attempts.length
  const sent = await sendJson(services, context, made.request, howOf(verb, made.request))
  if ('failure' in sent) return { type: 'failed', failure: sent.failure }
  const read = batch.read(sent.response, records)
  if (!('refused' in read)) return { answers: read.answers, attempts: sent.attempts }
  const { refused: failure } = read
  const isDone = hadEffect({ attempts: context.log.attempts.slice(before) })
  return { type: OF_ONE.has(failure.code) && !isDone ? 'refused' : 'failed', failure }
}

function deleted({ context }: Step, answer: BatchAnswer, attempts: number): { result: ItemOutcome } {
  const means = context.mapping.verbs.delete?.spec.delete_effect ?? 'deleted'
  // Where an earlier attempt got no response, it may be the one that deleted the record.
  const isGone = 'refused' in answer && attempts > 1 && answer.refused.code === 'record-not-found'
  return {
    result:
      'refused' in answer && !isGone ? failed(answer.refused) : done({ data: null, means, warnings: [] } as Deleted),
  }
}

/** A record that was created or updated: as the answer has it whole, or to be read back. */
function madeOf(
  step: Step,
  verb: 'create' | 'update',
  answer: BatchAnswer,
  written: Written,
): { result: ItemOutcome } | { toRead: WrittenRecord } {
  if ('refused' in answer) return { result: failed(answer.refused) }
  const { mapping } = step.context
  const { record, id = written.id } = answer
  const { warnings } = written
  if (!mapping.verbs[verb]?.readsBack && record) return { result: done(readOne(step, id, record, { warnings })) }
  if (id === undefined)
    return {
      result: fail('provider-answer-unreadable', {
        provider: mapping.provider,
        detail: 'The record was written, but the provider’s answer does not say its id.',
      }),
    }
  return { toRead: { id, sent: written.record ?? {}, partly: record, warnings } }
}
