import { type ActionServices, trigger } from '../actions/trigger.ts'
import { createCallLog, hadEffect } from '../backends/index.ts'
import { framesOf } from '../problem/frames.ts'
import { done, fail } from '../problem/index.ts'
import type { Services } from '../services.ts'
import { SealError } from '../store/aad.ts'
import type { Run, RunItems, RunQueue } from '../store/index.ts'
import { carryOutBatch } from './carry-out-batch.ts'
import type { Given } from './given.ts'
import { type Attempted, type NextStep, nextStep } from './next-step.ts'

/** What carrying runs out needs of the process. */
export interface RunServices {
  readonly actions: ActionServices
  readonly queue: RunQueue
  readonly items: RunItems
  readonly now: () => number
  readonly log: Services['log']
  /** From 0 up to 1. */
  readonly random?: (() => number) | undefined
}

/** What a run was given; a failure where it does not open, or is not kept any more. */
async function givenOf(queue: RunQueue, run: Run): Promise<{ given: Given } | Attempted> {
  try {
    const given = await queue.input(run)
    if (given !== undefined) return { given: given as Given }
    return { outcome: fail('run-expired'), hadEffect: false }
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    return { outcome: fail('storage-integrity'), hadEffect: false }
  }
}

/** Makes one attempt at a run. */
async function attempt(
  services: RunServices,
  { run, given }: { readonly run: Run; readonly given: Given },
  signal: AbortSignal,
): Promise<Attempted> {
  const { environmentName, input, key, traceparent } = given
  const log = createCallLog()
  try {
    const outcome = await trigger(services.actions, {
      environment: run.environment,
      environmentName,
      integration: run.integration,
      connection: run.connection_id,
      // A connection that was deleted and made anew under the same name is another customer's account.
      uuid: run.connection_id === '' ? undefined : run.connection,
      name: run.name,
      isVerb: run.kind !== 'action',
      input,
      key,
      isPatient: true,
      signal,
      traceparent,
      requestId: run.request_id,
      log,
    })
    return {
      outcome: outcome.ok ? done({ value: outcome.value.value, means: outcome.value.means }) : outcome,
      hadEffect: hadEffect(log),
    }
  } catch (error) {
    // A bug of ours, or a storage that failed: never a reason for the queue to stand still.
    services.log({
      level: 'error',
      task: 'runs',
      run: run.id,
      error: (error as Error).name,
      at: framesOf(error as Error),
    })
    return { outcome: fail('internal'), hadEffect: hadEffect(log) }
  }
}

/** What becomes of a run after one attempt at it; undefined where the attempt was cut off with the process. */
async function attemptOnce(services: RunServices, run: Run, how: CarryHow): Promise<NextStep | undefined> {
  const { queue, now, random = Math.random } = services
  const found = await givenOf(queue, run)
  if ('given' in found && run.kind === 'batch') return carryOutBatch(services, run, { ...how, given: found.given })
  const attempted = 'given' in found ? await attempt(services, { run, given: found.given }, how.signal) : found
  if (how.signal.aborted && !attempted.outcome.ok) return undefined
  return nextStep(run, attempted, { now: now(), random })
}

export interface CarryHow {
  /** Aborted where the process ends: what is in flight then stays noted as such, and whoever carries on the queue decides. */
  readonly signal: AbortSignal
  /** Whether a batch is to be put back, to go on later. */
  readonly isOver: () => boolean
}

/** Carries out the run at the head of its queue, once. Rejects where the storage fails. */
export async function carryOut(services: RunServices, run: Run, how: CarryHow): Promise<void> {
  const { queue } = services
  if (!(await queue.begin(run))) return
  const step = await attemptOnce(services, { ...run, attempts: run.attempts + 1 }, how)
  if (!step) return
  if ('again' in step) await queue.requeue(run, step.again)
  else await queue.end(run, step.end)
}
