import { verbActions } from '../actions/verb-actions.ts'
import { describe, type Failure, fail, type Outcome } from '../problem/index.ts'
import { type ChunkStep, planChunks } from '../records/plan-chunks.ts'
import type { Run, RunEnd } from '../store/index.ts'
import { type Attempt, type Batch, type BatchGiven, callerOf, itemOf, sendAlone, sendTogether } from './batch-steps.ts'
import type { RunServices } from './carry-out.ts'
import type { Given, Result } from './given.ts'
import { type NextStep, nextStep } from './next-step.ts'

/** Records that are mapped at a time, which stops the process for some milliseconds; no chunk is larger. */
const PLANNED = 200

/** The steps of what is left of a batch. */
async function planOf(batch: Batch, places: readonly number[]): Promise<Outcome<ChunkStep[]>> {
  const { services, records, model, verb } = batch
  const items = places.map(item => itemOf(records[item] ?? {}))
  return planChunks(services.actions, callerOf(batch), model, { verb, items })
}

/** How many records of a batch ended how, as its output. */
async function summaryOf({ items }: RunServices, run: Run): Promise<Result> {
  const { succeeded, failed, interrupted } = await items.progress(run)
  return { ok: true, value: { value: { total: run.items, succeeded, failed, interrupted } } }
}

/** Carries out some records of a batch; answers what becomes of the batch where it does not go on. */
async function carryOutSome(
  batch: Batch,
  places: readonly number[],
): Promise<{ step: NextStep | undefined } | undefined> {
  const { services, run, signal, isOver } = batch
  const plan = await planOf(batch, places)
  if (!plan.ok) return { step: nextStep(run, { outcome: plan, hadEffect: false }, moment(services)) }
  for (const step of plan.value) {
    if (await services.queue.isStopping(run)) return { step: { end: await cancelled(services, run) } }
    if (isOver()) return { step: { again: { at: services.now(), usesRetry: false } } }
    const again =
      'alone' in step
        ? await sendAlone(batch, places[step.alone] ?? 0)
        : await sendTogether(
            batch,
            step.chunk.map(place => places[place] ?? 0),
          )
    if (signal.aborted) return { step: undefined }
    if (again) return { step: { again } }
  }
  return undefined
}

/**
 * Carries out what is left of a batch: through the provider's own batch endpoint where the mapping has one, else one
 * record after the other. Each record, or each chunk, is noted before it is sent, so that a kill leaves only those in
 * doubt. It may be put back when its time is over, and goes on where it was.
 */
export async function carryOutBatch(
  services: RunServices,
  run: Run,
  { given, signal, isOver }: Attempt & { readonly given: Given },
): Promise<NextStep | undefined> {
  const action = verbActions().get(run.name)
  const { records } = given.input as BatchGiven
  if (!action || action.verb === 'get' || action.verb === 'list') return { end: failedWhole(fail('internal').failure) }
  const batch: Batch = { services, run, given, records, model: action.model.name, verb: action.verb, signal, isOver }
  const waiting = await services.items.waiting(run)
  for (let from = 0; from < waiting.length; from += PLANNED) {
    const left = await carryOutSome(batch, waiting.slice(from, from + PLANNED))
    if (left) return left.step
  }
  return { end: { state: 'succeeded', result: await summaryOf(services, run) } }
}

/** The end of a batch that was cancelled under way: what was sent stays as it is. */
const cancelled = async (services: RunServices, run: Run): Promise<RunEnd> => ({
  state: 'cancelled',
  result: await summaryOf(services, run),
})
const moment = ({ now, random = Math.random }: RunServices) => ({ now: now(), random })
const failedWhole = (failure: Failure) => ({
  state: 'failed' as const,
  code: failure.code,
  result: { ok: false, failure },
})

/**
 * Puts right a batch that is met in flight: the records of which an attempt was begun end as `interrupted`, or are sent
 * again where they may be; the rest goes on.
 */
export async function recoverBatch({ items }: Pick<RunServices, 'items'>, run: Run, mayRepeat: boolean): Promise<void> {
  const inFlight = await items.inFlight(run)
  if (mayRepeat) return items.release(run, inFlight)
  const problem = describe({ code: 'run-interrupted' }, run.request_id)
  await items.end(
    run,
    inFlight.map(item => ({ item, state: 'interrupted', result: { problem } })),
  )
}
