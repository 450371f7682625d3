// Asynchronous runs: accepted now, carried out by their connection's queue, in order.
import { SealError } from '../store/aad.ts'
import {
  type ItemPage,
  type NewRun,
  type OpenQueue,
  type Progress,
  queueIn,
  type Run,
  type RunFilter,
  type RunOwner,
  type RunPage,
  type Store,
} from '../store/index.ts'
import type { Given, Result } from './given.ts'

export type { Given, Result } from './given.ts'

/** A run that was looked at, with what came of it where it has ended and that is still kept. */
export interface Seen {
  readonly run: Run
  readonly result?: Result | undefined
  /** Of a batch: how many of its records stand how. */
  readonly progress?: Progress | undefined
  /** Its result was altered by somebody without the master key, or its key is gone. */
  readonly refused?: true | undefined
}

/** The runs of all environments, wherever their queues are. */
export interface Runs {
  /** Accepts a run; false where its connection is being erased. */
  accept(run: NewRun, given: Given): Promise<boolean>
  /** A run, with its result where `withResult`. */
  see(owner: RunOwner, id: string, withResult?: boolean): Promise<Seen | undefined>
  /** Cancels a run that is not under way; answers the run as it stands then. */
  cancel(owner: RunOwner, id: string): Promise<Run | undefined>
  list(environment: string, filter: RunFilter): Promise<RunPage>
  /** Records of a batch, from a place on. `refused`: one was altered by somebody without the master key. */
  results(
    owner: RunOwner,
    id: string,
    page: { readonly from: number; readonly limit: number },
  ): Promise<Results | undefined>
}
/** A batch with some of its records. */
export type Results = { readonly run: Run } & (ItemPage | { readonly refused: true })

/** The runs whose queues are in this database; `woken` is told of a queue that has got something to do. */
export function runsOn(
  { runQueue, runs, runItems }: Pick<Store, 'runQueue' | 'runs' | 'runItems'>,
  { woken, ended }: { readonly woken: (open: OpenQueue) => void; readonly ended: () => void },
): Runs {
  return {
    async accept(run, given) {
      const isAccepted = await runQueue.add(run, given)
      if (isAccepted) woken({ queue: queueIn(run.id) ?? '', environment: run.environment })
      return isAccepted
    },
    async see(owner, id, withResult = false) {
      const run = await runs.find(owner, id)
      if (!run || !withResult) return run && { run }
      const progress = run.kind === 'batch' ? await runItems.progress(run) : undefined
      if (run.ended_at === null) return { run, progress }
      try {
        return { run, progress, result: (await runs.result(run)) as Result | undefined }
      } catch (error) {
        if (!(error instanceof SealError)) throw error
        return { run, refused: true }
      }
    },
    async cancel(owner, id) {
      const run = await runs.cancel(owner, id)
      if (run?.state === 'cancelled') {
        ended()
        // It may have stood at the head, waiting for its next attempt.
        woken({ queue: run.queue, environment: run.environment })
      }
      return run
    },
    list: (environment, filter) => runs.list(environment, filter),
    async results(owner, id, { from, limit }) {
      const run = await runs.find(owner, id)
      if (!run) return undefined
      try {
        return { run, ...(await runItems.page(run, from, limit)) }
      } catch (error) {
        if (!(error instanceof SealError)) throw error
        return { run, refused: true }
      }
    },
  }
}
