import { trigger } from '../actions/trigger.ts'
import { beginCall, type Caller, createCallLog, hadEffect, logCall } from '../backends/index.ts'
import { isObject } from '../mapping/path.ts'
import { describe, type Failure, type Outcome } from '../problem/index.ts'
import { type BatchItem, type BatchVerb, type ItemOutcome, sendChunk } from '../records/write-chunk.ts'
import type { ItemEnd, Requeued, Run } from '../store/index.ts'
import type { RunServices } from './carry-out.ts'
import type { Given } from './given.ts'
import { type NextStep, nextStep } from './next-step.ts'

/** Characters of a caller's key to which the place of a record can still be added. */
const LONGEST_KEY = 250

/** What a batch was given. */
export interface BatchGiven {
  /** As the action of the verb takes them: with `id` beside the fields. */
  readonly records: readonly Readonly<Record<string, unknown>>[]
}
export interface Attempt {
  readonly signal: AbortSignal
  /** Whether nothing more is to be begun for now. */
  readonly isOver: () => boolean
}
/** A batch under way. */
export interface Batch extends Attempt {
  readonly services: RunServices
  readonly run: Run
  readonly given: Given
  readonly records: BatchGiven['records']
  readonly model: string
  readonly verb: BatchVerb
}
/** What a step came to: it goes on, or the batch is put back. */
export type Stepped = Requeued | undefined

/** The record as the chunk's request takes it. */
export function itemOf({ id, pass_through, ...input }: Readonly<Record<string, unknown>>): BatchItem {
  return {
    id: typeof id === 'string' ? id : undefined,
    input,
    passThrough: isObject(pass_through) ? pass_through : undefined,
  }
}
const endOf = ({ run }: Batch, item: number, outcome: Outcome<unknown>): ItemEnd => ({
  item,
  state: outcome.ok ? 'succeeded' : 'failed',
  result: outcome.ok ? { output: outcome.value ?? null } : { problem: describe(outcome.failure, run.request_id) },
})
/** Whether the batch is put back for a failure, so that what failed is sent again with what is left. */
function againAfter({ run, services }: Batch, failure: Failure, effect: boolean): Stepped {
  const { now, random = Math.random } = services
  const step: NextStep = nextStep(run, { outcome: { ok: false, failure }, hadEffect: effect }, { now: now(), random })
  return 'again' in step ? step.again : undefined
}

/** Sends one record by the single verb. */
export async function sendAlone(batch: Batch, item: number): Promise<Stepped> {
  const { services, run, given, records, signal } = batch
  await services.items.begin(run, [item])
  const log = createCallLog()
  const outcome = await trigger(services.actions, {
    environment: run.environment,
    environmentName: given.environmentName,
    integration: run.integration,
    connection: run.connection_id,
    uuid: run.connection,
    name: run.name,
    isVerb: true,
    input: records[item],
    // Each record's own, so that the provider does not take the second for the first; at most 255 characters.
    key: `${given.key.length > LONGEST_KEY ? run.id : given.key}-${item}`,
    isPatient: true,
    signal,
    traceparent: given.traceparent,
    requestId: run.request_id,
    log,
  })
  if (signal.aborted && !outcome.ok) return
  const again = outcome.ok ? undefined : againAfter(batch, outcome.failure, hadEffect(log))
  if (again) await services.items.release(run, [item])
  else
    await services.items.end(run, [endOf(batch, item, outcome.ok ? { ok: true, value: outcome.value.value } : outcome)])
  return again
}

/** Who calls for a batch. */
export const callerOf = ({ run, given, signal }: Batch): Caller => ({
  environment: run.environment,
  connectionId: run.connection_id,
  integrationKey: run.integration,
  uuid: run.connection,
  isPatient: true,
  signal,
  traceparent: given.traceparent,
  log: createCallLog(),
})

/** Sends several records in one request of the provider's own batch endpoint. */
export async function sendTogether(batch: Batch, places: readonly number[]): Promise<Stepped> {
  const { services, run, records, model, verb, signal } = batch
  const { actions, items, now } = services
  await items.begin(run, places)
  const caller = callerOf(batch)
  const begun = beginCall(now())
  const outcome = await sendChunk(actions, caller, model, {
    verb,
    items: places.map(item => itemOf(records[item] ?? {})),
  })
  const failure = outcome.type === 'answered' ? undefined : outcome.failure
  const { environment, request_id: requestId, name } = run
  logCall(actions.store.logs, now(), begun, { environment, requestId, kind: 'call', name, failure, log: caller.log })
  if (signal.aborted && failure) return
  if (outcome.type === 'failed') {
    const again = againAfter(batch, outcome.failure, hadEffect(caller.log))
    if (again) await items.release(run, places)
    else
      await items.end(
        run,
        places.map(item => endOf(batch, item, { ok: false, failure: outcome.failure })),
      )
    return again
  }
  const results: readonly ItemOutcome[] = outcome.type === 'answered' ? outcome.results : places.map(() => 'alone')
  const alone = places.filter((_, i) => results[i] === 'alone')
  // First what is known: of what goes alone nothing was sent.
  await items.end(
    run,
    places.flatMap((item, i) => {
      const result = results[i]
      return result === undefined || result === 'alone' ? [] : [endOf(batch, item, result)]
    }),
  )
  await items.release(run, alone)
  for (const item of alone) {
    if (batch.isOver() || signal.aborted || (await services.queue.isStopping(run)))
      return { at: now(), usesRetry: false }
    const again = await sendAlone(batch, item)
    if (again) return again
  }
  return undefined
}
