import type { Failure } from '../problem/index.ts'
import type { Sent } from '../provider/client.ts'
import { type ProviderResponse, readJson } from '../provider/json-response.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'
import { backendOf } from './backend-of.ts'
import type { BackendServices, CallContext } from './call-context.ts'

/**
 * Sends one request on behalf of a connection, through its integration's backend, and reads the JSON of its response.
 * `repeatable`: it may be carried out twice without harm, so it is sent again where that may help; any other only when
 * it surely was not sent.
 */
export async function sendJson(
  services: BackendServices,
  context: CallContext,
  request: ProviderRequest,
  repeatable: boolean,
): Promise<Sent<ProviderResponse> | { failure: Failure }> {
  const { connection, log } = context
  const sent = await backendOf(connection).send(services, context, request, { repeatable })
  if ('failure' in sent) return sent
  log.budget = sent.budget
  return readJson(sent, connection.integration.provider)
}
