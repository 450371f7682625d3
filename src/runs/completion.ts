import { describe } from '../problem/index.ts'
import { type Run, type RunList, type RunQueue, reasonOf, StorageError, type Store } from '../store/index.ts'
import type { RunEvent, Webhooks } from '../webhooks/index.ts'
import type { Result } from './given.ts'

/** Characters of an output, as JSON, that stand in the webhook; a larger one is fetched at `statusUrl`. */
const TOLD = 20_000
/** Runs whose end is told at a time. */
const PAGE = 100
/** Milliseconds after which telling is tried again where the storage failed. */
const AGAIN_MS = 5_000

interface Options {
  readonly queue: RunQueue
  readonly list: Pick<RunList, 'result'>
  readonly store: Pick<Store, 'connections' | 'environments'>
  readonly webhooks: Pick<Webhooks, 'runEnded'>
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
  /** Is told of runs that have ended, before they count as told; at the edge they are listed there. */
  readonly listed?: ((runs: readonly Run[]) => Promise<void>) | undefined
}

/** Tells environments that runs have ended. */
export interface Completion {
  /** Tells what is to be told, soon. */
  wake(): void
  /** Resolves when all is told, or the storage failed. It does not reject. */
  settled(): Promise<void>
  stop(): void
}

/** The result as it stands in the webhook, where it is not too large. */
function shown(run: Run, result: Result | undefined): RunEvent['shown'] {
  if (!result) return {}
  const text = JSON.stringify(result.ok ? (result.value.value ?? null) : describe(result.failure, run.request_id))
  return text.length > TOLD ? {} : { [result.ok ? 'output' : 'error']: JSON.parse(text) }
}

/** Makes what tells environments of the runs of a database that have ended. Each is told at least once. */
export function createCompletion({ queue, list, store, webhooks, log, listed }: Options): Completion {
  let telling: Promise<void> | undefined
  let again = false
  let isStopped = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function tell(run: Run): Promise<void> {
    if (!run.ended_at) return
    const environment = await store.environments.find(run.environment)
    if (!environment?.webhook_events.includes('async_action')) return
    const found =
      run.connection_id === ''
        ? undefined
        : await store.connections.find(run.environment, run.connection_id, run.integration)
    const connection = found && 'found' in found ? found.found : undefined
    if (environment.webhook_url === null && !connection?.webhook_url_override) return
    const result = (await list.result(run).catch(() => undefined)) as Result | undefined
    await webhooks.runEnded({ run, webhook_url_override: connection?.webhook_url_override, shown: shown(run, result) })
  }
  /** A run that cannot be told of, other than since the storage fails, must not keep those behind it from being told. */
  async function tellSafely(run: Run): Promise<void> {
    try {
      await tell(run)
    } catch (error) {
      if (error instanceof StorageError) throw error
      log({ level: 'error', task: 'runs', run: run.id, ...reasonOf(error), lost: 1 })
    }
  }
  async function tellAll(): Promise<void> {
    for (;;) {
      const runs = await queue.untold(PAGE)
      if (runs.length === 0) return
      await listed?.(runs)
      for (const run of runs) await tellSafely(run)
      await queue.told(runs)
    }
  }
  async function begin(): Promise<void> {
    try {
      do {
        again = false
        await tellAll()
      } while (again && !isStopped)
    } catch (error) {
      log({ level: 'error', task: 'runs', ...reasonOf(error) })
      if (!isStopped) timer = setTimeout(wake, AGAIN_MS)
    } finally {
      telling = undefined
    }
  }
  function wake(): void {
    if (isStopped) return
    clearTimeout(timer)
    again = true
    telling ??= begin()
  }

  return {
    wake,
    settled: async () => telling,
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
