import type { Caller } from '../backends/index.ts'
import { done, type Outcome } from '../problem/index.ts'
import { backendActionOf } from './backend-verbs.ts'
import { unsupported } from './fetch-record.ts'
import { type RecordServices, resolve } from './resolve.ts'
import { type BatchItem, type BatchVerb, prepareItem } from './write-item.ts'

/** One step of a batch: several records in one request, or one by the single verb. Places in the list of the batch. */
export type ChunkStep = { readonly chunk: readonly number[] } | { readonly alone: number }

/**
 * Says how the records of a batch are sent: which go together in a request of the provider's own batch endpoint, and
 * which by themselves. In this order two changes of one record follow each other as the caller wrote them. A record that
 * cannot be mapped goes by itself, and fails there without a request. Fails where the connection is not found, or the
 * provider has not the verb.
 */
export async function planChunks(
  services: RecordServices,
  caller: Caller,
  model: string,
  { verb, items }: { readonly verb: BatchVerb; readonly items: readonly BatchItem[] },
): Promise<Outcome<ChunkStep[]>> {
  const resolved = await resolve(services, caller, model)
  if (!resolved.ok) return resolved
  const context = resolved.value
  const compiled = context.mapping.verbs[verb]
  if (!compiled && !backendActionOf(context, verb)) return unsupported(context, verb)
  const max = compiled?.batch?.max ?? 1
  const steps: ChunkStep[] = []
  let open: number[] = []
  let ids = new Set<string>()
  const close = () => {
    const [only] = open
    if (open.length === 1 && only !== undefined) steps.push({ alone: only })
    else if (open.length > 1) steps.push({ chunk: open })
    open = []
    ids = new Set()
  }
  for (const [place, item] of items.entries()) {
    // A record stands once in a chunk: providers refuse it twice, or carry out either of the two first.
    if (item.id !== undefined && ids.has(item.id)) close()
    const prepared = prepareItem(context, verb, item)
    if (typeof prepared === 'string' || 'failure' in prepared) {
      steps.push({ alone: place })
      continue
    }
    open.push(place)
    if (item.id !== undefined) ids.add(item.id)
    if (open.length >= max) close()
  }
  close()
  return done(steps)
}
