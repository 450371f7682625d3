import type { SendHow } from '../backends/index.ts'
import type { RecordVerb } from '../mapping/verb.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'

/** How a request that only reads is sent, also where it is a `POST` that searches. */
export const reading: SendHow = { repeatable: true, harmless: true }

/**
 * How the request of a verb is sent. It may be carried out twice where it reads or deletes, and where it is an update by
 * PUT, which sends the whole record; also where the provider is sent the caller's idempotency key (`isKeyed`) and
 * carries it out only once.
 */
export function howOf(verb: RecordVerb, { method }: ProviderRequest, isKeyed = false): SendHow {
  if (verb === 'get' || isKeyed) return reading
  return { repeatable: verb === 'delete' || (verb === 'update' && method === 'PUT') }
}
