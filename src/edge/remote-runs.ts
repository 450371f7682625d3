import type { Runs } from '../runs/index.ts'
import { type EraseQueues, queueIn, type RunList } from '../store/index.ts'
import type { Bindings } from './bindings.ts'

/** The runs of a deployment, each in its queue's object; they are listed in the database. */
export const remoteRuns = (
  { RUN_QUEUE }: Pick<Bindings, 'RUN_QUEUE'>,
  { runs }: { readonly runs: Pick<RunList, 'list' | 'find'> },
): Runs => {
  const queue = (id: string) => {
    const name = queueIn(id)
    return name === undefined ? undefined : RUN_QUEUE.getByName(name)
  }
  return {
    accept: async (run, given) => (await queue(run.id)?.accept(run, given)) ?? false,
    async see(owner, id, withResult) {
      const seen = await queue(id)?.see(owner, id, withResult)
      if (seen) return seen
      // Its queue forgets a run with its result; that there was one is listed for longer.
      const run = await runs.find(owner, id)
      return run && { run }
    },
    cancel: async (owner, id) => queue(id)?.cancel(owner, id),
    async results(owner, id, page) {
      const found = await queue(id)?.results(owner, id, page)
      if (found) return found
      const run = await runs.find(owner, id)
      return run && { run, items: [], next: null }
    },
    list: (environment, filter) => runs.list(environment, filter),
  }
}

/** Erases what the objects of queues keep of an owner. */
export const eraseQueues =
  ({ RUN_QUEUE }: Pick<Bindings, 'RUN_QUEUE'>): EraseQueues =>
  async (queues, { owner, id, environment }) => {
    const connection = owner === 'connection' ? id : undefined
    await Promise.all(queues.map(name => RUN_QUEUE.getByName(name).erase({ environment, connection })))
  }
