import type { RecordVerb } from '../mapping/verb.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'

/**
 * Whether a verb's request may be carried out twice without harm: reading and deleting, and an update that puts the
 * record as it is to be.
 */
export const isRepeatable = (verb: RecordVerb | 'list', { method }: ProviderRequest): boolean =>
  verb === 'list' || verb === 'get' || verb === 'delete' || (verb === 'update' && method === 'PUT')
