import type { Run } from '../store/index.ts'
import { carryOut, type RunServices } from './carry-out.ts'
import { recoverBatch } from './carry-out-batch.ts'
import { lasting } from './lasting.ts'
import { interrupted, mayResume } from './next-step.ts'

/**
 * Puts right a run that is noted as in flight and that nobody carries out: one that may be made twice goes back to its
 * queue, the others end as `interrupted`. Of a batch only the records in flight do, and the rest goes on.
 */
async function putRight(services: Pick<RunServices, 'queue' | 'items'>, run: Run): Promise<void> {
  const { queue } = services
  const isResumable = mayResume(run)
  if (run.kind === 'batch') await recoverBatch(services, run, isResumable)
  if (isResumable || run.kind === 'batch') await queue.resume(run)
  else await queue.end(run, interrupted())
}

export interface DrainHow {
  /** Aborted when what is under way is to be ended, too. */
  readonly signal: AbortSignal
  /** Whether nothing more is to be begun. */
  readonly isOver: () => boolean
  /** Is told after each attempt. */
  readonly ended?: () => void
}

/**
 * Carries out the runs of a queue, one after the other, in the order in which they were accepted; a run that waits for
 * another attempt holds up those behind it. Answers when the next one is due, in milliseconds since 1970; undefined where
 * there is none.
 */
export async function drain(
  given: RunServices,
  name: string,
  { signal, isOver, ended }: DrainHow,
): Promise<number | undefined> {
  const services = lasting(given, signal)
  const { queue } = services
  for (;;) {
    const run = await queue.head(name)
    if (!run) return undefined
    const due = run.next_at === null ? 0 : Date.parse(run.next_at)
    if (due > services.now() || isOver()) return due
    // Nobody else carries out this queue: what is under way already is of somebody who could not write its end.
    if (run.state === 'running') await putRight(services, run)
    else await carryOut(services, run, { signal, isOver })
    ended?.()
    // What was cut off stays as it is for whoever carries on the queue.
    if (signal.aborted) return undefined
  }
}
