import { carryOut, type RunServices } from './carry-out.ts'
import { recoverBatch } from './carry-out-batch.ts'
import { interrupted, mayResume } from './next-step.ts'

/** Runs that are put right at a time. */
const PAGE = 100

/**
 * Puts right the runs that are noted as in flight, for whoever knows that nobody carries them out: those that may be
 * made twice go back to their queue, the others end as `interrupted`.
 */
export async function recover(services: Pick<RunServices, 'queue' | 'items'>): Promise<void> {
  const { queue } = services
  for (;;) {
    const found = await queue.inFlight(PAGE)
    for (const run of found) {
      const isResumable = mayResume(run)
      if (run.kind === 'batch') await recoverBatch(services, run, isResumable)
      if (isResumable || run.kind === 'batch') await queue.resume(run)
      else await queue.end(run, interrupted())
    }
    if (found.length < PAGE) return
  }
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
  services: RunServices,
  name: string,
  { signal, isOver, ended }: DrainHow,
): Promise<number | undefined> {
  for (;;) {
    const run = await services.queue.head(name)
    if (!run) return undefined
    const due = run.next_at === null ? 0 : Date.parse(run.next_at)
    if (due > services.now() || isOver()) return due
    await carryOut(services, run, { signal, isOver })
    ended?.()
  }
}
