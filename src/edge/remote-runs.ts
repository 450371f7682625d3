import type { Runs } from '../runs/index.ts'
import { type EraseQueues, queueIn } from '../store/index.ts'
import type { Bindings } from './bindings.ts'

/** The runs of a deployment, each in its queue's object; they are listed in the database. */
export const remoteRuns = (
  { RUN_QUEUE }: Pick<Bindings, 'RUN_QUEUE'>,
  { runs }: { readonly runs: Pick<Runs, 'list'> },
): Runs => {
  const queue = (id: string) => {
    const name = queueIn(id)
    return name === undefined ? undefined : RUN_QUEUE.getByName(name)
  }
  return {
    accept: async (run, given) => (await queue(run.id)?.accept(run, given)) ?? false,
    see: async (owner, id, withResult) => queue(id)?.see(owner, id, withResult),
    cancel: async (owner, id) => queue(id)?.cancel(owner, id),
    results: async (owner, id, page) => queue(id)?.results(owner, id, page),
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
