import type { RecordVerb } from '../mapping/verb.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'

/**
 * Whether the request of a verb may be carried out twice without harm: reading and deleting may, and an update by PUT,
 * which sends the whole record.
 */
export const isRepeatable = (verb: RecordVerb | 'list', { method }: ProviderRequest): boolean =>
  verb === 'list' || verb === 'get' || verb === 'delete' || (verb === 'update' && method === 'PUT')
