import { describe, fail } from '../problem/index.ts'
import { SealError } from '../store/aad.ts'
import { type Run, type RunList, type RunQueue, reasonOf, StorageError, type Store } from '../store/index.ts'
import type { RunEvent, Webhooks } from '../webhooks/index.ts'
import type { Result } from './given.ts'

/** Characters of an output or problem, as JSON, that stand in the webhook; a larger one is fetched at `statusUrl`. */
const TOLD = 20_000
/** Levels of it; what is deeper could not be put in order without running out of stack. */
const DEEPEST = 500
/** Runs whose end is told at a time. */
const PAGE = 100
/** Milliseconds for which runs that have ended are gathered, where nobody waits for them to be told. */
const GATHERED_MS = 25
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

/** Environments that a page of runs is of, each read once. */
type Environments = Map<string, ReturnType<Store['environments']['find']>>

/** Tells environments that runs have ended. */
export interface Completion {
  /** Tells what is to be told, soon. */
  wake(): void
  /** Resolves when all is told, or the storage failed. It does not reject. */
  settled(): Promise<void>
  stop(): void
}

/** Whether a text of JSON has more levels than may be; brackets within its texts count, too, which are seldom so many. */
function isDeep(text: string): boolean {
  let level = 0
  for (const mark of text)
    if (mark === '[' || mark === '{') {
      if (++level > DEEPEST) return true
    } else if (mark === ']' || mark === '}') level--
  return false
}
/** What came of a run as it stands in the webhook, where it is not too large. */
function shown({ state, request_id }: Run, result: Result | undefined): RunEvent['shown'] {
  const known: Result | undefined = result ?? (state === 'cancelled' ? fail('run-cancelled') : undefined)
  if (!known) return {}
  const text = JSON.stringify(known.ok ? (known.value.value ?? null) : describe(known.failure, request_id))
  return text.length > TOLD || isDeep(text) ? {} : { [known.ok ? 'output' : 'error']: JSON.parse(text) }
}

/** Makes what tells environments of the runs of a database that have ended. Each is told at least once. */
export function createCompletion({ queue, list, store, webhooks, log, listed }: Options): Completion {
  let telling: Promise<void> | undefined
  let again = false
  let isStopped = false
  let timer: ReturnType<typeof setTimeout> | undefined

  /** What came of a run; nothing where that was erased meanwhile, or does not open. */
  async function resultOf(run: Run): Promise<Result | undefined> {
    try {
      return (await list.result(run)) as Result | undefined
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      return undefined
    }
  }
  async function tell(run: Run, environments: Environments): Promise<void> {
    if (!run.ended_at) return
    const found = environments.get(run.environment) ?? store.environments.find(run.environment)
    environments.set(run.environment, found)
    const environment = await found
    if (!environment?.webhook_events.includes('async_action')) return
    const named =
      run.connection_id === ''
        ? undefined
        : await store.connections.find(run.environment, run.connection_id, run.integration)
    // Under the same name there may be another account by now.
    const connection = named && 'found' in named && named.found.uuid === run.connection ? named.found : undefined
    if (environment.webhook_url === null && !connection?.webhook_url_override) return
    const { webhook_url_override } = connection ?? {}
    await webhooks.runEnded({ run, webhook_url_override, shown: shown(run, await resultOf(run)) })
  }
  /** Tells of a run; one that cannot be told keeps no other from being told. */
  async function tellOne(run: Run, environments: Environments): Promise<void> {
    try {
      await tell(run, environments)
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
      const environments: Environments = new Map()
      for (const run of runs) await tellOne(run, environments)
      await queue.told(runs)
    }
  }
  async function begin(): Promise<void> {
    try {
      do {
        again = false
        // Runs that end within a moment are told together.
        if (!listed) await new Promise(resolve => setTimeout(resolve, GATHERED_MS))
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
